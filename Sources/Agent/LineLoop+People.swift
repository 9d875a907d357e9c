import Configuration
import Detection
import Ledger
import LedgerStore
import Line
import Supervision
import Timestamps

// What is asked of the line's thread from outside, done between two batches.

extension LineLoop {
    /// Does what has been asked since the last turn; whoever asked hears of it once it is
    /// committed.
    func answerPeople() throws(AgentFailure) {
        for pending in desk.take() {
            // What came before belongs to the time, and the configuration, before.
            let now = clock.now()
            line.advance(to: now)
            try commitChanges()
            let reply: ControlReply
            do throws(Refusal) {
                switch pending.request {
                case .obey(let request):
                    reply = ControlReply(
                        isDone: true, message: try line.obey(request, at: now))
                case .note(let request):
                    reply = ControlReply(
                        isDone: true, message: try line.obey(request, at: now))
                case .adopt(let configuration):
                    reply = ControlReply(isDone: true, message: try adopt(configuration, at: now))
                case .readings(let equipment):
                    let rows = try line.recentReadings(of: equipment)
                    reply = ControlReply(isDone: true, message: "", rows: rows.map(Self.json))
                case .refuse(let why):
                    note("agent.reload_refused", .object([("why", .text(why))]), at: now)
                    reply = ControlReply(isDone: true, message: "")
                }
            } catch {
                reply = ControlReply(isDone: false, message: error.message)
            }
            try commitChanges()
            pending.reply(reply)
        }
    }

    private static func json(_ row: NamedRow) -> JSONValue {
        .object([
            ("at", .text(RFC3339.format(row.event))),
            (
                "readings",
                .object(row.readings.map { ($0.signal, $0.text.map { .text($0) } ?? .null) })
            ),
        ])
    }

    /// Goes on with another configuration; says what has changed.
    private func adopt(
        _ next: SiteConfiguration, at now: Instant
    ) throws(Refusal) -> String {
        let parts = [
            ("site", next.site == configuration.site),
            ("broker", next.broker == configuration.broker),
            (
                "topics",
                next.topics == configuration.topics
                    && next.plan.topicTemplate == configuration.plan.topicTemplate
            ),
            ("state_directory", next.stateDirectory == configuration.stateDirectory),
        ].filter { !$0.1 }.map(\.0)
        guard parts.isEmpty else {
            throw Refusal(
                "\(parts.joined(separator: ", ")) changed, which takes a restart of the agent: "
                    + "nothing was changed")
        }
        let difference = PlanDifference(from: configuration.plan, to: next.plan)
        var adopted = Line(plan: next.plan, at: now)
        adopted.adopt(&line, at: now)
        line = adopted
        let hash = configuration.hash
        configuration = next
        store.configurationHash = next.hash
        board.update { $0.configurationHash = next.hash }
        note("agent.reloaded", body(difference, from: hash, to: next.hash), at: now)
        return difference.isEmpty ? "nothing has changed" : "\(difference)"
    }

    private func body(_ difference: PlanDifference, from old: String, to new: String) -> JSONValue {
        let lists = difference.lists.map { list in
            (list.key, JSONValue.array(list.ids.map { .text($0) }))
        }
        return .object(
            [("from", .text(old)), ("to", .text(new))] + lists
                + [("states_without_rule", statesWithoutRule)])
    }
}
