import ArgumentParser
import Configuration
import Foundation
import Line
import TocsinTestKit

/// `tocsin-sim import`: a recording of real sensors becomes a capture.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Turn recorded sensors (CSV) into a capture, for tocsin replay and backtest.",
        discussion: """
            The map says which column is which signal, in which unit, and how the time is written; \
            an example is in docs/simulators.md. A cell that is empty stays a gap.
            """)

    @OptionGroup var rules: RuleOptions

    @Option(help: "The map of columns.")
    var map: String

    @Argument(help: "The recording.")
    var recording: String

    @Option(name: [.short, .long], help: "The capture; - for standard output.")
    var out = "-"

    @Flag(help: "Print the summary, on standard error, as JSON.")
    var json = false

    func run() throws {
        let map: RecordingMap
        let rules = try self.rules.load()
        do throws(InvalidConfiguration) {
            map = try RecordingMap.load(self.map, rules)
        } catch {
            throw TocsinSim.failure(error, 65)
        }
        guard let data = FileManager.default.contents(atPath: recording) else {
            throw TocsinSim.failure("\(recording): cannot be read", 65)
        }
        guard let file = out == "-" ? fdopen(1, "w") : fopen(out, "w") else {
            throw TocsinSim.failure("\(out): cannot be written", 65)
        }
        do {
            let summary = try RecordingImport(map).run(Array(data)) { record in
                var line = record.line
                line.append(UInt8(ascii: "\n"))
                guard fwrite(line, 1, line.count, file) == line.count else {
                    throw TocsinSim.failure("\(out): cannot be written", 65)
                }
            }
            guard fclose(file) == 0 else {
                throw TocsinSim.failure("\(out): cannot be written", 65)
            }
            TocsinSim.note(
                json
                    ? try TocsinSim.json([
                        "rows": summary.rows, "messages": summary.messages, "gaps": summary.gaps,
                    ])
                    : "\(summary.rows) rows became \(summary.messages) messages; \(summary.gaps) "
                        + "cells were gaps")
        } catch let error as RecordingImport.Failure {
            throw TocsinSim.failure("\(recording):\(error.line): \(error.message)", 65)
        }
    }
}
