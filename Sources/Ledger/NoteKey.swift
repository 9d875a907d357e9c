/// The public half of a key that signs notes, in the form of C2SP signed-note:
/// `NAME+ID+KEY`, the id in eight hexadecimal digits, type and key in base 64.
public struct NoteKey: Sendable, Equatable {
    /// Ed25519, the one type that this ledger signs with.
    public static let ed25519: UInt8 = 0x01

    /// Its name, by convention the log's origin.
    public var name: String
    /// What kind of key it is.
    public var type: UInt8
    /// The key's bytes: 32 for Ed25519.
    public var key: [UInt8]

    /// Why a text is no key.
    public struct Invalid: Error, Sendable, Equatable {
        /// For people.
        public var message: String

        /// Says why.
        public init(message: String) { self.message = message }
    }

    /// Names a key.
    public init(name: String, type: UInt8 = Self.ed25519, key: [UInt8]) throws(Invalid) {
        guard SignedNote.isKeyName(name) else {
            throw Invalid(message: "a key's name is not empty and has no white space and no +")
        }
        guard type != Self.ed25519 || key.count == 32 else {
            throw Invalid(message: "a key for Ed25519 has 32 bytes")
        }
        self.name = name
        self.type = type
        self.key = key
    }

    /// Reads a key; its id must be its own.
    public init<Digest: LedgerDigest>(_ text: String, _ digest: Digest.Type) throws(Invalid) {
        // Base 64 has a + of its own.
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let code = Base64.decode(String(parts[2])), let type = code.first
        else { throw Invalid(message: "a key is NAME+ID+KEY") }
        try self.init(name: String(parts[0]), type: type, key: Array(code.dropFirst()))
        guard Hexadecimal.encode(id(digest)) == parts[1] else {
            throw Invalid(message: "the id \(parts[1].prefix(20)) is not that of this key")
        }
    }

    /// The key as it is handed out.
    public func text<Digest: LedgerDigest>(_ digest: Digest.Type) -> String {
        "\(name)+\(Hexadecimal.encode(id(digest)))+\(Base64.encode([type] + key))"
    }

    /// The first four bytes of the hash of name, line break, type and key.
    public func id<Digest: LedgerDigest>(_ digest: Digest.Type) -> [UInt8] {
        Array(
            Digest.hash(Array(name.utf8), [0x0A], [type], key).prefix(SignedNote.keyIDLength))
    }
}
