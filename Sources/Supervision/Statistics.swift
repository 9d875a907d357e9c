public import Detection
public import Ledger
import Timestamps

/// What happened on a site between two days, counted from its ledger.
///
/// Pure: entries come in, oldest first, figures go out. All entries up to the end are taken, since
/// what was raised before may end within.
public struct Statistics: Sendable {
    /// A name and how often.
    public struct Count: Sendable, Equatable {
        /// What is counted.
        public var name: String
        /// How often.
        public var count: Int

        /// Names a count.
        public init(name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }

    /// Times of the same thing, in seconds.
    public struct Times: Sendable, Equatable {
        /// The times, shortest first.
        public private(set) var seconds: [Double]

        init(_ seconds: [Double]) { self.seconds = seconds.sorted() }

        /// The time that `part` of them do not exceed; `nil` when there is none.
        public func quantile(_ part: Double) -> Double? {
            seconds.isEmpty
                ? nil : seconds[min(seconds.count - 1, Int(Double(seconds.count) * part))]
        }
    }

    /// Between these two, the first with and the last without.
    public let from: Instant, until: Instant
    /// Days that are looked at.
    public var days: Double { Double((until - from).nanoseconds) / 86_400e9 }

    private var byRule: [String: Int] = [:]
    private var byEquipment: [String: Int] = [:]
    private var bySeverity: [String: Int] = [:]
    private var standing: [String: Instant] = [:]
    private var responseTimes: [Double] = []
    private var endTimes: [Double] = []
    private var raises: [Instant] = []
    private var floodStart: Instant?
    private var floodTime = Duration.zero
    /// Places that chattered.
    public private(set) var chattering = 0
    /// Shelves that people made.
    public private(set) var shelves = 0
    /// Floods of alerts that began.
    public private(set) var floods = 0
    /// Times in which messages may have been missed.
    public private(set) var gaps = 0
    private var listingEntries: [JSONValue] = []
    private var incidentEntries: [JSONValue] = []

    /// Begins to count.
    public init(from: Instant, until: Instant) {
        self.from = from
        self.until = until
    }

    /// Takes the next entry of the ledger.
    public mutating func take(_ entry: JSONValue) {
        guard let kind = entry["kind"]?.text else { return }
        if kind.hasPrefix("listing.") { listingEntries.append(entry) }
        if kind.hasPrefix("incident.") { incidentEntries.append(entry) }
        let time = entry["body"]?["at"]?.text ?? entry["recorded"]?.text ?? ""
        guard let at = RFC3339.parse(time), at < until else { return }
        let hazard = entry["body"]?["hazard"]?.text ?? ""
        switch kind {
        case "hazard.raised": raise(entry, hazard, at)
        case "hazard.acknowledged", "hazard.released":
            if let raised = standing[hazard], at >= from, kind == "hazard.acknowledged" {
                responseTimes.append(Double((at - raised).nanoseconds) / 1e9)
            }
        case "hazard.cleared", "hazard.withdrawn":
            if let raised = standing.removeValue(forKey: hazard), at >= from {
                endTimes.append(Double((at - raised).nanoseconds) / 1e9)
            }
        case "hazard.chattering": chattering += at >= from ? 1 : 0
        case "hazard.shelved": shelves += at >= from ? 1 : 0
        case "intake.gap": gaps += at >= from ? 1 : 0
        case "alerts.flood_started":
            floods += at >= from ? 1 : 0
            floodStart = at
        case "alerts.flood_ended":
            if let start = floodStart { floodTime = floodTime + (at - max(start, from)) }
            floodStart = nil
        default: break
        }
    }

    private mutating func raise(_ entry: JSONValue, _ hazard: String, _ at: Instant) {
        standing[hazard] = at
        guard at >= from else { return }
        raises.append(at)
        byRule[entry["body"]?["rule"]?.text ?? "", default: 0] += 1
        byEquipment[entry["equipment"]?.text ?? "", default: 0] += 1
        bySeverity[entry["body"]?["severity"]?.text ?? "", default: 0] += 1
    }

    // MARK: - Hazards

    /// Hazards that were raised.
    public var raised: Int { raises.count }

    /// Raised, by rule: the cause; most frequent first.
    public var rules: [Count] { Self.sorted(byRule) }

    /// Raised, by equipment; most frequent first.
    public var equipment: [Count] { Self.sorted(byEquipment) }

    /// Raised, by severity; most frequent first.
    public var severities: [Count] { Self.sorted(bySeverity) }

    /// Raised, by a name for each piece of equipment: its kind, its unit.
    public func equipment(by name: (String) -> String) -> [Count] {
        var counts: [String: Int] = [:]
        for item in equipment { counts[name(item.name), default: 0] += item.count }
        return Self.sorted(counts)
    }

    /// From raise to acknowledgement.
    public var responses: Times { Times(responseTimes) }

    /// From raise to end.
    public var ends: Times { Times(endTimes) }

    /// Hazards that stand at the end.
    public var stillStanding: Int { standing.count }

    /// Hazards that stand at the end and have for more than a day.
    public var stale: Int {
        standing.values.count { until - $0 > .seconds(86_400) }
    }

    // MARK: - Alarm management

    /// Raises in a day, on average.
    public var raisesPerDay: Double { days > 0 ? Double(raised) / days : 0 }

    /// The most raises within ten minutes.
    public var worstTenMinutes: Int {
        let times = raises.sorted()
        var worst = 0
        var first = 0
        for index in times.indices {
            while times[index] - times[first] > .seconds(600) { first += 1 }
            worst = max(worst, index - first + 1)
        }
        return worst
    }

    /// Part of the time in which alerts came as a flood.
    public var floodShare: Double {
        let open = floodStart.map { until - max($0, from) } ?? .zero
        let span = Double((until - from).nanoseconds)
        return span > 0 ? Double((floodTime + open).nanoseconds) / span : 0
    }

    /// Part of the raises that the ten most frequent rules make.
    public var topTenShare: Double {
        let top = rules.prefix(10).reduce(0) { $0 + $1.count }
        return raised > 0 ? Double(top) / Double(raised) : 0
    }

    // MARK: - Cases

    /// Cases that were open at some time within.
    public var listings: [Listing] {
        ListingHistory(listingEntries).listings.filter { listing in
            let end = listing.isOpen ? nil : listing.steps.last?.at
            return listing.detectedAt < until && end.map { $0 >= from } ?? true
        }
    }

    /// From listing to delisting, of cases delisted within.
    public var rectifications: Times {
        Times(
            listings.compactMap { listing in
                guard let end = listing.steps.last(where: { $0.verb == .delisted })?.at,
                    end >= from, end < until
                else { return nil }
                return Double((end - listing.listedAt).nanoseconds) / 1e9
            })
    }

    /// Cases about a place that had one before.
    public var repeatCases: Int {
        var seen: Set<HazardPlace> = []
        return listings.count { listing in
            listing.place.map { !seen.insert($0).inserted } ?? false
        }
    }

    /// Incidents that began within.
    public var incidents: [Incident] {
        IncidentHistory(incidentEntries).incidents.filter { $0.since < until && $0.since >= from }
    }

    private static func sorted(_ counts: [String: Int]) -> [Count] {
        counts.map { Count(name: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }
}
