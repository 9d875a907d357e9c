public import Configuration
import Detection
import Glibc
import Line
import MQTTTransport

/// Writes what arrives on the site's telemetry topics to a capture.
///
/// Listens beside the agent, with a client id and a session of its own, and acknowledges at once:
/// a capture is a tool, not evidence.
public struct Recorder {
    private let configuration: SiteConfiguration

    /// Makes a recorder for a site.
    public init(configuration: SiteConfiguration) { self.configuration = configuration }

    /// Records until `isDone`, handing out whole lines.
    ///
    /// - Returns: the number of messages recorded.
    public func run(
        isDone: () -> Bool, output: @escaping ([UInt8]) -> Void
    ) throws(AgentFailure) -> Int {
        let clock = LineClock()
        let wake = WakeHandle()
        let settings = try ConnectionSettings.make(
            configuration.broker,
            clientID: configuration.broker.clientID + "-record-\(getpid())", isPersistent: false)
        var count = 0
        do throws(MQTTFailure) {
            let client = try MQTTClient(settings: settings) { message in
                let record = unsafe CaptureRecord(
                    at: clock.now(), topic: String(decoding: message.topic, as: UTF8.self),
                    payload: Array(message.payload))
                output(record.line)
                count += 1
            }
            try client.connect()
            while !isDone() {
                _ = try client.read(limit: TransportLimits.batchMessages) { false }
                for event in client.takeEvents() {
                    if case .connack(let reason, _) = event, !reason.isFailure {
                        try client.subscribe(
                            configuration.plan.topicTemplate.filter(site: configuration.site))
                    } else if case .connack(let reason, _) = event, reason.isRefusal {
                        throw MQTTFailure(.credentials, "the broker refuses us: \(reason.text)")
                    } else if event.isEnd {
                        throw MQTTFailure(.connection, "the connection has ended: \(event)")
                    }
                }
                try client.keepAlive()
                _ = client.flush()
                wake.wait(
                    socket: client.socket, reads: true, writes: client.wantsWrite,
                    milliseconds: 200)
            }
            client.disconnect()
        } catch {
            throw AgentFailure(error)
        }
        return count
    }
}
