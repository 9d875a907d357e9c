import Foundation

/// Resident memory of the agent for 1,000 pieces of equipment, after each has reported.
struct Footprint {
    private let workshop: Workshop

    init(_ workshop: Workshop) { self.workshop = workshop }

    func run() throws {
        let agent = try workshop.agent(lifts: 1_000, state: "footprint")
        defer {
            agent.terminate()
            agent.waitUntilExit()
        }
        let load = try Load(port: workshop.port, qos: 1)
        try load.publish(rate: 5_000, seconds: 2, lifts: 1_000, burst: 20)
        usleep(500_000)
        print("footprint, 1,000 lifts with the shipped rules")
        print(
            String(
                format: "  resident memory                   %8.1f MB (goal 40)",
                ProcessFigures.resident(agent.processIdentifier)))
        print("")
    }
}
