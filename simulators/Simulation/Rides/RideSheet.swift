/// What the data sheets of all amusement rides have in common: the signals that every ride tells,
/// the faults of restraints, pressures, brakes, drive and operation, and their parameters.
enum RideSheet {
    /// The rider's axes, sampled fast: the first three signals of every ride.
    static let seat: [SignalSheet] = [
        .fast("seat.accelX", decimals: 3, noise: 0.015),
        .fast("seat.accelY", decimals: 3, noise: 0.015),
        .fast("seat.accelZ", decimals: 3, noise: 0.015),
    ]

    /// Signals of a ride without a track, between the seat's and the common ones.
    static let motion: [SignalSheet] = [
        .number("ride.speed", decimals: 3, noise: 0.01),
        .number("ride.angle", decimals: 2, noise: 0.05),
        .number("height.left", decimals: 0, noise: 1.5),
        .number("height.right", decimals: 0, noise: 1.5),
    ]

    /// What follows them, in the order that `RideOperation.tell` writes.
    static let common: [SignalSheet] = [
        .boolean("ride.moving"),
        .number("restraint.unlockedOccupied", decimals: 0),
        .number("restraint.halfLocked", decimals: 0),
        .number("restraint.play", decimals: 1, noise: 0.2),
        .number("restraint.closingForce", decimals: 0, noise: 1.5),
        .number("restraint.angleChange", decimals: 2, noise: 0.03),
        .number("door.unlocked", decimals: 0),
        .boolean("dispatch.enabled"),
        .boolean("operator.confirmed"),
        .number("wind.speed", decimals: 2, noise: 0.03),
        .number("wind.gust3s", decimals: 2, noise: 0.05),
        .number("persons.onRide", decimals: 0),
        .number("persons.aloft", decimals: 0),
        .number("hydraulic.pressure", decimals: 1, noise: 0.3),
        .number("air.pressure", decimals: 2, noise: 0.01),
        .number("lock.pressure", decimals: 1, noise: 0.2),
        .number("brake.notReady", decimals: 0),
        .number("stop.distance", decimals: 2),
        .number("stop.time", decimals: 2),
        .number("load.total", decimals: 1, noise: 0.2),
        .number("load.moment", decimals: 1, noise: 0.3),
        .number("motor.current", decimals: 1, noise: 0.8),
        .number("gear.oilTemp", decimals: 1, noise: 0.1),
        .number("bearing.temp", decimals: 1, noise: 0.1),
        .number("vibration.rms", decimals: 2, noise: 0.04),
    ]

    /// Parameters that every ride has; the usual numbers differ.
    static func parameters(
        seats: Double, hydraulic: Double, air: Double, lock: Double, current: Double
    ) -> [ParameterSheet] {
        [
            ParameterSheet("wind_stop", "m/s", 15, in: 5...35, "no start from this gust on"),
            ParameterSheet(
                "hydraulic_pressure", "bar", hydraulic, in: 20...400, "nominal, of the unit"),
            ParameterSheet("air_pressure", "bar", air, in: 4...40, "nominal, of the receiver"),
            ParameterSheet(
                "lock_pressure_least", "bar", lock, in: 5...400, "that restraint locks hold with"),
            ParameterSheet(
                "motor_current_nominal", "A", current, in: 10...5000, "of the main drive"),
            ParameterSheet(
                "closing_force_limit", "N", 150, in: 10...500,
                "of a restraint; the pressure is set so that it closes with two thirds of it"),
            ParameterSheet("seats", "seats", seats, in: 2...200, "of one vehicle"),
            ParameterSheet(
                "cabins", "cabins", 0, in: 0...50, "with doors; 0 where seats are open"),
            ParameterSheet("start_hour", "h", 10, in: 0...24, "hour of the day at the start"),
            ParameterSheet("opens", "h", 9, in: 0...24, "hour of the day at which it opens"),
            ParameterSheet("closes", "h", 19, in: 0...24, "hour of the day of the last ride"),
        ]
    }

    /// What can go wrong with any ride. The order is that of `RideFault`.
    static let faults: [FaultSheet] = [
        FaultSheet(
            "restraint_lock_failed",
            Bilingual("Both locks of a restraint do not hold", "束缚装置双锁均失效"),
            size: "seats", usual: 1, in: 0...200),
        FaultSheet(
            "restraint_lock_half",
            Bilingual("One of two locks of a restraint does not hold", "束缚装置一道锁失效"),
            size: "seats", usual: 1, in: 0...200),
        FaultSheet(
            "interlock_bypassed",
            Bilingual("Dispatch interlocks are bridged", "发车联锁被短接")),
        FaultSheet(
            "restraint_worn", Bilingual("Worn joints of a bar", "压杠铰接磨损"),
            size: "mm of play more at the end of the bar", usual: 30, in: 0...200),
        FaultSheet(
            "restraint_regulator_high",
            Bilingual("Closing pressure set too high", "压杠闭合压力设定过高"),
            size: "times the usual set value", usual: 1.8, in: 1...3),
        FaultSheet(
            "restraint_creep", Bilingual("Locking cylinder leaks inside", "锁紧油缸内泄"),
            size: "degrees per minute under load", usual: 3, in: 0...60),
        FaultSheet(
            "door_latch_failed", Bilingual("A cabin door's latch fails", "舱门锁闩失效"),
            size: "cabins", usual: 1, in: 0...50),
        FaultSheet(
            "hydraulic_leak", Bilingual("Leak of the hydraulic unit", "液压站泄漏"),
            size: "times what the pump delivers", usual: 1.5, in: 0...10),
        FaultSheet(
            "hydraulic_switch_high",
            Bilingual("Pressure switch of the pump set too high", "油泵压力开关设定过高"),
            size: "times the usual set value", usual: 1.2, in: 1...1.5),
        FaultSheet(
            "air_leak", Bilingual("Leak of the air supply", "气源泄漏"),
            size: "times what the compressor delivers", usual: 1.5, in: 0...10),
        FaultSheet(
            "air_switch_high",
            Bilingual("Pressure switch of the compressor set too high", "空压机压力开关设定过高"),
            size: "times the usual set value", usual: 1.2, in: 1...1.5),
        FaultSheet(
            "lock_leak", Bilingual("Leak of the locking circuit", "锁紧回路泄漏"),
            size: "bar per second", usual: 2, in: 0...20),
        FaultSheet(
            "brake_circuit_failed",
            Bilingual("A brake's release or supply has failed", "制动器回路失效"),
            size: "brakes", usual: 1, in: 0...20),
        FaultSheet(
            "overcrowded", Bilingual("More people than it is rated for", "超员"),
            size: "% of the rated load", usual: 110, in: 0...200),
        FaultSheet(
            "gear_oil_low", Bilingual("Too little oil in the gearbox", "齿轮箱缺油"),
            size: "share of the oil lost", usual: 0.7, in: 0...1),
        FaultSheet(
            "bearing_dry", Bilingual("A main bearing runs dry", "主轴承缺脂"),
            size: "times the usual friction", usual: 6, in: 1...30),
        FaultSheet(
            "bearing_damaged", Bilingual("Spalled raceway of a bearing", "轴承滚道剥落"),
            size: "mm/s at full speed", usual: 4, in: 0...50),
        FaultSheet(
            "drive_heavy", Bilingual("The drive drags", "驱动阻力增大"),
            size: "drag as a share of the nominal torque", usual: 0.4, in: 0...1.5),
        FaultSheet(
            "single_confirmation",
            Bilingual("Dispatch panel does without the attendant", "发车台未经服务员确认")),
        FaultSheet("power_lost", Bilingual("Mains fail", "供电中断")),
        FaultSheet(
            "standstill_contact_stuck",
            Bilingual("Standstill contact is stuck", "静止触点卡滞")),
    ]

    /// What can go wrong with a ride without a track: the moment of its load is measured too.
    static let faultsOffTrack: [FaultSheet] =
        faults + [
            FaultSheet(
                "seated_one_side", Bilingual("People sit on one side", "乘客偏坐一侧"),
                size: "% of the design's greatest unbalance", usual: 130, in: 0...200)
        ]
}

/// Faults of `RideSheet.faultsOffTrack` by their places.
enum RideFault: Int {
    case restraintLockFailed, restraintLockHalf, interlockBypassed, restraintWorn
    case restraintRegulatorHigh, restraintCreep, doorLatchFailed
    case hydraulicLeak, hydraulicSwitchHigh, airLeak, airSwitchHigh, lockLeak
    case brakeCircuitFailed, overcrowded
    case gearOilLow, bearingDry, bearingDamaged, driveHeavy
    case singleConfirmation, powerLost, standstillContactStuck
    case seatedOneSide
}
