public import Detection
public import Ledger
import Line
import Synchronization
import Telemetry
import Timestamps

/// What the agent says about itself, shared between its threads.
public final class StatusBoard: Sendable {
    private let state: Mutex<AgentStatus>

    /// Makes a board.
    public init(site: String, configurationHash: String) {
        state = Mutex(AgentStatus(site: site, configurationHash: configurationHash))
    }

    /// Reads the status.
    public var current: AgentStatus { state.withLock { $0 } }

    /// Changes the status.
    public func update(_ body: (inout AgentStatus) -> Void) { state.withLock { body(&$0) } }
}

/// What the agent says about itself.
public struct AgentStatus: Sendable {
    /// The site.
    public var site: String
    /// Hash of the configuration in force.
    public var configurationHash: String
    /// Whether intake is connected and subscribed.
    public var isIntakeConnected = false
    /// Since when the ledger has had no space; `nil` while it takes entries.
    public var ledgerBlockedSince: Instant?
    /// Counters of the line.
    var counters = LineCounters()
    /// The newest messages that were not taken.
    var quarantine: [Quarantine.Specimen] = []
    /// How many of them the status shows.
    static let specimens = 4
    /// Since when alerts wait without any acknowledgement; `nil` when none waits.
    public var alertsWaitingSince: Instant?
    /// Alerts that are kept back: shelved, chattering, or in a flood.
    public var withheldAlerts = 0
    /// Entries in the ledger.
    public var ledgerSize: UInt64 = 0
    /// Connections lost since the start.
    public var connectionsLost: UInt64 = 0
    /// Gaps recorded since the start.
    public var gaps: UInt64 = 0
    /// How far the wall clock has been moved since the start.
    public var wallClockStep = Duration.zero
    /// Outbox position that the feed has delivered.
    public var feedPosition: Int64 = 0
    /// When the line last turned, on its own clock.
    public var lineBeat = Instant.distantPast
    /// When the feed last turned.
    public var feedBeat = Instant.distantPast

    init(site: String, configurationHash: String) {
        self.site = site
        self.configurationHash = configurationHash
    }

    private static func describe(_ specimen: Quarantine.Specimen) -> JSONValue {
        .object([
            ("at", .text(RFC3339.format(specimen.arrival, digits: 3))),
            ("reason", .text("\(specimen.reason)")), ("topic", .text(specimen.topic)),
            ("length", .number(Double(specimen.length))),
            ("head", .text(String(decoding: specimen.head.prefix(80), as: UTF8.self))),
        ])
    }

    /// The retained status message.
    public func message(at now: Instant, state: String = "online") -> JSONValue {
        let rejected = Rejection.allCases.compactMap { reason -> (String, JSONValue)? in
            let count = counters.rejections[Int(reason.rawValue)]
            return count > 0 ? ("\(reason)", .number(Double(count))) : nil
        }
        return .object([
            ("site", .text(site)),
            (
                "state",
                .text(state == "online" && ledgerBlockedSince != nil ? "ledger_full" : state)
            ),
            ("at", .text(RFC3339.format(now, digits: 3))),
            (
                "ledger_blocked_since",
                ledgerBlockedSince.map { .text(RFC3339.format($0, digits: 3)) } ?? .null
            ),
            ("intake_connected", .boolean(isIntakeConnected)),
            ("messages", .number(Double(counters.messages))),
            ("readings", .number(Double(counters.readings))),
            ("rejected", .object(rejected)),
            ("last_rejected", .array(quarantine.map { Self.describe($0) })),
            ("late", .number(Double(counters.engine.late))),
            ("sequence_gaps", .number(Double(counters.engine.sequenceGaps))),
            ("unknown_keys", .number(Double(counters.unknownKeys))),
            ("suspect_readings", .number(Double(counters.suspectReadings))),
            ("skewed", .number(Double(counters.engine.skewed))),
            ("connections_lost", .number(Double(connectionsLost))),
            ("gaps", .number(Double(gaps))),
            (
                "wall_clock_step_seconds",
                .number(Double(wallClockStep.nanoseconds / 1_000_000) / 1_000)
            ),
            ("ledger_size", .number(Double(ledgerSize))),
            ("withheld_alerts", .number(Double(withheldAlerts))),
            ("feed_position", .number(Double(feedPosition))),
            (
                "alerts_waiting_since",
                alertsWaitingSince.map { .text(RFC3339.format($0, digits: 3)) } ?? .null
            ),
            ("configuration", .text(configurationHash)),
        ])
    }
}
