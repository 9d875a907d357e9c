import Configuration
import Detection
import Foundation
import Line
import RuleLanguage

/// The engine by itself: time per reading with the shipped lift rules loaded, and beside the same
/// design in C for the rules that do not look back.
struct DetectionAlone {
    private let workshop: Workshop

    init(_ workshop: Workshop) { self.workshop = workshop }

    func run(upTo most: Int = .max) throws {
        let plan = try SiteConfiguration.load(try workshop.site(lifts: 10)).plan
        let kind = plan.equipment[0].kind
        let names = plan.profiles[kind].vocabulary.signals.map(\.name)
        var momentary = plan.profiles[kind]
        momentary.rules = momentary.rules.filter { !looksBack($0, in: plan) }
        let program = try compiled(momentary, plan)
        print(
            "detection alone, messages of 8 readings, one in a hundred beyond a limit, ns a reading"
        )
        print(
            "  all rules: \(plan.profiles[kind].rules.count); of the moment: \(momentary.rules.count)"
        )
        print("  lifts     order         all rules   of the moment   the same in C   ratio")
        for (lifts, isRandom) in [
            (10, false), (10, true), (1_000, false), (1_000, true), (100_000, false),
            (100_000, true),
        ] where lifts <= most {
            let work = Work(lifts, isRandom: isRandom, names)
            let all = work.swift(plan.program)
            let moment = work.swift(program)
            let twin = work.c(program)
            guard moment.changes == twin.changes else {
                throw Workshop.Failure(
                    message: "\(moment.changes) changes in Swift, \(twin.changes) in C")
            }
            print(
                String(
                    format: "  %7d   %@  %9.1f   %13.1f   %13.1f   %5.2f", lifts,
                    isRandom ? "random     " : "round-robin", all.time, moment.time, twin.time,
                    moment.time / twin.time))
        }
        let variants = (0..<1_000).map { UInt32($0 % 10) }
        print(
            "  state: \(Engine.bytes(for: plan.program, variantOf: variants) / 1_000) bytes a lift, "
                + "\(Engine.bytes(for: program, variantOf: variants) / 1_000) of the moment")
        print("")
    }

    private func looksBack(_ rule: Rule, in plan: SitePlan) -> Bool {
        var alone = plan.profiles[plan.equipment[0].kind]
        var rule = rule
        rule.inhibitedBy = []
        alone.rules = [rule]
        var compiler = Compiler()
        _ = compiler.add(alone, parameters: plan.equipment[0].parameters)
        return !compiler.result.derivations.isEmpty
    }

    /// Ten variants, as the plan has them.
    private func compiled(_ profile: Profile, _ plan: SitePlan) throws -> Program {
        var compiler = Compiler()
        for piece in plan.equipment.prefix(10) {
            guard case .success = compiler.add(profile, parameters: piece.parameters) else {
                throw Workshop.Failure(message: "the rules of the moment do not compile")
            }
        }
        return compiler.result
    }
}

/// The same readings for whoever takes them.
private struct Work {
    private let lifts: Int
    private let order: [Int]
    private let slots: [UInt16]
    private let quiet: [[Double]]
    private let rounds: Int
    private let start = Instant(nanoseconds: 1_767_225_600_000_000_000)

    struct Result {
        var time: Double
        var changes: UInt64
    }

    init(_ lifts: Int, isRandom: Bool, _ signals: [String]) {
        self.lifts = lifts
        slots = [
            "car.speed", "car.position", "car.doorZone", "car.load", "door.car", "mr.temp",
            "car.status", "car.passenger",
        ].map { name in UInt16(signals.firstIndex(of: name) ?? 0) }
        // What a lift that runs normally says.
        quiet = (0..<16).map { step in
            let noise = Double(step % 4) / 200
            return [0.99 + noise, 10.5 + Double(step), 0, 40 + noise, 2, 22 + noise, 1, 1]
        }
        // A multiplicative step visits each lift once, in no order that a cache could guess.
        order = isRandom ? (0..<lifts).map { $0 * 7_919 % lifts } : Array(0..<lifts)
        rounds = max(12, 100_000 / lifts)
    }

    private func values(_ place: Int, _ round: Int) -> [Double] {
        var values = quiet[round & 15]
        if (place + round) % 100 == 0 { values[0] = 2.9 }
        return values
    }

    private func time(_ place: Int, _ round: Int) -> Instant {
        start + .seconds(Int64(round + 1))
            + Duration(nanoseconds: Int64(place) * 900_000_000 / Int64(lifts))
    }

    private var end: Instant { start + .seconds(Int64(rounds + 10)) }
    private var variants: [UInt32] { (0..<lifts).map { UInt32($0 % 10) } }

    /// The best round's nanoseconds a reading. Values are made before each round.
    private func best(_ feed: (Int, Int, [Double], Int) -> Void) -> Double {
        var best = Double.infinity
        for round in 0..<rounds {
            let rows = (0..<min(lifts, 400)).map { values($0, round) }
            let began = DispatchTime.now().uptimeNanoseconds
            for place in 0..<lifts { feed(place, round, rows[place % rows.count], order[place]) }
            let passed = Double(DispatchTime.now().uptimeNanoseconds - began)
            if round >= 4 { best = min(best, passed / Double(lifts * 8)) }
        }
        return best
    }

    func swift(_ program: Program) -> Result {
        let size = Engine.bytes(for: program, variantOf: variants)
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
        defer { block.deallocate() }
        var engine = Engine(
            program: program, variantOf: variants, in: block, startingAt: start)
        engine.resume(at: start)
        var changes: UInt64 = 0
        func take(_ engine: inout Engine) {
            engine.takeTransitions { transition in
                if transition.change != .timing { changes += 1 }
            }
        }
        var cells = slots.map { Cell(slot: $0, value: 0) }
        let time = best { place, round, values, lift in
            let arrival = self.time(place, round)
            while !engine.advance(to: arrival) { take(&engine) }
            for index in 0..<8 { cells[index] = Cell(slot: slots[index], value: values[index]) }
            let admission = engine.admit(
                lift, arrival: arrival, newest: arrival, sequence: Int64(round))
            _ = engine.feed(lift, admission, stamp: arrival, cells: cells.span)
            if engine.hasTransitions { take(&engine) }
        }
        while !engine.advance(to: end) { take(&engine) }
        take(&engine)
        return Result(time: time, changes: changes)
    }

    func c(_ program: Program) -> Result {
        let twin = Twin(program, variantOf: variants)
        let time = best { place, round, values, lift in
            twin.feed(lift, at: self.time(place, round), slots, values)
        }
        twin.flush(at: end)
        return Result(time: time, changes: twin.changes)
    }
}
