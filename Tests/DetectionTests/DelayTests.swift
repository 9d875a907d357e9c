import Detection
import Testing

@Suite struct DelayTests {
    @Test("a condition that stands for its delay raises, at the moment the delay is full")
    func raisesWhenFull() {
        let rig = Rig([.init(delay: 500)])
        rig.feed([("x", 11)], at: 0)
        #expect(rig.takeLog() == [])
        rig.feed([("x", 12)], at: 1_000)
        #expect(rig.takeLog() == ["r0 raised @500"])
    }

    @Test("a delay runs out between two readings, without a message")
    func runsOutBetweenReadings() {
        let rig = Rig([.init(delay: 500)])
        rig.feed([("x", 11)], at: 0)
        rig.pass(to: 499)
        #expect(rig.takeLog() == [])
        rig.pass(to: 500)
        #expect(rig.takeLog() == ["r0 raised @500"])
    }

    @Test("a condition that turns false starts the delay anew")
    func restarts() {
        let rig = Rig([.init(delay: 500)])
        rig.feed([("x", 11)], at: 0)
        rig.feed([("x", 9)], at: 400)
        rig.feed([("x", 11)], at: 450)
        rig.pass(to: 949)
        #expect(rig.takeLog() == [])
        rig.pass(to: 950)
        #expect(rig.takeLog() == ["r0 raised @950"])
    }

    @Test("an accumulating delay shrinks at a quarter of the speed at which it grows")
    func accumulates() {
        let rig = Rig([.init(delay: 500, accumulates: true)])
        rig.feed([("x", 11)], at: 0)
        rig.feed([("x", 9)], at: 400)
        // 400 ms grown, 100 of 400 ms shrunk: 300 left, 200 to go.
        rig.feed([("x", 11)], at: 800)
        rig.pass(to: 999)
        #expect(rig.takeLog() == [])
        rig.pass(to: 1_000)
        #expect(rig.takeLog() == ["r0 raised @1000"])
    }

    @Test("without a delay the reading itself raises")
    func raisesAtOnce() {
        let rig = Rig([.init()])
        rig.feed([("x", 10)], at: 0)
        #expect(rig.takeLog() == [])
        rig.feed([("x", 10.001)], at: 10)
        #expect(rig.takeLog() == ["r0 raised @10"])
    }

    @Test("a hazard that stands at the first reading is raised like any other")
    func raisesAtStart() {
        let rig = Rig([.init(when: "flag")])
        rig.feed([("flag", 1)], at: 0)
        #expect(rig.takeLog() == ["r0 raised @0"])
    }

    @Test("between limit and clear limit nothing happens, either way")
    func hysteresis() {
        let rig = Rig([.init(when: "x > 10", until: "x < 8")])
        rig.feed([("x", 9)], at: 0)
        rig.feed([("x", 11)], at: 10)
        rig.feed([("x", 9)], at: 20)
        #expect(rig.takeLog() == ["r0 raised @10"])
        rig.feed([("x", 7)], at: 30)
        #expect(rig.takeLog() == ["r0 cleared @30"])
        rig.feed([("x", 9)], at: 40)
        #expect(rig.takeLog() == [])
    }

    @Test("the clear delay starts anew whenever the clear condition is interrupted")
    func clearDelayRestarts() {
        let rig = Rig([.init(clearDelay: 300)])
        rig.feed([("x", 11)], at: 0)
        rig.feed([("x", 9)], at: 100)
        rig.feed([("x", 11)], at: 350)
        rig.feed([("x", 9)], at: 400)
        rig.pass(to: 699)
        #expect(rig.takeLog() == ["r0 raised @0"])
        rig.pass(to: 700)
        #expect(rig.takeLog() == ["r0 cleared @700"])
    }

    @Test("while the raising condition holds, an overlapping clear condition does not clear")
    func overlapDoesNotFlap() {
        let rig = Rig([.init(when: "x > 10", until: "x > 5")])
        rig.feed([("x", 11)], at: 0)
        rig.feed([("x", 12)], at: 10)
        #expect(rig.takeLog() == ["r0 raised @0"])
        rig.feed([("x", 6)], at: 20)
        #expect(rig.takeLog() == ["r0 cleared @20"])
    }

    @Test("a comparison of constants is known from the first message on")
    func constants() {
        let rig = Rig([.init(when: "x > 10", until: "limit < 11"), .init(when: "1 > 0")])
        rig.feed([("x", 11)], at: 0)
        rig.feed([("x", 9)], at: 10)
        #expect(rig.takeLog() == ["r0 raised @0", "r1 raised @0", "r0 cleared @10"])
    }

    @Test("a row is taken as a whole: no condition sees half of it")
    func rowsAreAtomic() {
        let rig = Rig([.init(when: "x > 10 && y < 5")])
        rig.feed([("x", 1), ("y", 1)], at: 0)
        rig.feed([("x", 11), ("y", 9)], at: 10)
        #expect(rig.takeLog() == [])
    }

    @Test("deadlines of several devices are reported in order of time, however late we look")
    func orderOfDeadlines() {
        let rig = Rig([.init(delay: 500), .init(delay: 900)], equipment: 2)
        rig.feed([("x", 11)], at: 100, on: 1)
        rig.feed([("x", 11)], at: 200, on: 0)
        rig.pass(to: 9_000)
        #expect(
            rig.takeLog() == [
                "1:r0 raised @600", "r0 raised @700", "1:r1 raised @1000", "r1 raised @1100",
            ])
    }
}

@Suite struct UnknownTests {
    @Test("unknown neither raises nor clears, and holds a running delay")
    func holds() {
        let rig = Rig([.init(delay: 500)])
        rig.feed([("x", 11)], at: 0)
        rig.feed([("x", nil)], at: 300)
        rig.pass(to: 5_000)
        #expect(rig.takeLog() == [])
        rig.feed([("x", 11)], at: 5_000)
        rig.pass(to: 5_199)
        #expect(rig.takeLog() == [])
        rig.pass(to: 5_200)
        #expect(rig.takeLog() == ["r0 raised @5200"])
        rig.feed([("x", nil)], at: 6_000)
        rig.pass(to: 9_000)
        #expect(rig.takeLog() == [])
    }

    @Test("a false side decides a conjunction, a true side a disjunction, whatever is unknown")
    func absorbs() {
        let rig = Rig([.init(when: "x > 10 || flag"), .init(when: "!(x > 10 && flag)")])
        rig.feed([("flag", 1)], at: 0)
        #expect(rig.takeLog() == ["r0 raised @0"])
        rig.feed([("flag", 0)], at: 10)
        #expect(rig.takeLog() == ["r1 raised @10"])
    }

    @Test("a division by zero is unknown, not a limit that is kept")
    func divisionByZero() {
        let rig = Rig([.init(when: "x / y > 1"), .init(when: "!(x / y > 1)")])
        rig.feed([("x", 5), ("y", 0)], at: 0)
        #expect(rig.takeLog() == [])
        rig.feed([("y", 1)], at: 10)
        #expect(rig.takeLog() == ["r0 raised @10"])
    }
}

@Suite struct ClearingTests {
    @Test(
        "an acknowledge rule ends only with both: limits kept and a person's word",
        arguments: [true, false])
    func acknowledge(isFirst: Bool) {
        let rig = Rig([.init(clearing: .acknowledge)])
        rig.feed([("x", 11)], at: 0)
        if isFirst {
            #expect(rig.acknowledge(at: 50) == .noted)
            rig.feed([("x", 9)], at: 100)
            #expect(rig.takeLog() == ["r0 raised @0", "r0 cleared @100"])
        } else {
            rig.feed([("x", 9)], at: 100)
            #expect(rig.takeLog() == ["r0 raised @0", "r0 returned @100"])
            #expect(rig.acknowledge(at: 150) == .cleared)
            #expect(rig.takeLog() == ["r0 cleared @150"])
        }
    }

    @Test("a latched hazard ends only by release, and not while it is active")
    func release() {
        let rig = Rig([.init(clearing: .release)])
        #expect(rig.release(at: 0) == .notStanding)
        rig.feed([("x", 11)], at: 0)
        #expect(rig.release(at: 10) == .stillActive)
        #expect(rig.acknowledge(at: 20) == .noted)
        rig.feed([("x", 9)], at: 100)
        #expect(rig.takeLog() == ["r0 raised @0", "r0 returned @100"])
        #expect(rig.acknowledge(at: 110) == .noted)
        #expect(rig.release(at: 200) == .cleared)
        #expect(rig.takeLog() == ["r0 cleared @200"])
    }

    @Test("a returned hazard recurs under its old identity and loses its acknowledgement")
    func recurs() {
        let rig = Rig([.init(clearing: .acknowledge)])
        rig.feed([("x", 11)], at: 0)
        rig.feed([("x", 9)], at: 100)
        rig.feed([("x", 11)], at: 200)
        rig.feed([("x", 9)], at: 300)
        #expect(
            rig.takeLog() == [
                "r0 raised @0", "r0 returned @100", "r0 recurred @200", "r0 returned @300",
            ])
        #expect(rig.state().raisedAt == Rig.at(0))
    }

    @Test("what is active again, or unknown, cannot be released or cleared by a person")
    func notWhileActive() {
        let rig = Rig([
            .init(delay: 500, clearing: .release), .init(delay: 500, clearing: .acknowledge),
        ])
        rig.feed([("x", 11)], at: 0)
        rig.feed([("x", 9)], at: 600)
        _ = rig.takeLog()
        rig.feed([("x", 11)], at: 700)
        #expect(rig.release(0, at: 750) == .stillActive)
        #expect(rig.acknowledge(1, at: 750) == .noted)
        rig.feed([("x", nil)], at: 800)
        #expect(rig.release(0, at: 850) == .stillActive)
        #expect(rig.takeLog() == [])
    }

    @Test("a rule that clears by itself cannot be released")
    func notApplicable() {
        let rig = Rig([.init()])
        rig.feed([("x", 11)], at: 0)
        #expect(rig.release(at: 10) == .notApplicable)
    }
}
