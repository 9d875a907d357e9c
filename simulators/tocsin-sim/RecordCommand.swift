import ArgumentParser
import Detection
import Foundation
import Glibc
import Line
import Simulation
import Timestamps

/// `tocsin-sim record`: a scenario at once into a capture.
struct RecordCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Run a scenario at once into a capture, for tocsin replay and rules backtest.")

    @OptionGroup var simulation: SimulationOptions

    @Option(name: [.short, .long], help: "The capture; - for standard output.")
    var out = "-"

    @Option(help: "Start of the simulation, RFC 3339 in UTC.")
    var start = "2026-01-01T00:00:00Z"

    func validate() throws {
        guard RFC3339.parse(start) != nil else {
            throw ValidationError("--start must look like 2026-01-01T00:00:00Z")
        }
    }

    func run() throws {
        let scenario = try simulation.load()
        guard let begin = RFC3339.parse(start) else { return }
        let milliseconds = begin.nanoseconds / 1_000_000
        // Before the file is opened: what cannot be simulated leaves an older capture as it is.
        var simulator = try makeSimulator(scenario, startMilliseconds: milliseconds)
        guard let file = out == "-" ? fdopen(1, "w") : fopen(out, "w") else {
            throw TocsinSim.failure("\(out): cannot be written", 65)
        }
        var count = 0
        let progress = Progress()
        while let message = simulator.next() {
            let record = CaptureRecord(
                at: Instant(nanoseconds: milliseconds * 1_000_000 + message.arrival),
                topic: message.topic, payload: message.payload)
            var line = record.line
            line.append(UInt8(ascii: "\n"))
            guard fwrite(line, 1, line.count, file) == line.count else {
                throw TocsinSim.failure("\(out): cannot be written", 65)
            }
            count += 1
            progress.show(Double(message.arrival) / 1e9 / scenario.duration)
        }
        progress.end()
        guard fclose(file) == 0 else { throw TocsinSim.failure("\(out): cannot be written", 65) }
        try simulation.saveTruth(
            scenario, start: milliseconds * 1_000_000, messages: count)
        try simulation.printSummary(scenario, messages: count)
    }
}
