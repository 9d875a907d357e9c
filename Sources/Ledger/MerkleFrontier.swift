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

    /// Adds a leaf by its leaf hash.
    ///
    /// - Complexity: O(1) amortised, O(log size) at most.
    public mutating func append(leafHash: [UInt8]) {
        peaks.append(leafHash)
        var carries = size
        while carries & 1 == 1 {
            let right = peaks.removeLast()
            peaks.append(Digest.node(peaks.removeLast(), right))
            carries >>= 1
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
