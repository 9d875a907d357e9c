import Configuration
import Detection
import Foundation
import Line
import RuleLanguage

/// What a limit over duration costs for each reading of a ride's seat: the engine with the rule,
/// less the engine without. `CurveTests` compares the answers with brute force.
struct CurveAlone {
    private let workshop: Workshop

    init(_ workshop: Workshop) { self.workshop = workshop }

    func run() throws {
        let plan = try SiteConfiguration.load("config/tocsin.yaml").plan
        guard let kind = plan.profiles.firstIndex(where: { $0.kind == "coaster" }),
            let template = plan.profiles[kind].rules.first,
            case .success(let when) = Parser.parse("dwell('f2291.z.plus', seat.accelZ)"),
            let slot = plan.profiles[kind].vocabulary.slot(of: "seat.accelZ")
        else { throw Workshop.Failure(message: "the coaster of config/ has changed") }
        var profile = plan.profiles[kind]
        profile.rules = []
        let without = try time(profile, UInt16(slot))
        var rule = template
        rule.id = "curve"
        rule.watch = .condition(when: when, until: nil)
        rule.suppressedWhen = nil
        rule.inhibitedBy = []
        profile.rules = [rule]
        let with = try time(profile, UInt16(slot))
        print("limits over duration, 200 readings a second of a ride that swings between 0 and 5 g")
        print(
            String(
                format: "  dwell, the engine's own %.1f ns left out  %6.1f ns a reading (goal 8)",
                without, with - without))
        print("")
    }

    /// The best round's nanoseconds a reading.
    private func time(_ profile: Profile, _ slot: UInt16) throws -> Double {
        var compiler = Compiler()
        guard case .success = compiler.add(profile, parameters: ["period": 0.1]) else {
            throw Workshop.Failure(message: "the rule does not compile")
        }
        let start = Instant(nanoseconds: 1_767_225_600_000_000_000)
        let memory = WorkingMemory(
            count: Engine.bytes(for: compiler.result, variantOf: [0]))
        var engine = Engine(
            program: compiler.result, variantOf: [0], in: memory.bytes, startingAt: start)
        engine.resume(at: start)
        let readings = 20_000
        let cells = (0..<readings).map { index in
            // Hills of four seconds with a ripple, as a filtered recording has them.
            let hill = 2.5 - 2.5 * cos(Double(index) / 400 * .pi)
            return Cell(slot: slot, value: hill + 0.05 * sin(Double(index) / 7))
        }
        var best = Double.infinity
        var now = start
        for _ in 0..<30 {
            let began = DispatchTime.now().uptimeNanoseconds
            for index in 0..<readings {
                now = now + .milliseconds(5)
                while !engine.advance(to: now) { engine.takeTransitions { _ in } }
                _ = engine.take(
                    0, arrival: now, stamp: now, sequence: nil,
                    cells: cells.span.extracting(index..<index + 1))
                if engine.hasTransitions { engine.takeTransitions { _ in } }
            }
            best = min(
                best, Double(DispatchTime.now().uptimeNanoseconds - began) / Double(readings))
        }
        return best
    }
}
