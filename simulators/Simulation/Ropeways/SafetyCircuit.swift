/// What stops the line by itself: the safety circuit and the drive's own protection.
struct SafetyCircuit {
    /// Whether the circuit is closed.
    private(set) var isClosed = true
    /// Whether a key bridges the circuit's contacts.
    var isBridged = false
    /// Whether a conductor of the two-channel emergency-stop circuit is broken.
    var isWireBroken = false
    /// Whether an emergency stop is pressed.
    var isEmergencyPressed = false
    /// Whether an attendant's stop button is pressed.
    var isStopPressed = false
    /// Whether the electronic overspeed switch (110 %) is dead.
    var isOverspeedDead = false
    /// Whether there is mains.
    var hasMains = true
    private var overspeed = 0.0
    private var overcurrent = 0.0
    private var oilLow = 0.0
    private var tensionOff = 0.0
    private var backWay = 0.0
    /// Whether the overspeed governor has been tripped: it works without electricity.
    private(set) var isGovernorTripped = false

    /// What it looks at.
    struct Inputs {
        var speed = 0.0
        var measuredSpeed = 0.0
        var maxSpeed = 1.0
        var commanded = 0.0
        var isPositionOpen = false
        var isTensionAtEnd = false
        var tensionRatio = 1.0
        var currentRatio = 0.0
        var oilPressureRatio = 1.0
        var oilTemperature = 20.0
        var bearingTemperature = 20.0
        var isDriveDead = false
        var isRopeBroken = false
        /// What the station asks for: coupling checks, zones, doors, approach.
        var station = LineStop.none
    }

    /// How the line has to be stopped now.
    mutating func step(_ inputs: Inputs, over time: Double) -> LineStop {
        let chain = contacts(inputs, over: time)
        let protection = drive(inputs, over: time)
        isClosed = isBridged || chain == .none
        governor(inputs)
        return max(isBridged ? .none : chain, protection)
    }

    private mutating func contacts(_ inputs: Inputs, over time: Double) -> LineStop {
        if isEmergencyPressed || inputs.isRopeBroken { return .emergency }
        if inputs.commanded != 0 && inputs.speed * inputs.commanded < 0 {
            backWay += abs(inputs.speed) * time
        } else if inputs.commanded != 0 || inputs.speed == 0 {
            backWay = 0
        }
        // Rolling back is seen after half a metre; ANSI B77.1 wants it caught within 36 inches.
        if backWay > 0.5 { return .emergency }
        // Tension off by more than 10 % for two seconds (EN 12929-1, GB 12352).
        tensionOff = abs(inputs.tensionRatio - 1) > 0.10 ? tensionOff + time : 0
        let isOff =
            inputs.isPositionOpen || inputs.isTensionAtEnd || tensionOff > 5
            || isWireBroken || isStopPressed
        return max(isOff ? .service : .none, inputs.station)
    }

    private mutating func drive(_ inputs: Inputs, over time: Double) -> LineStop {
        // 110 % for half a second, as the drive's speed encoder sees it.
        let isOver = abs(inputs.measuredSpeed) > 1.10 * inputs.maxSpeed
        overspeed = isOver && !isOverspeedDead ? overspeed + time : 0
        // 150 % for ten seconds, as a thermal relay.
        overcurrent = abs(inputs.currentRatio) > 1.5 ? overcurrent + time : 0
        let isLow = inputs.oilPressureRatio < 0.9 && abs(inputs.speed) > 0.1
        oilLow = isLow ? oilLow + time : 0
        let trips =
            overspeed > 0.5 || overcurrent > 10 || oilLow > 10
            || inputs.oilTemperature > 100 || inputs.bearingTemperature > 110
            || !hasMains || inputs.isDriveDead
        return trips ? .service : .none
    }

    /// The centrifugal governor on the drive wheel lets the safety brake in at 120 % (EN 13223),
    /// and stays tripped until the line stands. The motor is cut by the brake's own contact alone.
    private mutating func governor(_ inputs: Inputs) {
        if abs(inputs.speed) > 1.20 * inputs.maxSpeed { isGovernorTripped = true }
        if abs(inputs.speed) < 0.01 { isGovernorTripped = false }
    }
}

/// Runs, stops and restarts a line as its operators do.
struct LineControl {
    /// What the line does.
    enum Phase: Equatable {
        /// It stands, brakes applied. Can transition to `running`.
        case standing
        /// The main drive moves it. Can transition to `stopping`.
        case running
        /// It is coming to rest. Can transition to a stronger stop, and to `standing`.
        case stopping(LineStop)
    }

    /// What the line does now.
    private(set) var phase = Phase.standing
    /// Seconds for which nothing has kept a standing line from starting.
    private var clear = 60.0

    /// How the line is being stopped.
    var stop: LineStop {
        if case .stopping(let kind) = phase { kind } else { .none }
    }

    /// Takes what stops it and whether it is wanted; after a trip the crew looks for a minute, then
    /// starts anew.
    mutating func step(trip: LineStop, isWanted: Bool, speed: Double, over time: Double) {
        clear = trip == .none ? clear + time : 0
        switch phase {
        case .standing:
            if trip == .none && isWanted && clear >= 60 { phase = .running }
        case .running:
            if trip != .none {
                phase = .stopping(trip)
            } else if !isWanted {
                phase = .stopping(.electric)
            }
        case .stopping(let kind):
            if trip > kind {
                phase = .stopping(trip)
            } else if abs(speed) < 0.02 {
                phase = .standing
            }
        }
    }
}
