import Agent
import ArgumentParser
import Configuration
import Detection
import Ledger
import Supervision

/// `tocsin hazards`: what stands, and what people say about it.
struct HazardsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hazards",
        abstract: "List hazards; acknowledge, shelve and release them.",
        discussion: """
            A hazard is named by its place, EQUIPMENT/RULE, as in lift-1/lift.overspeed. Words \
            reach the running agent over its control socket; with no agent running they go \
            straight into the ledger.
            """,
        subcommands: [
            HazardsList.self, HazardsShow.self, HazardsExport.self, Acknowledge.self, Shelve.self,
            Unshelve.self,
            Release.self,
        ])

    /// The place that a text names.
    static func place(_ text: String) throws -> HazardPlace {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError(
                "'\(text)' names no place: write EQUIPMENT/RULE, as in lift-1/lift.overspeed")
        }
        return HazardPlace(equipment: parts[0], rule: parts[1])
    }

    struct Acknowledge: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ack", abstract: "Say that a hazard has been seen.")

        @OptionGroup var word: WordOptions

        func run() throws { try word.say(.acknowledge) }
    }

    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Release a latched hazard that is back within its limits.",
            discussion: "For an inspector who has looked at the equipment.")

        @OptionGroup var word: WordOptions

        func run() throws { try word.say(.release) }
    }

    struct Shelve: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put off the alerts of a hazard for a time; never what may cost lives.")

        @OptionGroup var word: WordOptions

        @Option(name: .customLong("for"), help: "How long: 30min, 8h, at most 7d.")
        var duration: String

        func run() throws {
            guard let length = Duration(written: duration), length > .zero else {
                throw ValidationError("--for must be a time such as 30min, 8h or 2d")
            }
            try word.say(.shelve(until: LineClock().now() + length))
        }
    }

    struct Unshelve: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a hazard from the shelf before its time.")

        @OptionGroup var word: WordOptions

        func run() throws { try word.say(.unshelve) }
    }
}

/// Who says what about which hazard.
struct WordOptions: ParsableArguments {
    @OptionGroup var shared: SharedOptions
    @OptionGroup var state: StateOptions

    @Argument(help: "The hazard's place: EQUIPMENT/RULE.")
    var place: String

    @Option(name: .long, help: "Who says it; goes into the ledger.")
    var actor: String

    @Option(name: .long, help: "Why; goes into the ledger.")
    var reason: String

    /// Says it to the running agent, or to the ledger when none runs.
    func say(_ command: HazardCommand) throws {
        let place = try HazardsCommand.place(place)
        var site = try shared.load()
        state.apply(to: &site)
        let request = HazardRequest(command, at: place, actor: actor, reason: reason)
        try state.say(.hazard(request), site, shared) { [site] () throws(AgentFailure) in
            try PeopleOffline.obey(request, site)
        }
    }
}
