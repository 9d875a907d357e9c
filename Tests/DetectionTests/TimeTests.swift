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
        #expect(rig.feed([("x", 1)], at: 30, sequence: 90, hasStamp: false) == .accepted)
        #expect(rig.feed([("x", 11)], at: 40, sequence: 0, hasStamp: false) == .accepted)
        #expect(rig.takeLog() == ["r0 raised @40"])
    }

    @Test("without time stamps every row of a message counts, the newest last")
    func unstampedRows() {
        let rig = Rig([.init()])
        rig.feed(rows: [(nil, 1), (nil, 11), (nil, 2)], arrival: 1_000)
        let log = rig.takeLog()
        #expect(log.count == 2 && log[0].hasPrefix("r0 raised") && log[1].hasPrefix("r0 cleared"))
        rig.feed(rows: [(nil, 11)], arrival: 1_000)
        #expect(rig.takeLog().count == 1)
    }

    @Test("a device that counts anew after a silence is heard at once")
    func restartAfterSilence() {
        let rig = Rig([.init()])
        rig.feed([("x", 1)], at: 0, sequence: 9_000, hasStamp: false)
        rig.pass(to: 11_000)
        #expect(rig.feed([("x", 11)], at: 12_000, sequence: 2, hasStamp: false) == .accepted)
        #expect(rig.takeLog() == ["r0 raised @12000"])
    }

    @Test("after a silence a device counts as it likes, message after message")
    func countsOnAfterSilence() {
        let rig = Rig([.init()])
        rig.feed([("x", 1)], at: 0, sequence: 5_004, hasStamp: false)
        rig.pass(to: 11_000)
        rig.feed([("x", 1)], at: 12_000, sequence: 5, hasStamp: false)
        #expect(rig.feed([("x", 11)], at: 13_000, sequence: 6, hasStamp: false) == .accepted)
        #expect(rig.takeLog() == ["r0 raised @13000"])
    }

    @Test("the messages that end a silence have to come after it, not before the next")
    func returnsAreNotSaved() {
        let rig = Rig([.init(silence: 15_000)])
        rig.feed([("x", 1)], at: 0)
        rig.pass(to: 16_000)
        rig.feed([("x", 1)], at: 17_000)
        rig.feed([("x", 1)], at: 18_000)
        rig.pass(to: 40_000)
        _ = rig.takeLog()
        rig.feed([("x", 1)], at: 41_000)
        #expect(rig.takeLog() == [])
        rig.feed([("x", 1)], at: 42_000)
        rig.feed([("x", 1)], at: 43_000)
        #expect(rig.takeLog() == ["r0 cleared @43000"])
    }

    @Test("changes of one hazard never share an instant, even when older signals come in late")
    func distinctInstants() {
        let rig = Rig([.init()])
        rig.feed([("y", 1)], at: 1_000)
        for (at, x) in [(Int64(700), 11.0), (800, 1), (900, 11)] {
            rig.feed([("x", x)], at: at, arrival: 1_000)
        }
        let log = rig.takeLog()
        #expect(log.count == 3 && Set(log).count == 3, "\(log)")
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

    @Test("a clock that is set back, without a counter, blinds us for no longer than the limit")
    func setBack() {
        let rig = Rig([Self.skewed, .init()])
        for second in Int64(0)...5 { rig.feed([("x", 1)], at: second * 1_000) }
        for second in Int64(6)...36 {
            rig.feed([("x", 11)], at: second * 1_000 - 3_600_000, arrival: second * 1_000)
        }
        #expect(rig.takeLog().map { $0.prefix(9) } == ["r0 raised", "r1 raised"])
    }

    @Test("a clock that is set back within the limit does not blind us while the counter runs on")
    func setBackWithinLimit() {
        let rig = Rig([Self.skewed, .init(delay: 2_000)])
        for second in Int64(0)...5 {
            rig.feed(
                [("x", 1)], at: second * 1_000 + 20_000, arrival: second * 1_000, sequence: second)
        }
        for second in Int64(6)...14 {
            rig.feed(
                [("x", 11)], at: second * 1_000 - 20_000, arrival: second * 1_000,
                sequence: second)
        }
        // Five seconds of proof from 6 s on, so heard from 11 s = -9 s of the device's time on.
        #expect(rig.takeLog() == ["r1 raised @-7000"])
    }

    @Test("a clock set back by seconds breaks a signal's course, if the counter runs on")
    func brokenCourse() {
        // 1 m/s rises by a tenth every 100 ms: 1 m/s2. Three seconds are lost, and with them 3 m/s.
        func log(countsOn: Bool) -> [String] {
            let rig = Rig([.init(when: "rate(x) > 5"), .init(when: "x > 1000")])
            for index in 0..<100 {
                let arrival = Int64(index) * 100
                let event = index < 20 ? arrival : arrival - 3_000
                rig.feed(
                    [("x", 1 + Double(index) / 10)], at: event, arrival: arrival,
                    sequence: countsOn ? Int64(index) : nil)
            }
            return rig.takeLog()
        }
        #expect(log(countsOn: true) == [])
        // Without a counter the readings that were lost may have been repetitions.
        #expect(log(countsOn: false).first?.hasPrefix("r0 raised") == true)
    }

    @Test("a repetition, and a message that was overtaken, break no course")
    func unbrokenCourse() {
        let rig = Rig([.init(when: "rate(x) > 0.5 && rate(x) < 2")])
        rig.feed([("x", 1)], at: 0, sequence: 1)
        rig.feed([("x", 1)], at: 0, arrival: 10, sequence: 1)
        rig.feed([("x", 1.2)], at: 200, sequence: 3)
        #expect(rig.takeLog().count == 1)
        let other = Rig([.init(when: "rate(x) > 0.5 && rate(x) < 2")])
        other.feed([("x", 1)], at: 0, sequence: 1)
        other.feed([("x", 1.2)], at: 200, sequence: 3)
        other.feed([("x", 1.1)], at: 100, arrival: 210, sequence: 2)
        other.feed([("x", 9)], at: 300, sequence: 4)
        other.feed([("x", 9.1)], at: 400, sequence: 5)
        let log = other.takeLog()
        #expect(log.map { $0.prefix(9) } == ["r0 raised", "r0 cleare", "r0 raised"], "\(log)")
    }

    @Test("what is raised before a clock is set back clears and is raised again after it")
    func raisedAcrossSetBack() {
        let rig = Rig([.init(delay: 200)])
        for second in Int64(0)...9 {
            rig.feed(
                [("x", 11)], at: second * 1_000 + 20_000, arrival: second * 1_000, sequence: second)
        }
        #expect(rig.takeLog() == ["r0 raised @20200"])
        for second in Int64(10)...40 {
            rig.feed(
                [("x", second < 20 ? 1 : 11)], at: second * 1_000, arrival: second * 1_000,
                sequence: second)
        }
        // Their names on record lie after 20.2 s, whatever the clock says now.
        let log = rig.takeLog()
        #expect(log.map { $0.prefix(9) } == ["r0 cleare", "r0 raised"], "\(log)")
    }

    @Test("a backlog behind a live message is late, and moves no clock")
    func backlogBehindLive() {
        let rig = Rig([Self.skewed, .init(delay: 8_000)])
        for second in Int64(0)...2 {
            rig.feed([("x", 1)], at: second * 1_000, sequence: second)
        }
        // A gap of link; then the live message first, and the stored ones after it.
        rig.feed([("x", 11)], at: 9_000, sequence: 3)
        for second in Int64(3)...8 {
            rig.feed(
                [("y", 1)], at: second * 1_000, arrival: 9_010 + second * 10, sequence: second + 1)
        }
        rig.pass(to: 16_900)
        #expect(rig.takeLog() == [])
        // The last of the backlog came 90 ms after the live message and carried no later time.
        rig.pass(to: 17_090)
        #expect(rig.takeLog() == ["r1 raised @17000"])
    }

    @Test("an urgent message may overtake a batch without moving the clock")
    func overtaken() {
        let rig = Rig([.init(delay: 3_000)])
        rig.feed([("x", 11)], at: 1_000, sequence: 1)
        rig.feed([("flag", 1)], at: 3_000, sequence: 2)
        rig.feed([("x", 11)], at: 2_000, arrival: 3_100, sequence: 3)
        rig.pass(to: 5_000)
        #expect(rig.takeLog() == ["r0 raised @4000"])
    }

    @Test("what was taken in too far ahead does not blind us beyond the silence that follows")
    func aheadThenSilent() {
        let rig = Rig([.init()])
        rig.feed([("x", 1)], at: 25_000, arrival: 0)
        rig.pass(to: 31_000)
        rig.feed([("x", 11)], at: 22_000, arrival: 32_000)
        #expect(rig.takeLog() == ["r0 raised @22000"])
    }

    @Test("a late message before an outage does not make the backlog after it a clock fault")
    func lateThenBacklog() {
        let rig = Rig([Self.skewed, .init(delay: 15_000)])
        rig.feed([("x", 1)], at: -40_000, arrival: 0)
        rig.pass(to: 3_600_000)
        for second in Int64(0)...60 {
            rig.feed(
                [("x", second < 20 ? 1 : 11)], at: second * 1_000, arrival: 3_600_000 + second)
        }
        #expect(rig.takeLog() == ["r1 raised @35000"])
    }

    @Test("while the clock is off, every row of a batch counts, and a repetition none")
    func batchesWhileSkewed() {
        let rig = Rig([Self.skewed, .init()])
        rig.feed(rows: [(60_000, 1), (60_100, 11), (60_200, 1)], arrival: 1_000, sequence: 1)
        #expect(rig.takeLog().map { $0.prefix(10) } == ["r0 raised ", "r1 raised ", "r1 cleared"])
        rig.feed(rows: [(60_000, 1), (60_100, 11), (60_200, 1)], arrival: 2_000, sequence: 1)
        #expect(rig.takeLog() == [])
        rig.feed(rows: [(61_000, 1), (61_100, 11)], arrival: 2_050, sequence: 2)
        #expect(rig.takeLog().count == 1)
    }

    @Test("a batch that straddles the limit moves the stop-watches once")
    func straddles() {
        let rig = Rig([Self.skewed, .init(delay: 20_000)])
        rig.feed([("x", 11)], at: 29_000, arrival: 0)
        rig.feed(
            rows: [(30_900, 11), (31_000, 11), (31_100, 11), (31_200, 11)], arrival: 1_000)
        rig.feed([("x", 11)], at: 40_000, arrival: 9_800)
        rig.feed([("x", 11)], at: 45_300, arrival: 15_000)
        rig.pass(to: 19_900)
        #expect(rig.takeLog().map { $0.prefix(9) } == ["r0 raised"])
        rig.pass(to: 21_000)
        #expect(rig.takeLog().count == 1)
    }

    @Test("a clock that runs back while the counter runs on blinds us for five seconds")
    func ranBack() {
        let rig = Rig([Self.skewed, .init()])
        rig.feed([("x", 1)], at: 0, sequence: 1)
        rig.feed([("x", 1)], at: 1_000, sequence: 2)
        for second in Int64(2)...7 {
            rig.feed(
                [("x", 11)], at: second * 1_000 - 3_600_000, arrival: second * 1_000,
                sequence: second + 1)
        }
        #expect(rig.takeLog() == ["r0 raised @7000", "r1 raised @7000"])
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

    @Test("after a restart nothing is raised or cleared without a word from the device")
    func noWordNoChange() {
        let first = Rig([.init(clearDelay: 20_000), .init(when: "y > 10", delay: 20_000)])
        first.feed([("x", 11), ("y", 11)], at: 0)
        first.feed([("x", 9), ("y", 11)], at: 1_000)
        let second = Rig([.init(clearDelay: 20_000), .init(when: "y > 10", delay: 20_000)])
        second.restart(from: first, at: 2_000)
        second.pass(to: 600_000)
        #expect(second.takeLog() == [])
        // Long after what it last said has lost its worth, the device speaks again.
        second.feed([("x", 9), ("y", 11)], at: 600_000)
        second.pass(to: 605_000)
        #expect(second.takeLog() == [])
    }

    @Test("a run is reported for keeping once it has lasted, not at every start")
    func keepsLongRuns() {
        let rig = Rig([.init(delay: 60_000)])
        for second in Int64(0)..<40 {
            rig.feed([("x", second % 5 == 4 ? 1 : 11)], at: second * 1_000)
        }
        #expect(rig.timings == 0)
        for second in Int64(40)..<52 { rig.feed([("x", 11)], at: second * 1_000) }
        #expect(rig.timings == 1)
        rig.feed([("x", 1)], at: 52_000)
        #expect(rig.timings == 2)
    }

    @Test("a gateway whose clock starts behind is not blinded by what it stored")
    func clockBehindAtStart() {
        let first = Rig([.init()])
        first.feed([("x", 1)], at: 10_000_000)
        let second = Rig([.init()])
        second.restart(from: first, at: 0)
        second.feed([("x", 11)], at: 10_001_000, arrival: 1_000)
        #expect(second.takeLog().count == 1)
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
