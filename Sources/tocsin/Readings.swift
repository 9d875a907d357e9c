import Agent
import ArgumentParser
import Ledger

/// `tocsin readings`: what did a piece of equipment say just now?
struct Readings: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a piece of equipment said last, as the running agent recorded it.",
        discussion: """
            The recorder keeps at least half a minute of eight signals a second, in memory: it is \
            empty after a restart. Numbers of more than seven decimals take more room. A dash \
            stands for a reading that could not be used.
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup var state: StateOptions

    @Argument(help: "The equipment's id, such as lift-1.")
    var equipment: String

    func run() throws {
        let reply = try state.ask(
            .readings(equipment), shared, orElse: "only a running agent records")
        for row in reply.rows { shared.json ? Output.line(row) : Output.line(Self.text(row)) }
        if reply.rows.isEmpty, !shared.json {
            Output.line("nothing recorded since the agent started 启动以来无记录")
        }
    }

    /// `2026-01-01T00:00:00.250Z  car.speed 1.75  door.car closed`
    private static func text(_ row: JSONValue) -> String {
        let readings = (row["readings"]?.members ?? []).map { name, value in
            "\(name) \(value.text ?? "-")"
        }
        return ([shortened(row["at"]?.text ?? "")] + readings).joined(separator: "  ")
    }

    /// Without the zeros behind the milliseconds.
    private static func shortened(_ time: String) -> String {
        var digits = time.dropLast()
        while digits.last == "0", digits.dropLast(3).last != "." { digits.removeLast() }
        return digits + "Z"
    }
}
