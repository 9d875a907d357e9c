/// One machine under simulation: physics, weather, sensors, link and the payload it writes.
struct SimulatedUnit: Sendable {
    private let sheet: DataSheet
    private var machine: any Machine
    private var weather: Weather
    private var sensors: SensorArray
    private var link: Link
    private var message: MessageWriter
    private var schedule: Schedule
    private var weatherSchedule: Schedule
    /// Steps of the weather so far.
    private var weatherSteps = 0

    /// Steps of the machine so far.
    private var steps = 0
    /// Seconds from the start of the scenario to the machine's first step: units do not all report
    /// at the same moment.
    private let phase: Double
    /// Seconds between two messages.
    private let period: Double
    private let stepsPerMessage: Int
    private let stepsPerFastSample: Int
    private let stepsPerSecond: Double

    private var truth: [Double]
    private var told: [Double]

    init(
        _ unit: Scenario.Unit, _ model: any Machine.Type, in scenario: Scenario,
        _ injections: [Injection], startMilliseconds: Int64
    ) {
        let sheet = model.sheet
        self.sheet = sheet
        func random(_ part: String) -> RandomStream {
            RandomStream(seed: scenario.seed, for: "\(unit.id)/\(part)")
        }
        var given = unit.parameters
        if let hour = scenario.startHour, sheet.hasHour {
            given["start_hour"] = given["start_hour"] ?? hour
        }
        let parameters = Parameters(given, for: sheet)
        machine = model.init(parameters, random: random("machine"))
        // One weather for a whole site: the same numbers from the same second on, as long as
        // nothing is called for at one machine.
        var climate = scenario.climate
        climate.startHour = scenario.startHour ?? unit.startHour ?? climate.startHour
        weather = Weather(climate, random: RandomStream(seed: scenario.seed, for: "weather"))
        weatherSchedule = Schedule(
            injections, sheet, from: 0, every: Weather.period, where: \.isWeather)
        sensors = SensorArray(sheet, random: random("sensors"))
        period = sheet.period(of: unit)
        link = Link(period: period, random: random("link"))
        message = MessageWriter(
            sheet, form: unit.payload, equipment: unit.id, startMilliseconds: startMilliseconds)
        stepsPerSecond = 1 / sheet.step
        stepsPerMessage = sheet.steps(in: period)
        stepsPerFastSample = sheet.fastPeriod > 0 ? sheet.steps(in: sheet.fastPeriod) : 0
        var order = random("phase")
        let phaseSteps = Int(order.next() % UInt64(stepsPerMessage))
        phase = Double(phaseSteps) * sheet.step
        schedule = Schedule(injections, sheet, from: phase, every: sheet.step) { !$0.isWeather }
        truth = [Double](repeating: .nan, count: sheet.signals.count)
        told = truth
    }

    /// Seconds from the start of the scenario to the machine's present.
    private var time: Double { phase + Double(steps) / stepsPerSecond }

    /// When it will send its next message. What is sampled fast is sent when it is complete.
    var nextSending: Double { time + (stepsPerFastSample > 0 ? period : 0) }

    /// A message on its way.
    struct Sending: Sendable {
        var payload: [UInt8]
        var arrival: Double
        /// When it arrives once more, if it does.
        var again: Double?
    }

    /// Goes on to the next message and past it; returns it, `nil` when it is not sent.
    mutating func send() -> Sending? {
        runSchedule()
        let sampled = time
        machine.tell(&truth)
        sensors.measure(truth, into: &told, at: sampled)
        message.begin(told, at: sampled + link.clockError(at: sampled))
        guard stepsPerFastSample > 0 else {
            defer { advance() }
            return finish(sampled)
        }
        advance()
        return finish(time)
    }

    private mutating func finish(_ now: Double) -> Sending? {
        guard let number = link.number(at: now) else { return nil }
        let (arrival, again) = link.arrivals(of: number, sent: now)
        return Sending(payload: message.finish(number: number), arrival: arrival, again: again)
    }

    /// Moves the machine on by one period.
    private mutating func advance() {
        for step in 0..<stepsPerMessage {
            if steps >= schedule.next { runSchedule() }
            if stepsPerFastSample > 0, step % stepsPerFastSample == 0 {
                machine.tellFast(&truth)
                sensors.measureFast(truth, into: &told, at: time)
                message.addFast(told)
            }
            if Double(weatherSteps) * Weather.period <= time { stepWeather() }
            machine.step(in: weather.now)
            steps += 1
        }
    }

    /// Moves the weather on to the machine's present.
    private mutating func stepWeather() {
        while Double(weatherSteps) * Weather.period <= time {
            while let event = weatherSchedule.takeEvent(through: weatherSteps) {
                if case .weather(let fault) = event.fault { weather.set(fault, size: event.size) }
            }
            weather.step()
            weatherSteps += 1
        }
    }

    private mutating func runSchedule() {
        while let event = schedule.takeEvent(through: steps) {
            switch event.fault {
            case .machine(let index): machine.set(fault: index, size: event.size)
            case .weather: break
            case .sensor(let fault, let signal):
                sensors.set(fault, on: signal, size: event.size)
            case .link(let fault): link.set(fault, size: event.size, at: time)
            }
        }
    }
}

extension Scenario.Unit {
    /// The hour of the day at which the machine begins unless the scenario says it; `nil` for a
    /// model without one.
    var startHour: Double? {
        parameters["start_hour"]
            ?? Models.sheet(model)?.parameters.first { $0.name == "start_hour" }?.usual
    }
}

extension DataSheet {
    /// Whether the machine has hours of the day.
    var hasHour: Bool { parameters.contains { $0.name == "start_hour" } }

    /// Steps of the physics in so many seconds.
    func steps(in seconds: Double) -> Int { Int((seconds / step).rounded()) }
}
