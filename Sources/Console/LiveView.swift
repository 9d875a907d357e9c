public import Ledger

/// What `tocsin watch` shows: the rate of readings, the hazards that stand, the last changes.
///
/// Pure: messages and times come in, lines of text go out.
public struct LiveView: Sendable {
    private struct Standing {
        var hazard: String
        var severity: String
        var equipment: String
        var english: String
        var chinese: String
        var since: String
        var state: String
    }

    private let style: Style
    private var standing: [Standing] = []
    private var seen: Set<String> = []
    private var raised = 0
    private var cleared = 0
    private var status: JSONValue?
    private var lastReadings: (count: Double, seconds: Double)?
    private var rate = 0.0

    /// Makes an empty view.
    public init(style: Style) { self.style = style }

    /// Takes an alert (a CloudEvent); returns the line to print for it, `nil` for a repetition.
    public mutating func alert(_ event: JSONValue) -> String? {
        guard let id = event["id"]?.text, let item = event["data"].flatMap({ Self.item($0) }),
            seen.insert(id).inserted
        else { return nil }
        standing.removeAll { $0.hazard == item.hazard }
        switch item.state {
        case "cleared": cleared += 1
        case "raised":
            raised += 1
            standing.append(item)
        default: standing.append(item)
        }
        return row(item)
    }

    /// Takes the retained state of a piece of equipment: what stands on it, whenever it was raised.
    public mutating func state(_ message: JSONValue) {
        guard let equipment = message["equipment"]?.text,
            case .array(let hazards)? = message["standing"]
        else { return }
        standing.removeAll { $0.equipment == equipment }
        standing += hazards.compactMap { Self.item($0) }
    }

    private static func item(_ data: JSONValue) -> Standing? {
        guard let hazard = data["hazard"]?.text, let state = data["state"]?.text,
            let equipment = data["equipment"]?.text, let severity = data["severity"]?.text
        else { return nil }
        return Standing(
            hazard: hazard, severity: severity, equipment: equipment,
            english: data["title"]?["en"]?.text ?? "", chinese: data["title"]?["zh"]?.text ?? "",
            since: data["at"]?.text ?? "", state: state)
    }

    /// Takes the agent's status.
    ///
    /// - Parameter seconds: when, on any clock that runs evenly.
    public mutating func status(_ message: JSONValue, at seconds: Double) {
        status = message
        guard let readings = message["readings"]?.number, Self.counts.contains(readings) else {
            return
        }
        if let last = lastReadings, seconds > last.seconds, readings >= last.count {
            rate = (readings - last.count) / (seconds - last.seconds)
        }
        lastReadings = (readings, seconds)
    }

    /// Counts that a number of JSON tells exactly; anything else is no counter.
    private static let counts = 0...9_007_199_254_740_992.0

    /// One line about now, to be rewritten in place.
    public var summary: String {
        let readings = Int64(exactly: (status?["readings"]?.number ?? 0).rounded()) ?? 0
        let state = status?["state"]?.text ?? "…"
        let colour: Style.Meaning = state == "online" ? .good : .bad
        let worst = standing.isEmpty ? Style.Meaning.good : .bad
        return style(state, colour) + "  "
            + style("\(Int64(exactly: rate.rounded()) ?? 0) readings/s 读数/秒", .strong)
            + style("  \(readings) in all 总计  ", .faint)
            + style("standing 现存 \(standing.count)", worst)
            + "  raised 触发 \(raised)  cleared 消除 \(cleared)"
    }

    private func row(_ item: Standing) -> String {
        let mark: (String, Style.Meaning) =
            switch item.state {
            case "cleared": ("✓ cleared 消除", .good)
            case "returned": ("◐ returned 待确认", .attention)
            case "acknowledged": ("● seen 已确认", .attention)
            case "recurred": ("▲ recurred 复发", .bad)
            default: ("▲ raised 触发", item.severity == "critical" ? .bad : .attention)
            }
        let time = item.since.dropFirst(11).prefix(12)
        return style(String(time), .faint) + "  " + style(Columns.fit(mark.0, 17), mark.1) + "  "
            + Columns.fit(item.equipment, 10) + "  " + Columns.fit(item.severity, 8) + "  "
            + item.english + "  " + item.chinese
    }
}
