import Agent
import ArgumentParser
import Console
import Foundation
import Ledger
import LedgerStore

extension LedgerCommand {
    /// `tocsin ledger verify`: recompute everything.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recompute every hash of the ledger; exit 1 names the first bad entry.",
            discussion: """
                The checkpoint that the agent keeps beside the ledger is checked too, when it is \
                there: it finds a ledger that was cut since. What is sound in itself may still be \
                another ledger: hold it against checkpoints that others keep, with tocsin ledger \
                consistency.
                """)

        @OptionGroup var proofs: ProofOptions

        @Argument(help: "The ledger's file. Default: the configured site's.")
        var file: String?

        @Option(help: "A published log instead: a directory of ledger export --tiles.")
        var tiles: String?

        @Option(help: "The ledger's public key. Default: ledger.pub beside the ledger.")
        var key: String?

        func validate() throws {
            if tiles != nil, file != nil || key == nil {
                throw ValidationError("--tiles DIR takes --key KEY, and no file")
            }
        }

        func run() throws {
            if let tiles { return try verify(tiles: tiles) }
            let path = try file ?? proofs.files().ledger
            let kept = try keptCheckpoint(beside: path)
            do throws(StoreFailure) {
                switch try LedgerReader(path: path).verify(against: kept) {
                case .broken(let sequence, let reason):
                    throw .corrupt("\(path): broken 损坏 at entry \(sequence): \(reason)")
                case .sound(let size, let root): tell(size, root, signed: kept?.size)
                }
            } catch {
                if case .corrupt(let text) = error { throw proofs.refuse(text) }
                throw proofs.shared.fail(AgentFailure(error))
            }
        }

        /// What the agent signed last, if it lies beside the ledger.
        private func keptCheckpoint(beside path: String) throws -> Checkpoint? {
            let files = LedgerFiles((path as NSString).deletingLastPathComponent)
            guard FileManager.default.fileExists(atPath: files.checkpoint) else { return nil }
            return try proofs.checkpoint(files.checkpoint, proofs.key(key ?? files.publicKey))
        }

        private func verify(tiles: String) throws {
            let checkpoint = try proofs.checkpoint(
                tiles + "/checkpoint", proofs.key(key ?? ""))
            do {
                try TileAudit.check(checkpoint, SHA256Digest.self) { tile in
                    FileManager.default.contents(atPath: tiles + "/" + tile.path)
                        .map { Array($0) }
                }
            } catch let finding as TileAudit.Finding {
                throw proofs.refuse("\(tiles)/\(finding.path): broken 损坏: \(finding.reason)")
            }
            tell(checkpoint.size, checkpoint.root, signed: checkpoint.size)
        }

        private func tell(_ size: UInt64, _ root: [UInt8], signed: UInt64?) {
            let style = Style(hasColour: isatty(1) == 1)
            let hex = Hexadecimal.encode(root)
            let signature =
                signed.map { ", signed 已签名 up to \($0)" } ?? ", no checkpoint beside it"
            proofs.tell(
                style("sound 完好", .good) + ": \(size) entries, root \(hex)\(signature)",
                [
                    ("sound", .boolean(true)), ("size", .number(Double(size))),
                    ("root", .text(hex)), ("signed", signed.map { .number(Double($0)) } ?? .null),
                ])
        }
    }
}
