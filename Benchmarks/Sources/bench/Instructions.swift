import Configuration
import Detection
import Foundation
import Line
import Telemetry

/// Runs the decoder and the line under callgrind, which counts between entry and exit of the two
/// functions below: repeatable, whatever else the machine does. `scripts/instructions` calls it.
struct Instructions {
    static let messages = 20_000

    static func run(_ part: String) throws {
        let plan = try SiteConfiguration.load("config/tocsin.yaml").plan
        // `busy` is a lift that does something else with every message, so that rules are asked.
        let payloads = (0..<messages).map { index in
            let time = 1_767_225_600_000_000 + Int64(index) * 1_000_000
            let text =
                part == "busy"
                ? Message.restless(microseconds: time, sequence: index)
                : Message.running(microseconds: time, sequence: index)
            return Array(text.utf8)
        }
        if part == "decode" {
            var decoder = PayloadDecoder(kinds: plan.schemas)
            try countedDecode(&decoder, payloads, kind: plan.equipment[0].kind)
        } else {
            let start = Instant(nanoseconds: 1_767_225_600_000_000_000)
            var line = Line(plan: plan, at: start)
            line.start(at: start)
            countedLine(&line, payloads, topic: Array(plan.equipment[0].topic.utf8), start)
        }
        print(messages)
    }
}

@inline(never) @_silgen_name("tocsin_counted_decode")
private func countedDecode(
    _ decoder: inout PayloadDecoder, _ payloads: [[UInt8]], kind: Int
) throws {
    var message = DecodedMessage()
    // Made once, as the line does: a literal would make a list for every message.
    let name = EquipmentName(["lift-1"], at: 0)
    for payload in payloads {
        try payload.withUnsafeBytes { bytes in
            try decoder.decode(bytes, kind: kind, equipment: name, into: &message)
        }
    }
}

@inline(never) @_silgen_name("tocsin_counted_line")
private func countedLine(
    _ line: inout Line, _ payloads: [[UInt8]], topic: [UInt8], _ start: Instant
) {
    topic.withUnsafeBytes { topic in
        for (index, payload) in payloads.enumerated() {
            payload.withUnsafeBytes { bytes in
                line.receive(
                    arrival: start + .seconds(Int64(index)), topic: topic, payload: bytes)
            }
        }
    }
}
