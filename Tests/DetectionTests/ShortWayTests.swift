import Detection
import RuleLanguage
import Testing

/// The short way against the long one, where the oracle does not go: clocks that are off or set
/// back, stored messages between live ones, counters that start again, silences.
@Suite struct ShortWayTests {
    private static let rules: [Rig.RuleText] = [
        .init(when: "x > 10", until: "x < 8", delay: 1_500, clearDelay: 700),
        .init(when: "x > 10", delay: 45_000, clearDelay: 0),
        .init(when: "clock.skewed"), .init(when: "held(clock.skewed) >= 20s"),
        .init(when: "rate(x) > 3", delay: 0), .init(when: "age(y) >= 7s", until: "age(y) < 2s"),
        .init(when: "count(flag, 20s) >= 3", until: "count(flag, 20s) < 2"),
        .init(when: "max(count(flag, 20s), 5s) >= 2"),
        .init(when: "held(!assume(flag, false)) >= 9s", delay: 300),
        .init(when: "mean(x, 16s) > 5 && !flag", delay: 2_000, accumulates: true),
        .init(when: "x + y > 15", suppressed: "other"), .init(silence: 15_000),
    ]

    @Test(
        "whichever way a message takes, the same is found at the same time",
        arguments: UInt64(1)...120)
    func same(seed: UInt64) {
        var random = Generator(state: seed &* 6_700_417)
        let short = Rig(Self.rules)
        let long = Rig(Self.rules, isThorough: true)
        var now: Int64 = 60_000
        var sequence: Int64 = 100
        /// By how much the device's clock is ahead.
        var offset: Int64 = 0
        let counts = random.below(3) > 0
        var sent: [(at: Int64, sequence: Int64, readings: [(String, Double?)])] = []
        var reports = 0
        for step in 0..<600 {
            switch random.below(60) {
            case 0: now += Int64(random.below(25_000))
            case 1: offset = Int64(random.below(120_000)) - 60_000
            case 2: offset = 0
            case 3: sequence = random.below(2) == 0 ? 0 : sequence + 40
            default: now += 1 + Int64(random.below(900))
            }
            let readings = Self.readings(&random)
            if readings.isEmpty { continue }
            sequence += 1
            sent.append((now + offset, sequence, readings))
            var messages = [sent[sent.count - 1]]
            // What was stored somewhere comes again, or late, in between.
            if random.below(6) == 0 { messages.append(sent[random.below(sent.count)]) }
            for message in messages {
                let verdicts = [short, long].map {
                    $0.feed(
                        message.readings, at: message.at, arrival: now,
                        sequence: counts ? message.sequence : nil, hasStamp: step % 50 != 49)
                }
                #expect(verdicts[0] == verdicts[1], "seed \(seed), \(now) ms")
            }
            let logs = [short.takeLog(), long.takeLog()]
            reports += logs[1].count
            #expect(logs[0] == logs[1], "seed \(seed), \(now) ms")
            if logs[0] != logs[1] { return }
        }
        #expect(reports > 10)
        let (quick, thorough) = (short.counters, long.counters)
        #expect(quick.accepted == thorough.accepted && quick.late == thorough.late)
        #expect(quick.readings == thorough.readings && quick.skewed == thorough.skewed)
        #expect(quick.sequenceGaps == thorough.sequenceGaps)
    }

    private static func readings(_ random: inout Generator) -> [(String, Double?)] {
        var readings: [(String, Double?)] = []
        for name in ["x", "y"] where random.below(4) > 0 {
            // Mostly the same, so that the short way is taken.
            let value = random.below(5) == 0 ? Double(random.below(31) - 15) : 4
            readings.append((name, random.below(25) == 0 ? nil : value))
        }
        for name in ["flag", "other"] where random.below(4) > 0 {
            let value = random.below(8) == 0 ? 1.0 : 0
            readings.append((name, random.below(25) == 0 ? nil : value))
        }
        return readings
    }

    @Test("a message that was stored for minutes never counts, however often one comes between")
    func stored() {
        let rig = Rig([.init(when: "x > 10"), .init(when: "clock.skewed")])
        for second in 0..<300 as Range<Int64> {
            rig.feed([("x", 1)], at: second * 1_000, sequence: 1_000 + second)
            if second % 15 == 14 {
                let verdict = rig.feed(
                    [("x", 99)], at: second * 1_000 - 600_000, arrival: second * 1_000,
                    sequence: second / 15)
                #expect(verdict == .late)
            }
        }
        #expect(rig.takeLog() == [])
    }

    @Test("nobody is asked to look in vain: the next look lies ahead, and not behind the deadline")
    func looks() {
        let rig = Rig([.init(when: "x > 10", delay: 5_005)])
        rig.feed([("x", 11)], at: 3)
        for now in 4..<5_008 as Range<Int64> {
            rig.pass(to: now)
            let next = rig.nextLook(at: now)
            #expect(next > Rig.at(now) && next <= Rig.at(5_008), "\(now) ms")
        }
        rig.pass(to: 5_008)
        #expect(rig.takeLog() == ["r0 raised @5008"])
    }

    @Test("what is unusable from the start is what `assume` says")
    func unusable() {
        let rig = Rig([.init(when: "held(!assume(flag, false)) >= 3s")])
        for second in 0..<6 as Range<Int64> { rig.feed([("flag", nil)], at: second * 1_000) }
        #expect(rig.takeLog() == ["r0 raised @3000"])
    }

    @Test("the course of a count is followed with every message")
    func followedCount() {
        let rig = Rig([.init(when: "max(count(flag, 60s), 10s) >= 2")])
        for second in 0..<40 as Range<Int64> {
            rig.feed([("flag", second % 10 < 5 ? 0 : 1)], at: second * 1_000)
        }
        // The second turn comes at 15 s; by then the window of 10 s has passed once.
        #expect(rig.takeLog() == ["r0 raised @15000"])
    }
}
