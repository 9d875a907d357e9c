import Configuration
import Detection
import Foundation
import Line

/// The engine by itself: time per reading with the shipped lift rules loaded.
struct DetectionAlone {
    private let workshop: Workshop

    init(_ workshop: Workshop) { self.workshop = workshop }

    func run(upTo most: Int = .max) throws {
        let plan = try SiteConfiguration.load(try workshop.site(lifts: 10)).plan
        let profile = plan.profiles[plan.equipment[0].kind]
        print("detection alone, \(profile.rules.count) lift rules, messages of 8 readings")
        print("  lifts     order        quiet        one in a hundred beyond a limit")
        for (lifts, isRandom) in [
            (10, false), (1_000, false), (1_000, true), (100_000, false), (100_000, true),
        ] where lifts <= most {
            let quiet = measure(plan, lifts, isRandom, excursions: 0)
            let busy = measure(plan, lifts, isRandom, excursions: 100)
            print(
                String(
                    format: "  %7d   %@  %8.2f ns/reading  %8.2f ns/reading", lifts,
                    isRandom ? "random     " : "round-robin", quiet, busy))
        }
        let bytes = Engine.bytes(
            for: plan.program, variantOf: (0..<1_000).map { UInt32($0 % 10) })
        print("  state of the engine                \(bytes / 1_000) bytes per lift")
        print("")
    }

    /// Nanoseconds per reading of the best round.
    private func measure(
        _ plan: SitePlan, _ lifts: Int, _ isRandom: Bool, excursions: Int
    ) -> Double {
        let variants = (0..<lifts).map { UInt32($0 % 10) }
        let start = Instant(nanoseconds: 1_767_225_600_000_000_000)
        let size = Engine.bytes(for: plan.program, variantOf: variants)
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
        defer { block.deallocate() }
        // As the line asks for its block: beyond the caches huge pages count.
        var engine = Engine(
            program: plan.program, variantOf: variants, in: block, startingAt: start)
        engine.resume(at: start)
        var order = Array(0..<lifts)
        if isRandom {
            var random = SystemRandomNumberGenerator()
            order.shuffle(using: &random)
        }
        let messages = Readings(
            plan.profiles[plan.equipment[0].kind].vocabulary.signals.map(\.name))
        let rounds = max(12, 200_000 / lifts)
        var best = Double.infinity
        for round in 0..<rounds {
            let began = DispatchTime.now().uptimeNanoseconds
            for (place, lift) in order.enumerated() {
                let arrival =
                    start + .seconds(Int64(round + 1))
                    + Duration(nanoseconds: Int64(place) * 900_000_000 / Int64(lifts))
                while !engine.advance(to: arrival) { engine.takeTransitions { _ in } }
                let cells = messages.cells(
                    round, isBeyond: excursions > 0 && (place + round) % excursions == 0)
                let admission = engine.admit(
                    lift, arrival: arrival, newest: arrival, sequence: Int64(round))
                _ = engine.feed(lift, admission, stamp: arrival, cells: cells.span)
                if engine.hasTransitions { engine.takeTransitions { _ in } }
            }
            let passed = Double(DispatchTime.now().uptimeNanoseconds - began)
            if round >= 4 { best = min(best, passed / Double(lifts * 8)) }
        }
        return best
    }
}

/// What a lift that runs normally says, made before it is measured.
private struct Readings {
    private var quiet: [[Cell]] = []
    private var beyond: [[Cell]] = []

    init(_ signals: [String]) {
        func slot(_ name: String) -> UInt16 { UInt16(signals.firstIndex(of: name) ?? 0) }
        for step in 0..<16 {
            let noise = Double(step % 4) / 200
            let cells = [
                Cell(slot: slot("car.speed"), value: 0.99 + noise),
                Cell(slot: slot("car.position"), value: 10.5 + Double(step)),
                Cell(slot: slot("car.doorZone"), value: 0),
                Cell(slot: slot("car.load"), value: 40 + noise),
                Cell(slot: slot("door.car"), value: 2),
                Cell(slot: slot("mr.temp"), value: 22 + noise),
                Cell(slot: slot("car.status"), value: 1),
                Cell(slot: slot("car.passenger"), value: 1),
            ]
            quiet.append(cells)
            var loaded = cells
            loaded[3] = Cell(slot: slot("car.load"), value: 115)
            beyond.append(loaded)
        }
    }

    func cells(_ round: Int, isBeyond: Bool) -> [Cell] {
        isBeyond ? beyond[round & 15] : quiet[round & 15]
    }
}
