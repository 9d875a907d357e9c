import ArgumentParser
import Foundation
import Glibc
import Simulation

/// `tocsin-sim run`: a scenario in real time to a broker, or at once into a capture.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a scenario: in real time to a broker, or at once into a capture.",
        discussion: "The same seed gives the same readings either way.")

    @Argument(help: "The scenario file.")
    var scenario: String

    @Option(help: "Publish in real time to the broker at HOST:PORT.")
    var broker: String?

    @Option(help: "Write a capture at once; - for standard output.")
    var out: String?

    @Option(
        help: "Start of the simulation, RFC 3339 in UTC. Default: now, or 2026-01-01 for a capture."
    )
    var start: String?

    @Option(help: "Write the faults and what they must lead to into this file, for judge.")
    var truth: String?

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func validate() throws {
        guard (broker == nil) != (out == nil) else {
            throw ValidationError("give either --broker HOST:PORT or --out FILE")
        }
        if let start, ISO8601DateFormatter().date(from: start) == nil {
            throw ValidationError("--start must look like 2026-01-01T00:00:00Z")
        }
    }

    func run() throws {
        let scenario = try TocsinSim.load(scenario)
        let start = startNanoseconds
        let messages: Int
        if let out {
            messages = try capture(scenario, to: out, start: start)
        } else {
            messages = try publish(scenario, start: start)
        }
        let seconds = Int(scenario.duration)
        let summary =
            json
            ? "{\"scenario\":\"\(scenario.name)\",\"messages\":\(messages),\"seconds\":\(seconds)}"
            : "\(scenario.name): \(messages) messages in \(seconds) simulated seconds"
        FileHandle.standardError.write(Data((summary + "\n").utf8))
    }

    private var startNanoseconds: Int64 {
        if let start, let date = ISO8601DateFormatter().date(from: start) {
            return Int64(date.timeIntervalSince1970) * 1_000_000_000
        }
        if out != nil { return 1_767_225_600_000_000_000 }
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        // Whole microseconds, the resolution of the payloads' time stamps.
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) / 1_000 * 1_000
    }

    private func save(_ scenario: Scenario, start: Int64, messages: Int) throws {
        guard let truth else { return }
        do throws(Scenario.Invalid) {
            try GroundTruth(scenario: scenario, startNanoseconds: start, messages: messages)
                .save(truth)
        } catch {
            throw TocsinSim.failure(error.message, 65)
        }
    }

    private func capture(_ scenario: Scenario, to path: String, start: Int64) throws -> Int {
        let file = path == "-" ? fdopen(1, "w") : fopen(path, "w")
        guard let file else { throw TocsinSim.failure("\(path): cannot be written", 65) }
        defer { fclose(file) }
        var simulator = Simulator(scenario)
        var count = 0
        while let message = simulator.next() {
            let payload = message.payload(startNanoseconds: start)
                .replacing("\"", with: "\\\"")
            let at = Self.time(start + message.offsetNanoseconds)
            fputs(
                "{\"at\":\"\(at)\",\"topic\":\"\(message.topic)\",\"payload\":\"\(payload)\"}\n",
                file)
            count += 1
        }
        try save(scenario, start: start, messages: count)
        return count
    }

    private func publish(_ scenario: Scenario, start: Int64) throws -> Int {
        try save(scenario, start: start, messages: 0)
        let publisher = try Publisher(broker: broker ?? "")
        var simulator = Simulator(scenario)
        var count = 0
        while let message = simulator.next() {
            try publisher.wait(until: start + message.offsetNanoseconds)
            try publisher.send(
                message.payload(startNanoseconds: start), to: message.topic)
            count += 1
        }
        try publisher.finish()
        try save(scenario, start: start, messages: count)
        return count
    }

    private static func time(_ nanoseconds: Int64) -> String {
        let date = Date(timeIntervalSince1970: Double(nanoseconds / 1_000_000_000))
        let fraction = String(nanoseconds % 1_000_000_000 + 1_000_000_000).dropFirst()
        return ISO8601DateFormatter().string(from: date).dropLast() + ".\(fraction)Z"
    }
}
