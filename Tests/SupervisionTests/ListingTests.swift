import Detection
import Ledger
import RuleLanguage
import Supervision
import Testing
import Timestamps

@Suite struct ListingTests {
    private static let monday = ListingBench.at("2026-09-28 10:00")
    private static let wholeLife: [ListingVerb] = [
        .verified, .registered, .judged, .listed, .announced, .planned, .progressed,
        .acceptanceRequested, .rechecked, .delisted, .endAnnounced,
    ]

    @Test("a case goes from discovery to its announced end, and the ledger gives it again")
    func wholeLife() throws {
        let bench = ListingBench()
        bench.raise(at: Self.monday)
        #expect(bench.register.openListings.map(\.id) == ["2026-0001"])
        #expect(bench.register.openListings[0].facts[.criterion] == "GB 45067-2024 4.6 b)")
        var time = Self.monday
        var stages: [String] = []
        for verb in Self.wholeLife {
            time = time + .seconds(60)
            let listing = try bench.say(verb, "2026-0001", at: time, details(verb, at: time))
            stages.append(listing.stage.rawValue)
        }
        #expect(
            stages == [
                "verified", "registered", "judged", "listed", "announced", "rectifying",
                "rectifying", "acceptance_requested", "rechecked", "delisted", "closed",
            ])
        bench.pass(to: time + .seconds(1_000 * 86_400))
        #expect(bench.register.openListings.isEmpty && bench.register.nextDue == .never)
        #expect(bench.alerts.isEmpty)
        #expect(bench.entries.allSatisfy { $0.thread?.name == "listing/2026-0001" })
        #expect(bench.entries.map { $0.thread?.isOpen ?? false }.last == false)
    }

    @Test("in each stage exactly the steps of the table are possible, and a refusal names them")
    func table() throws {
        for stage in ListingStage.allCases where stage.isOpen {
            for verb in ListingVerb.allCases where verb.command != nil && verb != .detected {
                let bench = ListingBench()
                try Self.bring(bench, to: stage)
                if verb == .merged { bench.raise(on: "lift-2", at: Self.monday + .seconds(9_000)) }
                let time = Self.monday + .seconds(10_000)
                let isPossible = verb.stages.contains(stage) && verb != .useResumed
                do throws(Refusal) {
                    try bench.say(verb, "2026-0001", at: time, details(verb, at: time))
                    #expect(isPossible, "\(verb) in \(stage)")
                } catch {
                    #expect(!isPossible, "\(verb) in \(stage): \(error.message)")
                    if verb != .useResumed {
                        let possible = Listing.commands(in: stage)
                        #expect(possible.allSatisfy { error.message.contains($0) })
                    }
                }
            }
        }
    }

    /// Takes a fresh case to a stage.
    private static func bring(_ bench: ListingBench, to stage: ListingStage) throws(Refusal) {
        bench.raise(at: monday)
        var time = monday
        var verbs = wholeLife
        if stage == .extensionRequested {
            verbs.insert(.extensionRequested, at: 7)
        }
        for verb in verbs {
            if bench.register.listing("2026-0001")?.stage == stage { return }
            time = time + .seconds(60)
            try bench.say(verb, "2026-0001", at: time, details(verb, at: time))
        }
    }

    @Test("a step says what it needs, and takes nothing else")
    func fields() throws {
        let bench = ListingBench()
        bench.raise(at: Self.monday)
        for verb in ListingVerb.allCases where verb.command != nil && !verb.required.isEmpty {
            let refusal = #expect(throws: Refusal.self) {
                try ListingDetails([], for: verb)
            }
            for field in verb.required {
                #expect(refusal?.message.contains(field.option) ?? false)
            }
        }
        let wrong: [(ListingVerb, String, JSONValue)] = [
            (.verified, "finding", .text("   ")), (.verified, "finding", .text("a\u{7}b")),
            (.verified, "finding", .text(String(repeating: "x", count: 2_001))),
            (.verified, "finding", .number(1)), (.listed, "deadline", .text("2026-02-30")),
            (.judged, "major", .text("yes")), (.rechecked, "persons", .array([])),
            (.rechecked, "persons", .array([.text("")])), (.verified, "colour", .text("red")),
        ]
        for (verb, name, value) in wrong {
            let others = details(verb).filter { $0.name != name }
            #expect(throws: Refusal.self, "\(verb) \(name)") {
                try ListingDetails(others + [(name, value)], for: verb)
            }
        }
    }

    @Test("a re-check takes two different people, none of whom answers for the work")
    func recheck() throws {
        let bench = ListingBench()
        try Self.bring(bench, to: .acceptanceRequested)
        let time = Self.monday + .seconds(9_000)
        for persons in [
            ["Inspector One"], ["Inspector One", " inspector one "],
            ["a responsible", "Inspector One"], ["officer", "Inspector One"],
        ] {
            #expect(throws: Refusal.self, "\(persons)") {
                try bench.say(
                    .rechecked, "2026-0001", at: time,
                    [
                        ("passed", .boolean(true)),
                        ("persons", .array(persons.map { .text($0) })),
                    ])
            }
        }
        for round in 1...2 {
            let failed = try bench.say(
                .rechecked, "2026-0001", at: time + .seconds(Int64(round) * 100),
                details(.rechecked, passed: false))
            #expect(failed.stage == .rectifying && failed.failedRechecks == round)
            #expect(failed.isOnKeyList == (round == 2))
            try bench.say(
                .acceptanceRequested, "2026-0001", at: time + .seconds(Int64(round) * 100 + 50))
        }
    }

    @Test("a hazard that is no major one ends as an ordinary hazard; a major one needs a clause")
    func judgement() throws {
        let bench = ListingBench()
        try Self.bring(bench, to: .registered)
        let time = Self.monday + .seconds(9_000)
        #expect(throws: Refusal.self) {
            try bench.say(.judged, "2026-0001", at: time, [("major", .boolean(true))])
        }
        let listing = try bench.say(.judged, "2026-0001", at: time, [("major", .boolean(false))])
        #expect(listing.stage == .ordinary && !listing.isOpen)
    }

    @Test("an extension is asked for in time, moves the deadline when granted, and only then")
    func extensions() throws {
        let bench = ListingBench()
        try Self.bring(bench, to: .rectifying)
        let old = try #require(bench.register.listing("2026-0001")?.deadline)
        // Sixty days on is a Friday; the last of fifteen working days before it is a Friday too.
        #expect("\(old)" == "2026-11-27")
        let late = ListingBench.at("2026-11-09 09:00")
        #expect(throws: Refusal.self) {
            try bench.say(.extensionRequested, "2026-0001", at: late, details(.extensionRequested))
        }
        let time = ListingBench.at("2026-11-06 16:00")
        #expect(throws: Refusal.self) {
            try bench.say(
                .extensionRequested, "2026-0001", at: time,
                [("new_deadline", .text("2026-11-27")), ("measures", .text("closed"))])
        }
        for granted in [false, true] {
            try bench.say(
                .extensionRequested, "2026-0001", at: time + .seconds(granted ? 100 : 0),
                [("new_deadline", .text("2026-12-24")), ("measures", .text("closed"))])
            let listing = try bench.say(
                .extensionDecided, "2026-0001", at: time + .seconds(granted ? 150 : 50),
                [("granted", .boolean(granted))])
            #expect(listing.stage == .rectifying)
            #expect(listing.deadline.map { "\($0)" } == (granted ? "2026-12-24" : "2026-11-27"))
        }
        #expect(throws: Refusal.self) {
            try bench.say(
                .extensionRequested, "2026-0001", at: time + .seconds(200),
                [("new_deadline", .text("2028-01-01")), ("measures", .text("closed"))])
        }
    }

    @Test(
        "use that was stopped is resumed after a re-check and not before, even when the case ended")
    func use() throws {
        let bench = ListingBench()
        try Self.bring(bench, to: .rectifying)
        var time = Self.monday + .seconds(9_000)
        try bench.say(.useStopped, "2026-0001", at: time)
        #expect(throws: Refusal.self) { try bench.say(.useStopped, "2026-0001", at: time) }
        #expect(throws: Refusal.self) { try bench.say(.useResumed, "2026-0001", at: time) }
        for verb in [ListingVerb.acceptanceRequested, .rechecked, .delisted, .endAnnounced] {
            time = time + .seconds(60)
            try bench.say(verb, "2026-0001", at: time, details(verb))
        }
        #expect(bench.restart().isEmpty)
        #expect(bench.register.openListings.map(\.stage) == [.closed])
        let listing = try bench.say(.useResumed, "2026-0001", at: time + .seconds(60))
        #expect(!listing.isUseStopped && !listing.isOpen)
        #expect(bench.register.openListings.isEmpty)
    }

    @Test("a merged case ends and the other one says so; equipment out of use stays so")
    func merging() throws {
        let bench = ListingBench()
        bench.raise(at: Self.monday)
        bench.raise(Self.other, at: Self.monday + .seconds(1))
        let time = Self.monday + .seconds(100)
        #expect(throws: Refusal.self) {
            try bench.say(.merged, "2026-0001", at: time, [("into", .text("2026-0001"))])
        }
        #expect(throws: Refusal.self) {
            try bench.say(.merged, "2026-0001", at: time, [("into", .text("2026-0009"))])
        }
        try bench.say(.useStopped, "2026-0001", at: time)
        #expect(throws: Refusal.self) {
            try bench.say(.merged, "2026-0001", at: time, [("into", .text("2026-0002"))])
        }
        try bench.say(.useStopped, "2026-0002", at: time)
        let merged = try bench.say(
            .merged, "2026-0001", at: time + .seconds(1), [("into", .text("2026-0002"))])
        #expect(merged.stage == .merged && !merged.isOpen)
        let target = try #require(bench.register.listing("2026-0002"))
        #expect(target.steps.last?.verb == .absorbed && target.isUseStopped)
        // What has been merged begins a new case when it is seen again.
        bench.raise(at: time + .seconds(60))
        #expect(bench.register.openListings.map(\.id) == ["2026-0002", "2026-0003"])
    }

    private static let other = ListingBench.rule("lift.other", .major)

    @Test("a hazard that comes back is noted in its case, once a day")
    func seenAgain() {
        let bench = ListingBench()
        for hours in [0, 1, 2, 15, 16, 40] {
            bench.raise(at: Self.monday + .seconds(Int64(hours) * 3_600))
        }
        #expect(
            bench.entries.map(\.kind) == ["listing.detected"]
                + Array(repeating: "listing.seen_again", count: 2))
    }

    @Test("only what may propose a case does; numbers begin anew each year")
    func proposals() {
        let bench = ListingBench()
        var plain = ListingBench.rule()
        plain.isListingCandidate = false
        bench.raise(plain, at: Self.monday)
        #expect(bench.entries.isEmpty)
        bench.raise(on: "lift-7", at: ListingBench.at("2026-12-31 23:59"))
        bench.raise(on: "lift-8", at: ListingBench.at("2027-01-01 00:00"))
        #expect(bench.register.openListings.map(\.id) == ["2026-0001", "2027-0001"])
        #expect(bench.register.openListings[0].facts[.source] == ListingRegister.criticalSource)
    }
}
