/// The block control of the coaster and what it commands: chain, block brake, drive tyres.
struct CoasterBlocks: Sendable {
    /// Blocks in the order of travel.
    enum Block: Int, Sendable {
        case station, lift, course, brakes
    }

    /// Closing of the block brake, as a multiple of its usual time.
    var brakeSlowness = 1.0
    /// Share of its friction that is left.
    var brakeFriction = 1.0
    /// Whether the station's sensor tells that there is nobody.
    var isStationSensorBlind = false
    /// Whether the lift's motor has tripped.
    var isLiftTripped = false

    /// Speed of the chain, m/s.
    private(set) var chainSpeed = 0.0
    /// How far the block brake is closed, from 0 to 1.
    private(set) var closure = 1.0
    /// Whether it took too long to close the last time.
    private(set) var isBrakeLate = false
    /// Whether two trains are in one block.
    private(set) var isViolated = false
    /// Whether a train may leave the brake run.
    private(set) var isStationFree = false
    private var runsLift = false
    private var closing = 0.0

    /// Speed of the chain when it runs, m/s (usual for chain lifts: 2 to 3.5).
    static let liftSpeed = 2.8
    /// Seconds that the block brake takes to close, and a tenth more is late.
    static let closingTime = 0.5

    /// Where a place is.
    static func block(_ place: Double) -> Block {
        if place >= CoasterLayout.Place.stationBegins || place < CoasterLayout.liftBegins {
            return .station
        }
        if place < CoasterLayout.courseBegins { return .lift }
        return place < CoasterLayout.brakesBegin ? .course : .brakes
    }

    /// Whether some part of a train is in a block.
    static func isIn(_ block: Block, _ train: CoasterTrain, on track: CoasterTrack) -> Bool {
        let half = CoasterLayout.trainLength / 2
        return self.block(track.wrapped(train.position + half)) == block
            || self.block(track.wrapped(train.position - half)) == block
    }

    /// Decides anew, as the control's fast task does every 50 ms.
    mutating func scan(
        _ trains: [CoasterTrain], on track: CoasterTrack, isPowered: Bool
    ) {
        var mayClimb = isPowered && !isViolated && !isLiftTripped
        var isSomebodyOnLift = false
        var isSomebodyInStation = false
        var isBetween = false
        isViolated = false
        for index in trains.indices {
            let train = trains[index]
            let other = trains[1 - index]
            let isOnLift = Self.isIn(.lift, train, on: track)
            isSomebodyOnLift = isSomebodyOnLift || isOnLift || train.isReleased
            isSomebodyInStation = isSomebodyInStation || Self.isIn(.station, train, on: track)
            // The lift holds a train before the crest until both the course and the brake run,
            // where it could be stopped, are free.
            if isOnLift, train.position > CoasterLayout.liftStop,
                Self.isIn(.course, other, on: track) || Self.isIn(.brakes, other, on: track)
            {
                mayClimb = false
            }
            isBetween =
                isBetween
                || (train.position > CoasterLayout.Place.magnets.lowerBound
                    && train.position < CoasterLayout.Place.stationBegins + 5)
            isViolated = isViolated || shareBlock(train, other, on: track)
        }
        runsLift = isSomebodyOnLift && mayClimb
        isStationFree =
            isPowered && !isViolated
            && (isStationSensorBlind || !isSomebodyInStation || isLeaving(trains, track))
        command(isOpen: isStationFree && isBetween)
    }

    /// Whether the only train in the station's block has come from the brake run and still reaches
    /// back into it: it keeps its own permission.
    private func isLeaving(_ trains: [CoasterTrain], _ track: CoasterTrack) -> Bool {
        let here = trains.filter { Self.isIn(.station, $0, on: track) }
        return here.count == 1 && Self.isIn(.brakes, here[0], on: track)
    }

    private func shareBlock(
        _ train: CoasterTrain, _ other: CoasterTrain, on track: CoasterTrack
    ) -> Bool {
        let half = CoasterLayout.trainLength / 2
        let front = Self.block(track.wrapped(train.position + half))
        let rear = Self.block(track.wrapped(train.position - half))
        return Self.isIn(front, other, on: track) || Self.isIn(rear, other, on: track)
    }

    private mutating func command(isOpen: Bool) {
        if isOpen {
            closing = -1
            isBrakeLate = false
        } else if closing < 0 {
            closing = 0
        }
    }

    /// Moves chain and brake on.
    mutating func advance(_ time: Double) {
        let wanted = runsLift ? Self.liftSpeed : 0
        let change = 0.8 * time
        chainSpeed += min(max(wanted - chainSpeed, -2 * change), change)
        if closing < 0 {
            closure = max(closure - time / 0.4, 0)
        } else if closure < 1 {
            closing += time
            closure = min(closure + time / (Self.closingTime * brakeSlowness), 1)
            if closing > 1.1 * Self.closingTime, closure < 1 { isBrakeLate = true }
        }
    }
}
