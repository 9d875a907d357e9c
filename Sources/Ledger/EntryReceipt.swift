/// That an entry stands in a log, in a file that stands alone: C2SP tlog-proof, version 1.
///
/// A line that names the form, the entry's place, the hashes of the proof, an empty line, and the
/// checkpoint that it leads to. Whoever has the entry's bytes and the log's key needs nothing else.
public struct EntryReceipt: Sendable, Equatable {
    /// The proof.
    public var proof: InclusionProof
    /// The log's signed state.
    public var checkpoint: SignedNote

    /// Why bytes are no receipt.
    public struct Invalid: Error, Sendable, Equatable {
        /// For people.
        public var message: String
    }

    private static let form = "c2sp.org/tlog-proof@v1"
    /// A proof has a hash for each level of a tree at most.
    private static let mostHashes = 64
    private static let longest = SignedNote.longest + 8_192

    /// Groups a proof and the checkpoint that it leads to.
    public init(proof: InclusionProof, checkpoint: SignedNote) {
        self.proof = proof
        self.checkpoint = checkpoint
    }

    /// Reads a receipt.
    public init(bytes: [UInt8]) throws(Invalid) {
        guard bytes.count <= Self.longest, let whole = String(validating: bytes, as: UTF8.self)
        else { throw Invalid(message: "a receipt is UTF-8 of \(Self.longest) bytes at most") }
        guard
            let gap = bytes.indices.dropLast().first(where: {
                bytes[$0] == 0x0A && bytes[$0 + 1] == 0x0A
            })
        else { throw Invalid(message: "a receipt has an empty line before its checkpoint") }
        var lines = String(decoding: bytes[..<gap], as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.form[...] else {
            throw Invalid(message: "a receipt begins with \(Self.form)")
        }
        let index = lines.popFirst() ?? ""
        guard index.hasPrefix("index "), let leaf = UInt64(index.dropFirst(6)) else {
            throw Invalid(message: "the second line of a receipt is its index")
        }
        guard lines.count <= Self.mostHashes else {
            throw Invalid(message: "a receipt has \(Self.mostHashes) hashes at most")
        }
        var hashes: [[UInt8]] = []
        for line in lines {
            guard let hash = Base64.decode(String(line)), hash.count == 32 else {
                throw Invalid(message: "a hash of a receipt is no 32 bytes in base 64")
            }
            hashes.append(hash)
        }
        let state: Checkpoint
        do {
            checkpoint = try SignedNote(bytes: Array(bytes[(gap + 2)...]))
            state = try Checkpoint(text: checkpoint.text)
        } catch let error as SignedNote.Invalid {
            throw Invalid(message: error.message)
        } catch let error as Checkpoint.Invalid {
            throw Invalid(message: error.message)
        } catch {
            throw Invalid(message: "\(error)")
        }
        proof = InclusionProof(leaf: leaf, size: state.size, hashes: hashes)
        guard self.bytes == Array(whole.utf8) else {
            throw Invalid(message: "a receipt is not written as it has to be")
        }
    }

    /// The receipt as it is handed out.
    public var bytes: [UInt8] {
        var text = "\(Self.form)\nindex \(proof.leaf)\n"
        for hash in proof.hashes { text += Base64.encode(hash) + "\n" }
        return Array(text.utf8) + [0x0A] + checkpoint.bytes
    }
}
