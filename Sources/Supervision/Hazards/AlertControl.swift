import Detection

// Counting for alert control: what comes and goes, and what comes all at once.

/// Whether the hazard at one place comes and goes too fast to tell of each time.
struct Chatter: Sendable {
    /// The latest raises, oldest first; at most `SupervisionLimits.chatterRaises`.
    private var raises: [Instant] = []
    var isChattering = false
    var lastChange = Instant.distantPast

    /// Counts a raise; returns whether chatter starts with it.
    mutating func count(at now: Instant) -> Bool {
        raises.append(now)
        if raises.count > SupervisionLimits.chatterRaises { raises.removeFirst() }
        return !isChattering && raises.count == SupervisionLimits.chatterRaises
            && now - raises[0] <= SupervisionLimits.chatterWindow
    }

    /// When it will have settled if nothing changes.
    var settles: Instant {
        isChattering ? lastChange + SupervisionLimits.chatterQuiet : .never
    }
}

/// Whether more hazards are raised than anybody can look at.
struct Flood: Sendable {
    var start: Int
    /// The latest raises, oldest first; at most `start`.
    private var raises: [Instant] = []
    private(set) var isOn = false

    init(start: Int) { self.start = start }

    mutating func count(at now: Instant) {
        raises.append(now)
        if raises.count > max(start, SupervisionLimits.floodEnd) { raises.removeFirst() }
    }

    /// Whether it has come to a flood that is not on yet.
    var starts: Bool {
        guard !isOn, raises.count >= start, let last = raises.last else { return false }
        return last - raises[raises.count - start] <= SupervisionLimits.floodWindow
    }

    mutating func begin() { isOn = true }
    mutating func end() { isOn = false }

    /// When there will be fewer than `floodEnd` raises in the window if none comes.
    var ends: Instant {
        guard raises.count >= SupervisionLimits.floodEnd else { return .distantPast }
        return raises[raises.count - SupervisionLimits.floodEnd] + SupervisionLimits.floodWindow
    }
}
