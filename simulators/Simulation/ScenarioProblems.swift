extension Scenario {
    /// Everything in it that cannot be simulated, for people.
    public var problems: [String] {
        var problems: [String] = []
        if !(duration > 0 && duration <= 31_622_400) {
            problems.append("the duration must be more than 0 s and at most a year")
        }
        if let startHour, !(0..<24).contains(startHour) {
            problems.append("start_hour must be from 0 to 24")
        }
        if !Self.isTopicLevel(site) { problems.append("site \(Self.topicLevelRule)") }
        problems += climate.problems
        let hours = Set(units.compactMap(\.startHour))
        if startHour == nil, hours.count > 1 {
            problems.append("start_hour is missing: its machines begin at different hours")
        }
        problems += problemsOfUnits
        problems += timed.flatMap { problem(of: $0) }
        problems += random.flatMap { problem(of: $0) }
        problems += weather.flatMap { problem(of: $0) }
        // What goes wrong at random times is drawn only from what can be.
        return problems.isEmpty ? overlaps : problems
    }

    /// Whether a text can be a level of a topic that the agent takes.
    private static func isTopicLevel(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static let topicLevelRule =
        "must be 1 to 64 letters, digits, - or _: it becomes a topic level"

    private var problemsOfUnits: [String] {
        var problems: [String] = []
        var ids: Set<String> = []
        for unit in units {
            if !ids.insert(unit.id).inserted { problems.append("\(unit.id) stands twice") }
            if !Self.isTopicLevel(unit.id) {
                problems.append("\(unit.id): the id \(Self.topicLevelRule)")
            }
            guard let sheet = Models.sheet(unit.model) else {
                let known = Models.sheets.map(\.model).joined(separator: ", ")
                problems.append(
                    "\(unit.id): there is no model \(unit.model): the models are \(known)")
                continue
            }
            problems += sheet.problems(of: unit)
        }
        return problems
    }

    private func problem(of injection: Injection) -> [String] {
        let title = injection.title
        guard let unit = units.first(where: { $0.id == injection.unit }),
            let sheet = Models.sheet(unit.model)
        else { return ["\(title): there is no machine \(injection.unit)"] }
        return problem(
            of: title, at: injection.at, lasts: injection.lasts, after: injection.after,
            injection.expects)
            + causeProblems(injection.causes, sheet)
    }

    private func problem(of event: WeatherEvent) -> [String] {
        let cause = Injection.Cause(fault: event.weather.rawValue, size: event.size)
        let kinds = Models.sheets.map(\.kind)
        let expects = kinds.flatMap { event.expects[$0] ?? [] }
        return problem(
            of: event.weather.rawValue, at: event.at, lasts: event.lasts, after: event.after,
            expects)
            // Weather is the same for every model.
            + Models.sheets.prefix(1).compactMap { $0.problem(of: cause) }
    }

    private func causeProblems(
        _ causes: [Injection.Cause], _ sheet: DataSheet
    ) -> [String] {
        causes.isEmpty
            ? ["a fault has at least one cause"] : causes.compactMap { sheet.problem(of: $0) }
    }

    private func problem(
        of title: String, at: Double, lasts: Double, after: Double,
        _ expects: [Injection.Expectation]
    ) -> [String] {
        guard at >= 0 && at < duration && lasts > 0 && lasts.isFinite else {
            return ["\(title): it lies outside the scenario"]
        }
        var problems: [String] = []
        if !(after >= 0 && after.isFinite) {
            problems.append("\(title): after must be 0 s or more")
        }
        for expected in expects where !(at + expected.within <= duration) {
            problems.append("\(title): \(expected.rule) has longer than the scenario lasts")
        }
        return problems
    }

    private func problem(of fault: RandomFault) -> [String] {
        let title = fault.causes.map(\.fault).joined(separator: " + ")
        guard let unit = units.first(where: fault.befalls), let sheet = Models.sheet(unit.model)
        else { return ["\(title): there is no machine that it could befall"] }
        var problems = causeProblems(fault.causes.flatMap(\.extremes), sheet)
        if !(fault.meanBetween >= 10 && fault.meanBetween.isFinite) {
            problems.append("\(title): the mean wait must be 10 s at least")
        }
        if !(fault.after >= 0 && fault.lasts.lowerBound > 0
            && fault.lasts.upperBound + fault.after < duration)
        {
            problems.append(
                "\(title): it must last more than 0 s and, with what comes after, less than the "
                    + "scenario")
        }
        for expected in fault.expects
        where !(expected.within <= fault.lasts.lowerBound + fault.after) {
            problems.append("\(title): \(expected.rule) has longer than the fault may last")
        }
        return problems
    }

    /// Faults that begin on a machine while they are there already: the end of one would mend the
    /// other.
    private var overlaps: [String] {
        struct Stay {
            var unit: String
            var cause: String
            var at: Double
            var end: Double
        }
        let stays = injections.flatMap { injection in
            injection.causes.map { cause in
                Stay(
                    unit: injection.unit, cause: cause.fault + " " + (cause.signal ?? ""),
                    at: injection.at, end: injection.at + injection.lasts)
            }
        }.sorted { ($0.unit, $0.cause, $0.at, $0.end) < ($1.unit, $1.cause, $1.at, $1.end) }
        var problems: [String] = []
        for (one, next) in zip(stays, stays.dropFirst())
        where one.unit == next.unit && one.cause == next.cause && next.at < one.end {
            let name = one.cause.split(separator: " ").joined(separator: " of ")
            problems.append(
                "\(name) overlaps itself on \(one.unit): the end of one would mend the other")
        }
        return problems
    }
}

extension DataSheet {
    /// Seconds between two messages of a machine.
    public func period(of unit: Scenario.Unit) -> Double { unit.parameters["period"] ?? period }

    /// Messages of the agent's decoder hold at most 1,024 moments.
    private static let mostSamples = 1_000.0
    /// The periods that a machine may have, in seconds.
    private static let periods = 0.05...60.0

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
        let period = period(of: unit)
        let unitOfTime = fastPeriod > 0 ? fastPeriod : step
        let parts = period / unitOfTime
        if !Self.periods.contains(period) || abs(parts - parts.rounded()) > 1e-6
            || (fastPeriod > 0 && parts > Self.mostSamples)
        {
            problems.append(
                "\(unit.id): period must be a multiple of \(unitOfTime) s, from "
                    + "\(max(Self.periods.lowerBound, unitOfTime)) to "
                    + "\(fastPeriod > 0 ? min(60, Self.mostSamples * fastPeriod) : 60) s")
        }
        if unit.payload == .gbt24476, kind != "lift" {
            problems.append("\(unit.id): running data of GB/T 24476 are told by lifts alone")
        }
        return problems
    }

    /// Why a machine of this model cannot have a fault; `nil` when it can.
    public func problem(of cause: Injection.Cause) -> String? {
        do throws(FaultPlace.UnknownFault) {
            _ = try FaultPlace.find(cause, self)
            return nil
        } catch {
            return error.message
        }
    }

    /// What a fault is called; `nil` when a machine of this model cannot have it.
    public func title(of cause: Injection.Cause) -> Bilingual? {
        do throws(FaultPlace.UnknownFault) {
            return try FaultPlace.find(cause, self).sheet.title
        } catch {
            return nil
        }
    }
}
