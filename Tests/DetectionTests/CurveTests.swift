import Detection
import Foundation
import RuleLanguage
import Testing

/// The slow and obvious way: for many levels, the unbroken stretches at or beyond it, with the ends
/// between readings interpolated.
private struct BruteForce {
    let samples: [(at: Double, x: Double)]
    let curve: Curve

    /// The longest that a level may be held, in seconds; `nil` for ever.
    private func allowed(_ level: Double) -> Double? {
        let points = curve.points
        guard let last = points.last, level > last.limit else { return nil }
        if level > points[0].limit { return points[0].duration - 1e-9 }
        var index = points.count - 1
        while points[index].limit < level { index -= 1 }
        let (high, low) = (points[index], points[index + 1])
        return high.duration
            + (high.limit - level) / (high.limit - low.limit) * (low.duration - high.duration)
    }

    /// The readings at which somebody looking back finds a stretch that is too long, alive now or
    /// ended since the reading before.
    func violations() -> Set<Int> {
        let limits = curve.points.map(\.limit)
        let levels = Set(samples.map(\.x) + limits + limits.map { $0 + 1e-9 })
        var found: Set<Int> = []
        for level in levels.sorted() {
            guard let allowed = allowed(level) else { continue }
            var entry: Double?
            for (index, sample) in samples.enumerated() {
                let before = index > 0 ? samples[index - 1] : nil
                if sample.x >= level {
                    if entry == nil {
                        entry = before.map { crossing(level, $0, sample) } ?? sample.at
                    }
                    if let entry, sample.at - entry > allowed { found.insert(index) }
                } else if let start = entry, let before {
                    if crossing(level, before, sample) - start > allowed { found.insert(index) }
                    entry = nil
                }
            }
        }
        return found
    }

    private func crossing(
        _ level: Double, _ from: (at: Double, x: Double), _ to: (at: Double, x: Double)
    ) -> Double {
        from.at + (to.at - from.at) * (level - from.x) / (to.x - from.x)
    }
}

@Suite struct CurveTests {
    /// A signal from corners (seconds, value), read every 5 ms, given to rules.
    private static func log(
        _ rules: [String], _ corners: [(Double, Double)], every step: Double = 0.005
    ) -> [String] {
        let rig = Rig(rules.map { .init(when: $0) })
        for (at, x) in sampled(corners, every: step) {
            rig.feed([("x", x)], atMicroseconds: Int64((at * 1e6).rounded()))
        }
        return rig.takeLog()
    }

    private static func sampled(
        _ corners: [(Double, Double)], every step: Double
    ) -> [(at: Double, x: Double)] {
        var samples: [(Double, Double)] = []
        for (from, to) in zip(corners, corners.dropFirst()) {
            let count = max(Int(((to.0 - from.0) / step).rounded()), 1)
            for part in 0..<count {
                let share = Double(part) / Double(count)
                samples.append(
                    (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share))
            }
        }
        return samples + corners.suffix(1)
    }

    /// A value held from the first reading on, exactly for a time, then gone within a microsecond.
    private static func held(_ value: Double, _ seconds: Double) -> [(Double, Double)] {
        [(0, value), (seconds, value), (seconds + 1e-6, 0), (seconds + 0.1, 0)]
    }

    @Test(
        "the reference's test vectors pass, and a little more does not",
        arguments: [
            ("plus", 6.000, 1.0, 6.001), ("down", 5.0, 1.5, 5.001), ("down", 3.5, 4.5, 3.501),
            ("down", 2.5, 11.9, 2.501), ("minus", 1.75, 0.35, 1.751), ("up", 1.75, 0.35, 1.751),
            ("up", 1.3, 5.5, 1.301), ("side", 2.5, 1.5, 2.501), ("reduced", 5, 1.5, 5.001),
            ("reduced", 4.5, 1.75, 4.501), ("reduced", 3, 2.25, 3.001), ("reduced", 2, 2.5, 2.001),
        ] as [(String, Double, Double, Double)])
    func vectors(curve: String, value: Double, seconds: Double, more: Double) {
        let rule = ["dwell('\(curve)', x)"]
        #expect(Self.log(rule, Self.held(value, seconds)) == [])
        // A microsecond of falling stands for nothing; a millisecond more of holding does.
        #expect(Self.log(rule, Self.held(more, seconds + 0.001)).count == 2)
    }

    @Test("what is shorter than the curve is an impact, reported and not judged")
    func impact() {
        let rules = ["dwell('plus', x)", "impact('plus', x)"]
        #expect(Self.log(rules, Self.held(6.01, 0.199)).filter { $0.hasPrefix("r0") } == [])
        #expect(
            Self.log(rules, Self.held(6.01, 0.199)).count { $0.hasPrefix("r1 raised") } == 1)
        #expect(Self.log(rules, Self.held(6.01, 0.2)).count { $0.hasPrefix("r0 raised") } == 1)
        #expect(Self.log(rules, Self.held(6.01, 0.201)).filter { $0.hasPrefix("r1") } == [])
        #expect(Self.log(rules, Self.held(6, 0.19)).isEmpty)
    }

    @Test("an excursion that ends out of sight is an impact to look at, after a gap or an unknown")
    func impactOutOfSight() {
        for lost in [nil, Double.nan] {
            let rig = Rig([.init(when: "impact('plus', x)")])
            for step in 0..<6 { rig.feed([("x", 7)], atMicroseconds: Int64(step) * 5_000) }
            if lost != nil { rig.feed([("x", nil)], at: 30) }
            // 70 ms later it is over, and nobody has seen how long it took.
            rig.feed([("x", 1)], at: 100)
            rig.feed([("x", 1)], at: 105)
            #expect(rig.takeLog() == ["r0 raised @100", "r0 cleared @105"], "\(lost == nil)")
        }
    }

    @Test("a limit lowered after weightlessness stays lowered over a gap")
    func afterLowOverGap() {
        let rig = Rig([.init(when: "after_low(x, 0, 3s, 6s)")])
        for step in 0...800 { rig.feed([("x", -0.5)], atMicroseconds: Int64(step) * 5_000) }
        rig.feed([("x", 1)], at: 4_005)
        #expect(rig.takeLog() == ["r0 raised @4005"])
        rig.feed([("x", nil)], at: 4_010)
        rig.feed([("x", 1)], at: 5_000)
        // It passed zero a third of the way between 4,000 and 4,005 ms; six seconds from there.
        for at in [9_990, 9_995, 10_000] as [Int64] { rig.feed([("x", 1)], at: at) }
        #expect(rig.takeLog() == [])
        rig.feed([("x", 1)], at: 10_005)
        #expect(rig.takeLog() == ["r0 cleared @10005"])
    }

    @Test(
        "random signals: what the stairs say at each reading is what brute force says",
        arguments: UInt64(1)...60)
    func bruteForce(seed: UInt64) {
        var random = Generator(state: seed &* 977)
        let curve = Rig.vocabulary.curves[random.below(Rig.vocabulary.curves.count)]
        let scale = curve.points[0].limit * 1.3
        var samples: [(at: Double, x: Double)] = []
        var at = 0.0
        var x = 0.0
        var drift = 0.0
        for _ in 0..<600 {
            at += Double(1 + random.below(15_000)) / 1e6
            switch random.below(40) {
            case 0: drift = (Double(random.below(2_000)) - 1_000) / 1_000 * scale / 10
            case 1: x = Double(random.below(1_000)) / 1_000 * scale
            case 2: drift = 0
            default: break
            }
            x += drift + (Double(random.below(2_000)) - 1_000) / 1_000 * scale / 100
            x = min(max(x, -scale / 4), scale)
            // Plateaus at the curve's own limits are where mistakes hide.
            if random.below(30) == 0 { x = curve.points[random.below(curve.points.count)].limit }
            samples.append((at, x))
        }
        let rig = Rig([.init(when: "dwell('\(curve.id)', x)")])
        var found: Set<Int> = []
        var isRaised = false
        for (index, sample) in samples.enumerated() {
            let micro = Int64((sample.at * 1e6).rounded())
            rig.feed([("x", sample.x)], atMicroseconds: micro)
            for entry in rig.takeLog() { isRaised = entry.contains("raised") }
            if isRaised { found.insert(index) }
        }
        let expected = BruteForce(samples: samples, curve: curve).violations()
        let extra = found.subtracting(expected).sorted()
        let missed = expected.subtracting(found).sorted()
        #expect(
            found == expected,
            "seed \(seed) \(curve.id): extra \(extra.prefix(5)), missed \(missed.prefix(5))")
    }

    /// A climb from below the base to a level, then held; and by how much it is told too early.
    private static func lead(
        _ curve: String, _ seconds: Double, to level: Double, noise: Double, power: Double
    ) -> (found: Double, exact: Double) {
        var random = Generator(state: UInt64(seconds * 1_000) &+ 5)
        let count = Int(seconds * 200)
        var corners: [(Double, Double)] = []
        for index in 0...count {
            let wobble = (Double(random.below(2_001)) / 1_000 - 1) * noise
            let height = level * pow(Double(index) / Double(count), power)
            corners.append((Double(index) * 0.005, height + wobble))
        }
        corners.append((seconds + 14, level))
        let samples = sampled(corners, every: 0.005)
        let found =
            log(["dwell('\(curve)', x)"], corners).first
            .flatMap { $0.split(separator: "@").last }.flatMap { Double($0) } ?? .infinity
        let known = Rig.vocabulary.curves.first { $0.id == curve } ?? Rig.vocabulary.curves[0]
        let violations = BruteForce(samples: samples, curve: known).violations()
        return (found, samples[violations.min() ?? 0].at * 1_000)
    }

    @Test(
        "a climb with far more corners than there is room for is told when it is due, or a little early",
        arguments: [0.5, 1.5, 3, 4, 8])
    func longClimb(seconds: Double) {
        // Steady, ever steeper, ever flatter.
        for power in [1, 2, 0.5] {
            let smooth = Self.lead("plus", seconds, to: 3.9037, noise: 0, power: power)
            #expect(smooth.found <= smooth.exact + 0.001, "\(power): \(smooth)")
            #expect(smooth.found >= smooth.exact - 10.001, "\(power): \(smooth)")
        }
        // Noise makes a climb a chain of rises and falls, of which each fall cuts the stairs.
        let noisy = Self.lead("plus", seconds, to: 3.9037, noise: 0.02, power: 1)
        #expect(noisy.found <= noisy.exact + 0.001 && noisy.found >= noisy.exact - 100, "\(noisy)")
    }

    @Test("a ripple that comes back to the same level again and again costs no room and no truth")
    func ripple() {
        // Slowly to 2.1, quickly to 3.5, then 3.5 and 3.6 in turn for less than 3.5 may last.
        var corners: [(Double, Double)] = [(0, 2.0), (5, 2.1), (5.2, 3.5)]
        for step in 1...720 {
            corners.append((5.2 + Double(step) * 0.005, step % 2 == 0 ? 3.5 : 3.6))
        }
        corners.append((8.805, 0))
        corners.append((9, 0))
        let samples = Self.sampled(corners, every: 0.005)
        let curve = Rig.vocabulary.curves.first { $0.id == "down" } ?? Rig.vocabulary.curves[0]
        #expect(BruteForce(samples: samples, curve: curve).violations().isEmpty)
        #expect(Self.log(["dwell('down', x)"], corners) == [])
    }

    @Test("a gap starts it anew and is unknown; what is seen from its end on counts from there")
    func gap() {
        let held = (0..<300).map { (Double($0) * 0.005, 7.0) }
        let rig = Rig([.init(when: "dwell('plus', x)", until: "x < 1")])
        for (at, x) in held.prefix(30) { rig.feed([("x", x)], atMicroseconds: Int64(at * 1e6)) }
        for (at, x) in held.prefix(41) {
            rig.feed([("x", x)], atMicroseconds: Int64((at + 0.2) * 1e6))
        }
        // 0.145 s before the gap and 0.195 s after it: neither is 0.2 s.
        #expect(rig.takeLog() == ["r0 raised @400"])
    }

    @Test(
        "a rise from rest through a level is timed between its passages",
        arguments: [(0.132, 1), (0.134, 0)])
    func steep(rise: Double, expected: Int) {
        let corners = [(0.0, 1.0), (0.1, -0.5), (0.5, -0.5), (0.5 + rise * 1.25, 2.0), (2, 2.0)]
        let log = Self.log(["steep(x, 0, 2, 200ms, 133ms)"], corners, every: 0.001)
        #expect(log.count { $0.contains("raised") } == expected, "\(log)")
        // Without the rest of 200 ms it is no such transition.
        let short = [(0.0, 1.0), (0.1, -0.5), (0.15, -0.5), (0.15 + rise * 1.25, 2.0), (2, 2.0)]
        #expect(Self.log(["steep(x, 0, 2, 200ms, 133ms)"], short, every: 0.001).isEmpty)
    }

    @Test("three seconds below zero change nothing, a millisecond more does, for six seconds")
    func afterLow() {
        for (seconds, isReduced) in [(3.0, false), (3.001, true)] {
            // Down through zero at 1 s and up through zero after that time.
            let corners = [
                (0.0, 1.0), (1.5, -0.5), (0.5 + seconds, -0.5), (1 + seconds, 0),
                (1.5 + seconds, 5.5), (20, 5.5),
            ]
            let log = Self.log(["after_low(x, 0, 3s, 6s)"], corners)
            #expect(log.count == (isReduced ? 2 : 0), "\(log)")
            guard isReduced else { continue }
            let times = log.compactMap { $0.split(separator: "@").last.flatMap { Double($0) } }
            #expect(times[0] == 4_001 && times[1] > 10_000 && times[1] < 10_010, "\(times)")
        }
    }

    @Test("two sustained events of opposite sign within 200 ms are held to half the limit")
    func reversal() {
        func corners(_ first: Double, _ second: Double, _ between: Double) -> [(Double, Double)] {
            // Peaks at 0.5 s and `between` later, zero half way, each event at least 200 ms long.
            [
                (0, 0.001), (0.5, first), (0.5 + between, second), (1.2, -0.001 * first),
                (1.3, 0.001 * first), (2, 0.001 * first),
            ]
        }
        let rule = ["reversal(x, 3, 1, 200ms)"]
        #expect(Self.log(rule, corners(3.1, -0.9, 0.19)).count { $0.contains("raised") } == 1)
        #expect(Self.log(rule, corners(2.9, -1.1, 0.19)).count { $0.contains("raised") } == 1)
        #expect(Self.log(rule, corners(2.9, -0.9, 0.19)).isEmpty)
        #expect(Self.log(rule, corners(3.1, -1.1, 0.21)).isEmpty)
    }
}
