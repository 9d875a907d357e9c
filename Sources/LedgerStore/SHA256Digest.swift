import Crypto
public import Ledger

/// SHA-256, the digest of every ledger on disk.
public enum SHA256Digest: LedgerDigest {
    /// The hash of the concatenated parts: 32 bytes.
    public static func hash(_ parts: [UInt8]...) -> [UInt8] {
        var hasher = SHA256()
        for part in parts { hasher.update(data: part) }
        return unsafe hasher.finalize().withUnsafeBytes { unsafe Array($0) }
    }
}
