/// Why a proof proves nothing.
public enum ProofFailure: Error, Sendable, Equatable {
    /// The proof's shape is not that of a proof for these sizes.
    case malformed
    /// It is well formed, but gives another root than the one that it has to.
    case contradicted
}

/// That an entry stands at a place of a log (RFC 9162 §2.1.3).
public struct InclusionProof: Sendable, Equatable {
    /// The entry's place, from 0.
    public var leaf: UInt64
    /// Entries of the log that it is proved for.
    public var size: UInt64
    /// Roots of the subtrees beside the way from the leaf up.
    public var hashes: [[UInt8]]

    /// Groups the parts of a proof.
    public init(leaf: UInt64, size: UInt64, hashes: [[UInt8]]) {
        self.leaf = leaf
        self.size = size
        self.hashes = hashes
    }

    /// Checks it against the root of a tree whose checkpoint is trusted (RFC 9162 §2.1.3.2).
    public func check<Digest: LedgerDigest>(
        _ digest: Digest.Type, leafHash: [UInt8], root: [UInt8]
    ) throws(ProofFailure) {
        guard leaf < size else { throw .malformed }
        var (own, last) = (leaf, size - 1)
        var hash = leafHash
        for beside in hashes {
            guard last > 0 else { throw .malformed }
            if own & 1 == 1 || own == last {
                hash = Digest.node(beside, hash)
                while own & 1 == 0, own > 0 {
                    own >>= 1
                    last >>= 1
                }
            } else {
                hash = Digest.node(hash, beside)
            }
            own >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .malformed }
        guard hash == root else { throw .contradicted }
    }
}

/// That a log goes on from an earlier state of itself: nothing before was changed, taken out or put
/// in (RFC 9162 §2.1.4).
public struct ConsistencyProof: Sendable, Equatable {
    /// Entries of the earlier log; 1 at least.
    public var earlier: UInt64
    /// Entries of the later one.
    public var later: UInt64
    /// Roots of subtrees.
    public var hashes: [[UInt8]]

    /// Groups the parts of a proof.
    public init(earlier: UInt64, later: UInt64, hashes: [[UInt8]]) {
        self.earlier = earlier
        self.later = later
        self.hashes = hashes
    }

    /// Checks it against both roots (RFC 9162 §2.1.4.2).
    public func check<Digest: LedgerDigest>(
        _ digest: Digest.Type, earlierRoot: [UInt8], laterRoot: [UInt8]
    ) throws(ProofFailure) {
        guard earlier > 0, earlier <= later else { throw .malformed }
        if earlier == later {
            guard hashes.isEmpty else { throw .malformed }
            guard earlierRoot == laterRoot else { throw .contradicted }
            return
        }
        var rest = hashes[...]
        var (own, last) = (earlier - 1, later - 1)
        // A tree of a power of two is a subtree of the later one: its root is not sent along.
        let isPerfect = earlier & own == 0
        while own & 1 == 1 {
            own >>= 1
            last >>= 1
        }
        guard let first = isPerfect ? earlierRoot : rest.popFirst() else { throw .malformed }
        var (before, after) = (first, first)
        for hash in rest {
            guard last > 0 else { throw .malformed }
            if own & 1 == 1 || own == last {
                before = Digest.node(hash, before)
                after = Digest.node(hash, after)
                while own & 1 == 0, own > 0 {
                    own >>= 1
                    last >>= 1
                }
            } else {
                after = Digest.node(after, hash)
            }
            own >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .malformed }
        guard before == earlierRoot, after == laterRoot else { throw .contradicted }
    }
}
