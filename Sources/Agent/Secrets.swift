import Configuration
import Foundation
import MQTTTransport
import Telemetry

extension ConnectionSettings {
    /// The connection that a configuration asks for, with its secrets read from their files.
    ///
    /// - Throws: when a secret cannot be read: never a connection without it instead.
    static func make(
        _ broker: BrokerSettings, clientID: String, isPersistent: Bool
    ) throws(AgentFailure) -> ConnectionSettings {
        var settings = ConnectionSettings(
            host: broker.host, port: Int32(broker.port), clientID: clientID,
            isPersistent: isPersistent,
            largestPacket: UInt32(PayloadLimits.bytes + TransportLimits.packetOverhead))
        if let tls = broker.tls {
            settings.tls = TLS(
                authorityFile: tls.authorityFile,
                certificateFile: tls.identity?.certificateFile, keyFile: tls.identity?.keyFile)
        }
        if let files = broker.credentials {
            settings.credentials = Credentials(
                userName: try secret(in: files.userNameFile),
                password: try secret(in: files.passwordFile))
        }
        return settings
    }

    private static func secret(in path: String) throws(AgentFailure) -> String {
        guard let data = FileManager.default.contents(atPath: path),
            let text = String(data: data, encoding: .utf8)
        else {
            throw AgentFailure(
                .brokerRefused, "\(path): the secret cannot be read: check path and permissions")
        }
        let line =
            text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).first ?? ""
        guard !line.isEmpty, line.utf8.count <= 65_535 else {
            throw AgentFailure(.brokerRefused, "\(path): the first line must hold the secret")
        }
        return String(line)
    }
}

extension AgentFailure {
    /// The end that a failure of the MQTT edge means at start.
    init(_ failure: MQTTFailure) {
        switch failure.code {
        case .tls, .handshake: self.init(.tlsUnusable, failure.message)
        case .credentials: self.init(.brokerRefused, failure.message)
        case .connection: self.init(.brokerUnreachable, failure.message)
        case .library: self.init(.software, failure.message)
        }
    }
}
