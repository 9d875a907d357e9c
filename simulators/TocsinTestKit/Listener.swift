import Detection
import Line
import RuleLanguage
import Simulation
import Supervision

/// A line that is told what arrives, and from which every hazard that is raised is taken down.
struct Listener: ~Copyable {
    private let start: Instant
    private var line: Line
    /// All that was raised so far, in order.
    private(set) var findings: [Finding] = []

    /// A line that begins to listen at a moment.
    init(_ plan: SitePlan, at start: Instant) {
        self.start = start
        line = Line(plan: plan, at: start)
        line.start(at: start)
    }

    /// Messages that the line could not take.
    var rejected: Int { Int(line.counters.rejected) }

    mutating func receive(_ payload: [UInt8], topic: String, at arrival: Instant) {
        var topic = topic
        topic.withUTF8 { topic in
            payload.withUnsafeBytes { payload in
                line.receive(
                    arrival: arrival, topic: UnsafeRawBufferPointer(topic), payload: payload)
            }
        }
        if line.hasChanges { takeDown() }
    }

    /// Lets time go on.
    mutating func advance(to time: Instant) {
        line.advance(to: time)
        if line.hasChanges { takeDown() }
    }

    private mutating func takeDown() {
        findings += line.takeBatch().changes.compactMap { Finding($0, since: start) }
    }
}

extension Finding {
    /// A hazard that is raised by a change; `nil` when the change is another.
    init?(_ change: HazardChange, since start: Instant) {
        guard change.change == .raised || change.change == .recurred else { return nil }
        self.init(
            equipment: change.equipment, rule: change.rule.id,
            severity: change.rule.severity.rawValue,
            at: Double((change.decided - start).nanoseconds) / 1e9)
    }
}
