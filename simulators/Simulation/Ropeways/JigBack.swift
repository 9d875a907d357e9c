/// A reversible ropeway: two cabins on track ropes, drawn by twin haul ropes.
public struct JigBack: Machine {
    /// What it is, what it tells and what can go wrong with it.
    public static let sheet = DataSheet(
        model: "jigback", kind: "ropeway",
        title: Bilingual("Reversible ropeway with two cabins", "双承载双牵引往复式索道"),
        about: """
            Two cabins on a loop of twin haul ropes as masses on springs, regulated drive with \
            approach profile, two deceleration devices, brakes, counterweight, buffers.
            """,
        step: 0.05, period: 0.5,
        parameters: RopewayParameters.common(
            maxSpeed: 10, tension: 120, windStop: 20, current: 500, stop: 45, opens: 8, closes: 18)
            + RopewayParameters.profile(length: 1500, slope: 0.35) + [
                ParameterSheet(
                    "length_difference_limit", "mm", 300, in: 50...3000, "of the twin haul ropes"),
                ParameterSheet("capacity", "persons", 40, in: 8...160, "places in a cabin"),
                ParameterSheet("carrier_mass", "kg", 3500, in: 800...12000, "of an empty cabin"),
                ParameterSheet("dwell", "s", 150, in: 30...900, "in the stations"),
            ],
        signals: RopewaySignal.sheets, faults: faults.map(\.sheet))

    private static let faults =
        RopewayFault.common + [
            .doorLockBroken, .positionShifted, .decelerationDeviceDead, .haulRopeBroken,
            .grooveWorn,
        ]

    private var plant: RopewayPlant
    private var ropes = TwinHaulRopes()
    private var approach: StationApproach
    private let hours: OpeningHours
    private let parameters: Figures
    private var random: RandomStream
    private var ticks = 0
    private var hour = 0.0
    private var direction = 1.0
    private var isDocked = true
    private var dwell: Double
    private var personsA = 0
    private var personsB = 0
    private var isDoorLockBroken = false
    private var isWeatherBad = false
    private var fine = 600.0
    private var trial = LineStop.none
    private var lengthTimer = 0.0

    private struct Figures {
        let windStop: Double
        let capacity: Double
        let carrierMass: Double
        let dwell: Double
        let lengthLimit: Double
    }

    /// A healthy line at rest: cabin A below, cabin B above.
    public init(_ given: Parameters, random stream: RandomStream) {
        random = stream
        parameters = Figures(
            windStop: given["wind_stop"], capacity: given["capacity"],
            carrierMass: given["carrier_mass"], dwell: given["dwell"],
            lengthLimit: given["length_difference_limit"] / 1000)
        hours = OpeningHours(
            opens: given["opens"], closes: given["closes"], start: given["start_hour"])
        let length = given["line_length"]
        let capacityMass = given["capacity"] * CirculatingLine.personMass
        let figures = RopewayFigures(
            maxSpeed: given["max_speed"], length: length, slope: given["slope"],
            // Two ropes of 26 mm: 2.6 kg/m and 290 mm² each.
            ropeMass: 5.2, ropeStiffness: 6.4e7, ropeDiameter: 0.05, driveMass: 15000,
            resistance: 0.015, sideMass: 5.2 * length + given["carrier_mass"],
            // The slope varies by two fifths over the line, which unbalances the cabins as well.
            fullLoad: 1.4 * capacityMass + 0.8 * given["carrier_mass"],
            serviceDeceleration: 0.9, stopDistance: given["stop_distance"],
            rise: 0.2, fall: 0.5, tensionDesign: .counterweight, tensionStroke: 4,
            swingMass: given["carrier_mass"], swingArea: 14, swingLength: 7)
        hour = hours.hour(after: 0)
        dwell = 20
        approach = StationApproach(maxSpeed: given["max_speed"])
        plant = RopewayPlant(
            figures, given,
            load: Self.load(
                figures, place: 0, personsA: 0, personsB: 0, mass: given["carrier_mass"],
                isBroken: false),
            backstop: false)
    }

    /// Moves the physics on by one step.
    public mutating func step(in weather: WeatherNow) {
        let time = Self.sheet.step
        if ticks % 20 == 0 { plan(Double(ticks) * time, weather) }
        let length = plant.figures.length
        let place = plant.loop.upWay
        let left = direction > 0 ? length - place : place
        let speed = plant.loop.driveSpeed
        if isDocked { board(over: time) } else { dock(left: left, speed: speed) }
        approach.step(
            left: isDocked ? length : left, past: max(place - length, -place),
            speed: abs(speed), isStanding: plant.standing > 120,
            maxSpeed: plant.figures.maxSpeed, over: time)
        ropes.step(speed: speed, over: time)
        if plant.standing > 60 { ropes.balance() }
        let isApart = abs(ropes.lengthDifference) > parameters.lengthLimit
        lengthTimer = isApart ? lengthTimer + time : 0
        var load = Self.load(
            plant.figures, place: place, personsA: personsA, personsB: personsB,
            mass: parameters.carrierMass, isBroken: plant.loop.isBroken)
        load.persons = personsOnLine
        let windy = weather.gust >= 0.8 * parameters.windStop ? 0.6 : 1
        let target = min(approach.target, 0.97 * windy * plant.figures.maxSpeed)
        plant.step(
            target: direction * target, isWanted: isWanted, station: wantedStop, load: load,
            in: weather, over: time)
        ticks += 1
    }

    /// Makes a fault, by its place in the data sheet, or mends it.
    public mutating func set(fault: Int, size: Double?) {
        let fault = Self.faults[fault]
        switch fault {
        case .doorLockBroken: isDoorLockBroken = size != nil
        case .positionShifted: approach.shift = size ?? 0
        case .decelerationDeviceDead: approach.devices = 2 - Int((size ?? 0).rounded())
        case .haulRopeBroken:
            plant.loop.isBroken = size != nil
            plant.tension.isSlack = size != nil
        case .grooveWorn: ropes.groove = size ?? 5e-5
        default: plant.set(fault, size: size)
        }
    }

    /// Writes the true value of every signal.
    public func tell(_ values: inout [Double]) {
        plant.tell(&values)
        values[.speedDifference] = ropes.speedDifference
        values[.lengthDifference] = 1000 * ropes.lengthDifference
        values[.ropeBroken] = plant.loop.isBroken.number
        values[.approachLimit] = approach.limit
        values[.decelerationDevices] = Double(approach.devices)
        values[.overtravel] = approach.isPast.number
        values[.unlockedOnLine] = Double(unlocked)
        values[.carriersOnLine] = isDocked ? 0 : 2
        values[.personsOnLine] = Double(personsOnLine)
    }

    private var personsOnLine: Int { isDocked ? 0 : personsA + personsB }

    private var unlocked: Int { isDoorLockBroken && !isDocked ? 1 : 0 }

    private var isOpen: Bool { hours.isOpen(hour) && !isWeatherBad || hours.isTrial(hour) }

    private var isWanted: Bool { !isDocked }

    private var wantedStop: LineStop {
        if lengthTimer > 2 { return max(approach.trip, .service) }
        // A door that opens: the cabin is brought in slowly after the crew has spoken to it.
        let isDoorOpen = unlocked > 0 && plant.standing < 60
        return max(max(approach.trip, trial), isDoorOpen ? .electric : .none)
    }

    /// Lets passengers board, and departs after the dwell if both deceleration devices report.
    private mutating func board(over time: Double) {
        dwell -= time
        guard dwell <= 0, isOpen, approach.devices == 2 else { return }
        let uphill = hours.demand(hour, uphill: true) * parameters.capacity
        let downhill = hours.demand(hour, uphill: false) * parameters.capacity
        personsA = arrivals(direction > 0 ? uphill : downhill)
        personsB = arrivals(direction > 0 ? downhill : uphill)
        isDocked = false
        approach.depart()
    }

    /// Takes a cabin that has come to rest at its stopping point for docked.
    private mutating func dock(left: Double, speed: Double) {
        guard left < 0.15, abs(speed) < 0.05 || plant.auxiliary.isRunning else { return }
        isDocked = true
        dwell = parameters.dwell + random.uniform(0, 60)
        direction = -direction
        personsA = 0
        personsB = 0
    }

    private mutating func arrivals(_ mean: Double) -> Int {
        let wanted = mean + random.noise(mean.squareRoot())
        return Int(min(max(wanted, 0), parameters.capacity))
    }

    private mutating func plan(_ seconds: Double, _ weather: WeatherNow) {
        let before = hour
        hour = hours.hour(after: seconds)
        let isBad =
            weather.gust >= parameters.windStop || weather.lightning <= 8
            || weather.ice >= 10
        fine = isBad ? 0 : fine + 1
        isWeatherBad = fine < 600
        if hours.isTrial(hour) && !hours.isTrial(before) { plant.auxiliary.test() }
        // The daily trial of the brakes, on the empty line before opening.
        let elapsed = 3600 * (hour - hours.opens + 0.5)
        let isFast = abs(plant.loop.driveSpeed) > 0.95 * plant.figures.maxSpeed
        guard hours.isTrial(hour), personsOnLine == 0 else {
            trial = .none
            return
        }
        if trial == .none && isFast && plant.recorder.serviceDeceleration.isNaN {
            trial = .service
        } else if trial == .none && isFast && elapsed > 600 && elapsed < 900 {
            trial = .emergency
        } else if plant.standing > 5 {
            trial = .none
        }
    }

    /// The cabins' weights, by the slope where they are; carriage brakes hold them on the track
    /// ropes when the haul rope has parted; buffers stand a metre beyond the stopping points.
    private static func load(
        _ figures: RopewayFigures, place: Double, personsA: Int, personsB: Int, mass: Double,
        isBroken: Bool
    ) -> LineLoad {
        var load = LineLoad()
        load.up = Double(personsA) * CirculatingLine.personMass
        load.down = Double(personsB) * CirculatingLine.personMass
        let turn = 0.4 * (2 * min(max(place / figures.length, 0), 1) - 1)
        load.upForce = -9.81 * figures.slope * (1 + turn) * (mass + load.up)
        load.downForce = 9.81 * figures.slope * (1 - turn) * (mass + load.down)
        let above = max(place - figures.length - 1, 0)
        let below = max(-place - 1, 0)
        // 60 kN a metre for each of both cabins: a hydraulic buffer for a cabin at 2 m/s (typical).
        load.upForce += 60000 * (below - above)
        load.downForce += 60000 * (below - above)
        if isBroken {
            load.upBrake = 2 * 9.81 * figures.slope * (mass + load.up + 5.2 * figures.length)
            load.downBrake = load.upBrake
        }
        return load
    }
}
