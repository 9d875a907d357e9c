import Detection
import Testing

/// Every series there is of a small space, against the oracle: what chance may miss in the large
/// cannot hide here.
@Suite struct ExhaustiveTests {
    /// What a message may say of a signal: nothing, null, false or true.
    private static let samples: [Double??] = [nil, .some(nil), 0, 1]
    /// Milliseconds between two messages.
    private static let step: Int64 = 40

    /// All kinds of delays, hysteresis and flapping on one signal.
    private static let single: [Rig.RuleText] = {
        var rules: [Rig.RuleText] = []
        for until in [nil, "!flag", "other"] {
            for delay in [0, 40, 100] {
                for clearDelay in [0, 60] {
                    for accumulates in [false, true] {
                        rules.append(
                            Rig.RuleText(
                                when: "flag", until: until, delay: Int64(delay),
                                clearDelay: Int64(clearDelay), accumulates: accumulates))
                    }
                }
            }
        }
        return rules
    }()

    /// Three-valued logic of two signals, with and without a reason that suppresses.
    private static let double: [Rig.RuleText] = {
        var rules: [Rig.RuleText] = []
        for when in ["flag && other", "flag || other", "!flag && other", "flag || !other"] {
            for delay in [0, 60] {
                for suppressed in [nil, "other", "!flag"] {
                    rules.append(
                        Rig.RuleText(
                            when: when, delay: Int64(delay), clearDelay: 20,
                            suppressed: suppressed))
                }
            }
        }
        return rules
    }()

    @Test("one signal, five messages: all 1,024 series, 36 rules each", arguments: 0..<4)
    func one(block: Int) {
        let oracle = Oracle(Self.single)
        var reports = 0
        for series in block * 256..<(block + 1) * 256 {
            var rest = series
            let messages = (0..<5).map { _ in
                defer { rest /= 4 }
                return [("flag", Self.samples[rest % 4])]
            }
            reports += compare(Self.single, oracle, messages)
        }
        #expect(reports > 0)
    }

    @Test("two signals, three messages with both: all 729 series, 24 rules each")
    func two() {
        let oracle = Oracle(Self.double)
        var reports = 0
        for series in 0..<729 {
            var rest = series
            func next() -> Double?? {
                defer { rest /= 3 }
                return Self.samples[1 + rest % 3]
            }
            let messages = (0..<3).map { _ in [("flag", next()), ("other", next())] }
            reports += compare(Self.double, oracle, messages)
        }
        #expect(reports > 0)
    }

    private func compare(
        _ rules: [Rig.RuleText], _ fresh: Oracle, _ messages: [[(String, Double??)]]
    ) -> Int {
        let rig = Rig(rules)
        var oracle = fresh
        var now: Int64 = 0
        for message in messages {
            for _ in 0..<Self.step {
                now += 1
                oracle.pass(now: now)
            }
            let readings = message.compactMap { name, sample in sample.map { (name, $0) } }
            if readings.isEmpty { continue }
            oracle.read(readings, now: now)
            rig.feed(readings, at: now)
        }
        for _ in 0..<Self.step * 3 {
            now += 1
            oracle.pass(now: now)
        }
        rig.pass(to: now)
        let found = rig.takeLog().map(OracleTests.roundedUp).sorted()
        let expected = oracle.log.sorted()
        #expect(found == expected, "\(messages)")
        return expected.count
    }
}
