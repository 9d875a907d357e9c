import ArgumentParser

/// The one binary of the agent and its tools.
@main
struct Tocsin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tocsin",
        abstract: "Watches lifts, ropeways and rides, and never loses a hazard.",
        discussion: """
            Exit status: 0 done, 1 a negative answer (bad payload, broken ledger), 64 wrong \
            command line, 65 ledger damaged, 69 broker unreachable at start, 70 a bug, 73 ledger \
            unusable, 74 no space at start, 75 ledger in use, 76 TLS unusable, 77 broker refuses \
            us, 78 configuration invalid.
            """,
        version: "0.1.0",
        subcommands: [
            Run.self, Check.self, Decode.self, Record.self, Replay.self, LedgerCommand.self,
            Watch.self, HazardsCommand.self, Readings.self, Reload.self, RulesCommand.self,
            ListingsCommand.self, IncidentsCommand.self, RegistryCommand.self,
            AlertsCommand.self, CheckBundle.self, Report.self,
        ])
}
