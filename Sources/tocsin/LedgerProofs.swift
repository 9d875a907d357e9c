import Agent
import ArgumentParser
import Configuration
import Foundation
import Ledger
import LedgerStore
import Line

/// What the commands that prove have in common.
struct ProofOptions: ParsableArguments {
    @OptionGroup var shared: SharedOptions
    @OptionGroup var state: StateOptions

    /// The configured site's ledger.
    func files() throws -> LedgerFiles {
        var site = try shared.load()
        state.apply(to: &site)
        return LedgerFiles(site.stateDirectory)
    }

    /// Does what reads or writes the ledger; a failure ends the program.
    func attempt<Result>(_ body: () throws(StoreFailure) -> Result) throws -> Result {
        do throws(StoreFailure) {
            return try body()
        } catch {
            throw shared.fail(AgentFailure(error))
        }
    }

    func refuse(_ message: String) -> ExitCode { shared.fail(AgentFailure(.negative, message)) }

    /// A public key: the text itself, or the file that has it.
    func key(_ text: String) throws -> NoteKey {
        let line: String
        if let data = FileManager.default.contents(atPath: text) {
            line = String(decoding: data, as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        } else {
            line = text
        }
        do throws(NoteKey.Invalid) {
            return try NoteKey(line, SHA256Digest.self)
        } catch {
            throw shared.fail(AgentFailure(.usage, "--key: \(error.message)"))
        }
    }

    func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw shared.fail(AgentFailure(.usage, "\(path): cannot be read"))
        }
        return Array(data)
    }

    /// A checkpoint that a key signed.
    func checkpoint(_ path: String, _ key: NoteKey) throws -> Checkpoint {
        let bytes = try read(path)
        let note: SignedNote
        do throws(SignedNote.Invalid) {
            note = try SignedNote(bytes: bytes)
        } catch {
            throw refuse("\(path): \(error.message)")
        }
        guard let checkpoint = key.checkpoint(in: note) else {
            throw refuse("\(path): is no checkpoint that \(key.name) signed")
        }
        return checkpoint
    }

    /// Prints a result: for people, or with --json for programs.
    func tell(_ text: String, _ result: [(String, JSONValue)]) {
        if shared.json { Output.line(.object(result)) } else { Output.line(text) }
    }

    /// Writes a file that was asked for.
    func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        } catch {
            throw shared.fail(AgentFailure(.usage, "\(path): cannot be written"))
        }
    }
}

extension LedgerCommand {
    /// `tocsin ledger init`: a key to sign checkpoints with.
    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the key that signs the ledger's checkpoints.",
            discussion: """
                ledger.key, which its owner alone may read, and ledger.pub, which is for everybody \
                who is to check: hand it to the supervising authority. A key that is there stays.
                """)

        @OptionGroup var proofs: ProofOptions

        @Option(help: "The log's name, which no other log has. Default: tocsin/SITE.")
        var origin: String?

        func run() throws {
            var site = try proofs.shared.load()
            proofs.state.apply(to: &site)
            let files = LedgerFiles(site.stateDirectory)
            let key: LedgerKey
            do throws(NoteKey.Invalid) {
                key = try LedgerKey(name: origin ?? "tocsin/\(site.plan.site)")
            } catch {
                throw proofs.shared.fail(AgentFailure(.usage, "--origin: \(error.message)"))
            }
            do {
                try FileManager.default.createDirectory(
                    atPath: site.stateDirectory, withIntermediateDirectories: true)
            } catch {
                throw proofs.refuse("\(site.stateDirectory): cannot be made: \(error)")
            }
            try proofs.attempt { () throws(StoreFailure) in
                try key.save(files.privateKey)
            }
            let text = key.verifier.text(SHA256Digest.self)
            try proofs.write(Array((text + "\n").utf8), to: files.publicKey)
            proofs.tell(text, [("key", .text(text))])
        }
    }

    /// `tocsin ledger checkpoint`: the ledger's state now, signed.
    struct SignedCheckpoint: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "checkpoint",
            abstract: "Print the ledger's present state, signed: a C2SP checkpoint.",
            discussion: "Whoever keeps one can find later that the ledger was cut or rewritten.")

        @OptionGroup var proofs: ProofOptions

        func run() throws {
            let files = try proofs.files()
            let note = try proofs.attempt { () throws(StoreFailure) in
                let key = try LedgerKey(path: files.privateKey)
                let reader = try LedgerReader(path: files.ledger)
                return try key.sign(reader.checkpoint(origin: key.verifier.name))
            }
            FileHandle.standardOutput.write(Data(note.bytes))
        }
    }

    /// `tocsin ledger prove`: an entry with its proof, to be handed on.
    struct Prove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write an entry, and the proof that it stands in the ledger, into two files.",
            discussion: """
                NAME.json has the entry's bytes, NAME.tlog-proof the proof (C2SP tlog-proof) with \
                a signed checkpoint; `tocsin ledger check-proof` needs nothing else.
                """)

        @OptionGroup var proofs: ProofOptions

        @Argument(help: "The entry's id, as ledger show prints it.")
        var entry: String

        @Option(name: [.short, .long], help: "NAME of the two files.")
        var out: String

        func run() throws {
            let files = try proofs.files()
            let found = try proofs.attempt { () throws(StoreFailure) in
                let key = try LedgerKey(path: files.privateKey)
                let reader = try LedgerReader(path: files.ledger)
                let found = try reader.inclusion(of: entry, origin: key.verifier.name)
                return try found.map { found throws(StoreFailure) in
                    let note = try key.sign(found.checkpoint)
                    return (found.entry, EntryReceipt(proof: found.proof, checkpoint: note))
                }
            }
            guard let (bytes, receipt) = found else {
                throw proofs.refuse("there is no entry \(entry)")
            }
            try proofs.write(bytes, to: out + ".json")
            try proofs.write(receipt.bytes, to: out + ".tlog-proof")
            proofs.tell(
                "\(out).json, \(out).tlog-proof",
                [("entry", .text(out + ".json")), ("proof", .text(out + ".tlog-proof"))])
        }
    }

    /// `tocsin ledger check-proof`: without the ledger.
    struct CheckProof: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check-proof",
            abstract: "Check an entry's proof, without the ledger; exit 1 unless it holds.")

        @OptionGroup var proofs: ProofOptions

        @Argument(help: "The proof, as ledger prove wrote it.")
        var proof: String

        @Option(help: "The entry. Default: the file beside the proof that ends in .json.")
        var entry: String?

        @Option(help: "The ledger's public key: ledger.pub, or its text.")
        var key: String

        func run() throws {
            let key = try proofs.key(self.key)
            let proofBytes = try proofs.read(proof)
            let base = (proof as NSString).deletingPathExtension
            let entryBytes = try proofs.read(entry ?? base + ".json")
            let receipt: EntryReceipt
            do throws(EntryReceipt.Invalid) {
                receipt = try EntryReceipt(bytes: proofBytes)
            } catch {
                throw proofs.refuse("\(proof): \(error.message)")
            }
            guard let checkpoint = key.checkpoint(in: receipt.checkpoint) else {
                throw proofs.refuse("\(proof): its checkpoint is not signed by \(key.name)")
            }
            do throws(ProofFailure) {
                try receipt.proof.check(
                    SHA256Digest.self, leafHash: SHA256Digest.leaf(entryBytes),
                    root: checkpoint.root)
            } catch {
                throw proofs.refuse("\(proof): does not prove this entry (\(error))")
            }
            proofs.tell(
                "proved 已证明: entry \(receipt.proof.leaf) of \(checkpoint.size), "
                    + checkpoint.origin,
                [
                    ("proved", .boolean(true)), ("entry", .number(Double(receipt.proof.leaf))),
                    ("size", .number(Double(checkpoint.size))),
                    ("origin", .text(checkpoint.origin)),
                ])
        }
    }

    /// `tocsin ledger consistency`: the ledger goes on from a state that somebody kept.
    struct Consistency: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that the ledger goes on from earlier checkpoints; exit 1 unless so.",
            discussion: """
                Finds a ledger that was cut or rewritten after a checkpoint was handed out. What \
                the ledger says of itself `tocsin ledger verify` checks.
                """)

        @OptionGroup var proofs: ProofOptions

        @Argument(help: "Checkpoints, as ledger checkpoint printed them, the oldest first.")
        var checkpoints: [String]

        @Option(help: "The ledger's public key: ledger.pub, or its text.")
        var key: String

        @Option(help: "The ledger's file. Default: the configured site's.")
        var file: String?

        func run() throws {
            let key = try proofs.key(self.key)
            let path = try file ?? proofs.files().ledger
            var last: UInt64 = 0
            for name in checkpoints {
                let old = try proofs.checkpoint(name, key)
                guard old.size >= last else {
                    throw proofs.refuse("\(name): is older than the one before it")
                }
                last = old.size
                // An empty ledger goes on to anything.
                if old.size == 0 { continue }
                let found = try proofs.attempt { () throws(StoreFailure) in
                    try LedgerReader(path: path).consistency(from: old.size, origin: key.name)
                }
                guard let (proof, now) = found else {
                    throw proofs.refuse(
                        "\(path): the ledger was cut: it had \(old.size) entries at \(name)")
                }
                do throws(ProofFailure) {
                    try proof.check(
                        SHA256Digest.self, earlierRoot: old.root, laterRoot: now.root)
                } catch {
                    throw proofs.refuse(
                        "\(path): the ledger is not the one of \(name): something in its first "
                            + "\(old.size) entries was changed")
                }
                proofs.tell(
                    "consistent 一致: \(now.size) entries go on from \(old.size), \(name)",
                    [
                        ("consistent", .boolean(true)), ("checkpoint", .text(name)),
                        ("from", .number(Double(old.size))), ("size", .number(Double(now.size))),
                    ])
            }
        }
    }
}
