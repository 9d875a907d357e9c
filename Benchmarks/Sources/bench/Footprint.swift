import Foundation

/// Resident memory of the agent for 1,000 pieces of equipment, after each has reported.
struct Footprint {
    private let workshop: Workshop

    init(_ workshop: Workshop) { self.workshop = workshop }

    func run() throws {
        print("footprint, 1,000 lifts: resident memory of the agent")
        try measure("the shipped rules             ", rules: nil, "")
        try measure("20 rules                      ", rules: 20, " (goal 40)")
        print("")
    }

    private func measure(_ what: String, rules: Int?, _ goal: String) throws {
        let agent = try workshop.agent(
            lifts: 1_000, rules: rules, state: "footprint-\(rules ?? 0)")
        defer {
            agent.terminate()
            agent.waitUntilExit()
        }
        let load = try Load(port: workshop.port, qos: 1)
        try load.publish(rate: 5_000, seconds: 2, lifts: 1_000, burst: 20)
        usleep(500_000)
        let resident = ProcessFigures.resident(agent.processIdentifier)
        print("  \(what)    " + String(format: "%8.1f MB", resident) + goal)
    }
}
