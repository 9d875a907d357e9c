import Detection
import Testing

/// Stories about derived signals beyond what the oracle covers: silence, gaps, filters.
@Suite struct DerivedTests {
    /// A filter of 5 Hz at 200 samples a second, seen through thresholds.
    private static func crossings(
        _ rules: [String], samples: [(at: Double, x: Double)]
    ) -> [String] {
        let rig = Rig(rules.map { .init(when: $0) })
        for (at, x) in samples { rig.feed([("x", x)], atMicroseconds: Int64(at * 1_000)) }
        return rig.takeLog()
    }

    @Test("a filter starts in equilibrium: a constant passes unchanged from the first reading")
    func equilibrium() {
        let log = Self.crossings(
            ["lowpass(x, 5) < 6.999999 || lowpass(x, 5) > 7.000001"],
            samples: (0..<400).map { (Double($0) * 5, 7) })
        #expect(log == [])
    }

    @Test("the unit step overshoots to 1.109 and rises from 10 to 90 % in 75 ms")
    func step() {
        let samples = [(0.0, 0.0)] + (1..<400).map { (Double($0) * 5, 1.0) }
        let log = Self.crossings(
            [
                "lowpass(x, 5) > 0.1", "lowpass(x, 5) > 0.9", "lowpass(x, 5) > 1.108",
                "lowpass(x, 5) > 1.110",
            ], samples: samples)
        func time(_ entry: String) -> Double? {
            log.first { $0.hasPrefix(entry) }?.split(separator: "@").last.flatMap { Double($0) }
        }
        let rise = (time("r1 raised") ?? 0) - (time("r0 raised") ?? 0)
        #expect(abs(rise - 75) <= 5, "\(rise)")
        #expect(time("r2 raised") != nil && time("r3 raised") == nil, "\(log)")
    }

    @Test(
        "the gain at a frequency is the reference's",
        arguments: [
            (1.0, 0.99999874), (2.5, 0.998076), (5, 0.707107), (10, 0.060853), (20, 0.003442),
        ] as [(Double, Double)])
    func gain(frequency: Double, gain: Double) {
        let samples = (0..<2_000).map { index in
            (Double(index) * 5, sine(frequency * Double(index) * 0.005) * 10)
        }
        // After the transient the peaks reach 10 x gain and never pass it. At 20 Hz there are ten
        // samples in a turn, so the highest may miss the peak by 5 %.
        let rig = Rig([
            .init(when: "lowpass(x, 5) > \(gain * 10 * 0.95)"),
            .init(when: "lowpass(x, 5) > \(gain * 10 * 1.0001)"),
        ])
        for (at, x) in samples.prefix(1_000) {
            rig.feed([("x", x)], atMicroseconds: Int64(at * 1_000))
        }
        _ = rig.takeLog()
        for (at, x) in samples.dropFirst(1_000) {
            rig.feed([("x", x)], atMicroseconds: Int64(at * 1_000))
        }
        let log = rig.takeLog()
        #expect(log.contains { $0.hasPrefix("r0 raised") })
        #expect(!log.contains { $0.hasPrefix("r1 raised") }, "\(log)")
    }

    @Test("jitter of less than half a sample makes no difference, a gap is filled with what held")
    func jitter() {
        let even = (0..<200).map { (Double($0) * 5, $0 < 40 ? 0.0 : 1.0) }
        let uneven = even.enumerated().map { ($1.0 + ($0 % 2 == 0 ? 0 : 2.0), $1.1) }
        let gap = even.filter { $0.0 <= 100 || $0.0 >= 150 }
        let rule = ["lowpass(x, 5) > 0.5"]
        func moment(_ samples: [(Double, Double)]) -> Double {
            let log = Self.crossings(rule, samples: samples)
            return log.first?.split(separator: "@").last.flatMap { Double($0) } ?? 0
        }
        #expect(abs(moment(even) - moment(uneven)) <= 2)
        #expect(moment(even) == moment(gap))
    }

    @Test("after a silence windows, rates and filters start anew, and what stood still was unknown")
    func silence() {
        let rig = Rig([
            .init(when: "max(x, 1s) > 5"), .init(when: "stuck(x, 1s)"), .init(when: "rate(x) > 0"),
        ])
        for index in Int64(0)...20 { rig.feed([("x", 6)], at: index * 100) }
        #expect(rig.takeLog() == ["r0 raised @1000", "r1 raised @1000"])
        rig.pass(to: 30_000)
        rig.feed([("x", 7)], at: 30_000)
        rig.feed([("x", 1)], at: 30_100)
        // The window is not covered yet, so it says nothing; the value has moved.
        #expect(rig.takeLog() == ["r1 cleared @30100"])
        for index in Int64(2)...12 { rig.feed([("x", 1)], at: 30_000 + index * 100) }
        #expect(rig.takeLog() == ["r1 raised @31100", "r0 cleared @31200"])
    }

    @Test("a count outlives a silence; a running time is halted by it")
    func silenceOfCounts() {
        let rig = Rig([.init(when: "count(flag, 64s) >= 3"), .init(when: "held(flag) >= 4s")])
        for index in Int64(0)..<4 {
            rig.feed([("flag", Double(index % 2))], at: index * 1_000)
        }
        rig.pass(to: 20_000)
        #expect(rig.takeLog() == ["r1 raised @7000"])
        rig.feed([("flag", 0)], at: 20_000)
        rig.feed([("flag", 1)], at: 21_000)
        #expect(rig.takeLog() == ["r1 cleared @20000", "r0 raised @21000"])
        // 21 to 23 s, then unknown, then on from there: two more seconds.
        rig.feed([("flag", nil)], at: 23_000)
        rig.feed([("flag", 1)], at: 29_000)
        rig.pass(to: 32_000)
        #expect(rig.takeLog() == ["r1 raised @31000"])
    }

    @Test("age fires between readings, at the nanosecond, and a reading ends it")
    func age() {
        let rig = Rig([.init(when: "age(x) > 2s"), .init(when: "age(x) >= 2s")])
        rig.feed([("x", 1), ("y", 1)], at: 0)
        rig.feed([("y", 1)], at: 1_500)
        rig.feed([("x", nil)], at: 1_600)
        rig.pass(to: 3_000)
        #expect(rig.takeLog() == ["r1 raised @2000", "r0 raised @2000.000001"])
        rig.feed([("x", 2)], at: 3_000)
        #expect(rig.takeLog() == ["r0 cleared @3000", "r1 cleared @3000"])
    }

    @Test("comparisons of times that turn in the same instant are judged together")
    func turnTogether() {
        let rig = Rig([.init(when: "held(flag) >= 2s && held(flag) < 2s")])
        rig.feed([("flag", 1)], at: 0)
        rig.pass(to: 5_000)
        #expect(rig.takeLog() == [])
    }
}

/// Sine of a number of turns, by its series: tests of a core need no library either.
private func sine(_ turns: Double) -> Double {
    var angle = (turns - turns.rounded()) * 2 * Double.pi
    if angle > .pi / 2 { angle = .pi - angle }
    if angle < -.pi / 2 { angle = -.pi - angle }
    var term = angle
    var sum = angle
    for step in 1..<12 {
        term *= -angle * angle / Double((2 * step) * (2 * step + 1))
        sum += term
    }
    return sum
}
