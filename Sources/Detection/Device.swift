/// Where the things of one piece of equipment stand in the engine's tables.
struct Spot: BitwiseCopyable {
    let variant: UInt32
    let firstSlot: UInt32
    let firstWord: UInt32
    let firstPredicate: UInt32
    let firstRule: UInt32

    func slot(_ index: Int) -> Int { Int(firstSlot) + index }
    func word(_ index: Int) -> Int { Int(firstWord) + index }
    func predicate(_ index: Int) -> Int { Int(firstPredicate) + index }
    func rule(_ index: Int) -> Int { Int(firstRule) + index }
}

/// What the engine keeps for one piece of equipment besides its values and rules.
struct Device: BitwiseCopyable {
    /// Whether messages arrive.
    enum Presence: UInt8, BitwiseCopyable {
        /// No message yet since the start. Can transition to `present` and `silent`.
        case awaited
        /// Messages arrive. Can transition to `silent`.
        case present
        /// Nothing arrived for too long; every signal is unknown. Can transition to `present`.
        case silent
    }

    // The first cache line: all that a message needs which brings nothing new.
    let spot: Spot
    /// Event time up to which this device has been evaluated.
    var eventAnchor: Instant
    /// Arrival of the message that moved `eventAnchor`.
    var arrivalAnchor: Instant
    /// Before this event time nothing but readings can bring about anything: no delay ends, no
    /// count falls. `distantPast` while there is more to ask of a message (see `mayTakeQuickly`).
    var attention = Instant.distantPast
    /// The least difference from event to arrival time with which the wheel wakes the device in
    /// time for `earliestDue`.
    var slack = Duration.unlimited
    /// The last sequence number; -1 before the first.
    var lastSequence: Int64 = -1

    // What only other messages need.
    var presence = Presence.awaited
    /// Messages since the end of a silence, up to `Limits.messagesToReturn`.
    var returning: UInt8 = Limits.messagesToReturn
    /// Whether arrival times stand in for the device's own.
    var isSkewed = false
    /// Whether readings have been lost to a clock that was set back a little: what comes next does
    /// not follow upon what came last, however close their times are.
    var isBroken = false
    /// Since when, on the arrival timeline, event times have been too old; `.never` when they fit.
    var staleSince = Instant.never
    /// Since when, on the arrival timeline, the clock looks set back; `.never` when it does not.
    var backSince = Instant.never
    /// How far event times lay behind arrival then.
    var backBy = Duration.zero
    /// Arrival of the last message whose time was too old.
    var staleLast = Instant.distantPast
    /// How much too old they were then.
    var staleBy = Duration.zero
    /// The newest time stamp of the device's own, as far as `eventAnchor` does not tell; tells a
    /// repetition while its clock is off.
    var lastStamp = Instant.distantPast
    /// The earliest event time at which a running delay ends; never later than the true one.
    var earliestDue = Instant.never
    /// Rules of which a delay may be running: all that do, perhaps some that no longer do.
    var running = Set256()
    /// The earliest event time at which a run has lasted long enough to be kept for a restart.
    var keepDue = Instant.never
    /// The earliest event time at which a count may fall by itself; never later than the true one.
    var countDue = Instant.distantPast
    /// Fills the third cache line, so that the next device begins with one.
    private let spare: (Int64, Int64) = (0, 0)

    init(at spot: Spot, start: Instant) {
        self.spot = spot
        // A backlog may be older than the start, so no event time is too old for a first message.
        eventAnchor = .distantPast
        arrivalAnchor = start
    }

    /// Takes over from the same equipment on another bench: its clocks, and whether it is there.
    mutating func takeClocks(of other: Device) {
        presence = other.presence
        returning = other.returning
        isSkewed = other.isSkewed
        isBroken = other.isBroken
        staleSince = other.staleSince
        backSince = other.backSince
        backBy = other.backBy
        staleLast = other.staleLast
        staleBy = other.staleBy
        eventAnchor = other.eventAnchor
        arrivalAnchor = other.arrivalAnchor
        lastStamp =
            other.attention == .distantPast
            ? other.lastStamp : max(other.lastStamp, other.eventAnchor)
        lastSequence = other.lastSequence
    }

    /// Fills memory before use.
    static var nowhere: Device {
        Device(
            at: Spot(variant: 0, firstSlot: 0, firstWord: 0, firstPredicate: 0, firstRule: 0),
            start: .distantPast)
    }

    /// Whether its next message may be taken on the short way, if it brings nothing new: it is
    /// heard, its clock is right, and nothing is in doubt.
    var mayTakeQuickly: Bool {
        presence == .present && returning == Limits.messagesToReturn && !isSkewed
            && staleSince == .never && backSince == .never && !isBroken
    }

    /// The arrival time that corresponds to an event time, going by the last message.
    func arrival(for event: Instant) -> Instant {
        event == .never ? .never : arrivalAnchor + (event - eventAnchor)
    }

    /// The event time that corresponds to an arrival time, going by the last message.
    func event(for arrival: Instant) -> Instant { eventAnchor + (arrival - arrivalAnchor) }
}
