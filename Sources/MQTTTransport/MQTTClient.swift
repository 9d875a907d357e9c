import CMosquitto
import Glibc

/// One libmosquitto handle, driven by its owner's own poll loop on the owner's thread.
///
/// Nothing that this client queues (acknowledgements above all) leaves before `flush`: the handle
/// is in "external threads" mode, so libmosquitto queues the PUBACK of a message and `flush`
/// writes it. Commit lies between the two. For the same reason alerts use a handle of their own:
/// anything that writes on this one would let acknowledgements out.
///
/// Not Sendable: made, used and dropped on one thread.
@safe public final class MQTTClient {
    private let handle: OpaquePointer
    private let settings: ConnectionSettings
    private let receive: (borrowing MQTTMessage) -> Void
    var deliveries = 0
    /// Whether the broker has accepted this connection.
    var hasConnack = false

    /// What the broker has said since the owner last looked.
    public internal(set) var events: [Event] = []

    /// Something that the broker said.
    public enum Event: Sendable, Equatable {
        /// The answer to CONNECT; `sessionPresent` says whether it has kept our session.
        case connack(MQTTReason, sessionPresent: Bool)
        /// The answer to SUBSCRIBE: granted QoS or a failure.
        case suback(granted: [Int32])
        /// The answer to a PUBLISH.
        case puback(Int32, MQTTReason)
        /// The connection has ended.
        case disconnected(MQTTReason)

        /// Whether the connection is over with this.
        public var isEnd: Bool {
            switch self {
            case .disconnected: true
            case .connack(let reason, _): reason.isFailure
            case .suback, .puback: false
            }
        }
    }

    /// Hands out what the broker has said since the last call.
    public func takeEvents() -> [Event] {
        guard !events.isEmpty else { return [] }
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    /// Makes a handle. `receive` is called for each message, on the thread that calls `read`.
    ///
    /// - Throws: `.tls` when a certificate or key cannot be used: never a plain connection instead.
    public init(
        settings: ConnectionSettings, receive: @escaping (borrowing MQTTMessage) -> Void
    ) throws(MQTTFailure) {
        MQTTLibrary.start()
        self.settings = settings
        self.receive = receive
        guard let handle = unsafe mosquitto_new(settings.clientID, !settings.isPersistent, nil)
        else { throw MQTTFailure(.library, "no memory for an MQTT client") }
        unsafe self.handle = handle
        // Invariant: callbacks run only inside calls on this object, which is alive during them.
        unsafe mosquitto_user_data_set(handle, Unmanaged.passUnretained(self).toOpaque())
        unsafe installCallbacks(on: handle)
        try check(unsafe mosquitto_threaded_set(handle, true), "threaded mode")
        try check(
            unsafe mosquitto_int_option(
                handle, MOSQ_OPT_PROTOCOL_VERSION, Int32(MQTT_PROTOCOL_V5)), "MQTT 5")
        try check(unsafe mosquitto_int_option(handle, MOSQ_OPT_TCP_NODELAY, 1), "TCP_NODELAY")
        try check(
            unsafe mosquitto_int_option(handle, MOSQ_OPT_RECEIVE_MAXIMUM, 65_535), "window")
        try setSecurity()
        try setProperties()
    }

    deinit { unsafe mosquitto_destroy(handle) }

    /// Starts a connection without waiting: a CONNACK event or a failure of `read` follows.
    public func connect() throws(MQTTFailure) {
        events.removeAll()
        let code = unsafe MosquittoCode(
            rawValue: mosquitto_connect_async(
                handle, settings.host, settings.port, TransportLimits.keepAliveSeconds))
        if code != .success { throw failure(code, "connect to \(settings.host):\(settings.port)") }
    }

    /// Says goodbye; takes queued acknowledgements along, so commit first.
    public func disconnect() {
        _ = unsafe mosquitto_disconnect(handle)
        _ = flush()
    }

    /// The socket to poll; -1 when there is no connection.
    public var socket: Int32 { unsafe mosquitto_socket(handle) }

    /// Whether something waits to be written.
    public var wantsWrite: Bool { unsafe mosquitto_want_write(handle) }

    /// Subscribes at QoS 1; retained telemetry is a stale sample, so it is left out unless wanted.
    public func subscribe(
        _ filter: String, wantsRetained: Bool = false
    ) throws(MQTTFailure) {
        let options = wantsRetained ? 0 : Int32(MQTT_SUB_OPT_SEND_RETAIN_NEVER.rawValue)
        try check(
            unsafe mosquitto_subscribe_v5(handle, nil, filter, 1, options, nil),
            "subscribe to \(filter)")
    }

    /// Queues a message and returns its id; a `puback` event names it when the broker has it.
    public func publish(
        _ payload: [UInt8], to topic: String, qos: Int32 = 1, isRetained: Bool
    ) throws(MQTTFailure) -> Int32 {
        var id: Int32 = 0
        let code = unsafe payload.withUnsafeBytes { bytes in
            unsafe mosquitto_publish_v5(
                handle, &id, topic, Int32(bytes.count), bytes.baseAddress, qos, isRetained, nil)
        }
        try check(code, "publish to \(topic)")
        return id
    }

    /// Reads messages until none is left, `limit` is reached or `isTimeUp` says so.
    ///
    /// "None is left" means that a read delivered nothing: `errno` says nothing at QoS 1.
    /// - Returns: how many messages were delivered.
    public func read(limit: Int, isTimeUp: () -> Bool) throws(MQTTFailure) -> Int {
        let start = deliveries
        while deliveries - start < limit {
            let before = deliveries
            let code = MosquittoCode(rawValue: unsafe mosquitto_loop_read(handle, 1))
            if code != .success { throw failure(code, "read") }
            if deliveries == before { break }
            if (deliveries - start) & 63 == 0, isTimeUp() { break }
        }
        return deliveries - start
    }

    /// Writes what is queued; acknowledgements leave here and nowhere else.
    ///
    /// - Returns: `false` when the socket takes no more for now: do not read before it does.
    public func flush() -> Bool {
        guard wantsWrite else { return true }
        cork(true)
        defer { cork(false) }
        // One call writes all that the socket takes. During a TLS handshake it writes nothing and
        // says nothing: only `read` moves that on, so looping here would never end.
        _ = unsafe mosquitto_loop_write(handle, 1)
        return !wantsWrite
    }

    /// Keeps the connection alive: queues a ping when it is due.
    public func keepAlive() throws(MQTTFailure) {
        let code = MosquittoCode(rawValue: unsafe mosquitto_loop_misc(handle))
        if code != .success { throw failure(code, "keep-alive") }
    }

    func deliver(_ message: borrowing MQTTMessage) {
        deliveries += 1
        receive(message)
    }

    private func cork(_ isOn: Bool) {
        guard socket >= 0 else { return }
        var value: Int32 = isOn ? 1 : 0
        _ = unsafe setsockopt(
            socket, Int32(IPPROTO_TCP), TCP_CORK, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private func setSecurity() throws(MQTTFailure) {
        if let tls = settings.tls {
            for file in [tls.authorityFile, tls.certificateFile, tls.keyFile].compactMap({ $0 }) {
                guard unsafe access(file, R_OK) != 0 else { continue }
                throw MQTTFailure(.tls, "\(file) cannot be read: check the path and permissions")
            }
            let code = unsafe mosquitto_tls_set(
                handle, tls.authorityFile, nil, tls.certificateFile, tls.keyFile, nil)
            guard MosquittoCode(rawValue: code) == .success else {
                let reason = MosquittoCode(rawValue: code).text
                throw MQTTFailure(.tls, "the TLS files cannot be used: \(reason)")
            }
        }
        if let credentials = settings.credentials {
            try check(
                unsafe mosquitto_username_pw_set(
                    handle, credentials.userName, credentials.password), "credentials")
        }
        if let will = settings.will {
            let code = unsafe will.payload.withUnsafeBytes { bytes in
                unsafe mosquitto_will_set(
                    handle, will.topic, Int32(bytes.count), bytes.baseAddress, 1, true)
            }
            try check(code, "last will")
        }
    }

    /// Session expiry and maximum packet size go with every CONNECT.
    ///
    /// Only `mosquitto_connect_bind_v5` takes properties, and it blocks; the asynchronous call
    /// uses those that were given before. It copies them and then refuses the port: nothing is
    /// connected. Tests hold it to that.
    private func setProperties() throws(MQTTFailure) {
        var properties: OpaquePointer?
        defer { unsafe mosquitto_property_free_all(&properties) }
        if settings.isPersistent {
            try check(
                unsafe mosquitto_property_add_int32(
                    &properties, Int32(MQTT_PROP_SESSION_EXPIRY_INTERVAL.rawValue),
                    TransportLimits.sessionExpirySeconds), "session expiry")
        }
        try check(
            unsafe mosquitto_property_add_int32(
                &properties, Int32(MQTT_PROP_MAXIMUM_PACKET_SIZE.rawValue),
                settings.largestPacket), "maximum packet size")
        let code = unsafe mosquitto_connect_bind_v5(
            handle, settings.host, -1, TransportLimits.keepAliveSeconds, nil, properties)
        guard MosquittoCode(rawValue: code) == .invalid else {
            throw MQTTFailure(.library, "libmosquitto did not take the connection's properties")
        }
    }

    private func check(_ code: Int32, _ what: String) throws(MQTTFailure) {
        let code = MosquittoCode(rawValue: code)
        if code != .success { throw MQTTFailure(.library, "\(what): \(code.text)") }
    }

    private func failure(_ code: MosquittoCode, _ what: String) -> MQTTFailure {
        let system = errno
        if code == .connectionLost, settings.tls != nil, !hasConnack {
            return MQTTFailure(
                .handshake, "\(what): the broker ended the TLS handshake: check our certificate")
        }
        if code == .tls || (settings.tls != nil && code == .errno && system == EPROTO) {
            return MQTTFailure(
                .tls, "\(what): the TLS handshake failed: check the certificates and the port")
        }
        let reason = code == .errno ? unsafe String(cString: strerror(system)) : code.text
        return MQTTFailure(.connection, "\(what): \(reason)")
    }
}

/// The library's own start, once per process.
enum MQTTLibrary {
    private static let started: Void = { _ = mosquitto_lib_init() }()
    static func start() { started }
}
