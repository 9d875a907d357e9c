import Detection
import Ledger
import RuleLanguage
import Supervision
import Timestamps

/// A register of listings with a ledger, for stories. Times are local.
final class ListingBench {
    static let calendar = WorkCalendar(
        offset: .seconds(8 * 3_600),
        holidays: Set((1...7).compactMap { CivilDate(year: 2026, month: 10, day: $0) }),
        workdays: Set(["2026-09-20", "2026-10-10"].compactMap { CivilDate($0) }), years: [2026])

    private(set) var register: ListingRegister
    /// The ledger: entries by id, none twice.
    private(set) var entries: [LedgerEntry] = []
    private var ids: Set<String> = []
    private(set) var alerts: [Alert] = []

    init() { register = Self.empty() }

    static func empty() -> ListingRegister {
        ListingRegister(
            site: "test", calendar: calendar, terms: ListingTerms(),
            criteria: [
                Criterion(
                    id: "c", clause: "GB 45067-2024 4.6 b)",
                    title: BilingualText(english: "c", chinese: "c"), rules: ["lift.bypass"],
                    stopsUse: true, proposedDays: 0, source: "test", confidence: .engineering)
            ])
    }

    static func rule(_ id: String = "lift.bypass", _ severity: Severity = .critical) -> Rule {
        let words = BilingualText(english: id, chinese: id)
        return Rule(
            id: id, title: words, guidance: words, watch: .silence, delay: .fixed(.zero),
            clearDelay: .fixed(.zero), accumulates: false, clearing: .automatic,
            severity: severity, isLifeSafety: false, isListingCandidate: true, source: "test",
            confidence: .engineering, text: "test")
    }

    /// `2026-09-28 10:30` on the local clock.
    static func at(_ text: String) -> Instant {
        let parts = text.split(separator: " ")
        return RFC3339.parse("\(parts[0])T\(parts[1]):00+08:00") ?? .never
    }

    func raise(_ rule: Rule = rule(), on equipment: String = "lift-1", at time: Instant) {
        let change = HazardChange(
            site: "test", equipment: equipment, rule: rule, change: .raised, at: time,
            decided: time, raisedAt: time, value: nil)
        commit { register.take(change, into: &$0) }
    }

    func pass(to time: Instant) { commit { register.advance(to: time, into: &$0) } }

    @discardableResult
    func say(
        _ verb: ListingVerb, _ id: String?, by actor: String = "officer", at time: Instant,
        _ details: [(name: String, value: JSONValue)] = []
    ) throws(Refusal) -> Listing {
        pass(to: time)
        var batch = CommitBatch()
        defer { keep(batch) }
        return try register.say(
            verb, about: id, details, Word(actor: actor, reason: "as the rules ask", at: time),
            into: &batch)
    }

    /// What the ledger says, as it would be read back.
    var stored: [JSONValue] {
        entries.enumerated().map { index, entry in
            let bytes = entry.canonicalBytes(
                sequence: UInt64(index), recorded: "", configuration: "")
            return (try? JSONReader.read(bytes)) ?? .null
        }
    }

    /// Starts again from the ledger alone.
    func restart() -> [String] {
        var open: [String: Bool] = [:]
        for entry in entries {
            if let thread = entry.thread { open[thread.name] = thread.isOpen }
        }
        var kept: [JSONValue] = []
        for (entry, value) in zip(entries, stored) {
            if let thread = entry.thread, open[thread.name] ?? false { kept.append(value) }
        }
        let last = open.keys.map { String($0.dropFirst("listing/".count)) }.max()
        register = Self.empty()
        return register.restore(kept, last: last)
    }

    private func commit(_ body: (inout CommitBatch) -> Void) {
        var batch = CommitBatch()
        body(&batch)
        keep(batch)
    }

    private func keep(_ batch: CommitBatch) {
        for entry in batch.entries where ids.insert(entry.id).inserted { entries.append(entry) }
        alerts += batch.alerts
    }
}

/// What each step needs, so that it can be taken.
func details(
    _ verb: ListingVerb, at time: Instant = ListingBench.at("2026-09-28 10:00"),
    into: String = "2026-0002", passed: Bool = true
) -> [(name: String, value: JSONValue)] {
    let today = ListingBench.calendar.date(of: time)
    return verb.required.map { field in
        let value: JSONValue
        switch field.kind {
        case .date: value = .text("\(today.adding(days: field == .newDeadline ? 90 : 60))")
        case .flag: value = .boolean(passed)
        case .people: value = .array([.text("inspector one"), .text("inspector two")])
        case .text: value = .text(field == .into ? into : "a \(field.rawValue)")
        }
        return (field.rawValue, value)
    } + (verb == .judged ? [("clause", .text("GB 45067-2024 4.6 b)"))] : [])
}
