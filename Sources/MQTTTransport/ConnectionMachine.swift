public import Detection

/// When to connect, when to give a try up, how long to wait before the next.
///
/// Pure: time and chance come in, actions go out. Only a CONNACK counts as success: an
/// asynchronous connect that "worked" says nothing, and back-off that it reset would hammer a
/// broker that accepts connections and then hangs.
public struct ConnectionMachine: Sendable {
    /// Where the connection stands.
    public enum State: Sendable, Equatable {
        /// Waiting before the next try. Can transition to `connecting`.
        case waiting(until: Instant)
        /// CONNECT is under way. Can transition to `connected` and `waiting`.
        case connecting(deadline: Instant)
        /// CONNACK has come. Can transition to `waiting`.
        case connected
    }

    /// What the owner has to do.
    public enum Action: Sendable, Equatable {
        /// Nothing but to go on.
        case none
        /// Start a connection.
        case connect
        /// Drop the connection: the broker did not answer in time.
        case abandon
    }

    /// Where the connection stands.
    public private(set) var state: State
    private var failures = 0

    /// Ready to connect at once.
    public init(now: Instant) { state = .waiting(until: now) }

    /// Time has passed.
    public mutating func tick(now: Instant) -> Action {
        switch state {
        case .waiting(let until):
            guard now >= until else { return .none }
            state = .connecting(deadline: now + TransportLimits.connackWait)
            return .connect
        case .connecting(let deadline): return now >= deadline ? .abandon : .none
        case .connected: return .none
        }
    }

    /// The broker has accepted us.
    public mutating func accepted() {
        failures = 0
        state = .connected
    }

    /// The connection or the try has failed.
    ///
    /// - Parameter chance: from 0 to 1, so that many gateways do not come back at once.
    public mutating func lost(now: Instant, chance: Double) {
        let doubled = TransportLimits.firstBackOff.nanoseconds << min(Int64(failures), 16)
        let ceiling = min(doubled, TransportLimits.longestBackOff.nanoseconds)
        let pause = Double(ceiling) * (0.5 + 0.5 * min(max(chance, 0), 1))
        failures += 1
        state = .waiting(until: now + Duration(nanoseconds: Int64(pause)))
    }

    /// When `tick` next matters.
    public var nextTick: Instant {
        switch state {
        case .waiting(let until): until
        case .connecting(let deadline): deadline
        case .connected: .never
        }
    }
}
