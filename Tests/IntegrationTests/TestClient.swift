import Foundation
import MQTTTransport
import Testing

/// A device and a subscriber in one: publishes at QoS 1 and knows what the broker has accepted;
/// collects what it subscribes to.
final class TestClient {
    private let settings: ConnectionSettings
    private var client: MQTTClient
    private(set) var received: [(topic: String, payload: String)] = []
    private(set) var accepted: Set<Int32> = []
    private var isConnected = false
    private let inbox = Inbox()

    private final class Inbox {
        var messages: [(topic: String, payload: String)] = []
    }

    init(port: Int, clientID: String = "test-\(UUID())", isPersistent: Bool = false) throws {
        settings = ConnectionSettings(
            host: "127.0.0.1", port: Int32(port), clientID: clientID, isPersistent: isPersistent,
            largestPacket: 2_000_000)
        let inbox = inbox
        client = try MQTTClient(settings: settings) { message in
            inbox.messages.append(
                (
                    String(decoding: message.topic, as: UTF8.self),
                    String(decoding: message.payload, as: UTF8.self)
                ))
        }
        try client.connect()
        try #require(
            try eventually {
                try self.turn(); return self.isConnected
            })
    }

    func subscribe(_ filter: String) throws {
        try client.subscribe(filter)
        _ = client.flush()
        _ = try eventually(within: 2) {
            try self.turn(); return false || self.hasSuback
        }
    }

    private var hasSuback = false

    @discardableResult
    func publish(_ payload: String, to topic: String = "telemetry/demo/lift/lift-1", qos: Int32 = 1)
        throws -> Int32
    {
        let id = try client.publish(Array(payload.utf8), to: topic, qos: qos, isRetained: false)
        _ = client.flush()
        return id
    }

    /// Publishes and waits until the broker has accepted it.
    func send(_ payload: String, to topic: String = "telemetry/demo/lift/lift-1") throws {
        let id = try publish(payload, to: topic)
        try #require(
            try eventually {
                try self.turn(); return self.accepted.contains(id)
            })
    }

    func turn() throws {
        var descriptor = pollfd(
            fd: client.socket, events: Int16(POLLIN) | (client.wantsWrite ? Int16(POLLOUT) : 0),
            revents: 0)
        _ = poll(&descriptor, 1, 5)
        do {
            _ = try client.read(limit: 10_000) { false }
            try client.keepAlive()
        } catch {
            isConnected = false
        }
        _ = client.flush()
        for event in client.takeEvents() {
            switch event {
            case .connack(let reason, _): isConnected = !reason.isFailure
            case .puback(let id, let reason): if !reason.isFailure { accepted.insert(id) }
            case .suback: hasSuback = true
            case .disconnected: isConnected = false
            }
        }
        received += inbox.messages
        inbox.messages = []
    }

    /// Waits until so many of the messages that match have come.
    func waitFor(
        _ count: Int = 1, within seconds: Double = 15, _ matches: (String) -> Bool
    ) throws -> [String] {
        var found: [String] = []
        _ = try eventually(within: seconds) {
            try self.turn()
            found = self.received.map(\.payload).filter(matches)
            return found.count >= count
        }
        return found
    }

    var isUp: Bool { isConnected }
}

/// Milliseconds since 1970, as devices stamp their messages.
func milliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }
