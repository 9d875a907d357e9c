import Detection
import Ledger
import RuleLanguage
import Supervision
import Testing
import Timestamps

/// A register of incidents with a ledger. Times are minutes since the start.
private final class Rescue {
    static let start = ListingBench.at("2026-09-28 10:00")
    private static let plans = [
        IncidentPlan(
            kind: "lift", place: .lift, rules: ["lift.entrapment", "lift.called"],
            personsSignal: nil),
        IncidentPlan(
            kind: "ropeway", place: .ropeway, rules: ["ropeway.stranding"], personsSignal: nil),
        IncidentPlan(kind: "ride", place: .ride, rules: ["ride.stranding"], personsSignal: nil),
    ]

    private(set) var register = Rescue.empty()
    private(set) var entries: [LedgerEntry] = []
    private var ids: Set<String> = []
    private(set) var alerts: [Alert] = []
    private var standing: [HazardRecord] = []

    static func empty() -> IncidentRegister {
        IncidentRegister(site: "test", calendar: ListingBench.calendar, plans: plans)
    }

    static func at(_ minute: Double) -> Instant {
        start + Duration(nanoseconds: Int64(minute * 60e9))
    }

    func change(
        _ change: Change, _ rule: String, persons: Int? = nil, on equipment: String = "e-1",
        at minute: Double, delay: Duration = .zero
    ) {
        var named = ListingBench.rule(rule)
        named.delay = .fixed(delay)
        let time = Self.at(minute)
        pass(to: minute)
        let item = HazardChange(
            site: "test", equipment: equipment, rule: named, change: change, at: time,
            decided: time, raisedAt: time, value: nil)
        standing.removeAll { $0.place == item.place }
        if change == .raised || change == .recurred {
            standing.append(
                HazardRecord(place: item.place, id: "h", raisedAt: time, phase: .raised))
        }
        commit { register.take(item, persons: persons, into: &$0) }
    }

    func pass(to minute: Double, persons: [String: Int] = [:]) {
        commit { register.advance(to: Self.at(minute), persons: persons, into: &$0) }
    }

    func say(_ command: IncidentRegister.Command, at minute: Double) throws(Refusal) {
        pass(to: minute)
        var batch = CommitBatch()
        defer { keep(batch) }
        try register.obey(
            command, about: "2026-0001",
            Word(actor: "officer", reason: "seen", at: Self.at(minute)), into: &batch)
    }

    func restart() {
        var open: [String: Bool] = [:]
        for entry in entries { open[entry.thread?.name ?? ""] = entry.thread?.isOpen }
        let kept = entries.enumerated().filter { open[$0.element.thread?.name ?? ""] ?? false }
            .compactMap { index, entry in
                try? JSONReader.read(
                    entry.canonicalBytes(
                        sequence: UInt64(index), recorded: "", configuration: ""))
            }
        let last = open.keys.map { String($0.dropFirst("incident/".count)) }.max()
        register = Self.empty()
        #expect(register.restore(kept, last: last, hazards: standing).isEmpty)
    }

    /// Steps with the minute at which they were due, or happened.
    var story: [String] {
        entries.map { entry in
            let due = entry.body["due"]?.text ?? entry.body["at"]?.text ?? ""
            let time = RFC3339.parse(due) ?? .never
            let minute = (time - Self.start).nanoseconds / 60_000_000_000
            let grade = entry.kind == "incident.accident" ? entry.body["grade"]?.text ?? "" : ""
            return "\(minute) \(entry.kind.dropFirst("incident.".count)) \(grade)"
                .trimmingCharacters()
        }
    }

    private func commit(_ body: (inout CommitBatch) -> Void) {
        var batch = CommitBatch()
        body(&batch)
        keep(batch)
    }

    private func keep(_ batch: CommitBatch) {
        for entry in batch.entries where ids.insert(entry.id).inserted { entries.append(entry) }
        alerts += batch.alerts
    }
}

extension String {
    fileprivate func trimmingCharacters() -> String { hasSuffix(" ") ? String(dropLast()) : self }
}

@Suite struct IncidentTests {
    @Test("the grade follows place, people and time, at each limit and just before it")
    func grades() {
        let table: [(HoldingPlace, Int?, Double, AccidentGrade)] = [
            (.lift, 3, 119.99, .none), (.lift, 3, 120, .general), (.lift, 500, 4_000, .general),
            (.ropeway, 5, 209.99, .none), (.ropeway, 5, 210, .general),
            (.ropeway, 5, 719.99, .general), (.ropeway, 5, 720, .larger),
            (.ropeway, 99, 5_000, .larger), (.ropeway, nil, 5_000, .larger),
            (.ropeway, 100, 1_439.99, .larger), (.ropeway, 100, 1_440, .major),
            (.ropeway, 100, 2_879.99, .major), (.ropeway, 100, 2_880, .extraordinary),
            (.ride, 1, 59.99, .none), (.ride, 1, 60, .general), (.ride, 1, 720, .larger),
            (.ride, 100, 1_440, .major), (.ride, 100, 2_880, .extraordinary),
        ]
        for (place, persons, minutes, grade) in table {
            let held = Duration(nanoseconds: Int64(minutes * 60e9))
            #expect(
                AccidentGrade(at: place, persons: persons, held: held) == grade,
                "\(place) \(persons ?? -1) \(minutes)")
        }
    }

    @Test("people in a lift: three warnings, the accident, the hour to report it, and the end")
    func lift() throws {
        let rescue = Rescue()
        // The rule had waited for 15 s: the clock began then.
        rescue.change(.raised, "lift.entrapment", persons: 2, at: 0.25, delay: .seconds(15))
        rescue.pass(to: 185)
        try rescue.say(.report(to: "market regulation"), at: 186)
        rescue.change(.returned, "lift.entrapment", at: 190)
        rescue.pass(to: 300)
        #expect(
            rescue.story == [
                "0 began", "30 prealarm", "60 prealarm", "90 prealarm", "120 accident general",
                "180 report_missed", "186 reported", "190 released", "200 closed",
            ])
        #expect(rescue.register.openIncidents.isEmpty && rescue.register.nextDue == .never)
        #expect(rescue.alerts.map(\.state).last == "incident_released")
        #expect(rescue.alerts.last?.stands == false)
        #expect(rescue.alerts.dropLast(1).allSatisfy { $0.stands })
    }

    @Test("people on a ropeway: how many there are decides, and becoming known raises the grade")
    func ropeway() throws {
        let rescue = Rescue()
        rescue.change(.raised, "ropeway.stranding", at: 0)
        rescue.pass(to: 1_500)
        #expect(
            rescue.story.suffix(4) == [
                "210 accident general", "270 report_missed", "720 accident larger",
                "1440 persons_needed",
            ])
        try rescue.say(.count(120), at: 1_510)
        #expect(rescue.story.suffix(2) == ["1510 counted", "1510 accident major"])
        rescue.pass(to: 2_880)
        #expect(rescue.story.last == "2880 accident extraordinary")
        try rescue.say(.end, at: 2_900)
        #expect(throws: Refusal.self) { try rescue.say(.end, at: 2_901) }
        // It stays open until it is reported.
        rescue.pass(to: 9_000)
        #expect(rescue.register.openIncidents.count == 1)
        try rescue.say(.report(to: "province"), at: 9_001)
        rescue.pass(to: 9_002)
        #expect(rescue.register.openIncidents.isEmpty)
    }

    @Test("few people do not raise the grade after a day, whoever counted them")
    func few() {
        let rescue = Rescue()
        rescue.change(.raised, "ropeway.stranding", persons: 12, at: 0)
        rescue.pass(to: 4_000, persons: ["e-1": 10])
        #expect(rescue.story.last == "720 accident larger")
    }

    @Test("a contact that flickers takes nothing back; a new entrapment begins anew")
    func flicker() {
        let rescue = Rescue()
        rescue.change(.raised, "lift.entrapment", at: 0)
        rescue.change(.raised, "lift.called", at: 1)
        rescue.change(.returned, "lift.entrapment", at: 2)
        #expect(rescue.story == ["0 began"], "the other hazard still stands")
        rescue.change(.returned, "lift.called", at: 3)
        rescue.change(.recurred, "lift.entrapment", at: 12)
        rescue.pass(to: 35)
        #expect(
            rescue.story == ["0 began", "3 released", "12 resumed", "30 prealarm"])
        rescue.change(.returned, "lift.entrapment", at: 40)
        rescue.change(.raised, "lift.entrapment", at: 51)
        #expect(rescue.story.suffix(3) == ["40 released", "50 closed", "51 began"])
        #expect(rescue.register.openIncidents.map(\.id) == ["2026-0002"])
    }

    @Test("what a person has ended does not go on by itself")
    func ended() throws {
        let rescue = Rescue()
        rescue.change(.raised, "lift.entrapment", at: 0)
        try rescue.say(.end, at: 5)
        rescue.change(.returned, "lift.entrapment", at: 6)
        rescue.change(.raised, "lift.entrapment", at: 7)
        #expect(rescue.story == ["0 began", "5 released", "7 began"])
    }

    @Test("a word that cannot be is refused")
    func refusals() throws {
        let rescue = Rescue()
        #expect(throws: Refusal.self) { () throws in try rescue.say(.end, at: 0) }
        rescue.change(.raised, "lift.entrapment", at: 0)
        for command in [
            IncidentRegister.Command.count(-1), .count(1_000_000), .report(to: "somebody"),
        ] {
            #expect(throws: Refusal.self, "\(command)") { try rescue.say(command, at: 1) }
        }
    }

    @Test(
        "whatever happens, with restarts in between: the same steps, each clock once",
        arguments: UInt64(1)...150)
    func properties(seed: UInt64) throws {
        var random = SystemLikeGenerator(state: seed)
        let rescue = Rescue()
        let steady = Rescue()
        let rules = ["lift.entrapment", "lift.called", "ropeway.stranding", "ride.stranding"]
        var minute = 0.0
        for _ in 0..<80 {
            minute += Double(random.below(3) == 0 ? random.below(900) : random.below(20))
            let persons = random.below(3) == 0 ? nil : random.below(200)
            let rule = rules[random.below(rules.count)]
            let equipment = rule.hasPrefix("lift") ? "e-1" : rule
            switch random.below(8) {
            case 0: rescue.restart()
            case 1, 2:
                for each in [rescue, steady] { each.pass(to: minute) }
            case 3:
                let commands: [IncidentRegister.Command] = [
                    .end, .count(random.below(200)), .report(to: "authority"),
                ]
                let command = commands[random.below(3)]
                var outcomes: [String] = []
                for each in [rescue, steady] {
                    do throws(Refusal) {
                        try each.say(command, at: minute)
                        outcomes.append("done")
                    } catch {
                        outcomes.append(error.message)
                    }
                }
                #expect(outcomes[0] == outcomes[1], "seed \(seed)")
            case 4, 5:
                for each in [rescue, steady] {
                    each.change(.raised, rule, persons: persons, on: equipment, at: minute)
                }
            default:
                for each in [rescue, steady] {
                    each.change(.returned, rule, on: equipment, at: minute)
                }
            }
        }
        #expect(rescue.entries.map(\.id) == steady.entries.map(\.id), "seed \(seed)")
        let fired = rescue.entries.compactMap { entry in
            entry.body["clock"]?.text.map { "\(entry.thread?.name ?? "") \($0)" }
        }
        #expect(Set(fired).count == fired.count, "seed \(seed)")
        let open = rescue.register.openIncidents
        rescue.restart()
        #expect(rescue.register.openIncidents == open)
    }
}
