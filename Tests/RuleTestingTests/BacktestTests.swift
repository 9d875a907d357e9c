import Detection
import RuleTesting
import Testing

private func episode(_ begin: Int64, _ end: Int64?, _ rule: String = "r", _ equipment: String = "e")
    -> Episode
{
    Episode(
        equipment: equipment, rule: rule, begin: Instant(nanoseconds: begin),
        end: end.map { Instant(nanoseconds: $0) })
}

@Suite struct BacktestTests {
    @Test("the same rules differ in nothing")
    func same() {
        let episodes = [
            episode(1, 2), episode(5, nil), episode(3, 4, "s"), episode(1, 2, "r", "f"),
        ]
        #expect(Backtest(old: episodes, new: episodes).differences == [])
    }

    @Test("added, lost, earlier, later, and another end, by time")
    func kinds() {
        let old = [
            episode(10, 20), episode(30, 40), episode(50, 60), episode(70, 80), episode(90, nil),
        ]
        let new = [
            episode(5, 20), episode(35, 40), episode(50, 65), episode(82, 85), episode(90, nil),
        ]
        #expect(
            Backtest(old: old, new: new).differences == [
                .moved(old: old[0], new: new[0]), .moved(old: old[1], new: new[1]),
                .stretched(old: old[2], new: new[2]), .lost(old[3]), .added(new[3]),
            ])
    }

    @Test("one long hazard that falls into two is one that ended at another time and one more")
    func split() {
        let old = [episode(10, 60)]
        let new = [episode(10, 20), episode(40, 60)]
        #expect(
            Backtest(old: old, new: new).differences == [
                .stretched(old: old[0], new: new[0]), .added(new[1]),
            ])
        #expect(
            Backtest(old: new, new: old).differences == [
                .stretched(old: new[0], new: old[0]), .lost(new[1]),
            ])
    }

    @Test("another rule or another piece of equipment is another hazard")
    func places() {
        let old = [episode(10, 20, "r", "e")]
        #expect(
            Backtest(old: old, new: [episode(10, 20, "s", "e")]).differences == [
                .lost(old[0]), .added(episode(10, 20, "s", "e")),
            ])
        #expect(
            Backtest(old: old, new: [episode(10, 20, "r", "f")]).differences == [
                .lost(old[0]), .added(episode(10, 20, "r", "f")),
            ])
    }

    @Test("every hazard of both sides is told once, whatever the two look like", arguments: 1...200)
    func conservation(seed: Int) {
        var state = UInt64(seed)
        func random(_ bound: Int64) -> Int64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int64(state >> 40) % bound
        }
        func side() -> [Episode] {
            var at: Int64 = 0
            return (0..<random(12)).map { _ in
                at += 1 + random(20)
                let begin = at
                at += random(15)
                return episode(begin, at, random(2) == 0 ? "r" : "s")
            }
        }
        let old = side()
        let new = side()
        var added = 0
        var lost = 0
        for difference in Backtest(old: old, new: new).differences {
            switch difference {
            case .added(let episode):
                added += 1
                #expect(new.contains(episode))
            case .lost(let episode):
                lost += 1
                #expect(old.contains(episode))
            case .moved(let before, let after), .stretched(let before, let after):
                #expect(old.contains(before) && new.contains(after) && before != after)
                #expect(before.rule == after.rule)
            }
        }
        #expect(old.count - lost == new.count - added)
        // Nothing that has a counterpart still unpaired is called lost and added.
        #expect(
            !old.contains { before in
                new.contains(before) == false && old.count == 1 && new.count == 1 && lost == 1
                    && new[0].rule == before.rule
                    && before.begin <= new[0].end ?? .never
                    && new[0].begin <= before.end ?? .never
            })
    }
}
