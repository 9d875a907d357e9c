/// A circulating line: the plant with a ring of carriers and its day. Gondola and chairlift are
/// built on it.
struct CirculatingLine {
    /// Seconds of a step of the physics: a fortieth of the fastest mode of the rope.
    static let step = 0.05
    /// Mass of a person with what is carried, kg (EN 12929-1 has 74 kg, GB 12352 is near it).
    static let personMass = 75.0

    var plant: RopewayPlant
    var ring: CarrierRing
    private let hours: OpeningHours
    private let carrierMass: Double
    private let windStop: Double
    private var random: RandomStream
    private var ticks = 0
    private var movingTicks = 0
    private var demandUp = 0.0
    private var demandDown = 0.0
    private var hour = 0.0
    private var isWeatherBad = false
    private var fine = 600.0
    private var nextPause: Double
    private var pauseEnds = 0.0
    private var station = LineStop.none

    /// A line at rest with the passengers of its hour.
    init(
        _ figures: RopewayFigures, _ parameters: Parameters, carrierMass: Double, capacity: Int,
        stationLength: Double, gripForce: Double, random stream: RandomStream
    ) {
        random = stream
        self.carrierMass = carrierMass
        windStop = parameters["wind_stop"]
        hours = OpeningHours(
            opens: parameters["opens"], closes: parameters["closes"],
            start: parameters["start_hour"])
        hour = hours.hour(after: 0)
        ring = CarrierRing(
            spacing: parameters["nominal_interval"] * figures.maxSpeed, length: figures.length,
            station: stationLength, capacity: capacity, gripForce: gripForce,
            leastGrip: gripForce > 0 ? parameters["grip_force_least"] : 0,
            demandUp: hours.demand(hour, uphill: true),
            demandDown: hours.demand(hour, uphill: false), random: &random)
        plant = RopewayPlant(
            figures, parameters, load: Self.load(ring, figures, carrierMass), backstop: true)
        nextPause = random.waiting(7200) + 900
    }

    /// Moves the line on by one step.
    mutating func step(in weather: WeatherNow) {
        let time = Self.step
        let seconds = Double(ticks) * time
        if ticks % 20 == 0 { plan(seconds, weather) }
        if ring.misgripped > 0 || ring.unlocked > 0, plant.standing > 60 { ring.clearChecks() }
        let load = Self.load(ring, plant.figures, carrierMass)
        plant.step(
            target: targetSpeed(weather), isWanted: isWanted(seconds), station: wantedStop,
            load: load, in: weather, over: time)
        if abs(plant.loop.driveSpeed) > 0.05 { movingTicks += 1 }
        ring.move(
            to: plant.loop.way, by: plant.loop.driveSpeed * time, speed: plant.loop.driveSpeed,
            clock: Double(movingTicks) * time, demandUp: demandUp, demandDown: demandDown,
            random: &random)
        ticks += 1
    }

    /// Writes the signals; what depends on the sort of line is left to it.
    func tell(_ values: inout [Double]) {
        plant.tell(&values)
        values[.carrierInterval] = ring.interval
        values[.zoneConflict] = ring.hasZoneConflict.number
        values[.carriersOnLine] = Double(ring.carriersUp + ring.carriersDown)
        values[.personsOnLine] = Double(ring.personsOnLine)
    }

    /// Makes a fault, or mends it.
    mutating func set(_ fault: RopewayFault, size: Double?) {
        switch fault {
        case .gripSpringWeak: ring.springLeft = size ?? 1
        case .gripJawBlocked: ring.jawGap = size ?? 0
        case .dispatchLate: ring.lateness = size ?? 0
        case .conveyorJammed: ring.isConveyorJammed = size != nil
        case .gripSlips: ring.slip = size ?? 0
        case .doorLockBroken: ring.isDoorLockBroken = size != nil
        default: plant.set(fault, size: size)
        }
    }

    /// Once a second: the hour, the passengers, the operator's decisions.
    private mutating func plan(_ seconds: Double, _ weather: WeatherNow) {
        let before = hour
        hour = hours.hour(after: seconds)
        let isBad = weather.gust >= windStop || weather.lightning <= 8 || weather.ice >= 10
        fine = isBad ? 0 : fine + 1
        isWeatherBad = fine < 600
        demandUp = isWeatherBad ? 0 : hours.demand(hour, uphill: true)
        demandDown = isWeatherBad ? 0 : hours.demand(hour, uphill: false)
        if hours.isTrial(hour) && !hours.isTrial(before) { plant.auxiliary.test() }
        if seconds >= nextPause {
            // Somebody stumbles at the station: stopped for half a minute, every other hour.
            pauseEnds = seconds + random.uniform(20, 45)
            nextPause = seconds + random.waiting(7200) + 60
        }
        station = trial()
    }

    /// The daily trial of both brakes with the empty line, before opening.
    private func trial() -> LineStop {
        guard hours.isTrial(hour), ring.personsOnLine == 0 else { return .none }
        let elapsed = 3600 * (hour - hours.opens + 0.5)
        if elapsed >= 180 && elapsed < 200 { return .service }
        if elapsed >= 420 && elapsed < 440 { return .emergency }
        return .none
    }

    private func isWanted(_ seconds: Double) -> Bool {
        if seconds < pauseEnds { return false }
        let isService = (hours.isOpen(hour) && !isWeatherBad) || hours.isTrial(hour)
        return isService || ring.personsOnLine > 0
    }

    /// Slower in strong wind, by the control itself from 80 % of the stop value.
    private func targetSpeed(_ weather: WeatherNow) -> Double {
        (weather.gust >= 0.8 * windStop ? 0.6 : 1) * plant.figures.maxSpeed
    }

    /// What checks and zones of the stations ask for.
    private var wantedStop: LineStop {
        if ring.misgripped > 0 || ring.hasZoneConflict { return max(station, .service) }
        return ring.unlocked > 0 ? max(station, .electric) : station
    }

    private static func load(
        _ ring: CarrierRing, _ figures: RopewayFigures, _ carrierMass: Double
    ) -> LineLoad {
        var load = LineLoad()
        load.up = Double(ring.personsUp) * personMass
        load.down = Double(ring.personsDown) * personMass
        let empty = Double(ring.carriersUp - ring.carriersDown) * carrierMass / 2
        load.upForce = -9.81 * figures.slope * (load.up + empty)
        load.downForce = 9.81 * figures.slope * (load.down - empty)
        load.persons = ring.personsOnLine
        return load
    }
}
