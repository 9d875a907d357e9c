import ArgumentParser
import Foundation
import Simulation
import TocsinTestKit

/// `tocsin-sim equipment`: a scenario's machines for an agent's site file.
struct EquipmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "equipment",
        abstract: "Print the machines of a scenario as the equipment of an agent's site file.",
        discussion: """
            An agent takes messages only of equipment that its site file names. Put this list \
            there before `run` sends it a fleet.
            """)

    @OptionGroup var rules: RuleOptions

    @Argument(help: "The scenario file.")
    var scenario: String

    @Option(help: "So many machines, as for run.")
    var fleet: Int?

    func validate() throws { try SimulationOptions.check(fleet: fleet) }

    func run() throws {
        let book = try rules.load()
        var scenario = try rules.scenario(self.scenario, book)
        if let fleet { scenario.repeatUnits(to: fleet) }
        guard scenario.problems.isEmpty else {
            throw TocsinSim.failure(scenario.problems.joined(separator: "\n"), 65)
        }
        do throws(RuleBook.Unfit) {
            print(try book.equipmentList(of: scenario), terminator: "")
        } catch {
            throw TocsinSim.failure(error.problems.joined(separator: "\n"), 78)
        }
    }
}
