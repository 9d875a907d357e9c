public import Detection
public import Telemetry

/// The last messages that could not be taken, for whoever has to find out why.
///
/// Overflow policy: the oldest makes room; the counters in `LineCounters` are never cut.
public struct Quarantine: Sendable {
    /// One message.
    public struct Specimen: Sendable {
        /// When it arrived.
        public var arrival: Instant
        /// Its topic, cut at `topicLength`.
        public var topic: String
        /// Its first bytes.
        public var head: [UInt8]
        /// Its whole length.
        public var length: Int
        /// Why it was not taken.
        public var reason: Rejection
    }

    /// Messages kept. Engineering default: enough to see a pattern, 64 kB at most.
    public static let capacity = 128
    /// Bytes kept of a payload: enough to recognise the sender and the form.
    public static let headLength = 256
    /// Bytes kept of a topic.
    public static let topicLength = 256

    private var kept: [Specimen] = []
    private var next = 0

    /// The specimens, oldest first.
    public var specimens: [Specimen] { Array(kept[next...] + kept[..<next]) }

    mutating func add(_ specimen: Specimen) {
        if kept.count < Self.capacity {
            kept.append(specimen)
        } else {
            kept[next] = specimen
            next = (next + 1) % Self.capacity
        }
    }
}

/// What the line did with messages so far.
public struct LineCounters: Sendable {
    /// Messages received.
    public var messages: UInt64 = 0
    /// Keys that were no signal of their kind.
    public var unknownKeys: UInt64 = 0
    /// Readings of suspect quality.
    public var suspectReadings: UInt64 = 0
    /// Messages not taken, by `Rejection.rawValue`.
    public var rejections = [UInt64](repeating: 0, count: Rejection.allCases.count)
    /// What the engine did with rows.
    public var engine = EngineCounters()

    /// All zero.
    public init() {}

    /// Readings taken in.
    public var readings: UInt64 { engine.readings }

    /// Messages not taken, of all reasons.
    public var rejected: UInt64 { rejections.reduce(0, +) }
}
