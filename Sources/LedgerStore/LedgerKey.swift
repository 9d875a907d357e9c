import Crypto
import Foundation
import Glibc
public import Ledger

/// The key with which a ledger signs its checkpoints: Ed25519, in a file that its owner alone may
/// read.
public struct LedgerKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey
    /// The public half, to be handed out.
    public let verifier: NoteKey

    /// A new key.
    public init(name: String) throws(NoteKey.Invalid) {
        key = Curve25519.Signing.PrivateKey()
        verifier = try NoteKey(name: name, key: Array(key.publicKey.rawRepresentation))
    }

    /// Reads a key's file.
    ///
    /// - Throws: when others than its owner may read it: such a key proves nothing.
    public init(path: String) throws(StoreFailure) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            throw .unusable("\(path): cannot be read: \(SystemFailure.last)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .unusable("\(path): is no file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw .unusable(
                "\(path): others may read or write it: chmod 600, and think of a new key")
        }
        var bytes = [UInt8](repeating: 0, count: Self.longest)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        guard count >= 0 else {
            throw .unusable("\(path): cannot be read: \(SystemFailure.last)")
        }
        do {
            (key, verifier) = try Self.parse(String(decoding: bytes.prefix(count), as: UTF8.self))
        } catch {
            throw .unusable("\(path): \(error.message)")
        }
    }

    private static let prefix = "PRIVATE+KEY+"
    /// A name, an id and 33 bytes in base 64 are far less.
    private static let longest = 4_096

    private static func parse(
        _ text: String
    ) throws(NoteKey.Invalid) -> (Curve25519.Signing.PrivateKey, NoteKey) {
        let line = text.hasSuffix("\n") ? String(text.dropLast()) : text
        let parts = line.dropFirst(prefix.count).split(
            separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard line.hasPrefix(prefix), parts.count == 3,
            let code = Base64.decode(String(parts[2])), code.first == NoteKey.ed25519
        else { throw NoteKey.Invalid(message: "is no private key of tocsin ledger init") }
        let key: Curve25519.Signing.PrivateKey
        do {
            key = try Curve25519.Signing.PrivateKey(rawRepresentation: code.dropFirst())
        } catch {
            throw NoteKey.Invalid(message: "is no private key for Ed25519")
        }
        let verifier = try NoteKey(
            name: String(parts[0]), key: Array(key.publicKey.rawRepresentation))
        guard verifier.text(SHA256Digest.self).hasPrefix("\(parts[0])+\(parts[1])+") else {
            throw NoteKey.Invalid(message: "the id of the key is not its own")
        }
        return (key, verifier)
    }

    /// Writes the key into a new file that its owner alone may read, and syncs it.
    ///
    /// - Throws: when there is a file already: a key is never written over.
    public func save(_ path: String) throws(StoreFailure) {
        let descriptor = unsafe open(
            path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .unusable(
                errno == EEXIST
                    ? "\(path): there is a key already, and it stays"
                    : "\(path): cannot be created: \(SystemFailure.last)")
        }
        defer { close(descriptor) }
        let id = verifier.text(SHA256Digest.self).split(separator: "+", maxSplits: 2)[1]
        let code = Base64.encode([NoteKey.ed25519] + Array(key.rawRepresentation))
        let bytes = Array("\(Self.prefix)\(verifier.name)+\(id)+\(code)\n".utf8)
        guard unsafe write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0
        else {
            let reason = SystemFailure.last
            // Half a key would be in the way of the next one.
            unsafe unlink(path)
            throw .unusable("\(path): cannot be written: \(reason)")
        }
    }

    /// A checkpoint with this key's signature.
    public func sign(_ checkpoint: Checkpoint) throws(StoreFailure) -> SignedNote {
        do {
            let signature = try key.signature(for: Data(checkpoint.text.utf8))
            return SignedNote(
                text: checkpoint.text,
                signatures: [
                    .init(
                        name: verifier.name, keyID: verifier.id(SHA256Digest.self),
                        signature: Array(signature))
                ])
        } catch {
            throw .unusable("the ledger's key does not sign: \(error)")
        }
    }
}

extension NoteKey {
    /// The state of a log that a note tells, if this key signed it.
    ///
    /// - Returns: `nil` when the note is not signed by this key, or says something else.
    public func checkpoint(in note: SignedNote) -> Checkpoint? {
        guard type == Self.ed25519 else { return nil }
        do {
            let key = try Curve25519.Signing.PublicKey(rawRepresentation: key)
            let isSigned = note.signatures.contains {
                $0.name == name && $0.keyID == id(SHA256Digest.self)
                    && key.isValidSignature($0.signature, for: Data(note.text.utf8))
            }
            return isSigned ? try Checkpoint(text: note.text) : nil
        } catch {
            return nil
        }
    }
}
