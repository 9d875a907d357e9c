public import Foundation

/// Compares what was found with what was wrong.
///
/// Reads lines as `tocsin replay` or `tocsin ledger show` prints them; knows nothing else of the
/// agent.
public struct Judge {
    private let truth: GroundTruth
    private var raised: [Raised] = []
    private var cleared = 0
    private var latencies: [Double] = []

    private struct Raised {
        var equipment: String
        var rule: String
        var seconds: Double
    }

    /// One expected hazard and what became of it.
    public struct Line: Sendable {
        /// The fault.
        public var fault: String
        /// Where.
        public var equipment: String
        /// The rule that had to find it.
        public var rule: String
        /// Seconds from the fault's start to the hazard; `nil` when it was missed.
        public var delay: Double?
    }

    /// The verdict on a run.
    public struct Verdict: Sendable {
        /// Every expected hazard.
        public var lines: [Line]
        /// Hazards that nobody injected, as `equipment rule at second`.
        public var unexpected: [String]
        /// Hazards raised and cleared.
        public var raised: Int
        /// Hazards cleared.
        public var cleared: Int
        /// Milliseconds from the moment of a hazard to its commit, sorted; empty for a replay.
        public var latencies: [Double]

        /// Whether everything was found and nothing else.
        public var isPerfect: Bool { unexpected.isEmpty && lines.allSatisfy { $0.delay != nil } }

        /// The latency that this share of the hazards did not exceed, in milliseconds.
        public func latency(_ share: Double) -> Double? {
            guard !latencies.isEmpty else { return nil }
            let rank = Int((share * Double(latencies.count)).rounded(.up)) - 1
            return latencies[min(max(rank, 0), latencies.count - 1)]
        }
    }

    /// Makes a judge who knows the truth.
    public init(truth: GroundTruth) { self.truth = truth }

    /// Hears one line; what is not about a hazard is passed over.
    public mutating func hear(_ line: Data) {
        guard let object = try? JSONSerialization.jsonObject(with: line) as? [String: Any] else {
            return
        }
        let report = object["body"] as? [String: Any] ?? object
        guard let rule = report["rule"] as? String, let state = report["state"] as? String,
            let equipment = report["equipment"] as? String, let at = report["at"] as? String,
            let nanoseconds = Self.nanoseconds(at)
        else { return }
        if state == "cleared" { cleared += 1 }
        guard state == "raised" else { return }
        raised.append(
            Raised(
                equipment: equipment, rule: rule,
                seconds: Double(nanoseconds - truth.startNanoseconds) / 1e9))
        if let recorded = object["recorded"] as? String,
            let committed = Self.nanoseconds(recorded)
        {
            latencies.append(Double(committed - nanoseconds) / 1e6)
        }
    }

    /// The verdict on everything heard.
    public func verdict() -> Verdict {
        var lines: [Line] = []
        var explained = [Bool](repeating: false, count: raised.count)
        for fault in truth.scenario.faults {
            for expectation in fault.expects {
                let match = raised.indices.first { index in
                    raised[index].equipment == fault.equipment
                        && raised[index].rule == expectation.rule
                        && raised[index].seconds >= fault.at
                        && raised[index].seconds <= fault.at + expectation.within
                }
                lines.append(
                    Line(
                        fault: fault.fault, equipment: fault.equipment, rule: expectation.rule,
                        delay: match.map { raised[$0].seconds - fault.at }))
            }
            // A hazard may be raised again while its fault lasts.
            for index in raised.indices
            where raised[index].equipment == fault.equipment
                && raised[index].seconds >= fault.at
                && raised[index].seconds <= fault.at + fault.lasts + 5
                && fault.expects.contains(where: { $0.rule == raised[index].rule })
            {
                explained[index] = true
            }
        }
        let unexpected = raised.indices.filter { !explained[$0] }.map { index in
            "\(raised[index].equipment) \(raised[index].rule) at second "
                + Simulator.fixed(raised[index].seconds, decimals: 2)
        }
        return Verdict(
            lines: lines, unexpected: unexpected, raised: raised.count, cleared: cleared,
            latencies: latencies.sorted())
    }

    /// Nanoseconds since 1970 of `2026-03-01T08:15:30.123456789Z`.
    private static func nanoseconds(_ text: String) -> Int64? {
        let parts = text.dropLast().split(separator: ".")
        guard text.hasSuffix("Z"), let whole = parts.first else { return nil }
        guard let date = ISO8601DateFormatter().date(from: whole + "Z") else { return nil }
        let digits = parts.count > 1 ? String(parts[1]) : ""
        let padded = digits + String(repeating: "0", count: max(0, 9 - digits.count))
        guard let fraction = Int64(padded.prefix(9)) else { return nil }
        return Int64(date.timeIntervalSince1970) * 1_000_000_000 + fraction
    }
}
