public import Configuration
import Detection
import Glibc
public import Ledger
import Line
import MQTTTransport

/// Listens to a site's alerts and to its agent's status.
public struct Watcher {
    private let configuration: SiteConfiguration

    /// Something heard.
    public enum Message: Sendable {
        /// An alert, as CloudEvent.
        case alert(JSONValue)
        /// The agent's status.
        case status(JSONValue)
        /// The hazards that stand on a piece of equipment.
        case state(JSONValue)

        /// The JSON that was heard.
        public var value: JSONValue {
            switch self {
            case .alert(let value), .status(let value), .state(let value): value
            }
        }
    }

    /// Makes a watcher for a site.
    public init(configuration: SiteConfiguration) { self.configuration = configuration }

    /// Listens until `isDone`; comes back by itself when the broker goes away.
    public func run(
        isDone: () -> Bool, heard: @escaping (Message) -> Void
    ) throws(AgentFailure) {
        let clock = LineClock()
        let wake = WakeHandle()
        let site = configuration.site
        let topics = configuration.topics
        let statusTopic = topics.status.topic(site: site)
        let settings = try ConnectionSettings.make(
            configuration.broker,
            clientID: configuration.broker.clientID + "-watch-\(getpid())", isPersistent: false)
        var machine = ConnectionMachine(now: clock.now())
        var client: MQTTClient?
        while !isDone() {
            do throws(MQTTFailure) {
                switch machine.tick(now: clock.now()) {
                case .none: break
                case .abandon: throw MQTTFailure(.connection, "no answer from the broker")
                case .connect:
                    client = try MQTTClient(settings: settings) { message in
                        let topic = unsafe String(decoding: message.topic, as: UTF8.self)
                        guard let value = unsafe Self.read(message.payload) else { return }
                        if topic == statusTopic {
                            heard(.status(value))
                        } else if value["standing"] != nil {
                            heard(.state(value))
                        } else {
                            heard(.alert(value))
                        }
                    }
                    try client?.connect()
                }
                if let client {
                    _ = try client.read(limit: TransportLimits.batchMessages) { false }
                    for event in client.takeEvents() {
                        if case .connack(let reason, _) = event, !reason.isFailure {
                            machine.accepted()
                            try client.subscribe(topics.alerts.filter(site: site))
                            try client.subscribe(statusTopic, wantsRetained: true)
                            let states = topics.state.filter(site: site)
                            try client.subscribe(states, wantsRetained: true)
                        } else if case .connack(let reason, _) = event, reason.isRefusal {
                            throw MQTTFailure(.credentials, "the broker refuses us: \(reason.text)")
                        } else if event.isEnd {
                            throw MQTTFailure(.connection, "the connection has ended")
                        }
                    }
                    try client.keepAlive()
                    _ = client.flush()
                }
            } catch {
                if error.code == .tls || error.code == .credentials { throw AgentFailure(error) }
                client = nil
                machine.lost(now: clock.now(), chance: 0.5)
            }
            wake.wait(
                socket: client?.socket ?? -1, reads: true, writes: client?.wantsWrite ?? false,
                milliseconds: 100)
        }
        client?.disconnect()
    }

    private static func read(_ payload: UnsafeRawBufferPointer) -> JSONValue? {
        do {
            return try JSONReader.read(unsafe Array(payload))
        } catch {
            return nil
        }
    }
}
