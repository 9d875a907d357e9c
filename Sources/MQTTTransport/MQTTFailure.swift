import CMosquitto

/// What went wrong at the MQTT edge.
public struct MQTTFailure: Error, Sendable, Equatable {
    /// What kind of failure, which decides what the agent does about it.
    public enum Code: Sendable, Equatable {
        /// Certificates or keys cannot be used, or the handshake failed.
        case tls
        /// The broker ended the connection before its CONNACK over TLS: our certificate is
        /// missing or not trusted, or the broker was just stopping.
        case handshake
        /// User name, password or client id refused.
        case credentials
        /// The broker cannot be reached, or the connection broke.
        case connection
        /// libmosquitto refused a call: a bug or no memory.
        case library
    }

    /// What kind of failure.
    public var code: Code
    /// What happened, for people. Never a secret.
    public var message: String

    /// Makes a failure.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// A return code of libmosquitto.
struct MosquittoCode: RawRepresentable, Equatable {
    let rawValue: Int32

    /// The corresponding C constant is `MOSQ_ERR_SUCCESS`.
    static let success = MosquittoCode(rawValue: Int32(MOSQ_ERR_SUCCESS.rawValue))
    /// The corresponding C constant is `MOSQ_ERR_TLS`.
    static let tls = MosquittoCode(rawValue: Int32(MOSQ_ERR_TLS.rawValue))
    /// The corresponding C constant is `MOSQ_ERR_CONN_LOST`.
    static let connectionLost = MosquittoCode(rawValue: Int32(MOSQ_ERR_CONN_LOST.rawValue))
    /// The corresponding C constant is `MOSQ_ERR_INVAL`.
    static let invalid = MosquittoCode(rawValue: Int32(MOSQ_ERR_INVAL.rawValue))
    /// The corresponding C constant is `MOSQ_ERR_KEEPALIVE`.
    static let keepAlive = MosquittoCode(rawValue: Int32(MOSQ_ERR_KEEPALIVE.rawValue))
    /// The corresponding C constant is `MOSQ_ERR_ERRNO`.
    static let errno = MosquittoCode(rawValue: Int32(MOSQ_ERR_ERRNO.rawValue))

    /// The library's own words; 2.0.11 has none for a missed keep-alive.
    var text: String {
        if self == .keepAlive { return "the broker did not answer within the keep-alive time" }
        guard let text = unsafe mosquitto_strerror(rawValue) else { return "code \(rawValue)" }
        return unsafe String(cString: text)
    }
}

/// A reason code of MQTT 5, as brokers send them in CONNACK, PUBACK and DISCONNECT.
public struct MQTTReason: RawRepresentable, Sendable, Equatable {
    /// The code on the wire.
    public let rawValue: Int32

    /// Wraps a code from the wire.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// Codes from 128 on are failures.
    public var isFailure: Bool { rawValue >= 128 }

    /// Client id (133), user name or password (134), authorisation (135), banned (138), bad
    /// authentication method (140); 4 and 5 are those of MQTT 3.1.1.
    public var isRefusal: Bool { [4, 5, 133, 134, 135, 138, 140].contains(rawValue) }

    /// Another client connected under our id.
    public static let sessionTakenOver = MQTTReason(rawValue: 142)

    /// The library's words for it. Below 128 a disconnect names libmosquitto's own finding.
    public var text: String {
        guard isFailure else { return MosquittoCode(rawValue: rawValue).text }
        guard let text = unsafe mosquitto_reason_string(rawValue) else {
            return "reason \(rawValue)"
        }
        return unsafe "\(String(cString: text)) (\(rawValue))"
    }
}
