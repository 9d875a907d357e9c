import Dispatch
import Synchronization

/// A message of a simulated site, as it arrives at the broker.
public struct SimulatedMessage: Sendable, Equatable {
    /// When it arrives, in nanoseconds from the start.
    public var arrival: Int64
    /// Which machine of the scenario sent it.
    public var unit: Int
    /// Its topic.
    public var topic: String
    /// Its bytes.
    public var payload: [UInt8]
}

/// The machines of one scenario: the same scenario gives the same messages, byte for byte.
///
/// The picture: no machine knows of another, so each goes through a few seconds by itself, on
/// whatever core is free, and lays down its messages; then they are put in the order in which they
/// arrive, and the next few seconds begin. Memory does not grow with the simulated time.
public struct Simulator: ~Copyable {
    /// Why a scenario cannot be simulated.
    public struct Unusable: Error, Sendable {
        /// Everything that is wrong, for people.
        public var problems: [String]

        /// Says why.
        public init(problems: [String]) { self.problems = problems }
    }

    /// Milliseconds since 1970 at which a simulation starts unless told otherwise:
    /// 2026-01-01T00:00:00Z.
    public static let usualStart: Int64 = 1_767_225_600_000

    private let duration: Double
    private let topics: [String]
    private let units: [Unit]
    /// Seconds that every machine goes through at a time.
    private let stretch: Double
    /// All that is sent before this time is under way.
    private var reached = 0.0
    private var underWay = Queue<SimulatedMessage>()
    /// The seconds after `reached`, under work already.
    private var ahead: Stretch?
    /// Messages that are in memory: on their way, or worked out ahead, for which this waits.
    public var held: Int {
        underWay.count + (ahead?.wait().reduce(0) { $0 + $1.count } ?? 0)
    }

    /// A machine that one core at a time works on.
    private final class Unit: Sendable {
        let state: Mutex<SimulatedUnit>

        init(_ unit: sending SimulatedUnit) { state = Mutex(unit) }

        /// All that it sends before a time.
        func messages(before time: Double) -> [SimulatedUnit.Sending] {
            state.withLock { unit in
                var messages: [SimulatedUnit.Sending] = []
                while unit.nextSending < time {
                    if let message = unit.send() { messages.append(message) }
                }
                return messages
            }
        }
    }

    /// Makes the machines of a scenario, healthy and at rest.
    public init(
        _ scenario: Scenario, startMilliseconds: Int64 = Simulator.usualStart
    ) throws(Unusable) {
        let problems = scenario.problems
        guard problems.isEmpty else { throw Unusable(problems: problems) }
        duration = scenario.duration
        let injections = Dictionary(grouping: scenario.injections, by: \.unit)
        var units: [Unit] = []
        var topics: [String] = []
        for unit in scenario.units {
            guard let model = Models.named(unit.model) else { continue }
            units.append(
                Unit(
                    SimulatedUnit(
                        unit, model, in: scenario, injections[unit.id] ?? [],
                        startMilliseconds: startMilliseconds)))
            topics.append("telemetry/\(scenario.site)/\(model.sheet.kind)/\(unit.id)")
        }
        self.units = units
        self.topics = topics
        // Enough work for a core to be worth waking, and little enough to be kept in memory.
        stretch = max(1, min(60, 1200 / Double(max(units.count, 1))))
    }

    /// The next message; `nil` at the end of the scenario, when what is still under way is lost:
    /// the machines that would send beside it have stopped.
    public mutating func next() -> SimulatedMessage? {
        // What is sent later arrives later than `reached`.
        while underWay.first.map({ $0 >= reached }) ?? true {
            guard reached < duration else { return nil }
            goOn(to: min(reached + stretch, duration))
        }
        return underWay.removeFirst()
    }

    private mutating func goOn(to time: Double) {
        let sendings = ahead?.wait() ?? Stretch(units, before: time).wait()
        // While these are handed out, the other cores go through the next few seconds.
        let next = min(time + stretch, duration)
        ahead = units.count > 1 && time < duration ? Stretch(units, before: next) : nil
        for (index, messages) in sendings.enumerated() {
            for message in messages {
                put(message.payload, from: index, arriving: message.arrival)
                if let again = message.again { put(message.payload, from: index, arriving: again) }
            }
        }
        reached = time
    }

    /// A few seconds of all machines, each on whatever core is free.
    private final class Stretch: Sendable {
        private let all: Mutex<[[SimulatedUnit.Sending]]>
        private let group = DispatchGroup()

        init(_ units: [Unit], before time: Double) {
            all = Mutex([[SimulatedUnit.Sending]](repeating: [], count: units.count))
            guard units.count > 1 else {
                all.withLock { all in
                    for index in units.indices { all[index] = units[index].messages(before: time) }
                }
                return
            }
            DispatchQueue.global().async(group: group) { [self] in
                DispatchQueue.concurrentPerform(iterations: units.count) { index in
                    let messages = units[index].messages(before: time)
                    all.withLock { $0[index] = messages }
                }
            }
        }

        /// What each machine sends, when it is known.
        func wait() -> [[SimulatedUnit.Sending]] {
            group.wait()
            return all.withLock { $0 }
        }
    }

    private mutating func put(_ payload: [UInt8], from unit: Int, arriving time: Double) {
        underWay.insert(
            SimulatedMessage(
                arrival: Int64((time * 1e9).rounded()), unit: unit, topic: topics[unit],
                payload: payload), at: time)
    }
}

/// Things that wait for their time, the earliest first; equal times in the order of insertion. A
/// binary heap.
struct Queue<Element: Sendable>: Sendable {
    private var items: [(time: Double, number: Int, element: Element)] = []
    private var inserted = 0

    var count: Int { items.count }

    /// The earliest time.
    var first: Double? { items.first?.time }

    mutating func insert(_ element: Element, at time: Double) {
        items.append((time, inserted, element))
        inserted += 1
        var place = items.count - 1
        while place > 0, precedes(place, (place - 1) / 2) {
            items.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func removeFirst() -> Element? {
        guard let last = items.popLast() else { return nil }
        guard let top = items.first else { return last.element }
        items[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < items.count && precedes(child, least) {
                least = child
            }
            guard least != place else { return top.element }
            items.swapAt(place, least)
            place = least
        }
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        (items[left].time, items[left].number) < (items[right].time, items[right].number)
    }
}
