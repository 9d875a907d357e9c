/// Parameters that the data sheets of all ropeways share.
enum RopewayParameters {
    /// The agent's and the site's, with what is usual for a model.
    static func common(
        maxSpeed: Double, tension: Double, windStop: Double, current: Double, stop: Double,
        opens: Double, closes: Double
    ) -> [ParameterSheet] {
        [
            ParameterSheet(
                "max_speed", "m/s", maxSpeed, in: 1...12, "greatest permitted rope speed"),
            ParameterSheet(
                "nominal_tension", "kN", tension, in: 20...600, "force of the tensioning device"),
            ParameterSheet(
                "wind_stop", "m/s", windStop, in: 10...30, "gust at which the line is cleared"),
            ParameterSheet(
                "line_current", "mA", 20, in: 1...100, "line supervision at commissioning"),
            ParameterSheet(
                "brake_pressure", "bar", 120, in: 40...250, "that holds the service brake open"),
            ParameterSheet(
                "gear_pressure_least", "bar", 1.2, in: 0.3...6, "least gear-oil pressure"),
            ParameterSheet(
                "motor_current_nominal", "A", current, in: 50...3000,
                "of the motor with one side full"),
            ParameterSheet(
                "stop_distance", "m", stop, in: 3...100,
                "way of an emergency stop at acceptance"),
            ParameterSheet("start_hour", "h", 10, in: 0...23.99, "hour of the day at the start"),
            ParameterSheet("opens", "h", opens, in: 5...12, "hour of opening"),
            ParameterSheet("closes", "h", closes, in: 13...23, "hour of the last ride"),
            ParameterSheet(
                "line_bearing", "deg", 150, in: 0...360, "towards the upper station, from north"),
            ParameterSheet(
                "auxiliary_test_age", "h", 30, in: 0...2000,
                "since the auxiliary drive was last started, at the start"),
        ]
    }

    /// Length and slope, which every line has of its own.
    static func profile(length: Double, slope: Double) -> [ParameterSheet] {
        [
            ParameterSheet("line_length", "m", length, in: 200...4000, "between the stations"),
            ParameterSheet("slope", "", slope, in: 0.05...0.6, "mean sine of the slope"),
        ]
    }
}
