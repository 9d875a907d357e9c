/// A text with signatures, in the form of C2SP signed-note.
///
/// The text, which ends with a line break; an empty line; a line `— NAME BASE64` for each
/// signature, whose first four bytes say which key of that name it is of.
public struct SignedNote: Sendable, Equatable {
    /// A signature.
    public struct Signature: Sendable, Equatable {
        /// The key's name.
        public var name: String
        /// The first bytes of the key's hash.
        public var keyID: [UInt8]
        /// What the key made.
        public var signature: [UInt8]

        /// Groups the parts of a signature.
        public init(name: String, keyID: [UInt8], signature: [UInt8]) {
            self.name = name
            self.keyID = keyID
            self.signature = signature
        }
    }

    /// Why bytes are no signed note.
    public struct Invalid: Error, Sendable, Equatable {
        /// For people.
        public var message: String
    }

    /// A note is read whole; a checkpoint is of some hundred bytes.
    public static let longest = 65_536
    /// More than any log has witnesses.
    public static let mostSignatures = 100
    /// Bytes of a key's id.
    static let keyIDLength = 4

    /// The text that is signed, with its last line break.
    public var text: String
    /// The signatures, in order.
    public var signatures: [Signature]

    /// Groups a text and its signatures; checks nothing.
    public init(text: String, signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Reads a note. Of each note there is one form alone: `bytes` gives back what was read.
    public init(bytes: [UInt8]) throws(Invalid) {
        guard bytes.count <= Self.longest else {
            throw Invalid(message: "a note is longer than \(Self.longest) bytes")
        }
        guard let whole = String(validating: bytes, as: UTF8.self) else {
            throw Invalid(message: "a note is not UTF-8")
        }
        guard bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0A }) else {
            throw Invalid(message: "a note has control characters")
        }
        guard let gap = Self.lastEmptyLine(bytes), gap > 0, bytes.last == 0x0A else {
            throw Invalid(message: "a note has no signatures after an empty line")
        }
        text = String(decoding: bytes[...gap], as: UTF8.self)
        let block = String(decoding: bytes[(gap + 2)...], as: UTF8.self)
        var signatures: [Signature] = []
        for line in block.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            guard signatures.count < Self.mostSignatures else {
                throw Invalid(message: "a note has more than \(Self.mostSignatures) signatures")
            }
            signatures.append(try Self.signature(line))
        }
        guard !signatures.isEmpty else {
            throw Invalid(message: "a note has no signatures after an empty line")
        }
        self.signatures = signatures
        guard self.bytes == Array(whole.utf8) else {
            throw Invalid(message: "a note is not written as it has to be")
        }
    }

    /// The note as it is stored and sent.
    public var bytes: [UInt8] {
        var bytes = Array(text.utf8) + [0x0A]
        for signature in signatures {
            let code = Base64.encode(signature.keyID + signature.signature)
            bytes += Array("— \(signature.name) \(code)\n".utf8)
        }
        return bytes
    }

    /// Where the last empty line begins less one: the place of the line break that ends the text.
    private static func lastEmptyLine(_ bytes: [UInt8]) -> Int? {
        bytes.indices.dropLast(2).last { bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A }
    }

    private static func signature(_ line: Substring) throws(Invalid) -> Signature {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "—", isKeyName(parts[1]) else {
            throw Invalid(message: "a line of a note is no signature: \(line.prefix(80))")
        }
        guard let code = Base64.decode(String(parts[2])), code.count > keyIDLength else {
            throw Invalid(message: "the signature of \(parts[1]) is not base 64")
        }
        return Signature(
            name: String(parts[1]), keyID: Array(code.prefix(keyIDLength)),
            signature: Array(code.dropFirst(keyIDLength)))
    }

    /// Whether a text can name a key: not empty, without white space and `+`.
    static func isKeyName(_ name: some StringProtocol) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" }
    }
}
