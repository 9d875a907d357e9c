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
        let lifts = 1_000
        let site = try SiteConfiguration.load(try workshop.site(lifts: lifts))
        let start = Instant(nanoseconds: 1_767_225_600_000_000_000)
        var line = Line(plan: site.plan, at: start)
        line.start(at: start)
        let topics = site.plan.equipment.map { Array($0.topic.utf8) }
        let rounds = 600
        // One message a second from each lift; made before, so that only the line is measured.
        let payloads = (0..<rounds).map { round in
            Array(
                Message.quiet(
                    microseconds: 1_767_225_600_000_000 + Int64(round) * 1_000_000, sequence: round
                ).utf8)
        }
        var best = Double.infinity
        var allocations: UInt64 = 0
        for round in 0..<rounds {
            let before = allocation_count()
            let began = DispatchTime.now().uptimeNanoseconds
            payloads[round].withUnsafeBytes { payload in
                for (index, topic) in topics.enumerated() {
                    let arrival =
                        start + .seconds(Int64(round))
                        + Detection.Duration(nanoseconds: Int64(index) * 1_000)
                    topic.withUnsafeBytes {
                        line.receive(arrival: arrival, topic: $0, payload: payload)
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
            "in memory, \(lifts) lifts, 8 fields, \(site.plan.profiles.map(\.rules.count).max() ?? 0) rules"
        )
        print(String(format: "  time per message, best round      %8.0f ns", best))
        print(
            String(
                format: "  heap allocations per message      %8.4f   (goal 0)",
                Double(allocations) / messages))
        print("")
    }
}
