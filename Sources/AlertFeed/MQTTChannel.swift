public import Detection
import Glibc
public import Ledger
public import LedgerStore
public import MQTTTransport

/// Delivers alerts over MQTT: each alert at QoS 1 to the equipment's topic, and the equipment's
/// retained state beside it. A row is done when the broker has acknowledged both.
///
/// Runs on a thread of its own, with an MQTT handle of its own: what the feed writes must never
/// let the line's acknowledgements out.
public final class MQTTChannel {
    /// Names and ways of a channel.
    public struct Plan: Sendable {
        /// The site.
        public var site: String
        /// Topic of the alerts of a piece of equipment.
        public var alertTopic: @Sendable (String) -> String
        /// Topic of its retained state.
        public var stateTopic: @Sendable (String) -> String
        /// Topic of the agent's own retained status.
        public var statusTopic: String
        /// The connection; its will says on the status topic that the agent is gone.
        public var connection: ConnectionSettings

        /// Groups them.
        public init(
            site: String, alertTopic: @escaping @Sendable (String) -> String,
            stateTopic: @escaping @Sendable (String) -> String, statusTopic: String,
            connection: ConnectionSettings
        ) {
            self.site = site
            self.alertTopic = alertTopic
            self.stateTopic = stateTopic
            self.statusTopic = statusTopic
            self.connection = connection
        }
    }

    /// What the channel needs of its surroundings.
    public struct Surroundings {
        /// The time.
        public var now: () -> Instant
        /// The ledger's newest state, signed; `nil` when it has no key.
        public var checkpoint: () throws(StoreFailure) -> SignedNote?
        /// The agent's status, as bytes of JSON.
        public var status: () -> [UInt8]
        /// Waits for the socket, a wake-up or the timeout (in milliseconds).
        public var wait: (_ socket: Int32, _ wantsWrite: Bool, _ milliseconds: Int32) -> Void
        /// Says what happened, for the log, and whether it is trouble.
        public var report: (_ what: String, _ isTrouble: Bool) -> Void
        /// Called every turn, with the cursor and whether alerts wait to be acknowledged.
        public var progressed: (_ cursor: Int64, _ isWaiting: Bool) -> Void

        /// Groups them.
        public init(
            now: @escaping () -> Instant,
            checkpoint: @escaping () throws(StoreFailure) -> SignedNote?,
            status: @escaping () -> [UInt8],
            wait: @escaping (Int32, Bool, Int32) -> Void, report: @escaping (String, Bool) -> Void,
            progressed: @escaping (Int64, Bool) -> Void
        ) {
            self.now = now
            self.checkpoint = checkpoint
            self.status = status
            self.wait = wait
            self.report = report
            self.progressed = progressed
        }
    }

    private static let name = "mqtt"
    private static let statusEvery = Duration.seconds(1)

    private let plan: Plan
    private let ledger: LedgerReader
    private let store: FeedStore
    private let surroundings: Surroundings
    private var machine: ConnectionMachine
    private var client: MQTTClient?
    private var window: DeliveryWindow
    /// Whether the stored cursor is behind `window.cursor`.
    private var isCursorDirty = false
    /// Hazards that stand after `window.lastSent`, by equipment.
    private var standing: [String: [LedgerReader.OutboxRow]] = [:]
    private var nextStatus: Instant
    private var random = SystemRandomNumberGenerator()

    /// Makes a channel that goes on where its cursor stands.
    public init(
        plan: Plan, ledger: LedgerReader, store: FeedStore, surroundings: Surroundings
    ) throws(StoreFailure) {
        self.plan = plan
        self.ledger = ledger
        self.store = store
        self.surroundings = surroundings
        machine = ConnectionMachine(now: surroundings.now())
        let cursor = try store.cursor(of: Self.name)
        // A ledger that was replaced or restored has other rows there: better twice than never.
        let row = try ledger.outbox(after: cursor.position - 1, limit: 1).first
        let isOurs = cursor.position == 0 || row?.id == cursor.alert
        if !isOurs {
            surroundings.report("the ledger is another one: all alerts are sent again", true)
        }
        window = DeliveryWindow(cursor: isOurs ? cursor.position : 0)
        nextStatus = surroundings.now()
    }

    /// One round: connect if need be, send, take acknowledgements, wait.
    public func turn() throws(StoreFailure) {
        let now = surroundings.now()
        switch machine.tick(now: now) {
        case .none: break
        case .connect: try open(now: now)
        case .abandon: lose("no answer to CONNECT")
        }
        if machine.state == .connected, let client {
            do {
                try send(over: client, now: now)
            } catch let failure as MQTTFailure {
                lose(failure.message)
            } catch let failure as StoreFailure {
                throw failure
            } catch {
                lose("\(error)")
            }
        }
        if let client { exchange(with: client) }
        handleEvents()
        // That it turns is said first: with no space for the cursor it still delivers.
        surroundings.progressed(window.cursor, try isWaiting())
        try saveCursor()
        let wantsWrite = machine.state == .connected && client?.wantsWrite ?? false
        surroundings.wait(client?.socket ?? -1, wantsWrite, waitMilliseconds(now: now))
    }

    /// Says goodbye: publishes a last status, waits for its acknowledgement, disconnects.
    ///
    /// Without the wait the kernel may reset the connection over an acknowledgement that nobody
    /// read, and the broker would lose the status and publish the will instead.
    public func close(finalStatus: [UInt8]) throws(StoreFailure) {
        guard let client, machine.state == .connected else { return }
        do throws(MQTTFailure) {
            let last = try client.publish(finalStatus, to: plan.statusTopic, isRetained: true)
            let end = surroundings.now() + Self.goodbye
            var isDone = false
            while !isDone, surroundings.now() < end {
                _ = client.flush()
                surroundings.wait(client.socket, client.wantsWrite, 20)
                _ = try client.read(limit: TransportLimits.batchMessages) { false }
                isDone = client.events.contains { event in
                    if case .puback(last, _) = event { return true }
                    return event.isEnd
                }
            }
        } catch {
            surroundings.report("the last status could not be sent: \(error.message)", true)
        }
        // What else was acknowledged meanwhile need not be sent again.
        handleEvents()
        client.disconnect()
        try saveCursor()
    }

    /// How long the last status may take.
    private static let goodbye = Duration.seconds(2)

    /// Whether a row is under way or has not been sent.
    private func isWaiting() throws(StoreFailure) -> Bool {
        if window.count > 0 { return true }
        let isBehind = try !ledger.outbox(after: window.lastSent, limit: 1).isEmpty
        return machine.state != .connected && isBehind
    }

    private func open(now: Instant) throws(StoreFailure) {
        // A fresh handle each time: nothing of the old connection is sent again behind our back.
        window = DeliveryWindow(after: window)
        standing = Dictionary(
            grouping: try ledger.standing(through: window.cursor), by: \.equipment)
        do throws(MQTTFailure) {
            let client = try MQTTClient(settings: plan.connection) { _ in }
            try client.connect()
            self.client = client
        } catch {
            lose(error.message)
        }
    }

    private func lose(_ reason: String) {
        surroundings.report(reason, true)
        client = nil
        machine.lost(
            now: surroundings.now(), chance: Double.random(in: 0...1, using: &random))
    }

    private func exchange(with client: MQTTClient) {
        do throws(MQTTFailure) {
            _ = try client.read(limit: TransportLimits.batchMessages) { false }
            try client.keepAlive()
            _ = client.flush()
        } catch {
            if !client.events.contains(where: { $0.isEnd }) { lose(error.message) }
        }
    }

    private func handleEvents() {
        guard let client else { return }
        for event in client.takeEvents() {
            switch event {
            case .connack(let reason, _):
                if reason.isFailure {
                    return lose("the broker refuses us: \(reason.text)")
                }
                machine.accepted()
                nextStatus = surroundings.now()
                surroundings.report("connected", false)
            case .disconnected(let reason): return lose("disconnected: \(reason.text)")
            case .puback(let message, let reason) where reason.isFailure:
                guard let equipment = window.refused(message, at: surroundings.now()) else {
                    continue
                }
                surroundings.report(
                    "the broker refuses alerts of \(equipment) (\(reason.text)): they are held "
                        + "back and tried again; check its access list", true)
            case .puback(let message, _):
                if window.acknowledged(message) { isCursorDirty = true }
            case .suback: break
            }
        }
    }

    /// Stores the cursor; one that cannot be stored now is stored at the next turn.
    private func saveCursor() throws(StoreFailure) {
        guard isCursorDirty else { return }
        let row = try ledger.outbox(after: window.cursor - 1, limit: 1).first
        try store.advance(
            Self.name, to: .init(position: window.cursor, alert: row?.id ?? ""))
        isCursorDirty = false
    }

    private func send(over client: MQTTClient, now: Instant) throws {
        if now >= nextStatus {
            nextStatus = now + Self.statusEvery
            _ = try client.publish(
                surroundings.status(), to: plan.statusTopic, qos: 0, isRetained: true)
        }
        let rows = try window.toTryAgain(at: now).compactMap {
            try ledger.outbox(after: $0 - 1, limit: 1).first
        }
        let room = min(
            TransportLimits.publishWindow - window.count, FeedLimits.rowsInMemory - window.total)
        let new = room > 0 ? try ledger.outbox(after: window.lastSent, limit: room) : []
        guard !rows.isEmpty || !new.isEmpty else { return }
        // After they were read: their entries stand in it.
        let checkpoint = try surroundings.checkpoint()
        for row in rows { try send(row, checkpoint, over: client) }
        for row in new {
            note(row)
            if window.holdsBack(row.equipment) {
                window.heldBack(row.position, of: row.equipment)
            } else {
                try send(row, checkpoint, over: client)
            }
        }
    }

    private func note(_ row: LedgerReader.OutboxRow) {
        standing[row.equipment, default: []].removeAll { $0.hazard == row.hazard }
        if row.stands { standing[row.equipment, default: []].append(row) }
    }

    private func send(
        _ row: LedgerReader.OutboxRow, _ checkpoint: SignedNote?, over client: MQTTClient
    ) throws(MQTTFailure) {
        let state = CloudEvent.state(
            of: row.equipment, site: plan.site, standing: standing[row.equipment] ?? [],
            through: row.position)
        let alert = try client.publish(
            CloudEvent.alert(row, site: plan.site, checkpoint: checkpoint).orderedBytes,
            to: plan.alertTopic(row.equipment), isRetained: false)
        let kept = try client.publish(
            state.orderedBytes, to: plan.stateTopic(row.equipment), isRetained: true)
        window.sent(row.position, of: row.equipment, as: [alert, kept])
    }

    private func waitMilliseconds(now: Instant) -> Int32 {
        switch machine.state {
        case .connected:
            return Int32(clamping: max((nextStatus - now).nanoseconds / 1_000_000, 0) + 1)
        case .connecting: return 10
        case .waiting:
            let wait = (machine.nextTick - now).nanoseconds / 1_000_000 + 1
            return Int32(clamping: min(max(wait, 1), 1_000))
        }
    }
}
