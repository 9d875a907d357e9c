/// A fault by where it acts.
enum FaultPlace: Sendable {
    /// In the machine, by its place in the data sheet.
    case machine(Int)
    /// In the weather around it.
    case weather(WeatherFault)
    /// In the sensor of a signal, by its place in the data sheet.
    case sensor(SensorFault, signal: Int)
    /// On the way to the broker.
    case link(LinkFault)

    /// Finds what a cause is, and how it is described; throws what is wrong with it.
    static func find(
        _ cause: Injection.Cause, _ sheet: DataSheet
    ) throws(UnknownFault) -> (place: FaultPlace, sheet: FaultSheet) {
        let found = try place(of: cause, sheet)
        guard let size = cause.size else { return found }
        guard let known = found.sheet.size else {
            throw UnknownFault("\(cause.fault) is there or not: it has no size")
        }
        guard known.range.contains(size) else {
            throw UnknownFault(
                "\(cause.fault): its size must lie between \(known.range.lowerBound) and "
                    + "\(known.range.upperBound) (\(known.meaning))")
        }
        return found
    }

    private static func place(
        of cause: Injection.Cause, _ sheet: DataSheet
    ) throws(UnknownFault) -> (place: FaultPlace, sheet: FaultSheet) {
        if let fault = SensorFault(rawValue: cause.fault) {
            guard let name = cause.signal else {
                throw UnknownFault("\(cause.fault) needs a signal")
            }
            guard let signal = sheet.signals.firstIndex(where: { $0.name == name }) else {
                throw UnknownFault("a \(sheet.model) has no signal \(name)")
            }
            if !sheet.signals[signal].isNumber, !fault.befallsStates {
                throw UnknownFault("\(name) is a state, and \(cause.fault) befalls numbers alone")
            }
            return (.sensor(fault, signal: signal), fault.sheet)
        }
        if let signal = cause.signal {
            throw UnknownFault("\(cause.fault) is no fault of a sensor: it has no signal \(signal)")
        }
        if let index = sheet.faults.firstIndex(where: { $0.name == cause.fault }) {
            return (.machine(index), sheet.faults[index])
        }
        if let fault = WeatherFault(rawValue: cause.fault) { return (.weather(fault), fault.sheet) }
        if let fault = LinkFault(rawValue: cause.fault) { return (.link(fault), fault.sheet) }
        throw UnknownFault(
            "a \(sheet.model) has no fault \(cause.fault): it has "
                + FaultSheet.all(of: sheet).map(\.name).joined(separator: ", "))
    }

    /// Whether it is in the weather, which goes at its own pace.
    var isWeather: Bool {
        switch self {
        case .weather: true
        case .machine, .sensor, .link: false
        }
    }

    /// Why a cause cannot be switched on.
    struct UnknownFault: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }
}

/// When which fault begins and ends, in steps of what it befalls.
struct Schedule: Sendable {
    /// A fault that begins, with its size, or ends.
    struct Event: Sendable {
        var step: Int
        var fault: FaultPlace
        var size: Double?
    }

    private var events: [Event] = []
    private var done = 0

    /// The schedule of those faults that `isMeant`, for something that takes its first step at
    /// `start`, in seconds, and another every `period` seconds. What is over before a step could
    /// see it does not happen.
    init(
        _ injections: [Injection], _ sheet: DataSheet, from start: Double, every period: Double,
        where isMeant: (FaultPlace) -> Bool
    ) {
        func step(_ time: Double) -> Int {
            max(0, Int(((time - start) / period).rounded(.up)))
        }
        for injection in injections {
            for cause in injection.causes {
                let found: (place: FaultPlace, sheet: FaultSheet)
                do throws(FaultPlace.UnknownFault) {
                    found = try FaultPlace.find(cause, sheet)
                } catch {
                    preconditionFailure("a scenario is checked before its machines are made")
                }
                let (begin, end) = (step(injection.at), step(injection.at + injection.lasts))
                guard isMeant(found.place), begin < end else { continue }
                let size = cause.size ?? found.sheet.size?.usual ?? 1
                events.append(Event(step: begin, fault: found.place, size: size))
                events.append(Event(step: end, fault: found.place, size: nil))
            }
        }
        // At one step what ends comes before what begins, then in the order of the scenario.
        let order = events.indices.sorted { left, right in
            let (one, other) = (events[left], events[right])
            return (one.step, one.size == nil ? 0 : 1, left)
                < (other.step, other.size == nil ? 0 : 1, right)
        }
        events = order.map { events[$0] }
    }

    /// The step at which something happens next.
    var next: Int { done < events.count ? events[done].step : .max }

    mutating func takeEvent(through step: Int) -> Event? {
        guard next <= step else { return nil }
        defer { done += 1 }
        return events[done]
    }
}
