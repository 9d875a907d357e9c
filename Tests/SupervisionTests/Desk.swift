import Detection
import Ledger
import RuleLanguage
import Supervision

/// A register with a store and an emergency platform, for stories. Time is in seconds.
final class Desk {
    static let start = Instant(nanoseconds: 1_767_225_600_000_000_000)

    private(set) var register: HazardRegister
    private let floodStart: Int
    /// What the store holds.
    private(set) var stored = StoredRegister()
    /// What the platform believes to stand, by hazard id.
    private(set) var believed: [String: String] = [:]
    /// `raised lift-1/minor` for each alert, and kinds of entries of the register's own.
    private(set) var alerts: [String] = []
    private(set) var entries: [LedgerEntry] = []
    private var raisedAt: [HazardPlace: Instant] = [:]

    init(floodStart: Int = 10) {
        self.floodStart = floodStart
        register = HazardRegister(site: "test", floodStart: floodStart)
    }

    static func rule(
        _ id: String, _ severity: Severity = .warning, isLifeSafety: Bool = false
    ) -> Rule {
        let words = BilingualText(english: id, chinese: id)
        return Rule(
            id: id, title: words, guidance: words, watch: .silence, delay: .fixed(.zero),
            clearDelay: .fixed(.zero), accumulates: false, clearing: .automatic,
            severity: severity, isLifeSafety: isLifeSafety, isListingCandidate: false,
            source: "test", confidence: .engineering, text: "test")
    }

    static func at(_ seconds: Double) -> Instant {
        start + Duration(nanoseconds: Int64(seconds * 1e9))
    }

    static func place(_ rule: Rule, _ equipment: String = "lift-1") -> HazardPlace {
        HazardPlace(equipment: equipment, rule: rule.id)
    }

    static func word(_ seconds: Double) -> Word {
        Word(actor: "officer", reason: "known", at: at(seconds))
    }

    func change(
        _ change: Change, _ rule: Rule, on equipment: String = "lift-1", at seconds: Double
    ) {
        let place = Self.place(rule, equipment)
        let now = Self.at(seconds)
        if change == .raised || change == .suppressed, register.record(at: place) == nil {
            raisedAt[place] = now
        }
        let item = HazardChange(
            site: "test", equipment: equipment, rule: rule, change: change, at: now, decided: now,
            raisedAt: raisedAt[place] ?? now, value: nil)
        commit { register.take(item, into: &$0) }
    }

    func pass(to seconds: Double) { commit { register.advance(to: Self.at(seconds), into: &$0) } }

    func shelve(_ rule: Rule, until: Double, at seconds: Double) throws(Refusal) {
        try commit { batch throws(Refusal) in
            try register.shelve(
                Self.place(rule), rule, until: Self.at(until), Self.word(seconds), into: &batch)
        }
    }

    func unshelve(_ rule: Rule, at seconds: Double) throws(Refusal) {
        try commit { batch throws(Refusal) in
            try register.unshelve(Self.place(rule), Self.word(seconds), into: &batch)
        }
    }

    func acknowledge(_ rule: Rule, at seconds: Double) {
        let item = HazardChange(
            site: "test", equipment: "lift-1", rule: rule, change: .timing, at: Self.at(seconds),
            decided: Self.at(seconds), raisedAt: raisedAt[Self.place(rule)] ?? .distantPast,
            value: nil)
        commit { register.acknowledge(item, Self.word(seconds), into: &$0) }
    }

    func restart(at seconds: Double) {
        register = HazardRegister(site: "test", floodStart: floodStart)
        commit { register.restore(stored, at: Self.at(seconds), into: &$0) }
    }

    func takeAlerts() -> [String] {
        defer { alerts = [] }
        return alerts
    }

    private func commit<Failure: Error>(
        _ body: (inout CommitBatch) throws(Failure) -> Void
    ) throws(Failure) {
        var batch = CommitBatch()
        try body(&batch)
        entries += batch.entries
        for alert in batch.alerts {
            let place = alert.hazard.split(separator: "/")[1...2].joined(separator: "/")
            alerts.append("\(alert.state) \(place)")
            believed[alert.hazard] = alert.stands ? alert.state : nil
        }
        for change in batch.register { store(change) }
    }

    /// What a database would do.
    private func store(_ change: RegisterChange) {
        switch change {
        case .opened(let record):
            stored.hazards.removeAll { $0.place == record.place }
            stored.hazards.append(record)
        case .closed(let place): stored.hazards.removeAll { $0.place == place }
        case .shelved(let shelf):
            stored.shelves.removeAll { $0.place == shelf.place }
            stored.shelves.append(shelf)
        case .unshelved(let place): stored.shelves.removeAll { $0.place == place }
        case .withheld(let waiting): stored.withheld.append(waiting)
        case .freed(let alert): stored.withheld.removeAll { $0.alert.id == alert }
        case .counted(let raise): stored.raises.append(raise)
        case .forgotten(let place, let before):
            stored.raises.removeAll { $0.place == place && $0.at < before }
        }
    }
}
