/// What can go wrong between a machine's telemetry unit and the broker.
public enum LinkFault: String, CaseIterable, Sendable {
    /// Nothing is sent.
    case silence
    /// The unit's clock is off by so many seconds.
    case clockOffset = "clock_offset"
    /// The unit's clock jumps by so many seconds and back, every fifteen seconds.
    case clockJump = "clock_jump"
    /// Every second message is overtaken by the one after it.
    case reordering
    /// Every message comes twice.
    case duplication
    /// Messages are kept back and come together, so many seconds' worth at a time.
    case batching
    /// The unit starts anew: half a minute of nothing, then sequence numbers from 1.
    case reboot
}

/// The way of one machine's messages: latency, order, and a clock that may be wrong.
struct Link: Sendable {
    /// Latency of a quiet local network, in seconds. Typical.
    private static let latency = 0.005...0.040
    /// How long a telemetry unit takes to start anew. Typical of an embedded Linux.
    private static let restart = 30.0
    /// How long a clock that jumps stays where it is.
    private static let jump = 15.0

    private let period: Double
    private var random: RandomStream
    private var isSilent = false
    private var clockOffset = 0.0
    private var clockJump = 0.0
    private var isReordering = false
    private var isDuplicating = false
    private var batch = 0.0
    private var startedAgain = -Double.infinity
    private var jumpsFrom = 0.0
    private(set) var sequence = 0
    private var lastArrival = 0.0

    /// A sound link of a machine that sends a message every `period` seconds.
    init(period: Double, random: RandomStream) {
        self.period = period
        self.random = random
    }

    mutating func set(_ fault: LinkFault, size: Double?, at time: Double) {
        let isOn = size != nil
        let size = size ?? 0
        switch fault {
        case .silence: isSilent = isOn
        case .clockOffset: clockOffset = size
        case .clockJump:
            clockJump = size
            jumpsFrom = time
        case .reordering: isReordering = isOn
        case .duplication: isDuplicating = isOn
        case .batching: batch = size
        case .reboot:
            guard isOn else { return }
            startedAgain = time
            sequence = 0
        }
    }

    /// How far the unit's clock is ahead, in seconds.
    func clockError(at time: Double) -> Double {
        let jumps = Int(((time - jumpsFrom) / Self.jump).rounded(.down)) % 2 == 0
        return clockOffset + (jumps ? clockJump : 0)
    }

    /// Whether the unit sends what it samples now; if so, the message's number.
    mutating func number(at time: Double) -> Int? {
        guard !isSilent, time - startedAgain >= Self.restart else { return nil }
        sequence += 1
        return sequence
    }

    /// When a message that is sent now arrives, once or twice.
    mutating func arrivals(of number: Int, sent time: Double) -> (first: Double, again: Double?) {
        var start = time
        if batch > 0 { start = (time / batch).rounded(.up) * batch }
        var arrival = start + random.uniform(Self.latency.lowerBound, Self.latency.upperBound)
        if isReordering, number % 2 == 0 {
            // Long enough for the next one to pass; it does not hold up what comes after it.
            arrival += 1.5 * period
        } else {
            // One connection keeps the order.
            arrival = max(arrival, lastArrival + 1e-6)
            lastArrival = arrival
        }
        return (arrival, isDuplicating ? arrival + 0.2 : nil)
    }
}

extension LinkFault {
    /// How scenarios describe it.
    public var sheet: FaultSheet {
        switch self {
        case .silence: FaultSheet(rawValue, Bilingual("Nothing is sent", "通信中断"))
        case .clockOffset:
            FaultSheet(
                rawValue, Bilingual("Clock off", "时钟偏差"),
                size: "how far the clock is ahead, s", usual: 120, in: -86_400...86_400)
        case .clockJump:
            FaultSheet(
                rawValue, Bilingual("Clock jumps", "时钟跳变"),
                size: "how far the clock jumps ahead, s", usual: 90, in: -86_400...86_400)
        case .reordering: FaultSheet(rawValue, Bilingual("Messages overtake", "消息乱序"))
        case .duplication: FaultSheet(rawValue, Bilingual("Messages come twice", "消息重复"))
        case .batching:
            FaultSheet(
                rawValue, Bilingual("Messages come in batches", "消息积压后成批送达"),
                size: "how long messages are kept back, s", usual: 10, in: 0.1...3_600)
        case .reboot: FaultSheet(rawValue, Bilingual("Unit starts anew", "终端重启"))
        }
    }
}
