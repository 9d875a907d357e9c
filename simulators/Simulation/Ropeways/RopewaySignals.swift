/// The signals of a passenger ropeway, in the order in which its models tell them.
enum RopewaySignal: Int, CaseIterable {
    case speed, speedB, speedDifference, lengthDifference, ropeBroken, direction, commanded
    case positionOpen, approachLimit, decelerationDevices, overtravel
    case windSpeed, windGust, windCross, swing, ice, airTemperature, airHumidity, lightning
    case tensionForce, tensionTravelLeft, tensionEndSwitch, counterweightPosition
    case supervisionCurrent, gripForce, gripForceRatio, gripCheckFailed
    case carrierInterval, zoneConflict, unlockedOnLine, carriersOnLine, personsOnLine
    case safetyBrake, brakePressure, stopDeceleration, emergencyPeak, emergencyDistance
    case motorCurrent, oilTemperature, oilPressure, bearingTemperature, vibration
    case auxiliaryReady, auxiliaryTestAge, emergencyStopFault
    case circuitClosed, circuitBypassed, mains

    /// How each signal is sent. Noise is typical of the sensor; decimals are its resolution.
    static let sheets: [SignalSheet] = allCases.map(\.sheet)

    private var sheet: SignalSheet {
        switch self {
        case .speed: .number("rope.speed", decimals: 3, noise: 0.006)
        case .speedB: .number("rope.speed.b", decimals: 3, noise: 0.008)
        case .speedDifference: .number("rope.speedDifference", decimals: 4, noise: 0.0015)
        case .lengthDifference: .number("rope.lengthDifference", decimals: 0, noise: 2)
        case .ropeBroken: .boolean("rope.broken")
        case .direction: .number("rope.direction", decimals: 0)
        case .commanded: .number("rope.commanded", decimals: 0)
        case .positionOpen: .boolean("rope.position.open")
        case .approachLimit: .number("approach.limit", decimals: 2)
        case .decelerationDevices: .number("decel.healthy", decimals: 0)
        case .overtravel: .boolean("sw.overtravel")
        case .windSpeed: .number("wind.speed", decimals: 2)
        case .windGust: .number("wind.gust3s", decimals: 2)
        case .windCross: .number("wind.cross", decimals: 2)
        case .swing: .number("carrier.swing", decimals: 4, noise: 0.001)
        case .ice: .number("ice.thickness", decimals: 1)
        case .airTemperature: .number("air.temp", decimals: 1, noise: 0.05)
        case .airHumidity: .number("air.humidity", decimals: 1, noise: 0.2)
        case .lightning: .number("lightning.distance", decimals: 1)
        case .tensionForce: .number("tension.force", decimals: 2, noise: 0.15)
        case .tensionTravelLeft: .number("tension.travelLeft", decimals: 1, noise: 0.3)
        case .tensionEndSwitch: .boolean("tension.endSwitch")
        case .counterweightPosition: .number("counterweight.position", decimals: 1, noise: 0.05)
        case .supervisionCurrent: .number("line.supervisionCurrent", decimals: 2, noise: 0.03)
        case .gripForce: .number("grip.force", decimals: 0)
        case .gripForceRatio: .number("grip.forceRatio", decimals: 1)
        case .gripCheckFailed: .boolean("grip.checkFailed")
        case .carrierInterval: .number("carrier.interval", decimals: 2)
        case .zoneConflict: .boolean("carrier.zoneConflict")
        case .unlockedOnLine: .number("carrier.unlockedOnLine", decimals: 0)
        case .carriersOnLine: .number("carrier.onLine", decimals: 0)
        case .personsOnLine: .number("persons.online", decimals: 0)
        case .safetyBrake: .boolean("brake.safety")
        case .brakePressure: .number("brake.pressure", decimals: 1, noise: 0.4)
        case .stopDeceleration: .number("stop.deceleration", decimals: 3)
        case .emergencyPeak: .number("stop.emergencyPeak", decimals: 3)
        case .emergencyDistance: .number("stop.emergencyDistance", decimals: 2)
        case .motorCurrent: .number("motor.current", decimals: 1, noise: 2)
        case .oilTemperature: .number("gear.oilTemp", decimals: 1, noise: 0.05)
        case .oilPressure: .number("gear.oilPressure", decimals: 2, noise: 0.02)
        case .bearingTemperature: .number("bearing.temp", decimals: 1, noise: 0.05)
        case .vibration: .number("vibration.rms", decimals: 2, noise: 0.015)
        case .auxiliaryReady: .boolean("drive.auxReady")
        case .auxiliaryTestAge: .number("drive.auxTestAge", decimals: 2)
        case .emergencyStopFault: .boolean("estop.fault")
        case .circuitClosed: .boolean("safetycircuit.closed")
        case .circuitBypassed: .boolean("safetycircuit.bypassed")
        case .mains: .boolean("power.mains")
        }
    }
}

extension [Double] {
    /// The place of a ropeway's signal.
    subscript(signal: RopewaySignal) -> Double {
        get { self[signal.rawValue] }
        set { self[signal.rawValue] = newValue }
    }
}

extension Bool {
    /// 1 for true, as signals have it.
    var number: Double { self ? 1 : 0 }
}
