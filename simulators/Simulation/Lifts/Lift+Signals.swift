/// What the sensors of a lift see.
extension Lift {
    /// Writes the values in the order of `LiftSheet.signals`.
    public func tell(_ values: inout [Double]) {
        var place = 1
        func put(_ value: Double) {
            values[place] = value
            place += 1
        }
        func put(_ value: Bool) { put(value ? 1 : 0) }
        tellCar(put, put)
        tellDoors(put, put)
        tellSafety(put, put)
        tellMachine(put, put)
    }

    /// The acceleration of the car's floor.
    public func tellFast(_ values: inout [Double]) {
        values[0] = drive.acceleration + (abs(drive.speed) > 0.02 ? ride.vibration : 0)
    }

    /// Rises with the smallest tensions; ropes are never quite even.
    private static let unevenness = 1.5

    private func tellCar(_ number: (Double) -> Void, _ boolean: (Bool) -> Void) {
        let speed = drive.speed
        let isMoving = abs(speed) > 0.01
        number(speed)
        number(drive.position)
        number(Double(nearestFloor))
        number(isInZone && abs(speed) < 0.02 ? levelError * 1000 : .nan)
        boolean(isInZone)
        number(isRunning ? 1 : 0)
        number(!isMoving ? 0 : speed > 0 ? 1 : 2)
        number(Double(serviceMode.rawValue))
        boolean(traffic.inCar > 0)
        number(Double(traffic.inCar))
        number(100 * traffic.loadMass / ratedLoad)
        number(ride.a95Vertical)
        number(ride.a95Horizontal)
    }

    /// On a run, or still coming to rest after one.
    private var isRunning: Bool {
        switch operation {
        case .releasing, .travelling, .settling: true
        case .stopping: abs(drive.speed) > 0.02
        case .parked, .doorsOpening, .doorsOpen, .doorsClosing, .relevelling, .held, .lockedOut:
            false
        }
    }

    private func tellDoors(_ number: (Double) -> Void, _ boolean: (Bool) -> Void) {
        number(Double(door.report.rawValue))
        boolean(door.isCarDoorClosed)
        boolean(door.isLandingLocked)
        boolean(door.command == .open)
        boolean(door.command == .close)
        boolean(faults.hasBypass)
        boolean(isChainClosed)
        boolean(door.isChainClosed)
        boolean(time < buttonUntil || faults.isAlarmPressed)
        number(alarm.batteryMinutes)
        number(alarm.sinceTest / 3600)
        number(Double(alarm.voiceTestsFailed))
        let here: UInt64 = 1 << UInt64(nearestFloor)
        let calls = traffic.upCalls | traffic.downCalls | traffic.carCalls
        boolean(calls & here != 0 || faults.stuckCall == nearestFloor)
    }

    private func tellSafety(_ number: (Double) -> Void, _ boolean: (Bool) -> Void) {
        boolean(governor.isSwitchTripped)
        boolean(governor.isRopeSlack)
        boolean(safetyGear.isEngaged)
        boolean(sheaveBrake.isTrippedByOverspeed)
        boolean(latches.unintendedMovement || latches.brakeFault)
        boolean(carBuffer.isSwitchTripped || counterweightBuffer.isSwitchTripped)
        boolean(isAtUpperLimit)
        boolean(isAtLowerLimit)
        boolean(latches.ropeSlack)
        boolean(isMotorOn)
        boolean(latches.runLimiter)
        boolean(brake.isCommandedOpen)
        boolean(brake.first.isOpenReported)
        boolean(brake.second.isOpenReported)
        number(brakeForceMeasured)
        number(stop.emptyUpDistance)
    }

    private func tellMachine(_ number: (Double) -> Void, _ boolean: (Bool) -> Void) {
        number(lastSlip)
        number(Self.unevenness + 100 * (1 - ropeShare))
        boolean(operation == .lockedOut)
        boolean(isPositionLost || time < positionReportUntil)
        number(room.temperature)
        number(room.humidity)
        boolean(pit.hasWater)
        number(pit.level)
        boolean(!supply.isLost)
        boolean(supply.isPhaseOk)
        number(supply.voltage)
    }
}
