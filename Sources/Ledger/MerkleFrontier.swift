/// The right edge of an RFC 6962 Merkle tree: all that is needed to append and to know the root.
///
/// The picture: the binary digits of the size. For every 1 there is one perfect subtree, the
/// largest leftmost; adding a leaf is adding 1 with carries, where a carry joins two subtrees.
public struct MerkleFrontier<Digest: LedgerDigest>: Sendable {
    /// Leaves so far.
    public private(set) var size: UInt64 = 0
    /// Roots of the perfect subtrees, largest first.
    private var peaks: [[UInt8]] = []

    /// The frontier of an empty tree.
    public init() {}

    /// The frontier of a tree of which the roots of `MerklePath.peaks` are known, in that order.
    public init(size: UInt64, peaks: [[UInt8]]) {
        precondition(peaks.count == size.nonzeroBitCount)
        self.size = size
        self.peaks = peaks
    }

    /// Adds a leaf by its leaf hash.
    ///
    /// - Complexity: O(1) amortised, O(log size) at most.
    public mutating func append(leafHash: [UInt8]) { append(leafHash: leafHash) { _, _ in } }

    /// Adds a leaf by its leaf hash; `completed` hears of every subtree that it makes perfect, from
    /// the leaf's parent up.
    ///
    /// - Complexity: O(1) amortised, O(log size) at most.
    public mutating func append(
        leafHash: [UInt8], completed: (MerkleNode, [UInt8]) throws -> Void
    ) rethrows {
        peaks.append(leafHash)
        var level = 0
        while size >> UInt64(level) & 1 == 1 {
            let right = peaks.removeLast()
            let root = Digest.node(peaks.removeLast(), right)
            peaks.append(root)
            level += 1
            try completed(MerkleNode(level: level, index: size >> UInt64(level)), root)
        }
        size += 1
    }

    /// The root hash of the tree so far.
    ///
    /// - Complexity: O(log size).
    public var root: [UInt8] {
        guard var root = peaks.last else { return Digest.emptyTree }
        for peak in peaks.dropLast().reversed() { root = Digest.node(peak, root) }
        return root
    }
}
