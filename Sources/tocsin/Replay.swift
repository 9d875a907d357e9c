import Agent
import ArgumentParser
import Glibc
import Ledger
import Supervision

/// `tocsin replay`: a capture through the same line.
struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Replay a capture through the agent's line and print each transition as JSON.",
        discussion: "The same capture and configuration give the same bytes, on any machine.")

    @OptionGroup var shared: SharedOptions

    @Option(name: .long, help: "Also commit to this ledger; made if it is not there.")
    var ledger: String?

    @Argument(help: "The capture; - for standard input.")
    var capture: String

    func run() throws {
        let site = try shared.load()
        let descriptor = capture == "-" ? 0 : open(capture, O_RDONLY)
        guard descriptor >= 0 else {
            throw shared.fail(AgentFailure(.negative, "\(capture): cannot be read"))
        }
        let buffer = LineBuffer()
        do throws(AgentFailure) {
            let summary = try Replayer(configuration: site, ledgerPath: ledger)
                .run(descriptor: descriptor) { buffer.add($0.report.orderedBytes) }
            buffer.flush()
            if !shared.json {
                Output.error(
                    "\(summary.records) messages, \(summary.rejected) not taken, "
                        + "\(summary.transitions) transitions")
            }
        } catch {
            buffer.flush()
            throw shared.fail(
                AgentFailure(error.status, "\(capture): \(error.message)"))
        }
    }
}
