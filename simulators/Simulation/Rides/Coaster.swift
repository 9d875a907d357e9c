import Foundation

/// A roller coaster: two trains on a closed track in space, with gravity, rolling resistance and
/// drag, chain lift, trim, linear motor, magnetic brake run, block brake, station.
public struct Coaster: Machine {
    private let track = CoasterTrack.shared
    private var trains: [CoasterTrain]
    private var blocks = CoasterBlocks()
    private var operation: RideOperation
    private var tick = 0
    private var windNorth = 0.0
    private var windWest = 0.0
    private var stop = StopMeter()
    private var liftForce = 0.0
    private var faults = Faults()

    /// What is wrong with the track and what acts on the train.
    private struct Faults: Sendable {
        var isChainCracked = false
        var hasChainParted = false
        var isPawlMissing = false
        var boosterSpeed = Coaster.boosterSpeed
        var trimBraking = 0.0
        var magnets = 1.0
        var rolling = 1.0
        var settled = 0.0
        var shifted = 0.0
        var hillSettled = 0.0
    }

    /// Speed that the linear motor makes up to, m/s: below that of a train in calm air, so that it
    /// works only against wind and cold wheels.
    private static let boosterSpeed = 20.3
    /// Greatest thrust of the linear motor, m/s2.
    private static let greatestThrust = 12.0
    /// Speed that the trim brake takes a train down to, m/s.
    private static let trimSpeed = 22.0
    private static let dt = 0.005
    private static let gravity = 9.80665
    /// Height that the pawls are apart on the lift, m of track.
    private static let pawlPitch = 0.12
    /// Force per nominal torque on the chain, N: a full train at constant speed needs 85 per cent.
    private static let nominalChainForce = 41_000.0

    /// One train in the station, one on the brake run, both empty.
    public init(_ parameters: Parameters, random: RandomStream) {
        operation = RideOperation(parameters, random: random)
        operation.measuresMoment = false
        trains = [
            CoasterTrain(position: CoasterLayout.Place.berth, isBerthed: true),
            CoasterTrain(position: 792),
        ]
    }

    /// Moves the trains on by 5 ms.
    public mutating func step(in weather: WeatherNow) {
        if tick % 40 == 0 { operate(in: weather) }
        if tick % 10 == 0 {
            blocks.scan(trains, on: track, isPowered: operation.isPowered)
        }
        tick += 1
        blocks.advance(Self.dt)
        let bump = bumping
        liftForce = 0
        for index in 0..<2 {
            var train = trains[index]
            var forces = train.freeForces(
                on: track, rolling: faults.rolling, north: windNorth, west: windWest)
            forces.push += index == 0 ? bump : -bump
            act(on: train, &forces)
            if train.rollback >= Self.pawlPitch, !faults.isPawlMissing {
                forces.push = max(forces.push, 0)
            }
            train.move(forces, by: Self.dt, on: track)
            catchRollback(&train)
            trains[index] = train
        }
        measureStop()
    }

    /// What chain, motors and brakes do to a train where it is.
    private mutating func act(on train: CoasterTrain, _ forces: inout CoasterTrain.Forces) {
        let place = train.position
        if place > 560, place < CoasterLayout.Place.magnets.lowerBound - 5 { return }
        if CoasterLayout.Place.chain.contains(place) {
            pull(train, &forces)
        } else if place >= CoasterLayout.Place.stationBegins || place < 40 {
            let from = place > 400 ? place - track.length : place
            let rest = CoasterLayout.Place.berth - from
            let wanted = train.isReleased ? 2.6 : min(2.6, (0.9 * max(rest, 0)).squareRoot())
            if !train.isReleased, rest < 0.03 || !operation.isPowered { forces.friction += 3 }
            drive(train, to: wanted, &forces)
        } else if place < CoasterLayout.Place.trim.lowerBound - 2 {
            return
        } else if place < 560 {
            trimAndBoost(train, &forces)
        } else {
            brakeRun(train, &forces)
        }
    }

    /// The chain pushes a train that is not faster than it; its dog lets a faster one go ahead.
    private mutating func pull(_ train: CoasterTrain, _ forces: inout CoasterTrain.Forces) {
        guard !faults.hasChainParted, train.speed <= blocks.chainSpeed + 0.01 else { return }
        let wanted = min(max((blocks.chainSpeed - train.speed) / 0.1, -2), 2)
        let needed = wanted - forces.push + (blocks.chainSpeed > 0 ? forces.friction : 0)
        guard needed > 0 else { return }
        forces.push += needed
        liftForce = needed * train.mass
        // A cracked link parts under load, which is on the slope.
        if faults.isChainCracked, liftForce > 0.5 * Self.nominalChainForce {
            faults.hasChainParted = true
        }
    }

    /// Drive tyres: a speed control whose grip is limited.
    private func drive(
        _ train: CoasterTrain, to wanted: Double, _ forces: inout CoasterTrain.Forces
    ) {
        guard operation.isPowered else { return }
        let needed = (wanted - train.speed) * 3 - forces.push
        forces.push += min(max(needed, -1.5), 1.5)
        if wanted > 0 { forces.push += min(forces.friction, 0.3) }
    }

    /// The trim brake takes off what is too much, the linear motor behind it adds what is missing.
    private func trimAndBoost(_ train: CoasterTrain, _ forces: inout CoasterTrain.Forces) {
        let needed = min(max((train.speed - Self.trimSpeed) * 4, 0), 3)
        let braking = max(needed, faults.trimBraking)
        // Eddy currents brake the harder, the slower a train is, down to the critical speed.
        let ratio = train.speed / 10
        let eddy = 2 * ratio / (1 + ratio * ratio)
        let trim = braking * eddy * train.cover(CoasterLayout.Place.trim, reach: 1.2)
        let thrust = min(max((faults.boosterSpeed - train.speed) * 5, 0), Self.greatestThrust)
        let motor =
            operation.isPowered
            ? thrust * train.cover(CoasterLayout.Place.booster, reach: 1.2) : 0
        forces.push += motor - trim
    }

    /// Magnets that need no power, the block brake that closes without air, then drive tyres.
    private func brakeRun(_ train: CoasterTrain, _ forces: inout CoasterTrain.Forces) {
        let ratio = abs(train.speed) / 9
        let eddy = 2 * ratio / (1 + ratio * ratio)
        let magnets =
            4.1 * faults.magnets * eddy
            * train.cover(CoasterLayout.Place.magnets, reach: 8)
        forces.push -= train.speed > 0 ? magnets : -magnets
        let isHeld = !blocks.isStationFree
        let inBrake = train.cover(CoasterLayout.Place.blockBrake, reach: 1.5)
        if inBrake > 0 {
            let full = 4.0 * CoasterTrain.emptyMass / train.mass
            forces.friction += full * blocks.closure * blocks.brakeFriction * inBrake
        }
        if train.speed < 8 {
            if isHeld || !operation.isPowered {
                // Tyres with their gear brakes, on a wet rail.
                if train.position > CoasterLayout.Place.tyres.lowerBound { forces.friction += 0.2 }
            } else if blocks.closure < 0.5 {
                drive(train, to: 4, &forces)
            }
        }
    }

    /// Pawls fall in behind the train while it climbs, and hold it when it comes back.
    private func catchRollback(_ train: inout CoasterTrain) {
        guard
            CoasterLayout.Place.chain.contains(train.position)
                || (train.rollback > 0 && train.position < 119)
        else {
            train.rollback = 0
            return
        }
        if train.speed > 0.2 { train.rollback = 0 }
        if train.speed < 0 {
            train.rollback -= train.speed * Self.dt
            if !faults.isPawlMissing, train.rollback >= Self.pawlPitch { train.speed = 0 }
        }
    }

    /// m/s2 on the first train where the two touch: buffers as springs with a stroke of some
    /// decimetres, and half of their energy lost.
    private var bumping: Double {
        var ahead = trains[1].position - trains[0].position
        if ahead > track.length / 2 { ahead -= track.length }
        if ahead < -track.length / 2 { ahead += track.length }
        let pressed = CoasterLayout.trainLength - abs(ahead)
        guard pressed > 0 else { return 0 }
        let closing = (trains[0].speed - trains[1].speed) * (ahead > 0 ? 1 : -1)
        let force = max(180 * pressed + 8 * closing, 0)
        return ahead > 0 ? -force : force
    }

    private mutating func measureStop() {
        for train in trains where train.position > 770 && train.position < 868 {
            let isBraking =
                blocks.closure > 0.9
                && train.position > CoasterLayout.Place.blockBrake.lowerBound
            stop.watch(isBraking: isBraking, speed: abs(train.speed), by: Self.dt)
            if stop.isDone {
                operation.lastStop = (stop.distance, stop.time)
                stop.isDone = false
            }
        }
    }

    /// The slow task of the control: station, interlocks, machinery.
    private mutating func operate(in weather: WeatherNow) {
        let toward = (weather.direction + 180) * .pi / 180
        windNorth = weather.wind * cos(toward)
        windWest = -weather.wind * sin(toward)
        var persons = 0.0
        var here = -1
        var isLiftFree = !blocks.isViolated && !blocks.isLiftTripped
        for index in 0..<2 {
            let train = trains[index]
            if train.isBerthed {
                here = index
            } else {
                persons += train.persons
                if CoasterBlocks.isIn(.lift, train, on: track) { isLiftFree = false }
            }
        }
        // A chain that stands is held by its brake, not by its motor.
        operation.duty.torque =
            blocks.chainSpeed > 0 ? 0.12 + liftForce / Self.nominalChainForce : 0
        operation.duty.speed = blocks.chainSpeed / CoasterBlocks.liftSpeed
        operation.duty.isDocked = here >= 0
        operation.duty.airUse = 0.0008
        let seat = trains[0]
        let isOff = abs(seat.speed) > 5 && track.near(seat.position).bendHead < -0.01
        let isSent = operation.advance(
            isClear: isLiftFree && here >= 0, mustClear: persons > 0, liftOff: isOff ? 1 : 0,
            persons: persons, in: weather)
        if here >= 0, isSent {
            trains[here].isReleased = true
            trains[here].isBerthed = false
            trains[here].persons = boarded
        }
        if here >= 0, !isSent { boarded = operation.station.persons }
        berth(isOthersOut: persons > 0)
    }

    /// People who have boarded the train that stands in the station.
    private var boarded = 0.0

    private mutating func berth(isOthersOut: Bool) {
        for index in 0..<2 {
            let train = trains[index]
            if train.isReleased {
                if train.position > CoasterLayout.courseBegins, train.position < 400 {
                    trains[index].isReleased = false
                }
            } else if !train.isBerthed, abs(train.position - CoasterLayout.Place.berth) < 1,
                train.speed == 0
            {
                trains[index].isBerthed = true
                trains[index].persons = 0
                operation.arrive(persons: train.persons, isLast: !isOthersOut)
            }
        }
    }

    /// Makes or mends a fault.
    public mutating func set(fault: Int, size: Double?) {
        switch Fault(rawValue: fault) {
        case .chainBroken:
            faults.isChainCracked = size != nil
            if size == nil { faults.hasChainParted = false }
        case .pawlMissing: faults.isPawlMissing = size != nil
        case .liftTripped: blocks.isLiftTripped = size != nil
        case .boosterExcess: faults.boosterSpeed = size ?? Self.boosterSpeed
        case .trimExcess: faults.trimBraking = size ?? 0
        case .blockBrakeSlow: blocks.brakeSlowness = size ?? 1
        case .blockBrakeWorn: blocks.brakeFriction = size ?? 1
        case .stationSensorBlind: blocks.isStationSensorBlind = size != nil
        case .magnetsRetracted: faults.magnets = size ?? 1
        case .wheelDrag: faults.rolling = size ?? 1
        case .trackSettled: faults.settled = size ?? 0
        case .trackShifted: faults.shifted = size ?? 0
        case .hillSettled: faults.hillSettled = size ?? 0
        case nil:
            if let shared = RideFault(rawValue: fault - Fault.allCases.count) {
                operation.set(shared, size: size)
            }
        }
    }

    /// Writes what is not sampled fast.
    public func tell(_ values: inout [Double]) {
        let train = trains[0]
        let other = trains[1]
        values[3] = train.speed
        values[4] = train.position
        values[5] = blocks.chainSpeed > 0.1 ? 1 : 0
        values[6] = max(train.rollback, other.rollback)
        let isClimbing = trains.contains {
            CoasterLayout.Place.chain.contains($0.position) && $0.speed > 0.5
        }
        values[7] = faults.isPawlMissing && isClimbing ? 1 : 0
        values[8] = blocks.isViolated ? 1 : 0
        values[9] = blocks.isBrakeLate ? 1 : 0
        var persons = 0.0
        for train in trains where !train.isBerthed { persons += train.persons }
        operation.tell(
            &values, from: 10, isMoving: abs(train.speed) > 0.05 || abs(other.speed) > 0.05,
            persons: persons, aloft: persons)
    }

    /// Specific force on a rider in the middle of the first train, in g.
    public func tellFast(_ values: inout [Double]) {
        let train = trains[0]
        let seat = track.seat(train.position)
        let square = train.speed * train.speed / Self.gravity
        let settled =
            faults.settled * Self.dent(train.position, at: 190, over: 12)
            + faults.hillSettled * Self.dent(train.position, at: 619, over: 12)
        let shifted = faults.shifted * Self.dent(train.position, at: 408, over: 14)
        values[0] = seat.climb + train.acceleration / Self.gravity
        values[1] = seat.left + square * (seat.bendLeft + shifted)
        values[2] = seat.head + square * (seat.bendHead + settled)
    }

    /// Curvature per metre of settlement where a support has given way: the track hangs through as
    /// a squared cosine, so its second derivative is a cosine of twice the angle.
    private static func dent(_ place: Double, at middle: Double, over width: Double) -> Double {
        let off = place - middle
        guard abs(off) < width / 2 else { return 0 }
        let wave = 2 * Double.pi / width
        return 0.5 * wave * wave * cos(wave * off)
    }
}
