import CAllocationCount
import Configuration
import Detection
import Foundation
import Line

/// The line without a broker: time and heap allocations per message in steady state.
struct InMemory {
    private let workshop: Workshop

    init(_ workshop: Workshop) { self.workshop = workshop }

    func run() throws {
        try measure(lifts: 1_000, rounds: 200, goal: 200)
        try measure(lifts: 100_000, rounds: 12, goal: 300)
    }

    private func measure(lifts: Int, rounds: Int, goal: Int) throws {
        // A file for ten lifts, and their like: nobody writes one for 100,000.
        let ten = try SiteConfiguration.load(try workshop.site(lifts: 10)).plan
        var plan = ten
        plan.equipment = (0..<lifts).map { index in
            var piece = ten.equipment[index % 10]
            piece.id = "l\(index)"
            piece.topic = "telemetry/demo/lift/l\(index)"
            return piece
        }
        plan.variantOfEquipment = (0..<lifts).map { ten.variantOfEquipment[$0 % 10] }
        let start = Instant(nanoseconds: 1_767_225_600_000_000_000)
        var line = Line(plan: plan, at: start)
        line.start(at: start)
        // In no order that a cache could guess; side by side, as they come in a socket's buffer.
        var topics: [UInt8] = []
        var ends: [Int] = []
        for index in 0..<lifts {
            topics += plan.equipment[index * 7_919 % lifts].topic.utf8
            ends.append(topics.count)
        }
        // One message a second from each lift; made before, so that only the line is measured.
        let payloads = (0..<rounds).map { round in
            Array(
                Message.running(
                    microseconds: 1_767_225_600_000_000 + Int64(round) * 1_000_000, sequence: round
                ).utf8)
        }
        var best = Double.infinity
        var allocations: UInt64 = 0
        for round in 0..<rounds {
            let before = allocation_count()
            let began = DispatchTime.now().uptimeNanoseconds
            payloads[round].withUnsafeBytes { payload in
                topics.withUnsafeBytes { topics in
                    var first = 0
                    for (index, end) in ends.enumerated() {
                        let arrival =
                            start + .seconds(Int64(round))
                            + Detection.Duration(
                                nanoseconds: Int64(index) * 900_000_000 / Int64(lifts))
                        line.receive(
                            arrival: arrival, topic: .init(rebasing: topics[first..<end]),
                            payload: payload)
                        first = end
                    }
                }
            }
            let passed = Double(DispatchTime.now().uptimeNanoseconds - began)
            // The first rounds grow buffers to their final size.
            if round >= 5 {
                best = min(best, passed / Double(lifts))
                allocations += allocation_count() - before
            }
        }
        let messages = Double((rounds - 5) * lifts)
        print(
            "in memory, \(lifts) lifts in random order, 8 fields, "
                + "\(plan.profiles.map(\.rules.count).max() ?? 0) rules, recorder"
        )
        print(
            String(
                format: "  time per message, best round      %8.0f ns   (goal \(goal))", best))
        print(
            String(
                format: "  heap allocations per message      %8.4f   (goal 0)",
                Double(allocations) / messages))
        print("")
    }
}
