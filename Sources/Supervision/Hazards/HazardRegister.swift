public import Detection
import Ledger
public import RuleLanguage
import Timestamps

/// The life of every hazard as people see it, and the control over alerts.
///
/// Detection decides whether a hazard stands. The register keeps who has seen it, what is shelved,
/// and which alerts wait: for a shelf to end, for chatter to settle, for a flood to pass. Whatever
/// is kept back is on record in the same commit, and nothing that may kill people, nor anything
/// critical, is ever kept back.
///
/// Pure: what happens comes in with its time, what has to be committed goes out into a batch.
public struct HazardRegister: Sendable {
    private let site: String
    private var records: [HazardPlace: HazardRecord] = [:]
    private var shelves: [HazardPlace: Shelf] = [:]
    private var chatter: [HazardPlace: Chatter] = [:]
    private var flood: Flood
    /// Oldest first; few.
    private var withheld = WithheldAlerts()
    /// Shelved and chattering places in the order in which they became so.
    private var shelved: [HazardPlace] = []
    private var chattering: [HazardPlace] = []
    private var now = Instant.distantPast

    /// When time next brings something by itself; `never` when nothing waits.
    public private(set) var nextDue = Instant.never

    /// Makes an empty register.
    ///
    /// - Parameter floodStart: raises within ten minutes that make a flood.
    public init(site: String, floodStart: Int) {
        self.site = site
        flood = Flood(start: floodStart)
    }

    /// Raises within ten minutes that make a flood.
    public var floodStart: Int {
        get { flood.start }
        set { flood.start = newValue }
    }

    /// The record of the hazard at a place.
    public func record(at place: HazardPlace) -> HazardRecord? { records[place] }

    /// The shelf of a place.
    public func shelf(of place: HazardPlace) -> Shelf? { shelves[place] }

    /// How many alerts are kept back.
    public var withheldCount: Int { withheld.alerts.count }

    /// Gives back what was stored. Chatter and flood are counted anew, so what they kept back goes
    /// out.
    public mutating func restore(
        _ stored: StoredRegister, at now: Instant, into batch: inout CommitBatch
    ) {
        self.now = now
        for record in stored.hazards { records[record.place] = record }
        for shelf in stored.shelves {
            shelves[shelf.place] = shelf
            shelved.append(shelf.place)
        }
        withheld = WithheldAlerts(stored.withheld)
        free(into: &batch) { $0.reason != .shelved }
        schedule()
    }

    /// Takes a change of a hazard in: entry, alert and record go into the batch.
    public mutating func take(_ change: HazardChange, into batch: inout CommitBatch) {
        guard change.isEvidence else { return }
        advance(to: change.decided, into: &batch)
        let place = change.place
        var chatterStarts = false
        if change.change == .raised || change.change == .recurred {
            flood.count(at: now)
            if flood.starts {
                batch.entries.append(entry("alerts.flood_started", .object([])))
                flood.begin()
            }
            chatterStarts = chatter[place, default: Chatter()].count(at: now)
        }
        if chatter[place]?.isChattering == true { chatter[place]?.lastChange = now }
        let reason = reasonToWithhold(change)
        var entry = change.entry
        if let reason { entry.add("withheld", .text(reason.rawValue)) }
        batch.entries.append(entry)
        keepRecord(of: change, into: &batch)
        if change.isAlert {
            if let reason {
                withhold(change.alert, at: place, reason, into: &batch)
            } else {
                send(change.alert, at: place, into: &batch)
            }
        }
        if change.change == .cleared || change.change == .lapsed { close(place, into: &batch) }
        if chatterStarts, !change.isUrgent {
            chattering.append(place)
            chatter[place]?.isChattering = true
            chatter[place]?.lastChange = now
            batch.entries.append(self.entry("hazard.chattering", at: place, .object([])))
        }
        schedule()
    }

    /// Lets time pass: shelves end, chatter settles, a flood passes.
    public mutating func advance(to time: Instant, into batch: inout CommitBatch) {
        while nextDue <= time {
            now = max(now, nextDue)
            for place in shelved {
                guard let shelf = shelves[place], shelf.until <= now else { continue }
                unshelve(place, by: "agent", because: "the time has run out", into: &batch)
            }
            for place in chattering where chatter[place]?.settles ?? .distantPast <= now {
                chattering.removeAll { $0 == place }
                chatter[place] = nil
                batch.entries.append(entry("hazard.settled", at: place, .object([])))
                free(into: &batch) { $0.reason == .chattering && $0.place == place }
            }
            if flood.isOn, flood.ends <= now {
                flood.end()
                let count = withheld.alerts.count { $0.reason == .flood }
                batch.entries.append(
                    entry("alerts.flood_ended", .object([("sent", .number(Double(count)))])))
                free(into: &batch) { $0.reason == .flood }
            }
            schedule()
        }
        now = max(now, time)
    }

    /// Writes down that somebody has seen a hazard.
    ///
    /// - Parameter change: the hazard as it is now, for the alert.
    public mutating func acknowledge(
        _ change: HazardChange, _ word: Word, into batch: inout CommitBatch
    ) {
        let place = change.place
        guard var record = records[place] else { return }
        record.acknowledged = word
        records[place] = record
        batch.register.append(.opened(record))
        batch.entries.append(said(.acknowledge, about: record.id, at: place, word))
        if record.isTold { batch.alerts.append(change.acknowledgement(at: word.at)) }
    }

    /// Writes down that an inspector has released a hazard. Its end comes as a change.
    public func release(_ place: HazardPlace, _ word: Word, into batch: inout CommitBatch) {
        batch.entries.append(said(.release, about: records[place]?.id, at: place, word))
    }

    /// Ends what stood under a rule that is gone, on a person's word.
    public mutating func withdraw(
        _ place: HazardPlace, _ word: Word, into batch: inout CommitBatch
    ) {
        guard let record = records[place] else { return }
        batch.entries.append(said(.release, about: record.id, at: place, word))
        let time = RFC3339.format(word.at)
        let fields: [(name: String, value: JSONValue)] = [
            ("site", .text(site)), ("equipment", .text(place.equipment)),
            ("hazard", .text(record.id)), ("rule", .text(place.rule)),
            ("state", .text("withdrawn")), ("at", .text(time)),
        ]
        let id = "\(record.id)#withdrawn@\(time)"
        batch.entries.append(
            LedgerEntry(
                id: id, kind: "hazard.withdrawn", equipment: place.equipment, actor: word.actor,
                body: .object(fields)))
        if record.isTold {
            send(
                Alert(
                    id: id, equipment: place.equipment, state: "withdrawn", stands: false,
                    hazard: record.id, time: word.at, data: .object(fields)), at: place,
                into: &batch)
        }
        close(place, into: &batch)
    }

    /// Puts a place on the shelf.
    ///
    /// - Throws: a refusal for what may kill people, and for an end that is past or too far.
    public mutating func shelve(
        _ place: HazardPlace, _ rule: Rule, until: Instant, _ word: Word,
        into batch: inout CommitBatch
    ) throws(Refusal) {
        guard !rule.isLifeSafety else {
            throw Refusal("\(rule.id) may cost lives: it cannot be shelved, only acknowledged")
        }
        guard until > word.at, until - word.at <= SupervisionLimits.longestShelf else {
            throw Refusal("a shelf must end in the future, within seven days")
        }
        if shelves[place] == nil { shelved.append(place) }
        let shelf = Shelf(place: place, word: word, until: until)
        shelves[place] = shelf
        batch.register.append(.shelved(shelf))
        batch.entries.append(
            said(
                .shelve(until: until), about: records[place]?.id, at: place, word,
                [("until", .text(RFC3339.format(until)))]))
        schedule()
    }

    /// Takes a place from the shelf; what waited there and still stands goes out.
    public mutating func unshelve(
        _ place: HazardPlace, _ word: Word, into batch: inout CommitBatch
    ) throws(Refusal) {
        guard shelves[place] != nil else { throw Refusal("\(place) is not shelved") }
        now = max(now, word.at)
        unshelve(place, by: word.actor, because: word.reason, into: &batch)
        schedule()
    }

    // MARK: - Records

    private mutating func keepRecord(of change: HazardChange, into batch: inout CommitBatch) {
        let place = change.place
        var record =
            records[place]
            ?? HazardRecord(
                place: place, id: change.hazardID, raisedAt: change.raisedAt, phase: .raised)
        switch change.change {
        case .timing, .cleared, .lapsed: return
        case .suppressed: record.phase = .suppressed
        case .returned: record.phase = .returned
        case .raised: record.phase = .raised
        case .recurred:
            record.phase = .raised
            record.acknowledged = nil
            record.recurrences += 1
        }
        records[place] = record
        batch.register.append(.opened(record))
    }

    private mutating func close(_ place: HazardPlace, into batch: inout CommitBatch) {
        records[place] = nil
        batch.register.append(.closed(place))
    }

    // MARK: - Alerts

    private func reasonToWithhold(_ change: HazardChange) -> WithheldAlert.Reason? {
        guard change.isAlert, !change.isUrgent else { return nil }
        let place = change.place
        if chatter[place]?.isChattering == true { return .chattering }
        // The end of something that the platform knows is told whatever else is going on.
        if change.change == .cleared, records[place]?.isTold == true { return nil }
        if shelves[place] != nil { return .shelved }
        return flood.isOn && change.rule.severity < .major ? .flood : nil
    }

    private mutating func send(
        _ alert: Alert, at place: HazardPlace, into batch: inout CommitBatch
    ) {
        drop(alertsOf: alert.hazard, into: &batch)
        batch.alerts.append(alert)
        guard records[place]?.id == alert.hazard, records[place]?.isTold != alert.stands else {
            return
        }
        records[place]?.isTold = alert.stands
        if let record = records[place] { batch.register.append(.opened(record)) }
    }

    /// Of one hazard only the newest alert waits; and nobody has to be told of the end of
    /// something of which he never heard.
    private mutating func withhold(
        _ alert: Alert, at place: HazardPlace, _ reason: WithheldAlert.Reason,
        into batch: inout CommitBatch
    ) {
        drop(alertsOf: alert.hazard, into: &batch)
        guard alert.stands || records[place]?.isTold == true else { return }
        let waiting = WithheldAlert(place: place, reason: reason, alert: alert)
        withheld.append(waiting)
        batch.register.append(.withheld(waiting))
    }

    private mutating func drop(alertsOf hazard: String, into batch: inout CommitBatch) {
        for waiting in withheld.remove(of: hazard) {
            batch.register.append(.freed(alert: waiting.alert.id))
        }
    }

    /// Lets alerts go for which one reason to wait has ended; another may have begun meanwhile.
    private mutating func free(
        into batch: inout CommitBatch, where isFree: (WithheldAlert) -> Bool
    ) {
        for waiting in withheld.remove(where: isFree) {
            batch.register.append(.freed(alert: waiting.alert.id))
            if waiting.alert.stands, shelves[waiting.place] != nil, waiting.reason != .shelved {
                let still = WithheldAlert(
                    place: waiting.place, reason: .shelved, alert: waiting.alert)
                withheld.append(still)
                batch.register.append(.withheld(still))
            } else {
                send(waiting.alert, at: waiting.place, into: &batch)
            }
        }
    }

    private mutating func unshelve(
        _ place: HazardPlace, by actor: String, because reason: String,
        into batch: inout CommitBatch
    ) {
        shelves[place] = nil
        shelved.removeAll { $0 == place }
        batch.register.append(.unshelved(place))
        batch.entries.append(
            said(
                .unshelve, about: records[place]?.id, at: place,
                Word(actor: actor, reason: reason, at: now)))
        free(into: &batch) { $0.reason == .shelved && $0.place == place }
    }

    private mutating func schedule() {
        var due = flood.isOn ? flood.ends : .never
        for place in shelved { due = min(due, shelves[place]?.until ?? .never) }
        for place in chattering { due = min(due, chatter[place]?.settles ?? .never) }
        nextDue = due
    }

    // MARK: - Entries

    /// The entry of what somebody said about a place.
    private func said(
        _ command: HazardCommand, about hazard: String?, at place: HazardPlace, _ word: Word,
        _ more: [(name: String, value: JSONValue)] = []
    ) -> LedgerEntry {
        var entry = self.entry("hazard." + command.verb, at: place, at: word.at, .object([]))
        entry.actor = word.actor
        entry.body = .object(
            [
                ("rule", .text(place.rule)), ("hazard", hazard.map { .text($0) } ?? .null),
                ("reason", .text(word.reason)), ("at", .text(RFC3339.format(word.at))),
            ] + more)
        return entry
    }

    private func entry(_ kind: String, _ body: JSONValue) -> LedgerEntry {
        LedgerEntry(
            id: "\(site)/\(kind)@\(RFC3339.format(now))", kind: kind, equipment: "",
            actor: "agent", body: body)
    }

    private func entry(
        _ kind: String, at place: HazardPlace, at time: Instant? = nil, _ body: JSONValue
    ) -> LedgerEntry {
        LedgerEntry(
            id: "\(site)/\(place)#\(kind)@\(RFC3339.format(time ?? now))", kind: kind,
            equipment: place.equipment, actor: "agent", body: body)
    }
}

extension LedgerEntry {
    /// Adds a field to the entry's body.
    fileprivate mutating func add(_ name: String, _ value: JSONValue) {
        guard case .object(let members) = body else { return }
        body = .object(members + [(name, value)])
    }
}

extension HazardPlace: CustomStringConvertible {
    /// `lift-1/lift.overspeed`.
    public var description: String { "\(equipment)/\(rule)" }
}

extension HazardChange {
    /// Where it happened.
    public var place: HazardPlace { HazardPlace(equipment: equipment, rule: rule.id) }

    /// Whether its alert may never wait.
    var isUrgent: Bool { rule.isLifeSafety || rule.severity == .critical }
}
