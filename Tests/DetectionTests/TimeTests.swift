import Detection
import Testing

@Suite struct SilenceTests {
    @Test("silence longer than the limit raises a hazard, counted from the last message")
    func raises() {
        let rig = Rig([.init(silence: 5_000)])
        rig.feed([("x", 1)], at: 1_000)
        rig.pass(to: 5_999)
        #expect(rig.takeLog() == [])
        rig.pass(to: 6_000)
        #expect(rig.takeLog() == ["r0 raised @6000"])
    }

    @Test("a device that has never spoken is silent from the start")
    func neverSpoken() {
        let rig = Rig([.init(silence: 5_000)])
        rig.pass(to: 60_000)
        #expect(rig.takeLog() == ["r0 raised @5000"])
        #expect(rig.isSilent())
    }

    @Test("three messages end a silence; two do not")
    func threeMessages() {
        let rig = Rig([.init(silence: 5_000)])
        rig.feed([("x", 1)], at: 0)
        rig.pass(to: 20_000)
        _ = rig.takeLog()
        rig.feed([("x", 1)], at: 21_000)
        rig.feed([("x", 1)], at: 22_000)
        #expect(rig.takeLog() == [])
        rig.feed([("x", 1)], at: 23_000)
        #expect(rig.takeLog() == ["r0 cleared @23000"])
    }

    @Test("what a silent device last said counts no more: its delays stop")
    func valuesExpire() {
        let rig = Rig([.init(delay: 15_000)])
        rig.feed([("x", 11)], at: 0)
        rig.pass(to: 60_000)
        #expect(rig.takeLog() == [])
        rig.feed([("x", 11)], at: 60_000)
        rig.pass(to: 64_999)
        #expect(rig.takeLog() == [])
        rig.feed([("x", 11)], at: 65_000)
        #expect(rig.takeLog() == ["r0 raised @65000"])
    }

    @Test("two limits of silence are raised each at its time")
    func twoLimits() {
        let rig = Rig([.init(silence: 5_000), .init(silence: 600_000)])
        rig.feed([("x", 1)], at: 0)
        rig.pass(to: 4_000_000)
        #expect(rig.takeLog() == ["r0 raised @5000", "r1 raised @600000"])
    }

    @Test("a redelivered message is no sign of life")
    func redeliveryIsNoLife() {
        let rig = Rig([.init(silence: 5_000)])
        rig.feed([("x", 1)], at: 1_000, sequence: 1)
        #expect(rig.feed([("x", 1)], at: 1_000, arrival: 4_000, sequence: 1) == .late)
        rig.pass(to: 6_000)
        #expect(rig.takeLog() == ["r0 raised @6000"])
    }
}

@Suite struct LateTests {
    @Test("a reading that is not newer than the last of its signal is counted, not evaluated")
    func late() {
        let rig = Rig([.init()])
        rig.feed([("x", 1)], at: 1_000)
        #expect(rig.feed([("x", 11)], at: 1_000) == .late)
        #expect(rig.feed([("x", 11)], at: 900, arrival: 1_100) == .late)
        #expect(rig.takeLog() == [])
        #expect(rig.counters.late == 2)
    }

    @Test("signals are late one by one: another topic's older message still counts")
    func latePerSignal() {
        let rig = Rig([.init(when: "y > 10")])
        rig.feed([("x", 1)], at: 1_000)
        #expect(rig.feed([("y", 11), ("x", 2)], at: 900, arrival: 1_100) == .accepted)
        #expect(rig.takeLog() == ["r0 raised @1000"])
        #expect(rig.counters.lateReadings == 1)
    }

    @Test("without time stamps the counter tells a repetition; a device that restarts is heard")
    func sequence() {
        let rig = Rig([.init()])
        rig.feed([("x", 1)], at: 0, sequence: 40, hasStamp: false)
        #expect(rig.feed([("x", 11)], at: 10, sequence: 40, hasStamp: false) == .late)
        #expect(rig.feed([("x", 11)], at: 20, sequence: 39, hasStamp: false) == .late)
        #expect(rig.feed([("x", 11)], at: 30, sequence: 0, hasStamp: false) == .accepted)
        #expect(rig.takeLog() == ["r0 raised @30"])
    }

    @Test("missing counters are counted")
    func gaps() {
        let rig = Rig([.init()])
        rig.feed([("x", 1)], at: 0, sequence: 1)
        rig.feed([("x", 1)], at: 10, sequence: 5)
        #expect(rig.counters.sequenceGaps == 3)
    }
}

@Suite struct ClockTests {
    static let skewed = Rig.RuleText(when: "clock.skewed")

    @Test("a clock that runs ahead is noticed at once and arrival times count")
    func ahead() {
        let rig = Rig([Self.skewed, .init()])
        rig.feed([("x", 1)], at: 40_000, arrival: 1_000)
        #expect(rig.takeLog() == ["r0 raised @1000"])
        rig.feed([("x", 11)], at: 41_000, arrival: 2_000)
        #expect(rig.takeLog() == ["r1 raised @2000"])
        rig.feed([("x", 11)], at: 3_000)
        #expect(rig.takeLog() == ["r0 cleared @3000"])
    }

    @Test("a backlog that the broker kept is no clock fault: its own times count")
    func backlog() {
        let rig = Rig([Self.skewed, .init(delay: 15_000)])
        rig.pass(to: 600_000)
        _ = rig.takeLog()
        for second in Int64(0)...100 {
            rig.feed([("x", second < 40 ? 1 : 11)], at: second * 1_000, arrival: 600_000 + second)
        }
        #expect(rig.takeLog() == ["r1 raised @55000"])
    }

    @Test("a clock that stays behind is a fault once it has been behind for as long as the limit")
    func behind() {
        let rig = Rig([Self.skewed])
        for second in Int64(0)...29 {
            rig.feed([("x", 1)], at: second * 1_000 - 100_000, arrival: second * 1_000)
        }
        #expect(rig.takeLog() == [])
        rig.feed([("x", 1)], at: -70_000, arrival: 30_000)
        #expect(rig.takeLog() == ["r0 raised @30000"])
    }

    @Test("when the clock changes over, a running delay neither jumps nor starts anew")
    func delaySurvivesChangeOver() {
        let rig = Rig([Self.skewed, .init(delay: 45_000)])
        for second in Int64(0)...44 {
            rig.feed([("x", 11)], at: second * 1_000 - 100_000, arrival: second * 1_000)
        }
        #expect(rig.takeLog() == ["r0 raised @30000"])
        rig.pass(to: 45_000)
        #expect(rig.takeLog() == ["r1 raised @45000"])
    }

    @Test("a clock that runs back while the counter runs on does not blind us")
    func ranBack() {
        let rig = Rig([Self.skewed, .init()])
        rig.feed([("x", 1)], at: 0, sequence: 1)
        rig.feed([("x", 1)], at: 1_000, sequence: 2)
        rig.feed([("x", 11)], at: -3_600_000, arrival: 2_000, sequence: 3)
        #expect(rig.takeLog() == ["r0 raised @2000", "r1 raised @2000"])
    }
}

@Suite struct RestartTests {
    @Test("a raised hazard survives, and the first readings neither raise it again nor lose it")
    func raisedSurvives() {
        let first = Rig([.init(clearDelay: 100)])
        first.feed([("x", 11)], at: 1_000)
        let second = Rig([.init(clearDelay: 100)])
        second.restart(from: first, at: 5_000)
        #expect(second.feed([("x", 11)], at: 1_000, arrival: 5_010) == .late)
        second.feed([("x", 12)], at: 5_100)
        #expect(second.takeLog() == [])
        second.feed([("x", 9)], at: 5_200)
        second.pass(to: 5_300)
        #expect(second.takeLog() == ["r0 cleared @5300"])
        #expect(second.state().raisedAt == Rig.at(1_000))
    }

    @Test("a half-run delay goes on when the kept messages come again")
    func delayGoesOn() {
        let first = Rig([.init(delay: 12_000)])
        first.feed([("x", 11)], at: 0)
        let second = Rig([.init(delay: 12_000)])
        second.restart(from: first, at: 8_000)
        second.feed([("x", 11)], at: 6_000, arrival: 8_010)
        second.feed([("x", 11)], at: 12_000)
        #expect(second.takeLog() == ["r0 raised @12000"])
    }
}
