/// How to reach the broker, with secrets already read.
public struct ConnectionSettings: Sendable {
    /// Host name or address.
    public var host: String
    /// TCP port.
    public var port: Int32
    /// Client id.
    public var clientID: String
    /// Whether the broker keeps the session while we are away.
    public var isPersistent: Bool
    /// TLS files.
    public var tls: TLS?
    /// User name and password.
    public var credentials: Credentials?
    /// Message that the broker publishes when we vanish.
    public var will: Will?
    /// Largest packet that the broker may send us.
    public var largestPacket: UInt32

    /// Files of a TLS connection, PEM.
    public struct TLS: Sendable {
        /// Authorities to trust.
        public var authorityFile: String
        /// Our certificate, for mutual TLS.
        public var certificateFile: String?
        /// Its key.
        public var keyFile: String?

        /// Names the files.
        public init(authorityFile: String, certificateFile: String?, keyFile: String?) {
            self.authorityFile = authorityFile
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// A user name and its password. Describes itself without them.
    public struct Credentials: Sendable, CustomStringConvertible {
        let userName: String
        let password: String

        /// Wraps the two.
        public init(userName: String, password: String) {
            self.userName = userName
            self.password = password
        }

        /// Never the secrets, so that no log can show them.
        public var description: String { "credentials" }
    }

    /// A last will.
    public struct Will: Sendable {
        /// Its topic; it is retained, QoS 1.
        public var topic: String
        /// Its payload.
        public var payload: [UInt8]

        /// Makes a will.
        public init(topic: String, payload: [UInt8]) {
            self.topic = topic
            self.payload = payload
        }
    }

    /// Describes a connection without TLS, credentials or will.
    public init(
        host: String, port: Int32, clientID: String, isPersistent: Bool, largestPacket: UInt32
    ) {
        self.host = host
        self.port = port
        self.clientID = clientID
        self.isPersistent = isPersistent
        self.largestPacket = largestPacket
    }
}
