public import Detection
import Evidence
import RuleLanguage
public import Supervision

/// What a device said at one moment, by the names of its signals.
public struct NamedRow: Sendable {
    /// The time that the device gave; that of the arrival when it gave none.
    public var event: Instant
    /// Values as text: a number, a label, `true` or `false`; `nil` when there was none to be used.
    public var readings: [(signal: String, text: String?)]
}

extension Line {
    /// Readings that are handed out at once: what hundreds of rows of a device that has lost its
    /// sensors take, since a reading without a value is recorded in no byte.
    public static let mostRecentReadings = 4_000

    /// What a piece of equipment said last, oldest first: at least half a minute of eight signals a
    /// second, and at most `mostRecentReadings`.
    ///
    /// - Throws: when the site has no such equipment.
    public func recentReadings(of equipment: String) throws(Refusal) -> [NamedRow] {
        guard let device = device(equipment) else {
            throw Refusal("there is no equipment \(equipment)")
        }
        let signals = profile(of: device).vocabulary.signals
        var left = Self.mostRecentReadings
        let rows = recorder.rows(of: device).reversed().prefix { row in
            left -= row.readings.count
            return left >= 0
        }
        return rows.reversed().map { row in
            NamedRow(
                event: row.event,
                readings: row.readings.map { reading in
                    let signal = signals[Int(reading.slot)]
                    return (signal.name, reading.value.map { signal.type.text(of: $0) })
                })
        }
    }
}
