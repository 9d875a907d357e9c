import Agent
import Configuration
import ArgumentParser
import Console
import Detection
import Glibc
import Ledger
import Line
import LedgerStore
import Supervision
import Timestamps

/// `tocsin incidents`: people who are held, and the clock that runs with them.
struct IncidentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents",
        abstract: "People who are held (困人、高空滞留): clocks, accident grade, reporting.",
        subcommands: [List.self, Count.self, End.self, Report.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the incidents that are not closed.")

        @OptionGroup var options: ReadOptions

        @Flag(name: .long, help: "Also closed ones.")
        var all = false

        func run() throws {
            let (site, ledger) = try options.open()
            let entries = try options.read { () throws(StoreFailure) in
                try ledger.threads("incident", isOpenOnly: !all)
            }
            let now = LineClock().now()
            let offset = site.plan.supervision.calendar.offset
            let style = Style(hasColour: isatty(1) == 1)
            let incidents = IncidentHistory(entries).incidents
            for incident in incidents {
                Output.line(
                    options.shared.json
                        ? String(decoding: json(incident, now).orderedBytes, as: UTF8.self)
                        : row(incident, now, offset, style))
            }
            if !options.shared.json {
                let held = incidents.count(where: \.isRunning)
                Output.line(
                    style("\(incidents.count) incidents 事件, \(held) with people held 人员未解救", .faint)
                )
            }
        }

        private func row(
            _ incident: Incident, _ now: Instant, _ offset: Duration, _ style: Style
        ) -> String {
            let minutes = incident.held(at: now).nanoseconds / 60_000_000_000
            let since = RFC3339.format(incident.since + offset, digits: 0)
            let state =
                incident.isRunning ? style("held 未解救", .bad) : style("free 已解救", .good)
            let duty =
                incident.grade == .none
                ? "" : incident.isReported ? "  reported 已报告" : style("  report! 须报告", .bad)
            return style(Columns.fit(incident.id, 11), .strong) + state + "  "
                + Columns.fit(incident.equipment, 14) + since.prefix(10) + " "
                + since.dropFirst(11).prefix(5) + "  \(minutes) min  "
                + (incident.persons.map { "\($0) people 人  " } ?? "")
                + "\(incident.grade.word) \(incident.grade.chinese)" + duty
        }

        private func json(_ incident: Incident, _ now: Instant) -> JSONValue {
            .object([
                ("incident", .text(incident.id)), ("equipment", .text(incident.equipment)),
                ("place", .text(incident.place.rawValue)),
                ("since", .text(RFC3339.format(incident.since))),
                ("held", .boolean(incident.isRunning)),
                (
                    "held_minutes",
                    .number(Double(incident.held(at: now).nanoseconds / 60_000_000_000))
                ),
                ("persons", incident.persons.map { .number(Double($0)) } ?? .null),
                ("grade", .text(incident.grade.word)),
                ("reported", .boolean(incident.isReported)),
                ("closed", .boolean(incident.isClosed)),
            ])
        }
    }

    struct Count: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say how many people are held.")

        @Argument(help: "The incident, such as 2026-0003.")
        var incident: String
        @Option(help: "How many.")
        var persons: Int
        @OptionGroup var words: SayOptions

        func run() throws { try words.say(.incident(.count(persons), incident), words.load()) }
    }

    struct End: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that all are free.",
            discussion: "For when the equipment cannot tell; it ends by itself when it can.")

        @Argument(help: "The incident, such as 2026-0003.")
        var incident: String
        @OptionGroup var words: SayOptions

        func run() throws { try words.say(.incident(.end, incident), words.load()) }
    }

    struct Report: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that the accident has been reported, which the law asks within an hour.")

        @Argument(help: "The incident, such as 2026-0003.")
        var incident: String
        @Option(help: "To which authority.")
        var to: String
        @OptionGroup var words: SayOptions

        func run() throws { try words.say(.incident(.report(to: to), incident), words.load()) }
    }
}
