import Agent
import ArgumentParser
import Configuration
import Foundation
import Glibc
import Ledger
import LedgerStore
import Supervision
import Timestamps

extension LedgerCommand {
    /// `tocsin ledger rotate`: another key, on record.
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sign with a new key from now on; the change is an entry of the ledger.",
            discussion: """
                The entry has both public keys, and ledger.handover is the ledger's state with \
                that entry in it, signed by the old key for the last time: whoever trusts the old \
                key can trust the new one. The old private half is then deleted. No agent may run \
                on the ledger meanwhile. If it breaks off, run it again.
                """)

        @OptionGroup var proofs: ProofOptions

        @Option(name: .long, help: "Who says it; goes into the ledger.")
        var actor: String

        @Option(name: .long, help: "Why; goes into the ledger.")
        var reason: String

        func run() throws {
            var site = try proofs.shared.load()
            proofs.state.apply(to: &site)
            let files = LedgerFiles(site.stateDirectory)
            let word = Word(actor: actor, reason: reason, at: LineClock().now())
            do throws(Refusal) {
                try word.check()
            } catch {
                throw proofs.refuse(error.message)
            }
            let path = files.privateKey
            let (old, new) = try proofs.attempt { () throws(StoreFailure) in
                let old = try LedgerKey(path: path)
                let new = try Self.successor(of: old, path + ".next")
                try Self.record(old, new, word, site)
                return (old, new)
            }
            let note = try proofs.attempt { () throws(StoreFailure) in
                let reader = try LedgerReader(path: files.ledger)
                return try old.sign(reader.checkpoint(origin: old.verifier.name))
            }
            try proofs.write(note.bytes, to: files.handover)
            // The one that is kept is the old key's; the new one signs it again below.
            unlink(files.checkpoint)
            let text = new.verifier.text(SHA256Digest.self)
            try proofs.write(Array((text + "\n").utf8), to: files.publicKey)
            // Takes the old private half away in the same moment.
            guard rename(path + ".next", path) == 0 else {
                throw proofs.refuse("\(path): cannot be replaced: run it again")
            }
            try proofs.attempt { () throws(StoreFailure) in
                try CheckpointSigner(key: new, files: files).keep()
            }
            proofs.tell(text, [("key", .text(text))])
        }

        /// The key of a rotation that broke off, or a new one.
        private static func successor(
            of old: LedgerKey, _ path: String
        ) throws(StoreFailure) -> LedgerKey {
            if FileManager.default.fileExists(atPath: path) { return try LedgerKey(path: path) }
            let key: LedgerKey
            do throws(NoteKey.Invalid) {
                key = try LedgerKey(name: old.verifier.name)
            } catch {
                throw .unusable(error.message)
            }
            try key.save(path)
            return key
        }

        private static func record(
            _ old: LedgerKey, _ new: LedgerKey, _ word: Word, _ site: SiteConfiguration
        ) throws(StoreFailure) {
            let store = try LedgerStore(
                path: LedgerFiles(site.stateDirectory).ledger, configurationHash: site.hash)
            let next = new.verifier.text(SHA256Digest.self)
            var batch = CommitBatch()
            batch.entries = [
                LedgerEntry(
                    id: "\(site.site)/ledger.key_rotated#\(next)", kind: "ledger.key_rotated",
                    equipment: "", actor: word.actor,
                    body: .object([
                        ("old", .text(old.verifier.text(SHA256Digest.self))), ("new", .text(next)),
                        ("reason", .text(word.reason)), ("at", .text(RFC3339.format(word.at))),
                    ]))
            ]
            _ = try store.commit(batch, recorded: word.at)
        }
    }
}
