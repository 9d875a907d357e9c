import Detection
import RuleLanguage
import Testing

@Suite struct SlopeTests {
    @Test("a straight line has its slope once the window has passed")
    func line() {
        let rig = Rig([
            .init(when: "slope(x, 50ms) >= 1.999"), .init(when: "slope(x, 50ms) > 2.001"),
        ])
        for step in 0..<20 {
            rig.feed([("x", 0.01 * Double(step))], at: Int64(5 * step))
        }
        #expect(rig.takeLog() == ["r0 raised @50"])
    }

    @Test("an unknown reading and a gap of more than four periods start it anew")
    func gaps() {
        for isGap in [true, false] {
            let rig = Rig([.init(when: "slope(x, 50ms) >= 1.9")])
            var at: Int64 = 0
            for step in 0..<8 {
                at = Int64(5 * step)
                rig.feed([("x", 0.01 * Double(step))], at: at)
            }
            at += isGap ? 21 : 5
            if !isGap {
                rig.feed([("x", nil)], at: at)
                at += 5
            }
            let again = at
            for step in 0..<20 {
                rig.feed([("x", 5 + 0.01 * Double(step))], at: at)
                at += 5
            }
            #expect(rig.takeLog() == ["r0 raised @\(again + 50)"])
        }
    }

    @Test(
        "random signals: at each reading the slope is that of the textbook formula",
        arguments: UInt64(1)...30)
    func textbook(seed: UInt64) {
        var random = Generator(state: seed &* 7_919)
        let rig = Rig([.init(when: "slope(x, 60ms) > 3", until: "slope(x, 60ms) < 3")])
        var samples: [(at: Int64, x: Double)] = []
        var x = 0.0
        var at: Int64 = 0
        var start: Int64 = 0
        var stands = false
        var expected: [String] = []
        for _ in 0..<800 {
            let step = random.below(100) == 0 ? 30 : Int64(1 + random.below(8))
            at += step
            if step > 20 {
                samples = []
                start = at
            }
            x = min(max(x + Double(random.below(2_001) - 1_000) / 20_000, -20), 20)
            if samples.isEmpty { start = at }
            samples.append((at, x))
            rig.feed([("x", x)], at: at)
            let window = samples.filter { at - $0.at <= 60 }.suffix(64)
            guard at - start >= 60, window.count >= 3 else { continue }
            let count = Double(window.count)
            let times = window.map { Double($0.at) / 1e3 }
            let meanTime = times.reduce(0, +) / count
            let meanValue = window.map(\.x).reduce(0, +) / count
            let joint = zip(times, window).map { ($0 - meanTime) * ($1.x - meanValue) }
            let spread = times.map { ($0 - meanTime) * ($0 - meanTime) }
            let slope = joint.reduce(0, +) / spread.reduce(0, +)
            if abs(slope - 3) < 1e-9 { return }
            if slope > 3, !stands { expected.append("r0 raised @\(at)") }
            if slope < 3, stands { expected.append("r0 cleared @\(at)") }
            stands = slope > 3
        }
        #expect(rig.takeLog() == expected, "seed \(seed)")
        #expect(!expected.isEmpty)
    }
}
