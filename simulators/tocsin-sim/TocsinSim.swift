import ArgumentParser
import Foundation
import Simulation

/// Simulated sites: what the agent is tested, demonstrated and tuned with.
@main
struct TocsinSim: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tocsin-sim",
        abstract: "Simulate lifts, ropeways and rides with injected faults.",
        discussion: """
            Exit status: 0 done, 1 a negative verdict, 64 wrong command line, 65 bad scenario, \
            69 broker unreachable.
            """,
        version: "0.1.0", subcommands: [Run.self, JudgeCommand.self, List.self])

    static func load(_ path: String) throws -> Scenario {
        do throws(Scenario.Invalid) {
            return try Scenario.load(path)
        } catch {
            throw failure(error.message, 65)
        }
    }

    static func failure(_ message: String, _ status: Int32) -> ExitCode {
        FileHandle.standardError.write(Data("tocsin-sim: \(message)\n".utf8))
        return ExitCode(status)
    }
}

/// `tocsin-sim list`: what can be simulated.
struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the kinds of machines and their faults.")

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        if json {
            let data = try JSONSerialization.data(
                withJSONObject: Fleet.faults, options: [.sortedKeys])
            print(String(decoding: data, as: UTF8.self))
            return
        }
        for (kind, faults) in Fleet.faults.sorted(by: { $0.key < $1.key }) {
            print("\(kind): \(faults.joined(separator: ", ")), silence")
        }
    }
}
