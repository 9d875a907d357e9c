import Configuration
import Detection
import Glibc
import Ledger
public import LedgerStore
import Line
import Logging
import MQTTTransport
import RuleLanguage
import Supervision
import Synchronization
import Timestamps

/// The thread that owns the line: read a batch, detect, commit, and only then let the
/// acknowledgements out.
///
/// Not Sendable: made and used on one thread.
final class LineLoop {
    var configuration: SiteConfiguration
    let settings: ConnectionSettings
    let store: LedgerStore
    let clock: LineClock
    let board: StatusBoard
    let wake: WakeHandle
    let feedWake: WakeHandle
    let desk: ControlDesk
    let stop: StopFlag
    let log: Logger

    var line: Line
    var machine: ConnectionMachine
    var client: MQTTClient?
    var hasSubscribed = false
    /// Entries of the agent's own, waiting for the next commit.
    var notes: [LedgerEntry] = []
    /// Whether acknowledgements wait for room in the socket; nothing is read meanwhile.
    private var isFlushPending = false
    private var nextReport = Instant.distantPast
    private var nextPruning = Instant.distantPast
    private var reportedStep = Duration.zero
    var lastConnected: Instant?
    private let isFirstRun: Bool
    /// How the start ended; the caller waits for it.
    let started: @Sendable (Result<Void, AgentFailure>) -> Void
    var isStarted = false
    /// TLS handshakes in a row that the broker has ended.
    var handshakesEnded = 0
    private var reportedStuck = false
    let startDeadline: Instant
    var random = SystemRandomNumberGenerator()

    init(
        _ context: LineContext, started: @escaping @Sendable (Result<Void, AgentFailure>) -> Void
    ) throws(AgentFailure) {
        configuration = context.configuration
        settings = context.settings
        clock = context.clock
        board = context.board
        wake = context.wake
        feedWake = context.feedWake
        desk = context.desk
        stop = context.stop
        log = context.log
        self.started = started
        let now = clock.now()
        startDeadline = now + context.startWait
        machine = ConnectionMachine(now: now)
        line = Line(plan: configuration.plan, at: now)
        do throws(StoreFailure) {
            store = try LedgerStore(
                path: context.ledgerPath, configurationHash: configuration.hash)
            line.restore(try store.storedState())
        } catch {
            throw AgentFailure(error)
        }
        isFirstRun = store.size == 0
        line.start(at: now)
        noteStart(at: now)
        for problem in line.caseProblems {
            log.error("a listing or an incident on record cannot be taken back: \(problem)")
        }
        if !line.caseProblems.isEmpty {
            note(
                "agent.cases_unreadable",
                .object([("problems", .array(line.caseProblems.map { .text($0) }))]), at: now)
        }
    }

    func run() throws(AgentFailure) {
        try commitChanges()
        while !stop.isSet {
            try turn()
        }
        // What was read is committed, and its acknowledgements leave with the goodbye.
        try commitChanges()
        note("agent.stopped", .object([]), at: clock.now())
        try commitChanges()
        client?.disconnect()
    }

    /// One round of the line.
    private func turn() throws(AgentFailure) {
        let now = clock.now()
        switch machine.tick(now: now) {
        case .none: break
        case .connect: try open()
        case .abandon: try lose("the broker did not answer CONNECT")
        }
        var count = 0
        if let client, !isFlushPending { count = try readBatch(from: client) }
        line.advance(to: clock.now())
        try handleEvents()
        try answerPeople()
        try commitChanges()
        try release()
        report()
        if count > 0 {
            usleep(TransportLimits.pauseMicroseconds)
        } else {
            waitForWork()
        }
    }

    private func readBatch(from client: MQTTClient) throws(AgentFailure) -> Int {
        let end = clock.now() + TransportLimits.batchTime
        do throws(MQTTFailure) {
            return try client.read(limit: TransportLimits.batchMessages) { [clock] in
                clock.now() >= end
            }
        } catch {
            // What was read before the break is committed first; its acknowledgements are lost
            // with the connection and the broker sends it again, which changes nothing.
            try commitChanges()
            let isExplained = client.events.contains { $0.isEnd }
            if !isExplained || error.code == .tls { try lose(error) }
            return 0
        }
    }

    /// Lets the acknowledgements out. Everything that they are for has been committed.
    private func release() throws(AgentFailure) {
        guard let client else { return }
        do throws(MQTTFailure) {
            try client.keepAlive()
        } catch {
            return try lose(error)
        }
        isFlushPending = !client.flush() && machine.state == .connected
    }

    private func waitForWork() {
        let now = clock.now()
        let deadline = min(
            line.nextDeadline(after: now, within: .seconds(1)), machine.nextTick,
            now + .seconds(1))
        let milliseconds = max((deadline - now).nanoseconds + 999_999, 0) / 1_000_000
        // While connecting the socket may be writable all the time without there being anything
        // to do: look again a hundred times a second instead.
        let isConnected = machine.state == .connected
        wake.wait(
            socket: client?.socket ?? -1, reads: !isFlushPending,
            writes: isConnected && client?.wantsWrite ?? false,
            milliseconds: Int32(clamping: isConnected ? milliseconds : min(milliseconds, 10)))
    }

    /// Puts the line's state on the board, a few times a second.
    private func report() {
        let now = clock.now()
        guard now >= nextReport else { return }
        nextReport = now + .milliseconds(250)
        let step = clock.wallClockStep()
        if (step - reportedStep).magnitude > .seconds(5) {
            reportedStep = step
            log.warning(
                "the wall clock was moved; restart the agent so that entries carry the right time",
                metadata: ["clock.step_seconds": "\(step.nanoseconds / 1_000_000_000)"])
            note(
                "agent.clock_moved",
                .object([("seconds", .number(Double(step.nanoseconds) / 1e9))]), at: now)
        }
        noteStuckAlerts(at: now)
        pruneEvidence(at: now)
        let counters = line.counters
        let specimens = line.quarantine.specimens.suffix(AgentStatus.specimens)
        board.update { status in
            status.counters = counters
            status.quarantine = Array(specimens)
            status.lineBeat = now
            status.ledgerSize = store.size
            status.withheldAlerts = line.withheldAlerts
            status.wallClockStep = step
            status.isIntakeConnected = machine.state == .connected && hasSubscribed
        }
    }

    /// Evidence that is too old, or too much, goes: a little at a time, and on record.
    private func pruneEvidence(at now: Instant) {
        guard now >= nextPruning else { return }
        let keep = configuration.evidence
        let limit = 500
        do throws(StoreFailure) {
            let before = Instant(
                nanoseconds: now.nanoseconds - Int64(keep.days) * 86_400_000_000_000)
            let count = try store.pruneEvidence(
                before: before, most: Int64(keep.megabytes) << 20, limit: limit)
            if count > 0 {
                note(
                    "evidence.pruned",
                    .object([
                        ("pieces", .number(Double(count))),
                        ("keep_days", .number(Double(keep.days))),
                        ("most_megabytes", .number(Double(keep.megabytes))),
                    ]), at: now)
            }
            nextPruning = now + (count == limit ? .seconds(10) : .seconds(3_600))
        } catch {
            // It will be tried again; what matters, the commit, has its own way to wait.
            log.warning("old evidence cannot be pruned: \(error)")
            nextPruning = now + .seconds(3_600)
        }
    }

    /// Alerts that do not get out are a hazard of the agent's own: on record, once each time.
    private func noteStuckAlerts(at now: Instant) {
        guard let since = board.current.alertsWaitingSince, now - since > Self.alertPatience else {
            reportedStuck = false
            return
        }
        guard !reportedStuck else { return }
        reportedStuck = true
        log.error("alerts are not acknowledged by the broker: see the log of the alert channel")
        note("agent.alerts_stuck", .object([("since", .text(RFC3339.format(since)))]), at: now)
    }

    /// How long an alert may wait for its acknowledgement. Engineering default.
    private static let alertPatience = Duration.seconds(60)

    private func noteStart(at now: Instant) {
        note(
            "agent.started",
            .object([
                ("equipment", .number(Double(configuration.plan.equipment.count))),
                ("rules", .number(Double(configuration.plan.program.rules.count))),
                ("states_without_rule", statesWithoutRule),
            ]), at: now)
    }

    /// Places where something stands or runs whose rule or equipment is gone.
    var statesWithoutRule: JSONValue {
        .array(line.homeless.map { .text("\($0.equipment)/\($0.rule)") })
    }

    /// Puts an entry of the agent's own into the next commit.
    func note(_ kind: String, _ body: JSONValue, at now: Instant) {
        notes.append(
            LedgerEntry(
                id: "\(configuration.site)/\(kind)@\(RFC3339.format(now))", kind: kind,
                equipment: "", actor: "agent", body: body))
    }

    /// Records that messages may have been missed.
    func noteGap(until now: Instant) {
        guard !isFirstRun || lastConnected != nil else { return }
        let from = lastConnected.map { JSONValue.text(RFC3339.format($0)) } ?? .null
        note(
            "intake.gap",
            .object([
                ("from", from), ("until", .text(RFC3339.format(now))),
                ("reason", .text("the broker had not kept the session")),
            ]), at: now)
        board.update { $0.gaps += 1 }
        // mosquitto 2.0.11 does not say that a session was taken over, so both causes are named.
        log.warning(
            """
            the broker had not kept our session, messages may be missing: it lost its state, or \
            another client has used our client id \(settings.clientID)
            """)
    }
}

/// What the line's thread needs; handed over once.
struct LineContext: Sendable {
    var configuration: SiteConfiguration
    var settings: ConnectionSettings
    var ledgerPath: String
    var clock: LineClock
    var board: StatusBoard
    var wake: WakeHandle
    var feedWake: WakeHandle
    var desk: ControlDesk
    var stop: StopFlag
    var log: Logger
    /// How long the broker may be unreachable at start.
    var startWait: Duration
}

/// Asks a thread to stop.
final class StopFlag: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
}

extension AgentFailure {
    /// The end that a failure of the ledger means.
    public init(_ failure: StoreFailure) {
        switch failure {
        case .full(let text): self.init(.diskFull, "\(text): make room and start again")
        case .corrupt(let text):
            self.init(
                .ledgerCorrupt,
                "\(text): keep the file as evidence, run tocsin ledger verify, restore a copy")
        case .inUse(let text): self.init(.ledgerInUse, text)
        case .unusable(let text): self.init(.ledgerUnusable, text)
        }
    }
}
