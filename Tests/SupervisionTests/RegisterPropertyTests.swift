import Detection
import Ledger
import RuleLanguage
import Supervision
import Testing

@Suite struct RegisterPropertyTests {
    @Test(
        "whatever happens: urgent alerts go at once, each change is one entry, and in the end the platform knows what stands",
        arguments: UInt64(1)...300)
    func converges(seed: UInt64) throws {
        var random = SystemLikeGenerator(state: seed)
        let rules = [
            Desk.rule("a", .info), Desk.rule("b", .warning), Desk.rule("c", .major),
            Desk.rule("d", .critical), Desk.rule("e", .info, isLifeSafety: true),
        ]
        let desk = Desk(floodStart: 5 + random.below(8))
        var phases: [HazardPlace: HazardRecord.Phase] = [:]
        var seconds = 0.0
        var changes = 0
        for _ in 0..<300 {
            seconds += random.below(4) == 0 ? Double(random.below(400)) : Double(random.below(5))
            let rule = rules[random.below(rules.count)]
            let equipment = random.below(3) == 0 ? "lift-1" : "lift-\(random.below(5))"
            let place = Desk.place(rule, equipment)
            switch random.below(12) {
            case 0:
                if rule.isLifeSafety { break }
                try desk.shelve(rule, until: seconds + 300, at: seconds)
            case 1:
                if desk.register.shelf(of: Desk.place(rule)) != nil {
                    try desk.unshelve(rule, at: seconds)
                }
            case 2: desk.restart(at: seconds)
            case 3: desk.pass(to: seconds)
            default:
                let (change, next) = Self.step(phases[place], &random)
                phases[place] = next
                _ = desk.takeAlerts()
                desk.change(change, rule, on: equipment, at: seconds)
                changes += 1
                let isUrgent = rule.isLifeSafety || rule.severity == .critical
                if isUrgent, change != .suppressed, change != .lapsed {
                    #expect(desk.alerts.contains("\(change) \(equipment)/\(rule.id)"))
                }
            }
            #expect(desk.register.withheldCount == desk.stored.withheld.count)
        }
        #expect(
            desk.entries.count {
                ["raised", "recurred", "returned", "cleared", "suppressed", "lapsed"]
                    .contains($0.kind.dropFirst("hazard.".count))
            } == changes)
        desk.pass(to: seconds + 10_000)
        let standing = phases.filter { $0.value != .suppressed }.map(\.key.description).sorted()
        let believed = desk.believed.keys.map {
            $0.split(separator: "/")[1...2].joined(separator: "/")
        }.sorted()
        #expect(believed == standing, "seed \(seed)")
        #expect(desk.register.withheldCount == 0 && desk.register.nextDue == .never)
        #expect(desk.stored.hazards.count == phases.count)
    }

    /// A change that can follow, and where it leads.
    private static func step(
        _ phase: HazardRecord.Phase?, _ random: inout SystemLikeGenerator
    ) -> (Change, HazardRecord.Phase?) {
        switch phase {
        case nil: return random.below(5) == 0 ? (.suppressed, .suppressed) : (.raised, .raised)
        case .suppressed: return random.below(2) == 0 ? (.raised, .raised) : (.lapsed, nil)
        case .raised: return random.below(2) == 0 ? (.returned, .returned) : (.cleared, nil)
        case .returned: return random.below(2) == 0 ? (.recurred, .raised) : (.cleared, nil)
        }
    }
}

/// A small generator with a printed seed.
struct SystemLikeGenerator {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(((state ^ state >> 29) &* 0x9E37_79B9_7F4A_7C15) >> 11) % bound
    }
}
