import Crypto
import Ledger

/// SHA-256, for these tests.
enum SHA: LedgerDigest {
    static func hash(_ parts: [UInt8]...) -> [UInt8] {
        var hasher = SHA256()
        for part in parts { hasher.update(data: part) }
        return Array(hasher.finalize())
    }
}
