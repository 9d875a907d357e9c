/// Service brake: applied by springs on the motor's shaft, held open by oil, let in by a valve that
/// regulates the deceleration.
struct ServiceBrake {
    /// Brake force at the rope, N.
    private(set) var force = 0.0
    /// Oil pressure that holds it open, bar.
    private(set) var pressure: Double
    /// What is left of the friction of its linings; 1 as new.
    var lining = 1.0
    /// Share of the opening pressure that a leak takes.
    var leak = 0.0
    /// Whether the regulating valve is stuck, so that the springs act at once and fully.
    var isValveStuck = false
    private let openPressure: Double
    private let springForce: Double
    private let deceleration: Double
    private var reference = 0.0
    private var isApplied = true

    /// A brake whose springs give this force (N), regulated to a deceleration (m/s²).
    init(openPressure: Double, springForce: Double, deceleration: Double) {
        self.openPressure = openPressure
        self.springForce = springForce
        self.deceleration = deceleration
        pressure = 0
        force = springForce
    }

    /// Opens it, or lets it in. The pressure follows with a valve's time constant of 0.3 s.
    mutating func step(apply: Bool, speed: Double, mass: Double, over time: Double) {
        if apply && !isApplied { reference = abs(speed) }
        isApplied = apply
        let goal: Double
        if apply {
            reference = max(reference - deceleration * time, 0)
            let wanted = 3 * mass * (abs(speed) - reference) + 0.3 * mass * deceleration
            let share = isValveStuck || reference == 0 ? 1 : min(max(wanted / springForce, 0), 1)
            goal = 0.9 * openPressure * (1 - share)
        } else {
            goal = openPressure * (1 - leak)
        }
        pressure += (goal - pressure) * time / 0.3
        // The linings touch once the pressure has fallen below nine tenths of what holds them off.
        let share = 1 - pressure / (0.9 * openPressure)
        force = max(share, 0) * springForce * lining
    }
}

/// Safety brake: springs on the drive wheel itself, let in by stages.
struct SafetyBrake {
    /// Brake force at the rope, N.
    private(set) var force = 0.0
    /// Whether it is applied, as its own contact says.
    private(set) var isApplied = false
    /// What is left of the friction of its linings; 1 as new.
    var lining = 1.0
    /// Whether it does not close: the release valve is stuck.
    var isStuck = false
    /// How much stronger it closes when the throttle between its stages is missing; 0 with
    /// throttle.
    var unthrottled = 0.0
    private let fullForce: Double
    private var held = 0.0

    /// A brake of this force (N).
    init(force: Double) { fullForce = force }

    /// Whether its contact has opened the motor's contactor, 0.4 s after it has closed.
    var cutsMotor: Bool { held > 0.4 }

    /// Closes or opens it. With throttle the force builds up over 1.2 s, so that the rope does not
    /// swing (typical of two-stage calipers).
    mutating func step(apply: Bool, over time: Double) {
        isApplied = apply && !isStuck
        held = isApplied ? held + time : 0
        let build = unthrottled > 0 ? held / 0.15 : max(held - 0.1, 0) / 1.2
        force = fullForce * lining * (1 + unthrottled) * min(build, 1)
    }
}

/// Measures stops as the control's recorder does.
struct StopRecorder {
    /// Mean deceleration of the last stop by the service brake, m/s²; NaN before the first.
    private(set) var serviceDeceleration = Double.nan
    /// Greatest deceleration of the last emergency stop, m/s²; NaN before the first.
    private(set) var emergencyPeak = Double.nan
    /// Way of the last emergency stop, m; NaN before the first.
    private(set) var emergencyDistance = Double.nan
    private var kind = LineStop.none
    private var startSpeed = 0.0
    private var elapsed = 0.0
    private var distance = 0.0
    private var peak = 0.0
    private var smooth = 0.0
    private var lastSpeed = 0.0

    /// Takes the rope's speed in. Deceleration is smoothed over 0.5 s, as a speed encoder's is.
    mutating func step(_ stop: LineStop, speed: Double, over time: Double) {
        let magnitude = abs(speed)
        let deceleration = (lastSpeed - magnitude) / time
        lastSpeed = magnitude
        if stop == .none { kind = .none }
        if stop != kind && stop > kind {
            kind = stop
            (startSpeed, elapsed, distance, peak, smooth) = (magnitude, 0, 0, 0, 0)
        }
        guard kind != .none, startSpeed > 0 else { return }
        elapsed += time
        distance += magnitude * time
        smooth += (deceleration - smooth) * time / 0.5
        peak = max(peak, smooth)
        // A stop from a crawl says nothing of the brakes.
        guard magnitude < 0.05 || elapsed > 60 else { return }
        if startSpeed > 1 {
            switch kind {
            case .service: serviceDeceleration = (startSpeed - magnitude) / elapsed
            case .emergency: (emergencyPeak, emergencyDistance) = (peak, distance)
            case .none, .electric: break
            }
        }
        startSpeed = 0
    }
}

/// How a line is being stopped, by rising strength.
enum LineStop: Int, Comparable {
    /// Not at all.
    case none
    /// By the drive's regulator.
    case electric
    /// By the service brake, motor off.
    case service
    /// By the safety brake as well.
    case emergency

    static func < (left: LineStop, right: LineStop) -> Bool { left.rawValue < right.rawValue }
}
