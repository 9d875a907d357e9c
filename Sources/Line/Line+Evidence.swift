import Detection
import Evidence
import Ledger
import RuleLanguage
import Supervision
import Timestamps

// Evidence of a hazard: what the equipment said before it was raised goes into the entry of the
// raise; what it said after goes into an entry of its own, some seconds later.

/// A hazard whose readings after the raise are still to come.
struct PendingEvidence {
    var due: Instant
    var device: Int
    var change: HazardChange
}

extension Line {
    /// Readings in one piece of evidence. A flood of hazards must not fill the disk: what is kept
    /// in memory of one piece of equipment is seldom more than half of this.
    static var mostEvidence: Int { 4_000 }

    /// Hazards that wait for what comes after them; more are told without it.
    static var mostPending: Int { 10_000 }

    /// Adds what was read up to now to a raise, and plans for what comes after.
    mutating func addEvidence(to change: inout HazardChange, on device: Int) {
        guard change.change == .raised || change.change == .recurred else { return }
        let window = change.rule.evidence
        let from = Instant(
            nanoseconds: change.at.nanoseconds - window.before.nanoseconds)
        change.evidence = evidence(of: change, on: device, "before", from, change.at)
        change.signals = told(by: device)
        guard window.after > .zero, pendingEvidence.count < Self.mostPending else { return }
        let due = change.decided + window.after
        var later = PendingEvidence(due: due, device: device, change: change)
        later.change.evidence = nil
        let place = pendingEvidence.firstIndex { $0.due > due } ?? pendingEvidence.endIndex
        pendingEvidence.insert(later, at: place)
    }

    /// Has what was read after raises committed, for those that are due.
    mutating func collectEvidence(until now: Instant) {
        while let pending = pendingEvidence.first, pending.due <= now {
            pendingEvidence.removeFirst()
            let change = pending.change
            let end = change.at + change.rule.evidence.after
            let start = Instant(nanoseconds: change.at.nanoseconds + 1)
            batch.entries.append(
                LedgerEntry(
                    id: change.id + "#after", kind: "hazard.evidence",
                    equipment: change.equipment, actor: "agent",
                    body: .object([
                        ("hazard", .text(change.hazardID)), ("rule", .text(change.rule.id)),
                        ("of", .text(change.id)), ("at", .text(RFC3339.format(change.decided))),
                    ]),
                    evidence: evidence(of: change, on: pending.device, "after", start, end)))
        }
    }

    /// What alerts tell of a piece of equipment besides the hazard; what is not known is left out.
    private func told(by device: Int) -> [(name: String, value: Double)] {
        let kind = plan.equipment[device].kind
        guard plan.told.indices.contains(kind) else { return [] }
        return plan.told[kind].compactMap { slot in
            engine.value(of: slot, on: device).map {
                (profile(of: device).vocabulary.signals[slot].name, $0)
            }
        }
    }

    private func evidence(
        of change: HazardChange, on device: Int, _ part: String, _ from: Instant, _ until: Instant
    ) -> [UInt8] {
        let profile = profile(of: device)
        let parameters = plan.equipment[device].parameters.sorted { $0.key < $1.key }
        var left = Self.mostEvidence
        let recorded = recorder.rows(of: device).filter { $0.event >= from && $0.event <= until }
        // The newest count most.
        let rows = recorded.reversed().prefix { row in
            left -= row.readings.count
            return left >= 0
        }.reversed()
        let table = ReadingTable(Array(rows), of: profile.vocabulary)
        return JSONValue.object([
            ("v", .number(1)), ("part", .text(part)), ("hazard", .text(change.hazardID)),
            ("equipment", .text(change.equipment)), ("kind", .text(profile.kind)),
            ("rule", change.rule.onRecord),
            ("parameters", .object(parameters.map { ($0.key, .number($0.value)) })),
            ("from", .text(RFC3339.format(from))), ("until", .text(RFC3339.format(until))),
            ("left_out", .number(Double(recorded.count - rows.count))),
            ("start", table.start.map { .text(RFC3339.format($0)) } ?? .null),
            ("signals", table.signals), ("layouts", table.layouts), ("rows", table.rows),
        ]).canonicalBytes
    }
}

/// Recorded rows as a table: the names of the signals once, then which of them each row has, then
/// the rows as `[milliseconds since the start, layout, value, …]`. A value that could not be used
/// is its quality.
private struct ReadingTable {
    private(set) var start: Instant?
    private(set) var signals = JSONValue.array([])
    private(set) var layouts = JSONValue.array([])
    private(set) var rows = JSONValue.array([])

    init(_ recorded: [RecordedRow], of vocabulary: Vocabulary) {
        start = recorded.first?.event
        var places: [UInt16: Int] = [:]
        var names: [JSONValue] = []
        var known: [[Int]: Int] = [:]
        var lists: [JSONValue] = []
        var lines: [JSONValue] = []
        for row in recorded {
            let layout = row.readings.map { reading in
                if let place = places[reading.slot] { return place }
                places[reading.slot] = names.count
                let signal = vocabulary.signals[Int(reading.slot)]
                names.append(
                    .array([.text(signal.name), .text(signal.type.description)]))
                return names.count - 1
            }
            if known[layout] == nil {
                known[layout] = lists.count
                lists.append(.array(layout.map { .number(Double($0)) }))
            }
            let passed = row.event - (start ?? row.event)
            var line: [JSONValue] = [
                .number(Double(passed.nanoseconds) / 1e6), .number(Double(known[layout] ?? 0)),
            ]
            for reading in row.readings {
                line.append(reading.value.map { .number($0) } ?? .text("\(reading.quality)"))
            }
            lines.append(.array(line))
        }
        signals = .array(names)
        layouts = .array(lists)
        rows = .array(lines)
    }
}
