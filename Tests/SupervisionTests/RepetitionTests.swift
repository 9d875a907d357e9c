import Detection
import RuleLanguage
import Supervision
import Testing

@Suite struct RepetitionTests {
    private var rules: [Rule] {
        var rule = Desk.rule("repeated")
        rule.watch = .repetition(of: ["a", "b"], count: 3, within: .seconds(100))
        return [Desk.rule("a"), Desk.rule("b"), Desk.rule("c"), rule]
    }

    private func raise(_ rule: String, _ seconds: Double, on equipment: String = "x") -> PastRaise {
        PastRaise(
            place: HazardPlace(equipment: equipment, rule: rule), at: Desk.at(seconds))
    }

    @Test("raises of the named rules on one equipment within the window are counted together")
    func counts() {
        var counter = RepetitionCounter()
        var batch = CommitBatch()
        var found: [Double] = []
        for (rule, seconds) in [
            ("a", 0), ("c", 10), ("b", 20), ("a", 99.9), ("a", 121), ("b", 130), ("b", 300),
        ] {
            if counter.count(raise(rule, seconds), among: rules, into: &batch) == [3] {
                found.append(seconds)
            }
        }
        // At 121 s those of 99.9 and 121 s are left; at 130 s a third has come.
        #expect(found == [99.9, 130])
        #expect(counter.count(raise("a", 301, on: "y"), among: rules, into: &batch).isEmpty)
    }

    @Test("what was stored is counted on after a restart, and what is too old is forgotten")
    func restart() {
        var counter = RepetitionCounter()
        var stored: [PastRaise] = []
        func store(_ batch: CommitBatch) {
            for change in batch.register {
                if case .counted(let raise) = change { stored.append(raise) }
                if case .forgotten(let place, let before) = change {
                    stored.removeAll { $0.place == place && $0.at < before }
                }
            }
        }
        for seconds in [0.0, 50, 120] {
            var batch = CommitBatch()
            #expect(counter.count(raise("a", seconds), among: rules, into: &batch).isEmpty)
            store(batch)
        }
        #expect(stored.map(\.at) == [Desk.at(50), Desk.at(120)])
        counter = RepetitionCounter()
        for raise in stored { counter.restore(raise) }
        var batch = CommitBatch()
        #expect(counter.count(raise("b", 149), among: rules, into: &batch) == [3])
    }
}
