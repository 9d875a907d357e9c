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

/// The same messages for whoever takes them. They are made before they are timed.
private struct Work {
    private let lifts: Int
    private let order: [Int]
    private let slots: [UInt16]
    private let quiet: [[Double]]
    private let rounds: Int
    private let start = Instant(nanoseconds: 1_767_225_600_000_000_000)

    /// Messages of one round that differ; one in a hundred has a value beyond a limit.
    private static let different = 400
    static let readings = 8

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
        rounds = max(24, 200_000 / lifts)
    }

    private func values(_ round: Int) -> [Double] {
        (0..<min(Self.different, lifts)).flatMap { place in
            var values = quiet[round & 15]
            if (place + round) % 100 == 0 { values[0] = 2.9 }
            return values
        }
    }

    /// Time between two messages.
    private var step: Detection.Duration {
        Detection.Duration(nanoseconds: 900_000_000 / Int64(lifts))
    }
    private func begin(_ round: Int) -> Instant { start + .seconds(Int64(round + 1)) }
    private var end: Instant { start + .seconds(Int64(rounds + 10)) }
    private var variants: [UInt32] { (0..<lifts).map { UInt32($0 % 10) } }

    /// Rounds that are timed together, so that the clock's own cost does not count.
    private var lap: Int { max(1, 4_000 / lifts) }

    /// The best lap's nanoseconds a reading; its messages are made before.
    private func best<Rows>(_ make: ([Double]) -> Rows, _ play: (Int, Rows) -> Void) -> Double {
        var best = Double.infinity
        for first in stride(from: 0, to: rounds - lap + 1, by: lap) {
            let rows = (first..<first + lap).map { make(values($0)) }
            let began = DispatchTime.now().uptimeNanoseconds
            for (index, rows) in rows.enumerated() { play(first + index, rows) }
            let passed = Double(DispatchTime.now().uptimeNanoseconds - began)
            if first >= 8 { best = min(best, passed / Double(lap * lifts * Self.readings)) }
        }
        return best
    }

    func swift(_ program: Program) -> Result {
        let size = Engine.bytes(for: program, variantOf: variants)
        let memory = WorkingMemory(count: size)
        var engine = Engine(
            program: program, variantOf: variants, in: memory.bytes, startingAt: start)
        engine.resume(at: start)
        var changes: UInt64 = 0
        let time = best { values in
            values.enumerated().map { index, value in
                Cell(slot: slots[index % Self.readings], value: value)
            }
        } _: { round, rows in
            feed(round, rows.span, to: &engine, &changes)
        }
        while !engine.advance(to: end) { take(&engine, &changes) }
        take(&engine, &changes)
        return Result(time: time, changes: changes)
    }

    private func feed(
        _ round: Int, _ rows: Span<Cell>, to engine: inout Engine, _ changes: inout UInt64
    ) {
        var arrival = begin(round)
        var row = 0
        for place in 0..<lifts {
            if !engine.advance(to: arrival) || engine.hasTransitions {
                repeat { take(&engine, &changes) } while !engine.advance(to: arrival)
            }
            _ = engine.take(
                order[place], arrival: arrival, stamp: arrival, sequence: Int64(round),
                cells: rows.extracting(row..<row + Self.readings))
            arrival = arrival + step
            row += Self.readings
            if row == rows.count { row = 0 }
        }
        take(&engine, &changes)
    }

    private func take(_ engine: inout Engine, _ changes: inout UInt64) {
        engine.takeTransitions { transition in
            if transition.change != .timing { changes += 1 }
        }
    }

    func c(_ program: Program) -> Result {
        let twin = Twin(program, variantOf: variants)
        let time = best {
            $0
        } _: { round, values in
            var arrival = begin(round)
            var row = 0
            values.withUnsafeBufferPointer { values in
                slots.withUnsafeBufferPointer { slots in
                    for place in 0..<lifts {
                        twin.feed(order[place], at: arrival, slots, values.baseAddress! + row)
                        arrival = arrival + step
                        row += Self.readings
                        if row == values.count { row = 0 }
                    }
                }
            }
        }
        twin.flush(at: end)
        return Result(time: time, changes: twin.changes)
    }
}
