/// A circulating ropeway with cabins on detachable grips.
public struct Gondola: Machine {
    /// What it is, what it tells and what can go wrong with it.
    public static let sheet = DataSheet(
        model: "gondola", kind: "ropeway",
        title: Bilingual("Gondola with detachable grips", "脱挂式循环吊厢索道"),
        about: """
            Rope loop of three masses on springs, regulated drive, service and safety brake, \
            hydraulic tensioning, a ring of cabins with grip checks, passengers by the hour.
            """,
        step: CirculatingLine.step, period: 0.5,
        parameters: RopewayParameters.common(
            maxSpeed: 6, tension: 180, windStop: 20, current: 900, stop: 24, opens: 8, closes: 18)
            + RopewayParameters.profile(length: 2160, slope: 0.22) + [
                ParameterSheet("nominal_interval", "s", 12, in: 6...60, "between two cabins"),
                ParameterSheet(
                    "grip_force_least", "N", 9000, in: 2000...40000, "least permitted grip force"),
                ParameterSheet("capacity", "persons", 8, in: 2...16, "places in a cabin"),
                ParameterSheet("carrier_mass", "kg", 800, in: 200...2000, "of an empty cabin"),
            ],
        signals: RopewaySignal.sheets, faults: faults.map(\.sheet))

    private static let faults =
        RopewayFault.common + [
            .backstopFailed, .tensionLeak, .tensionSetWrong, .gripSpringWeak, .gripJawBlocked,
            .dispatchLate, .conveyorJammed, .doorLockBroken,
        ]

    private var line: CirculatingLine

    /// A healthy line at rest, with the passengers of its hour aboard.
    public init(_ parameters: Parameters, random: RandomStream) {
        let length = parameters["line_length"]
        let spacing = parameters["nominal_interval"] * parameters["max_speed"]
        let cabins = length / spacing
        let mass = parameters["carrier_mass"]
        let figures = RopewayFigures(
            maxSpeed: parameters["max_speed"], length: length, slope: parameters["slope"],
            // A rope of 45 mm, 6x36: 7.5 kg/m, 800 mm² of steel at 110 kN/mm² (EN 12385-8 sizes).
            ropeMass: 7.5, ropeStiffness: 8.8e7, ropeDiameter: 0.045, driveMass: 30000,
            resistance: 0.025, sideMass: 7.5 * length + cabins * mass,
            fullLoad: cabins * parameters["capacity"] * CirculatingLine.personMass,
            serviceDeceleration: 0.8, stopDistance: parameters["stop_distance"],
            rise: 0.15, fall: 0.4, tensionDesign: .hydraulic, tensionStroke: 4,
            swingMass: mass, swingArea: 4.5, swingLength: 4)
        line = CirculatingLine(
            figures, parameters, carrierMass: mass, capacity: Int(parameters["capacity"]),
            // Five cabins' spacing on the chains of a station, about a minute.
            stationLength: 5 * spacing,
            // The springs give a fifth more than the least, which is three times the need.
            gripForce: 1.2 * parameters["grip_force_least"], random: random)
    }

    /// Moves the physics on by one step.
    public mutating func step(in weather: WeatherNow) { line.step(in: weather) }

    /// Makes a fault, by its place in the data sheet, or mends it.
    public mutating func set(fault: Int, size: Double?) {
        line.set(Self.faults[fault], size: size)
    }

    /// Writes the true value of every signal.
    public func tell(_ values: inout [Double]) {
        line.tell(&values)
        values[.gripForce] = line.ring.gripForce
        values[.gripForceRatio] = line.ring.gripRatio
        values[.gripCheckFailed] = (line.ring.misgripped > 0).number
        values[.unlockedOnLine] = Double(line.ring.unlocked)
    }
}
