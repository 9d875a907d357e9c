import Agent
import ArgumentParser
import Configuration
import Console
import Glibc
import Ledger
import LedgerStore

/// `tocsin ledger`: look at the ledger and audit it.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Verify or show the ledger; sign and prove what it has.",
        subcommands: [
            Verify.self, Show.self, Init.self, Rotate.self, SignedCheckpoint.self, Prove.self,
            CheckProof.self,
            Consistency.self, Export.self,
        ])

    /// The ledger named, or the configured site's.
    static func path(_ file: String?, _ shared: SharedOptions) throws -> String {
        if let file { return file }
        return try shared.load().stateDirectory + "/ledger.sqlite"
    }

    /// `tocsin ledger show`: the entries as they are stored.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the entries, one canonical JSON object a line.")

        @OptionGroup var shared: SharedOptions

        @Argument(help: "The ledger's file. Default: the configured site's.")
        var file: String?

        @Option(name: .long, help: "First entry to print.")
        var from: Int64 = 0

        func run() throws {
            let path = try LedgerCommand.path(file, shared)
            let buffer = LineBuffer()
            do throws(StoreFailure) {
                let reader = try LedgerReader(path: path)
                var next = from
                while true {
                    let entries = try reader.entries(from: next, limit: 1_000)
                    guard let last = entries.last else { break }
                    for entry in entries { buffer.add(entry.bytes) }
                    next = last.sequence + 1
                }
            } catch {
                throw shared.fail(AgentFailure(error))
            }
            buffer.flush()
        }
    }
}
