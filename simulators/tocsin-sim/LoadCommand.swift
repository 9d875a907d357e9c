import ArgumentParser
import Foundation
import Glibc
import MQTTTransport

/// `tocsin-sim load`: as much as a broker takes.
struct LoadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Publish pre-built payloads fast enough to saturate a broker.",
        discussion: """
            Reports the rate that was reached, and what the broker says that it dropped \
            ($SYS/broker/publish/messages/dropped). The payloads are lifts' at rest: they raise \
            nothing.
            """)

    @Option(help: "The broker, HOST:PORT.")
    var broker = "127.0.0.1:1883"

    @Option(help: "Messages a second; 0: as many as possible.")
    var rate = 0

    @Option(help: "Pieces of equipment, l0 to l(N-1).")
    var equipment = 1_000

    @Option(help: "Samples in each message, 20 ms apart.")
    var samplesPerMessage = 1

    @Option(help: "Seconds.")
    var duration = 10

    @Option(help: "Quality of service: 0 or 1.")
    var qos: Int32 = 1

    @Option(help: "The site in the topics.")
    var site = "demo"

    @Flag(help: "Print as JSON.")
    var json = false

    func validate() throws {
        guard (0...10_000_000).contains(rate), (1...1_000_000).contains(equipment),
            (1...1_000).contains(samplesPerMessage), (1...86_400).contains(duration),
            qos == 0 || qos == 1
        else {
            throw ValidationError(
                "rate to 10000000, equipment to 1000000, samples to 1000, duration to 86400, "
                    + "qos 0 or 1"
            )
        }
    }

    func run() throws {
        let generator = try LoadGenerator(broker: broker, qos: qos)
        let payload = PrebuiltPayload(samples: samplesPerMessage)
        let topics = (0..<equipment).map { "telemetry/\(site)/lift/l\($0)" }
        let progress = Progress()
        let figures = try generator.run(payload, topics, rate: rate, seconds: duration) {
            progress.show($0)
        }
        progress.end()
        let perSecond = Double(figures.sent) / figures.seconds
        if json { return print(try TocsinSim.json(object(figures, perSecond))) }
        print(
            String(
                format: "sent 已发送            %d messages, %.0f a second, %.1f MB/s",
                figures.sent, perSecond,
                perSecond * Double(payload.bytes.count) / 1e6))
        print(
            String(
                format: "readings 读数          %.0f a second",
                perSecond * Double(samplesPerMessage * PrebuiltPayload.signals)))
        if qos == 1 { print("acknowledged 已确认     \(figures.acknowledged)") }
        var dropped = figures.dropped.map(String.init) ?? "the broker does not say 未提供"
        if figures.dropped != nil, figures.isDroppedSinceStart {
            dropped += " since the broker's start 自启动以来"
        }
        print("dropped by broker 丢弃  \(dropped)")
    }

    private func object(_ figures: LoadGenerator.Figures, _ perSecond: Double) -> [String: Any] {
        var object: [String: Any] = [
            "sent": figures.sent, "seconds": figures.seconds, "messages_per_second": perSecond,
            "readings_per_second":
                perSecond * Double(samplesPerMessage * PrebuiltPayload.signals),
        ]
        if qos == 1 { object["acknowledged"] = figures.acknowledged }
        if let dropped = figures.dropped {
            let key = figures.isDroppedSinceStart ? "dropped_since_broker_start" : "dropped"
            object[key] = dropped
        }
        return object
    }
}

/// A message whose time stamp alone changes, at a fixed place.
struct PrebuiltPayload {
    static let signals = 4
    private(set) var bytes: [UInt8]
    private let stamp: Int

    init(samples: Int) {
        let head = "{\"ts\":"
        stamp = head.utf8.count
        var text = head + String(repeating: "0", count: 13)
        func values(_ value: String) -> String {
            samples == 1
                ? value
                : "[" + [String](repeating: value, count: samples).joined(separator: ",") + "]"
        }
        if samples > 1 { text += ",\"dt\":20" }
        for (signal, value) in [
            ("car.speed", "0.000"), ("car.position", "13.200"), ("car.load", "7.5"),
            ("mr.temp", "22.50"),
        ] {
            text += ",\"\(signal)\":" + values(value)
        }
        bytes = Array((text + "}").utf8)
    }

    /// Writes a time, milliseconds since 1970, in thirteen digits.
    mutating func setTime(_ milliseconds: Int64) {
        var rest = milliseconds
        for place in stride(from: stamp + 12, through: stamp, by: -1) {
            bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
            rest /= 10
        }
    }
}
