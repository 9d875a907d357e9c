extension Coaster {
    /// Faults of a coaster alone, by their places in the data sheet; those of all rides follow.
    enum Fault: Int, CaseIterable {
        case chainBroken, pawlMissing, liftTripped, boosterExcess, trimExcess
        case blockBrakeSlow, blockBrakeWorn, stationSensorBlind, magnetsRetracted
        case wheelDrag, trackSettled, trackShifted, hillSettled
    }

    /// Signals, parameters and faults of a coaster.
    public static let sheet = DataSheet(
        model: "coaster", kind: "coaster",
        title: Bilingual("Roller coaster", "过山车"),
        about: """
            Two trains as masses on a closed spline in space, with chain lift, trim brake, linear \
            motor, magnetic brake run and blocks; what a rider feels follows from speed, curvature \
            and bank.
            """,
        step: 0.005, period: 0.2, fastPeriod: 0.005,
        parameters: [
            ParameterSheet(
                "design_speed", "m/s", 26, in: 20...40, "that the agent knows; the track gives it"),
            ParameterSheet("ride_height", "m", 35, in: 35...35, "of this layout"),
            ParameterSheet(
                "stop_distance", "m", 8.2, in: 0.1...200, "of the block brake at acceptance"),
            ParameterSheet(
                "stop_time", "s", 2.5, in: 0.1...200, "of the block brake at acceptance"),
        ] + RideSheet.parameters(seats: 24, hydraulic: 120, air: 8, lock: 50, current: 320),
        signals: RideSheet.seat + [
            .number("train.speed", decimals: 3, noise: 0.01),
            .number("train.position", decimals: 2, noise: 0.01),
            .boolean("lift.running"),
            .number("lift.rollback", decimals: 2),
            .boolean("rollback.deviceMissing"),
            .boolean("block.violation"),
            .boolean("block.brakeLate"),
        ] + RideSheet.common,
        faults: [
            FaultSheet(
                "chain_broken",
                Bilingual("A cracked link of the lift chain parts under load", "提升链条受力断裂")),
            FaultSheet(
                "pawl_missing", Bilingual("Anti-rollback pawls do not fall in", "止逆棘爪不落下")),
            FaultSheet("lift_motor_tripped", Bilingual("Lift motor trips", "提升电机跳闸")),
            FaultSheet(
                "booster_excess",
                Bilingual("Set speed of the linear motor too high", "直线电机设定速度过高"),
                size: "m/s that it drives a train up to", usual: 30, in: 15...40),
            FaultSheet(
                "trim_excess", Bilingual("Trim brake closes fully", "减速制动器全闭合"),
                size: "m/s2 at its critical speed", usual: 14, in: 0...50),
            FaultSheet(
                "block_brake_slow", Bilingual("Sticking valve of a block brake", "区段制动阀卡滞"),
                size: "times its usual closing time", usual: 2, in: 1...10),
            FaultSheet(
                "block_brake_worn", Bilingual("Worn or oily block brake", "区段制动器磨损或沾油"),
                size: "share of its friction left", usual: 0.3, in: 0...1),
            FaultSheet(
                "station_sensor_blind",
                Bilingual("Occupancy sensor of the station is blind", "站台占用传感器失效")),
            FaultSheet(
                "magnets_retracted",
                Bilingual("Brake magnets are not in place", "制动磁体未到位"),
                size: "share of their force left", usual: 0.5, in: 0...1),
            FaultSheet(
                "wheel_drag", Bilingual("Wheels turn heavily", "车轮滚动阻力增大"),
                size: "times the usual rolling resistance", usual: 4, in: 1...10),
            FaultSheet(
                "track_settled",
                Bilingual("A support has settled in the first valley", "首个谷底支柱下沉"),
                size: "m at the support", usual: 0.25, in: 0...1),
            FaultSheet(
                "track_shifted",
                Bilingual("A support gives sideways in the turn", "弯道支柱侧移"),
                size: "m at the support", usual: 0.2, in: 0...1.5),
            FaultSheet(
                "hill_settled",
                Bilingual("A support has settled behind an airtime hill", "驼峰后支柱下沉"),
                size: "m at the support", usual: 0.3, in: 0...1),
        ] + RideSheet.faults)
}
