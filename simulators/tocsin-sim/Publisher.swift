import Foundation
import Glibc
import MQTTTransport

/// Sends messages at QoS 1 as a device would; comes back after a lost connection and sends again
/// what was not acknowledged.
final class Publisher {
    private let settings: ConnectionSettings
    private var client: MQTTClient
    private var isConnected = false
    private var open: [(id: Int32, payload: [UInt8], topic: String)] = []

    init(broker: String) throws {
        settings = try Self.settings(broker, name: "sim")
        client = try Self.client(settings)
        try connect(patience: 5)
    }

    static func settings(_ broker: String, name: String) throws -> ConnectionSettings {
        let parts = broker.split(separator: ":")
        guard parts.count == 2, let port = Int32(parts[1]), (1...65_535).contains(port) else {
            throw TocsinSim.failure("--broker must be HOST:PORT", 64)
        }
        return ConnectionSettings(
            host: String(parts[0]), port: port, clientID: "tocsin-\(name)-\(getpid())",
            isPersistent: false, largestPacket: 1_000_000)
    }

    /// Waits for a moment on the wall clock, keeping the connection alive meanwhile.
    func wait(until nanoseconds: Int64) throws {
        while true {
            let left = nanoseconds - Self.now()
            guard left > 0 else { return }
            try turn(milliseconds: Int32(min(left / 1_000_000, 100)))
            if left < 1_000_000 { usleep(UInt32(left / 1_000)) }
        }
    }

    /// Messages that may wait for their acknowledgement: what is sent again after a lost
    /// connection, and all that is kept in memory.
    private static let window = 1_000

    /// Sends a message, however often the connection is lost; waits while the broker is behind.
    func send(_ payload: [UInt8], to topic: String) throws {
        while true {
            if !isConnected { try connect(patience: 30) }
            do throws(MQTTFailure) {
                let id = try client.publish(payload, to: topic, isRetained: false)
                open.append((id, payload, topic))
                break
            } catch {
                isConnected = false
            }
        }
        try turn(milliseconds: 0)
        while open.count >= Self.window {
            if !isConnected { try connect(patience: 30) }
            try turn(milliseconds: 50)
        }
    }

    /// Waits until everything is acknowledged.
    func finish() throws {
        var end = Self.now() + 10_000_000_000
        while !open.isEmpty, Self.now() < end {
            if !isConnected { try connect(patience: 10) }
            let before = open.count
            try turn(milliseconds: 50)
            if open.count < before { end = Self.now() + 10_000_000_000 }
        }
        guard open.isEmpty else {
            throw TocsinSim.failure("\(open.count) messages were not acknowledged", 69)
        }
        client.disconnect()
    }

    private static func client(_ settings: ConnectionSettings) throws -> MQTTClient {
        do throws(MQTTFailure) {
            return try MQTTClient(settings: settings) { _ in }
        } catch {
            throw TocsinSim.failure(error.message, 69)
        }
    }

    private func connect(patience seconds: Int64) throws {
        let end = Self.now() + seconds * 1_000_000_000
        while Self.now() < end {
            client = try Self.client(settings)
            do throws(MQTTFailure) {
                try client.connect()
                for _ in 0..<40 where !isConnected { try exchange(milliseconds: 50) }
            } catch {
                usleep(200_000)
            }
            guard isConnected else { continue }
            let again = open
            open = []
            for message in again { try send(message.payload, to: message.topic) }
            return
        }
        throw TocsinSim.failure(
            "the broker at \(settings.host):\(settings.port) does not answer", 69)
    }

    private func turn(milliseconds: Int32) throws {
        do throws(MQTTFailure) {
            try exchange(milliseconds: milliseconds)
        } catch {
            isConnected = false
        }
    }

    private func exchange(milliseconds: Int32) throws(MQTTFailure) {
        var descriptor = pollfd(
            fd: client.socket,
            events: Int16(POLLIN) | (client.wantsWrite ? Int16(POLLOUT) : 0), revents: 0)
        _ = poll(&descriptor, 1, milliseconds)
        _ = try client.read(limit: 64) { false }
        try client.keepAlive()
        _ = client.flush()
        for event in client.takeEvents() {
            switch event {
            case .connack(let reason, _): isConnected = !reason.isFailure
            case .puback(let id, _): open.removeAll { $0.id == id }
            case .disconnected: isConnected = false
            case .suback: break
            }
        }
    }

    private static func now() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
}
