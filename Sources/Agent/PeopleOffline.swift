public import Configuration
import Detection
import LedgerStore
import Line
import Supervision
import Timestamps

/// Does what people ask while no agent runs: on the ledger itself, under its lock.
public enum PeopleOffline {
    /// What was done about a hazard.
    public static func obey(
        _ request: HazardRequest, _ configuration: SiteConfiguration
    ) throws(AgentFailure) -> ControlReply {
        try obey(configuration) { line, now throws(Refusal) in try line.obey(request, at: now) }
    }

    /// What was done in the casebook.
    public static func obey(
        _ request: CaseRequest, _ configuration: SiteConfiguration
    ) throws(AgentFailure) -> ControlReply {
        try obey(configuration) { line, now throws(Refusal) in try line.obey(request, at: now) }
    }

    private static func obey(
        _ configuration: SiteConfiguration,
        _ body: (inout Line, Instant) throws(Refusal) -> String
    ) throws(AgentFailure) -> ControlReply {
        let now = LineClock().now()
        do throws(StoreFailure) {
            let store = try LedgerStore(
                path: LedgerFiles(configuration.stateDirectory).ledger,
                configurationHash: configuration.hash)
            var line = Line(plan: configuration.plan, at: now)
            line.restore(try store.storedState())
            line.start(at: now)
            let message: String
            do throws(Refusal) {
                message = try body(&line, now)
            } catch {
                // What time alone has brought is on record all the same.
                _ = try store.commit(line.takeBatch().batch, recorded: now)
                return ControlReply(isDone: false, message: error.message)
            }
            _ = try store.commit(line.takeBatch().batch, recorded: now)
            return ControlReply(isDone: true, message: message)
        } catch {
            throw AgentFailure(error)
        }
    }
}

extension Line {
    /// Does what a request asks for; says what was done.
    mutating func obey(_ request: HazardRequest, at now: Instant) throws(Refusal) -> String {
        let word = Word(actor: request.actor, reason: request.reason, at: now)
        try obey(request.command, at: request.place, word)
        return "\(request.place) \(request.command.verb)"
    }

    /// Does what a request asks of the casebook; says what was done.
    mutating func obey(_ request: CaseRequest, at now: Instant) throws(Refusal) -> String {
        try obey(
            request.command, Word(actor: request.actor, reason: request.reason, at: now))
    }
}
