/// The speed on the way into a station: the drive's programme, and the two independent devices that
/// watch the permitted speed.
struct StationApproach {
    /// Speed that the programme asks for, m/s.
    private(set) var target = 0.0
    /// Speed that is permitted here, m/s.
    private(set) var limit: Double
    /// Whether a cabin is past its stopping point by more than 0.3 m.
    private(set) var isPast = false
    /// What the devices ask for.
    private(set) var trip = LineStop.none
    /// Deceleration devices that report.
    var devices = 2
    /// By how much the measured position is behind the true one, m.
    var shift = 0.0
    private var tooFast = 0.0
    private var hasTripped = false

    /// One that permits full speed until it knows the place.
    init(maxSpeed: Double) { limit = maxSpeed }

    /// Computes both curves for the way that is left.
    ///
    /// The programme slows down by 0.4 m/s² to 0.5 m/s, twelve metres before the end; magnets in
    /// the station correct its position over the last eight metres. The permitted speed falls by
    /// 0.6 m/s² to 1.2 m/s, six metres before the end. The devices trip 10 % above it after 0.2 s.
    mutating func step(
        left: Double, past: Double, speed: Double, isStanding: Bool, maxSpeed: Double,
        over time: Double
    ) {
        let measured = left < 8 ? left : left + shift
        if measured > 12 {
            target = (0.25 + 0.8 * (measured - 12)).squareRoot()
        } else {
            target = measured < 0.1 ? 0.001 : max(0.5 * min(measured / 2, 1), 0.06)
        }
        limit = min(maxSpeed, (1.44 + 1.2 * max(left - 6, 0)).squareRoot())
        // Beyond the approach the overspeed switches watch alone.
        let isApproach = limit < maxSpeed
        tooFast = isApproach && speed > 1.10 * limit ? tooFast + time : 0
        if tooFast > 0.2 && devices > 0 { hasTripped = true }
        isPast = past > 0.3
        // The crew bridges the end switch to bring the cabin back once the line has stood.
        if isStanding { hasTripped = false }
        trip = hasTripped || (isPast && !isStanding) ? .emergency : .none
    }

    /// Begins a run.
    mutating func depart() { hasTripped = false }
}
