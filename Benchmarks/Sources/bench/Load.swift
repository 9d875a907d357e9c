import Foundation
import MQTTTransport

/// A publisher that keeps a rate.
final class Load {
    private let client: MQTTClient
    private let qos: Int32
    private var acknowledged = 0
    private var sent = 0
    private var isConnected = false

    init(port: Int, qos: Int32) throws {
        self.qos = qos
        // Without this the kernel lets a sleeper oversleep by 50 us, a whole period of the load.
        try Data("1".utf8).write(to: URL(fileURLWithPath: "/proc/self/timerslack_ns"))
        client = try MQTTClient(
            settings: ConnectionSettings(
                host: "127.0.0.1", port: Int32(port), clientID: "load-\(UUID())",
                isPersistent: false, largestPacket: 65_536)
        ) { _ in }
        try client.connect()
        for _ in 0..<200 where !isConnected {
            try turn()
            usleep(5_000)
        }
        guard isConnected else { throw Workshop.Failure(message: "no connection for the load") }
    }

    /// Publishes at `rate` messages a second, `burst` at a time; `hazards` of them a second rise or
    /// fall.
    func publish(rate: Int, seconds: Int, lifts: Int, burst: Int, hazards: Int = 0) throws {
        let start = Self.now()
        let total = rate * seconds
        let every = hazards > 0 ? rate / hazards : .max
        for index in 0..<total {
            let due = start + Int64(index) * 1_000_000_000 / Int64(rate)
            if index % burst == 0 { try wait(until: due) }
            let now = Self.now() / 1_000
            let lift = index % lifts
            var text = Message.restless(microseconds: now, sequence: index)
            if every != .max, index % every == every / 2 {
                // A lift of its own, so that the stamps of its readings ascend.
                text =
                    text.dropLast()
                    + ",\"sw.finalUp\":\(index / every % 2 == 0),\"car.serviceMode\":\"normal\"}"
            }
            _ = try client.publish(
                Array(text.utf8), to: "telemetry/demo/lift/l\(lift)", qos: qos, isRetained: false)
            sent += 1
            if index % burst == burst - 1 { _ = client.flush() }
        }
        let overtime = Double(Self.now() - start) / 1e9 / Double(seconds)
        guard overtime < 1.05 else {
            throw Workshop.Failure(
                message: "the load took \(overtime) of its time: this machine cannot keep the rate")
        }
        let end = Self.now() + 20_000_000_000
        while Self.now() < end, client.wantsWrite || (qos == 1 && acknowledged < sent) {
            try turn()
        }
        if qos == 1, acknowledged < sent {
            throw Workshop.Failure(message: "\(sent - acknowledged) messages were not accepted")
        }
    }

    private func wait(until due: Int64) throws {
        try turn()
        let left = due - Self.now()
        guard left > 0 else { return }
        var pause = timespec(tv_sec: Int(left / 1_000_000_000), tv_nsec: Int(left % 1_000_000_000))
        nanosleep(&pause, nil)
    }

    private func turn() throws {
        _ = try client.read(limit: 10_000) { false }
        try client.keepAlive()
        _ = client.flush()
        for event in client.takeEvents() {
            switch event {
            case .connack(let reason, _): isConnected = !reason.isFailure
            case .puback: acknowledged += 1
            case .suback, .disconnected: break
            }
        }
    }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
