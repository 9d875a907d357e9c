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
    /// What a piece of equipment said last, oldest first: at least half a minute of eight signals a
    /// second.
    ///
    /// - Throws: when the site has no such equipment.
    public func recentReadings(of equipment: String) throws(Refusal) -> [NamedRow] {
        guard let device = device(equipment) else {
            throw Refusal("there is no equipment \(equipment)")
        }
        let signals = profile(of: device).vocabulary.signals
        return recorder.rows(of: device).map { row in
            NamedRow(
                event: row.event,
                readings: row.readings.map { reading in
                    let signal = signals[Int(reading.slot)]
                    return (signal.name, reading.value.map { signal.type.text(of: $0) })
                })
        }
    }
}
