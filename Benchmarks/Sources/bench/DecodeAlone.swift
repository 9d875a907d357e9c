import Configuration
import Foundation
import Line
import Telemetry

/// The decoder by itself: time per message of eight fields, many different ones.
struct DecodeAlone {
    private let workshop: Workshop

    init(_ workshop: Workshop) { self.workshop = workshop }

    func run() throws {
        let plan = try SiteConfiguration.load(try workshop.site(lifts: 10)).plan
        let kind = plan.equipment[0].kind
        let payloads = (0..<16_384).map { index in
            Array(
                Message.restless(
                    microseconds: 1_767_225_600_000_000 + Int64(index) * 997, sequence: index
                ).utf8)
        }
        var decoder = PayloadDecoder(kinds: plan.schemas)
        let name = EquipmentName(["l0"], at: 0)
        var message = DecodedMessage()
        var best = Double.infinity
        for _ in 0..<40 {
            let began = DispatchTime.now().uptimeNanoseconds
            for payload in payloads {
                try payload.withUnsafeBytes { bytes in
                    try decoder.decode(bytes, kind: kind, equipment: name, into: &message)
                }
            }
            let passed = Double(DispatchTime.now().uptimeNanoseconds - began)
            best = min(best, passed / Double(payloads.count))
        }
        print("decoding, JSON of 8 fields, \(payloads[0].count) bytes, 16,384 different messages")
        print(String(format: "  time per message, best round      %8.0f ns   (goal 100)", best))
        print("")
    }
}
