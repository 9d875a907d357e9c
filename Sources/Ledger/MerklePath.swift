/// A perfect subtree of a log's Merkle tree.
public struct MerkleNode: Sendable, Hashable {
    /// Its height: it holds 2^level leaves.
    public var level: Int
    /// Its place among those of its level, from the left.
    public var index: UInt64

    /// Names a subtree.
    public init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }
}

/// Which parts of a tree a proof is made of (RFC 6962 §2.1.1 and §2.1.2), without their hashes.
///
/// Each element of a path is the root of a run of leaves, given as the perfect subtrees that it
/// consists of, the largest, which is leftmost, first: what a store of perfect subtrees holds. It
/// takes O(log size) of them.
public enum MerklePath {
    /// The parts that prove a leaf in a tree of `size` leaves, from the leaf up.
    public static func inclusion(of leaf: UInt64, in size: UInt64) -> [[MerkleNode]] {
        precondition(leaf < size)
        var path: [[MerkleNode]] = []
        var run = (start: UInt64(0), count: size)
        while run.count > 1 {
            let left = split(run.count)
            let right = (start: run.start + left, count: run.count - left)
            if leaf < right.start {
                path.append(subtrees(right.start, right.count))
                run.count = left
            } else {
                path.append(subtrees(run.start, left))
                run = right
            }
        }
        return path.reversed()
    }

    /// The parts that prove that a tree of `size` leaves goes on from one of `earlier` leaves.
    public static func consistency(from earlier: UInt64, to size: UInt64) -> [[MerkleNode]] {
        precondition(earlier > 0 && earlier <= size)
        var path: [[MerkleNode]] = []
        var run = (start: UInt64(0), count: size)
        var known = earlier
        // As long as it began at the left the earlier root is known to whoever checks.
        var isWhole = true
        while known < run.count {
            let left = split(run.count)
            if known <= left {
                path.append(subtrees(run.start + left, run.count - left))
                run.count = left
            } else {
                path.append(subtrees(run.start, left))
                run = (run.start + left, run.count - left)
                known -= left
                isWhole = false
            }
        }
        if !isWhole { path.append(subtrees(run.start, run.count)) }
        return path.reversed()
    }

    /// The perfect subtrees of which a tree of `size` leaves consists, the largest first.
    public static func peaks(of size: UInt64) -> [MerkleNode] { subtrees(0, size) }

    /// The largest power of two that is less than `count`, which is 2 at least.
    private static func split(_ count: UInt64) -> UInt64 {
        1 << UInt64(63 - (count - 1).leadingZeroBitCount)
    }

    /// A run that begins at a multiple of the largest power of two in its length.
    private static func subtrees(_ start: UInt64, _ count: UInt64) -> [MerkleNode] {
        var nodes: [MerkleNode] = []
        var place = start
        for level in stride(from: 63, through: 0, by: -1) where count >> UInt64(level) & 1 == 1 {
            nodes.append(MerkleNode(level: level, index: place >> UInt64(level)))
            place += 1 << UInt64(level)
        }
        return nodes
    }
}

extension LedgerDigest {
    /// The root of a run of leaves from the roots of its perfect subtrees, the largest first.
    public static func joined(_ subtrees: [[UInt8]]) -> [UInt8] {
        guard var root = subtrees.last else { return emptyTree }
        for subtree in subtrees.dropLast().reversed() { root = node(subtree, root) }
        return root
    }
}
