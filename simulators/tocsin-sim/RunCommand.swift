import ArgumentParser
import Foundation
import Glibc
import Simulation
import TocsinTestKit

/// `tocsin-sim run`: a scenario to a broker, in real time or faster.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a scenario to a broker, in real time or faster.",
        discussion: """
            The same seed gives the same readings at any speed. Faster than real time the devices' \
            clocks run faster too, so that an agent with a clock of its own finds them off unless \
            the speed is 1; `record` and `tocsin replay` have no such trouble.
            """)

    @OptionGroup var simulation: SimulationOptions

    @Option(help: "The broker, HOST:PORT.")
    var broker = "127.0.0.1:1883"

    @Option(help: "Simulated seconds in a second; 0: as fast as the broker takes them.")
    var speed = 1.0

    func validate() throws {
        guard speed == 0 || (0.001...1_000_000).contains(speed) else {
            throw ValidationError("--speed must be 0, or from 0.001 to 1000000")
        }
    }

    func run() throws {
        let scenario = try simulation.load()
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        // Whole milliseconds, the resolution of the payloads' time stamps.
        let milliseconds = Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
        let start = milliseconds * 1_000_000
        try simulation.saveTruth(scenario, start: start, messages: 0)
        let publisher = try Publisher(broker: broker)
        var simulator = try makeSimulator(scenario, startMilliseconds: milliseconds)
        var count = 0
        let progress = Progress()
        while let message = simulator.next() {
            if speed > 0 {
                try publisher.wait(until: start + Int64(Double(message.arrival) / speed))
            }
            try publisher.send(message.payload, to: message.topic)
            count += 1
            progress.show(Double(message.arrival) / 1e9 / scenario.duration)
        }
        progress.end()
        try publisher.finish()
        try simulation.saveTruth(scenario, start: start, messages: count)
        try simulation.printSummary(scenario, messages: count)
    }
}

func makeSimulator(_ scenario: Scenario, startMilliseconds: Int64) throws -> Simulator {
    do throws(Simulator.Unusable) {
        return try Simulator(scenario, startMilliseconds: startMilliseconds)
    } catch {
        throw TocsinSim.failure(error.problems.joined(separator: "\n"), 65)
    }
}
