/// Why a message was not taken. Counted by case; the message goes to the quarantine.
public enum Rejection: UInt8, Error, Sendable, CaseIterable {
    /// The topic does not fit the template, so no equipment can be named.
    case unknownTopic
    /// The topic names equipment that the configuration does not have.
    case unknownEquipment
    /// The payload is longer than `PayloadLimits.bytes`.
    case tooLong
    /// Not JSON as RFC 8259 defines it.
    case malformed
    /// Not UTF-8 inside a text.
    case notUTF8
    /// Nested deeper than `PayloadLimits.depth`.
    case tooDeep
    /// More rows or readings than `PayloadLimits` allows.
    case tooManyReadings
    /// Neither an object nor an array of objects.
    case wrongForm
    /// One object names the same signal twice.
    case duplicateKey
    /// `ts` is neither milliseconds since 1970 nor an RFC 3339 time within 1970 to 2261.
    case badTimestamp
    /// `seq` is not a whole number from 0 to 2^53.
    case badSequence
    /// The columns of a batch are empty or differ in length, or `dt` is not a positive number of
    /// milliseconds.
    case badColumns
    /// A columnar batch without `ts`.
    case columnsWithoutTime
    /// The payload names other equipment than the topic.
    case equipmentMismatch
    /// No signal of this kind of equipment in the whole message.
    case noReadings
    /// A retained message: a stale sample that the broker kept, not telemetry.
    case retained

    /// What happened and what to do, for people.
    public var explanation: String {
        switch self {
        case .unknownTopic:
            "the topic does not fit the template: check topics.telemetry and the publisher"
        case .unknownEquipment: "unknown equipment: add it to the site file or stop the publisher"
        case .tooLong: "longer than \(PayloadLimits.bytes) bytes: send smaller batches"
        case .malformed: "not valid JSON (RFC 8259)"
        case .notUTF8: "a text in it is not UTF-8"
        case .tooDeep: "nested deeper than \(PayloadLimits.depth) levels"
        case .tooManyReadings:
            "more than \(PayloadLimits.rows) rows or \(PayloadLimits.cells) readings: send smaller"
                + " batches"
        case .wrongForm: "expected an object, an array of objects or a columnar batch"
        case .duplicateKey: "the same key stands twice in one object"
        case .badTimestamp: "ts must be milliseconds since 1970 or an RFC 3339 time"
        case .badSequence: "seq must be a whole number from 0 to 2^53"
        case .badColumns:
            "columns must have equal lengths, not 0, and dt be a positive number of ms"
        case .columnsWithoutTime: "a columnar batch needs ts"
        case .equipmentMismatch: "the payload names other equipment than the topic"
        case .noReadings: "no signal of this kind of equipment in it: check the names"
        case .retained: "a retained message is stale: publish telemetry without the retain flag"
        }
    }
}
