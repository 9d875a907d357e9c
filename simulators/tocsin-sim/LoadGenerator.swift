import Foundation
import Glibc
import MQTTTransport

/// Publishes at a rate, or as fast as the broker takes it.
final class LoadGenerator {
    /// What was reached.
    struct Figures {
        var sent = 0
        var acknowledged = 0
        /// Until the last one was acknowledged, or at QoS 0 was out.
        var seconds = 0.0
        /// What the broker dropped; `nil` when it does not say.
        var dropped: Int?
        /// Whether that is since the broker's start, because before the load it said nothing.
        var isDroppedSinceStart = false
    }

    /// Messages that may wait for their acknowledgement: the broker's own window.
    private static let window = 20_000
    /// Messages between two looks at the socket.
    private static let burst = 100
    /// Seconds to wait for the broker's own figures: mosquitto tells them every ten.
    private static let patience: Int64 = 12

    private let client: MQTTClient
    private let figuresOfBroker = BrokerFigures()
    private let qos: Int32
    private var isConnected = false
    private var acknowledged = 0

    init(broker: String, qos: Int32) throws {
        self.qos = qos
        let settings = try Publisher.settings(broker, name: "load")
        let figures = figuresOfBroker
        do throws(MQTTFailure) {
            client = try MQTTClient(settings: settings) { message in
                figures.hear(message)
            }
            try client.connect()
            for _ in 0..<400 where !isConnected {
                try turn()
                usleep(5_000)
            }
            guard isConnected else {
                throw MQTTFailure(
                    .connection, "the broker at \(settings.host):\(settings.port) does not answer")
            }
            try client.subscribe(BrokerFigures.topic, wantsRetained: true)
        } catch {
            throw TocsinSim.failure(error.message, 69)
        }
    }

    func run(
        _ payload: PrebuiltPayload, _ topics: [String], rate: Int, seconds: Int,
        progress: (Double) -> Void
    ) throws -> Figures {
        do throws(MQTTFailure) {
            return try publish(
                payload, topics, rate: rate, seconds: seconds, progress: progress)
        } catch {
            throw TocsinSim.failure(error.message, 69)
        }
    }

    private func publish(
        _ payload: PrebuiltPayload, _ topics: [String], rate: Int, seconds: Int,
        progress: (Double) -> Void
    ) throws(MQTTFailure) -> Figures {
        var payload = payload
        var figures = Figures()
        // What the broker said before the load began.
        try wait(seconds: 1) { self.figuresOfBroker.dropped != nil }
        let before = figuresOfBroker.dropped
        let start = Self.now()
        let end = start + Int64(seconds) * 1_000_000_000
        var isOver = false
        while !isOver {
            let now = Self.now()
            isOver = now >= end
            progress(Double(now - start) / Double(end - start))
            let due =
                rate > 0
                ? Int(Double(now - start) / 1e9 * Double(rate)) - figures.sent : Self.burst
            // At QoS 0 nothing is acknowledged: what the socket has not taken has not been sent.
            let mayWait =
                qos == 1
                ? Self.window - (figures.sent - acknowledged) : client.wantsWrite ? 0 : Self.burst
            for _ in 0..<max(0, min(due, mayWait, Self.burst)) where !isOver {
                payload.setTime(Self.milliseconds())
                _ = try client.publish(
                    payload.bytes, to: topics[figures.sent % topics.count], qos: qos,
                    isRetained: false)
                figures.sent += 1
            }
            try turn()
            if due <= 0 || mayWait <= 0 { usleep(50) }
        }
        try wait(seconds: 20) {
            !self.client.wantsWrite && (self.qos == 0 || self.acknowledged >= figures.sent)
        }
        figures.seconds = Double(Self.now() - start) / 1e9
        figures.acknowledged = acknowledged
        let told = figuresOfBroker.tellings
        try wait(seconds: Self.patience) { self.figuresOfBroker.tellings > told }
        figures.dropped = figuresOfBroker.dropped.map { $0 - (before ?? 0) }
        figures.isDroppedSinceStart = before == nil
        client.disconnect()
        return figures
    }

    private func wait(
        seconds: Int64, until isDone: () -> Bool
    ) throws(MQTTFailure) {
        let end = Self.now() + seconds * 1_000_000_000
        while !isDone(), Self.now() < end {
            try turn()
            usleep(1_000)
        }
    }

    private func turn() throws(MQTTFailure) {
        var hasHeard = true
        while hasHeard {
            // One read takes one packet that is no message, such as an acknowledgement.
            _ = try client.read(limit: 10_000) { false }
            try client.keepAlive()
            _ = client.flush()
            hasHeard = false
            for event in client.takeEvents() {
                hasHeard = true
                try hear(event)
            }
        }
    }

    private func hear(_ event: MQTTClient.Event) throws(MQTTFailure) {
        switch event {
        case .connack(let reason, _): isConnected = !reason.isFailure
        case .puback: acknowledged += 1
        case .suback: break
        case .disconnected:
            throw MQTTFailure(.connection, "the broker has closed the connection")
        }
    }

    /// A clock that nobody sets, in nanoseconds.
    private static func now() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }

    /// The time for payloads, since 1970.
    private static func milliseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
    }
}

/// What mosquitto tells of itself.
final class BrokerFigures {
    static let topic = "$SYS/broker/publish/messages/dropped"

    /// Messages dropped since the broker's start; `nil` until it says so.
    private(set) var dropped: Int?
    /// How often it has told.
    private(set) var tellings = 0

    func hear(_ message: borrowing MQTTMessage) {
        let text = message.payload.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        guard let count = Int(text) else { return }
        dropped = count
        tellings += 1
    }
}
