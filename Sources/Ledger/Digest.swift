/// A hash function, plugged in so that this core needs no cryptography library: SHA-256 in the
/// product, a toy in tests.
public protocol LedgerDigest: Sendable {
    /// The hash of the concatenated parts.
    static func hash(_ parts: [UInt8]...) -> [UInt8]
}

extension LedgerDigest {
    /// RFC 6962 §2.1: the hash of a leaf is H(0x00 || entry).
    public static func leaf(_ entry: [UInt8]) -> [UInt8] { hash([0x00], entry) }

    /// RFC 6962 §2.1: the hash of a node is H(0x01 || left || right).
    public static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        hash([0x01], left, right)
    }

    /// RFC 6962 §2.1: the hash of an empty tree is H("").
    public static var emptyTree: [UInt8] { hash([]) }
}
