import Detection
import Ledger
import Timestamps

/// Compares what was found with what was wrong.
///
/// Reads lines as `tocsin replay` or `tocsin ledger show` prints them; knows nothing else of the
/// agent.
public struct Judge {
    private let truth: GroundTruth
    private var findings: [Finding] = []
    /// Hazards that ended.
    public private(set) var cleared = 0
    /// Milliseconds from the moment of a hazard to its commit; empty for a replay.
    private var latencies: [Double] = []

    /// Makes a judge who knows the truth.
    public init(truth: GroundTruth) { self.truth = truth }

    /// Hears one line; what is not about a hazard is passed over.
    public mutating func hear(_ line: some Collection<UInt8>) {
        let object: JSONValue
        do {
            object = try JSONReader.read(line)
        } catch {
            return
        }
        let report = object["body"] ?? object
        guard let rule = report["rule"]?.text, let state = report["state"]?.text,
            let equipment = report["equipment"]?.text,
            let at = report["at"]?.text.flatMap({ RFC3339.parse($0) })
        else { return }
        // No simulator injects a fault into papers.
        guard !rule.hasPrefix("record.") else { return }
        if state == "cleared" { cleared += 1 }
        guard state == "raised" else { return }
        findings.append(
            Finding(
                equipment: equipment, rule: rule, severity: report["severity"]?.text ?? "",
                at: Double(at.nanoseconds - truth.startNanoseconds) / 1e9))
        if let committed = object["recorded"]?.text.flatMap({ RFC3339.parse($0) }) {
            latencies.append(Double((committed - at).nanoseconds) / 1e6)
        }
    }

    /// What was found, held against what was wrong.
    public var outcome: Outcome {
        Outcome(findings, of: truth.faults, messages: truth.messages, rejected: 0)
    }

    /// The time from hazard to commit that this share of the hazards did not exceed, in
    /// milliseconds; `nil` for a replay.
    public func latency(_ share: Double) -> Double? {
        guard !latencies.isEmpty else { return nil }
        let sorted = latencies.sorted()
        let rank = Int((share * Double(sorted.count)).rounded(.up)) - 1
        return sorted[min(max(rank, 0), sorted.count - 1)]
    }
}
