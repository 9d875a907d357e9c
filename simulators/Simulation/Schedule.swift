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

    /// Finds a cause, and its usual size; throws what is wrong with it.
    static func find(
        _ cause: Injection.Cause, _ sheet: DataSheet
    ) throws(UnknownFault) -> (place: FaultPlace, usual: Double) {
        let found = try place(of: cause, sheet)
        guard let size = cause.size else { return found }
        // Sizes have no ranges of their own; far beyond what is usual no model means anything.
        let limit = 1_000 * max(abs(found.usual), 1)
        guard size.magnitude <= limit else {
            throw UnknownFault("\(cause.fault): its size must lie between -\(limit) and \(limit)")
        }
        return found
    }

    private static func place(
        of cause: Injection.Cause, _ sheet: DataSheet
    ) throws(UnknownFault) -> (place: FaultPlace, usual: Double) {
        if let fault = SensorFault(rawValue: cause.fault) {
            guard let name = cause.signal else {
                throw UnknownFault("\(cause.fault) needs a signal")
            }
            guard let signal = sheet.signals.firstIndex(where: { $0.name == name }) else {
                throw UnknownFault("a \(sheet.model) has no signal \(name)")
            }
            return (.sensor(fault, signal: signal), fault.usual)
        }
        if let signal = cause.signal {
            throw UnknownFault("\(cause.fault) is no fault of a sensor: it has no signal \(signal)")
        }
        if let index = sheet.faults.firstIndex(where: { $0.name == cause.fault }) {
            return (.machine(index), sheet.faults[index].usual)
        }
        if let fault = WeatherFault(rawValue: cause.fault) { return (.weather(fault), fault.usual) }
        if let fault = LinkFault(rawValue: cause.fault) { return (.link(fault), fault.usual) }
        let known =
            sheet.faults.map(\.name) + WeatherFault.allCases.map(\.rawValue)
            + SensorFault.allCases.map(\.rawValue) + LinkFault.allCases.map(\.rawValue)
        throw UnknownFault(
            "a \(sheet.model) has no fault \(cause.fault): it has "
                + known.joined(separator: ", "))
    }

    /// Why a cause cannot be switched on.
    struct UnknownFault: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }
}

/// When which fault of one machine begins and ends, in steps of the machine.
struct Schedule: Sendable {
    /// A fault that begins, with its size, or ends.
    struct Event: Sendable {
        var step: Int
        var fault: FaultPlace
        var size: Double?
    }

    private var events: [Event] = []
    private var done = 0

    /// The schedule of a machine whose first step is `phase` seconds after the scenario's start.
    init(_ injections: [Injection], _ sheet: DataSheet, phase: Double) {
        func step(_ time: Double) -> Int {
            max(0, Int(((time - phase) / sheet.step).rounded(.up)))
        }
        for injection in injections {
            for cause in injection.causes {
                let found: (place: FaultPlace, usual: Double)
                do throws(FaultPlace.UnknownFault) {
                    found = try FaultPlace.find(cause, sheet)
                } catch {
                    preconditionFailure("a scenario is checked before its machines are made")
                }
                events.append(
                    Event(
                        step: step(injection.at), fault: found.place,
                        size: cause.size ?? found.usual))
                events.append(
                    Event(
                        step: step(injection.at + injection.lasts), fault: found.place, size: nil))
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

extension Scenario {
    /// Everything in it that cannot be simulated, for people.
    public var problems: [String] {
        var problems: [String] = []
        if !(duration > 0 && duration <= 31_622_400) {
            problems.append("the duration must be more than 0 s and at most a year")
        }
        for (index, unit) in units.enumerated() {
            if units[..<index].contains(where: { $0.id == unit.id }) {
                problems.append("\(unit.id) stands twice")
            }
            guard let sheet = Models.sheet(unit.model) else {
                let known = Models.sheets.map(\.model).joined(separator: ", ")
                problems.append(
                    "\(unit.id): there is no model \(unit.model): the models are \(known)")
                continue
            }
            problems += sheet.problems(of: unit)
        }
        for (index, injection) in injections.enumerated() {
            problems += self.problems(of: injection)
            for earlier in injections[..<index] where earlier.unit == injection.unit {
                let isLater =
                    injection.at >= earlier.at + earlier.lasts
                    || earlier.at >= injection.at + injection.lasts
                for cause in injection.causes where !isLater {
                    let isSame = earlier.causes.contains {
                        $0.fault == cause.fault && $0.signal == cause.signal
                    }
                    if isSame {
                        problems.append(
                            "\(cause.fault) overlaps itself on \(injection.unit): the end of one "
                                + "would mend the other")
                    }
                }
            }
        }
        return problems
    }

    private func problems(of injection: Injection) -> [String] {
        let title = injection.title
        guard let unit = units.first(where: { $0.id == injection.unit }),
            let sheet = Models.sheet(unit.model)
        else { return ["\(title): there is no machine \(injection.unit)"] }
        var problems: [String] = []
        if !(injection.at >= 0 && injection.at < duration && injection.lasts > 0) {
            problems.append("\(title): it lies outside the scenario")
        }
        return problems + injection.causes.compactMap { sheet.problem(of: $0) }
    }
}

extension DataSheet {
    /// What of a machine's description its model cannot be built from.
    func problems(of unit: Scenario.Unit) -> [String] {
        var problems: [String] = []
        for parameter in parameters {
            guard let value = unit.parameters[parameter.name] ?? parameter.usual else {
                problems.append("\(unit.id): \(parameter.name) is missing: \(parameter.about)")
                continue
            }
            if !parameter.range.contains(value) {
                problems.append(
                    "\(unit.id): \(parameter.name) must lie between "
                        + "\(parameter.range.lowerBound) and \(parameter.range.upperBound) "
                        + parameter.unit)
            }
        }
        if unit.payload == .gbt24476, kind != "lift" {
            problems.append("\(unit.id): running data of GB/T 24476 are told by lifts alone")
        }
        return problems
    }
}

extension DataSheet {
    /// Why a machine of this model cannot have a fault; `nil` when it can.
    public func problem(of cause: Injection.Cause) -> String? {
        do throws(FaultPlace.UnknownFault) {
            _ = try FaultPlace.find(cause, self)
            return nil
        } catch {
            return error.message
        }
    }
}
