/// A circulating ropeway with chairs whose grips stay on the rope.
public struct FixedGripChair: Machine {
    /// What it is, what it tells and what can go wrong with it.
    public static let sheet = DataSheet(
        model: "chairlift", kind: "ropeway",
        title: Bilingual("Chairlift with fixed grips", "固定抱索器吊椅索道"),
        about: """
            Rope loop of three masses on springs, regulated drive with backstop, two brakes, \
            counterweight, a ring of chairs, passengers by the hour.
            """,
        step: CirculatingLine.step, period: 0.5,
        parameters: RopewayParameters.common(
            maxSpeed: 2.5, tension: 120, windStop: 15, current: 300, stop: 4.5, opens: 8.5,
            closes: 16.5)
            + RopewayParameters.profile(length: 900, slope: 0.3) + [
                ParameterSheet("nominal_interval", "s", 8, in: 4...30, "between two chairs"),
                ParameterSheet("capacity", "persons", 4, in: 1...6, "places on a chair"),
                ParameterSheet("carrier_mass", "kg", 230, in: 40...500, "of an empty chair"),
            ],
        signals: RopewaySignal.sheets, faults: faults.map(\.sheet))

    private static let faults = RopewayFault.common + [.backstopFailed, .gripSlips]

    private var line: CirculatingLine

    /// A healthy line at rest, with the passengers of its hour aboard.
    public init(_ parameters: Parameters, random: RandomStream) {
        let length = parameters["line_length"]
        let spacing = parameters["nominal_interval"] * parameters["max_speed"]
        let chairs = length / spacing
        let mass = parameters["carrier_mass"]
        let figures = RopewayFigures(
            maxSpeed: parameters["max_speed"], length: length, slope: parameters["slope"],
            // A rope of 38 mm: 5.3 kg/m, 570 mm² of steel at 110 kN/mm² (EN 12385-8 sizes).
            ropeMass: 5.3, ropeStiffness: 6.3e7, ropeDiameter: 0.038, driveMass: 20000,
            resistance: 0.02, sideMass: 5.3 * length + chairs * mass,
            fullLoad: chairs * parameters["capacity"] * CirculatingLine.personMass,
            serviceDeceleration: 0.6, stopDistance: parameters["stop_distance"],
            rise: 0.12, fall: 0.4, tensionDesign: .counterweight, tensionStroke: 3,
            swingMass: mass, swingArea: 1.1, swingLength: 3)
        line = CirculatingLine(
            figures, parameters, carrierMass: mass, capacity: Int(parameters["capacity"]),
            // Half a turn of a wheel of 4 m.
            stationLength: 6.3, gripForce: 0, random: random)
    }

    /// Moves the physics on by one step.
    public mutating func step(in weather: WeatherNow) { line.step(in: weather) }

    /// Makes a fault, by its place in the data sheet, or mends it.
    public mutating func set(fault: Int, size: Double?) {
        line.set(Self.faults[fault], size: size)
    }

    /// Writes the true value of every signal; there are no stations with zones.
    public func tell(_ values: inout [Double]) {
        line.tell(&values)
        values[.zoneConflict] = .nan
    }
}
