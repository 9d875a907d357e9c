import Detection
import Ledger
import RuleLanguage
import Supervision
import Testing
import Timestamps

@Suite struct ListingClockTests {
    /// The clock that runs out first, with the local time at which it does.
    private func next(_ bench: ListingBench) -> String {
        guard let listing = bench.register.openListings.first,
            let clock = listing.clocks(ListingBench.calendar, ListingTerms()).first
        else { return "none" }
        let local = RFC3339.format(clock.due + .seconds(8 * 3_600), digits: 0)
        return "\(clock.clock.rawValue) \(local.dropLast(4))"
    }

    @Test("each step has its deadline, in hours, days and working days")
    func deadlines() throws {
        let bench = ListingBench()
        // The Wednesday before a week of holidays, with a Saturday to be worked after them.
        let time = ListingBench.at("2026-09-30 15:00")
        bench.raise(at: time)
        #expect(next(bench) == "verify 2026-09-30T19:00")
        let story: [(ListingVerb, String)] = [
            (.verified, "report 2026-09-30T16:00"),
            (.reported, "none"),
            (.registered, "none"),
            // One working day after the 30th: the 8th of October; it ends at midnight.
            (.judged, "list 2026-10-09T00:00"),
            // Progress is due after seven days, holidays or not.
            (.listed, "progress 2026-10-08T00:00"),
            (.filed, "progress 2026-10-08T00:00"),
            (.announced, "progress 2026-10-08T00:00"),
            (.acceptanceRequested, "plan 2026-10-21T00:00"),
            (.rechecked, "none"),
            (.delisted, "announce_end 2026-10-14T00:00"),
            (.endAnnounced, "none"),
        ]
        for (index, (verb, expected)) in story.enumerated() {
            let now = time + .seconds(Int64(index))
            try bench.say(verb, "2026-0001", at: now, details(verb, at: now))
            #expect(next(bench) == expected, "after \(verb)")
        }
    }

    @Test("an overdue case is taken up step by step, each once, and progress is missed each week")
    func overdue() throws {
        let bench = ListingBench()
        let time = ListingBench.at("2026-09-28 10:00")
        bench.raise(at: time)
        for verb in [ListingVerb.verified, .reported, .registered, .judged] {
            try bench.say(verb, "2026-0001", at: time, details(verb))
        }
        try bench.say(
            .listed, "2026-0001", at: time,
            details(.listed).map { $0.name == "deadline" ? ($0.name, .text("2026-10-12")) : $0 })
        for verb in [ListingVerb.filed, .announced, .planned] {
            try bench.say(verb, "2026-0001", at: time, details(verb))
        }
        bench.pass(to: ListingBench.at("2026-10-12 23:59"))
        #expect(bench.register.listing("2026-0001")?.escalation == Listing.Escalation.none)
        var seen: [Listing.Escalation] = []
        for day in 0..<50 {
            bench.pass(to: ListingBench.at("2026-10-13 00:00") + .seconds(Int64(day) * 86_400))
            let now = try #require(bench.register.listing("2026-0001")?.escalation)
            if seen.last != now { seen.append(now) }
        }
        #expect(seen == [.reminded, .superior, .licence])
        let missed = bench.entries.filter { $0.kind == "listing.clock_missed" }.map {
            "\($0.body["clock"]?.text ?? "") \($0.body["due"]?.text?.prefix(10) ?? "")"
        }
        // Days end at 16:00 in UTC.
        #expect(
            missed.filter { $0.hasPrefix("rectify") } == [
                "rectify 2026-10-12", "rectify_superior 2026-10-19", "rectify_licence 2026-11-11",
            ])
        #expect(
            missed.filter { $0.hasPrefix("progress") } == [
                "progress 2026-10-05", "progress 2026-10-12", "progress 2026-10-19",
                "progress 2026-10-26", "progress 2026-11-02", "progress 2026-11-09",
                "progress 2026-11-16", "progress 2026-11-23", "progress 2026-11-30",
            ])
        #expect(bench.alerts.count == missed.count)
    }

    @Test(
        "working days leave out weekends and holidays and take in the days that are worked for them"
    )
    func workingDays() {
        let calendar = ListingBench.calendar
        let wednesday = CivilDate("2026-09-30") ?? CivilDate(daysSinceEpoch: 0)
        #expect("\(calendar.workday(1, after: wednesday))" == "2026-10-08")
        #expect("\(calendar.workday(3, after: wednesday))" == "2026-10-10")
        #expect("\(calendar.workday(4, after: wednesday))" == "2026-10-12")
        #expect(
            "\(calendar.workday(1, before: CivilDate("2026-10-08") ?? wednesday))" == "2026-09-30")
        // The local day, not that of UTC.
        #expect("\(calendar.date(of: ListingBench.at("2026-09-30 00:30")))" == "2026-09-30")
        #expect(
            calendar.end(ofWorkday: 1, after: ListingBench.at("2026-09-30 23:59"))
                == ListingBench.at("2026-10-09 00:00"))
    }

    @Test(
        "dates are those of the calendar",
        arguments: [
            ("1970-01-01", 0), ("2000-02-29", 11_016), ("2026-11-26", 20_783),
            ("2261-12-31", 106_650),
        ])
    func dates(text: String, days: Int64) throws {
        let date = try #require(CivilDate(text))
        #expect(date.daysSinceEpoch == days && date.description == text)
    }

    @Test(
        "what is no date is none",
        arguments: [
            "2026-02-29", "2026-13-01", "2026-1-01", "20260101", "2026-01-01Z", "1969-12-31", "",
            "a",
            "2026-01-+1",
        ])
    func noDates(text: String) { #expect(CivilDate(text) == nil) }

    @Test(
        "whatever happens, with restarts in between: no step outside the machine, no clock missed or fired twice, and the ledger gives the same cases",
        arguments: UInt64(1)...200)
    func properties(seed: UInt64) throws {
        var random = SystemLikeGenerator(state: seed)
        let bench = ListingBench()
        let steady = ListingBench()
        var time = ListingBench.at("2026-08-03 08:00")
        let verbs = ListingVerb.allCases
        for _ in 0..<150 {
            let wait = random.below(3) == 0 ? random.below(20 * 86_400) : random.below(7_200)
            time = time + .seconds(Int64(wait))
            switch random.below(8) {
            case 0:
                let equipment = "lift-\(random.below(3))"
                for each in [bench, steady] { each.raise(on: equipment, at: time) }
            case 1: #expect(bench.restart().isEmpty)
            case 2: for each in [bench, steady] { each.pass(to: time) }
            default:
                let open = bench.register.openListings
                guard !open.isEmpty else { continue }
                let id = open[random.below(open.count)].id
                let before = bench.register.listing(id)?.stage
                // Mostly what is possible, or no case would get far.
                let possible = verbs.filter { $0.stages.contains(before ?? .closed) }
                let verb =
                    random.below(4) > 0
                    ? possible[random.below(possible.count)] : verbs[random.below(verbs.count)]
                let given = details(
                    verb, at: time, into: "2026-000\(1 + random.below(9))",
                    passed: random.below(3) > 0)
                var answers: [String] = []
                for each in [bench, steady] {
                    do throws(Refusal) {
                        answers.append(
                            try each.say(verb, id, at: time, given).stage.rawValue)
                        #expect(
                            verb == .detected || verb.stages.contains(before ?? .closed), "\(verb)")
                    } catch {
                        answers.append(error.message)
                    }
                }
                #expect(answers[0] == answers[1], "seed \(seed)")
            }
        }
        #expect(bench.entries.map(\.id) == steady.entries.map(\.id), "seed \(seed)")
        #expect(bench.stored == steady.stored)
        try check(bench, until: time)
    }

    /// Every clock that ran out before the end is on record, once; the ledger gives the same cases.
    private func check(_ bench: ListingBench, until time: Instant) throws {
        bench.pass(to: time)
        let before = bench.register.openListings
        for listing in before {
            let late = listing.clocks(ListingBench.calendar, ListingTerms()).filter {
                $0.due <= time
            }
            #expect(late.isEmpty, "\(listing.id) \(late)")
        }
        let missed = bench.entries.filter { $0.kind == "listing.clock_missed" }
        for entry in missed {
            let due = try #require(entry.body["due"]?.text.flatMap { RFC3339.parse($0) })
            let at = try #require(entry.body["at"]?.text.flatMap { RFC3339.parse($0) })
            #expect(due <= at)
        }
        let keys = missed.map {
            "\($0.thread?.name ?? "") \($0.body["clock"]?.text ?? "") \($0.body["due"]?.text ?? "")"
        }
        #expect(Set(keys).count == keys.count, "no clock fires twice for one date")
        #expect(bench.restart().isEmpty)
        #expect(bench.register.openListings == before)
    }
}
