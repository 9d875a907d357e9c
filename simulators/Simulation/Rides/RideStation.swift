/// The station's cycle: people get off and on, bars close, operator and attendant check and both
/// confirm, the dispatch is enabled when every interlock agrees, the vehicle is away, and it comes
/// back.
struct RideStation: Sendable {
    /// Where the cycle is.
    enum Phase: Sendable, Equatable {
        /// Nobody aboard, out of hours or stopped by wind. Next: loading.
        case closed
        /// The vehicle is here and people get off. Next: loading or closed.
        case unloading
        /// People get on. Next: checking.
        case loading
        /// Bars are closed and tried by hand. Next: confirmed.
        case checking
        /// Both have confirmed; the interlocks have not all agreed yet. Next: enabled.
        case confirmed
        /// The dispatch button is lit. Next: away.
        case enabled
        /// The vehicle is out. Next: unloading, when it has come back.
        case away
    }

    /// Where the cycle is.
    private(set) var phase = Phase.closed
    /// People aboard the vehicle that stands here.
    private(set) var persons = 0.0
    private var left = 0.0

    /// What a step has led to.
    enum Event: Sendable, Equatable {
        case nothing, seated, dispatched
    }

    /// What a step needs to know.
    struct Conditions {
        /// Whether it is open to the public.
        var isOpen: Bool
        /// Whether every interlock agrees.
        var isClear: Bool
        /// Whether the vehicle has to go empty, to make room for another.
        var mustClear: Bool
        /// Seats of a vehicle.
        var seats: Double
    }

    /// Moves the cycle on. Times are typical of rides of this size.
    mutating func advance(
        _ time: Double, _ now: Conditions, random: inout RandomStream
    ) -> Event {
        left -= time
        switch phase {
        case .closed:
            guard now.isOpen || now.mustClear else { return .nothing }
            phase = .loading
            left = now.isOpen ? random.uniform(25, 50) : 5
        case .unloading where left <= 0:
            persons = 0
            phase = now.isOpen || now.mustClear ? .loading : .closed
            left = now.isOpen ? random.uniform(25, 50) : 5
        case .loading where left <= 0:
            persons = now.isOpen ? (now.seats * random.uniform(0.5, 1)).rounded() : 0
            phase = .checking
            left = random.uniform(14, 22)
            return .seated
        case .checking where left <= 0:
            phase = .confirmed
        case .confirmed where now.isClear:
            phase = .enabled
            left = 2
        case .enabled where !now.isClear:
            phase = .confirmed
        case .enabled where left <= 0:
            phase = .away
            persons = 0
            return .dispatched
        case .unloading, .loading, .checking, .confirmed, .enabled, .away:
            break
        }
        return .nothing
    }

    /// A vehicle has come to rest in the station.
    mutating func arrive(persons: Double) {
        self.persons = persons
        phase = .unloading
        left = persons > 0 ? 22 : 2
    }

    /// A vehicle is out from the start.
    mutating func leave() { phase = .away }

    /// Whether the attendants' and the operator's buttons are both held.
    var isConfirmed: Bool { phase == .confirmed || phase == .enabled }

    /// Whether bars are closed and supervised, in the station.
    var isSupervised: Bool { phase == .checking || isConfirmed }
}
