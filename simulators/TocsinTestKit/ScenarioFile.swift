public import Configuration
public import Simulation

extension RuleBook {
    /// Reads a scenario file.
    ///
    /// - Throws: every problem of the file.
    public func scenario(_ path: String) throws(InvalidConfiguration) -> Scenario {
        try FileReader.read(path, self) { reader, section in
            ScenarioReader(reader: reader).read(section)
        }
    }
}

private struct ScenarioReader {
    let reader: FileReader

    func read(_ section: Section) -> Scenario? {
        let name = section.text("name")
        let about = reader.bilingual("about", section)
        let site = section.text("site")
        let seed = section.integer("seed", in: 0...Int.max)
        let duration = reader.seconds("duration", section)
        let hour = section.has("start_hour") ? section.number("start_hour") : nil
        if let hour, !(0..<24).contains(hour) {
            section.report("start_hour must be from 0 to 24", at: "start_hour")
        }
        let climate = self.climate(section)
        let units = section.sections("equipment").flatMap(units)
        func items(_ key: String) -> [Section] {
            section.has(key) ? section.sections(key) : []
        }
        let timed = items("faults").compactMap { injection($0, units) }
        let random = items("random_faults").compactMap { randomFault($0, units) }
        let weather = items("weather").compactMap { weatherEvent($0, units) }
        guard let name, let about, let site, let seed, let duration else { return nil }
        let scenario = Scenario(
            name: name, about: about, site: site, seed: UInt64(seed), duration: duration,
            startHour: hour, climate: climate, units: units, injections: timed, random: random,
            weather: weather)
        // What stands in a place of its own was reported there.
        if reader.problems.all.isEmpty {
            for problem in scenario.problems { section.report(problem) }
        }
        return scenario
    }

    private func climate(_ section: Section) -> Climate {
        var climate = Climate()
        guard let values = section.optionalSection("climate") else { return climate }
        defer { values.finish() }
        for number in Climate.numbers where values.has(number.name) {
            guard let value = values.number(number.name) else { continue }
            if number.range.contains(value) {
                climate[keyPath: number.path] = value
            } else {
                values.report(
                    "\(number.name) must lie between \(number.range.lowerBound) and "
                        + "\(number.range.upperBound)", at: number.name)
            }
        }
        return climate
    }

    /// The machines that one item stands for: `count: 20` gives `lift-1` to `lift-20`.
    private func units(_ section: Section) -> [Scenario.Unit] {
        defer { section.finish() }
        let id = section.text("id")
        let sheet = reader.model(section)
        let count = section.has("count") ? section.integer("count", in: 1...100_000) : nil
        let form: PayloadForm? = section.has("payload") ? section.choice("payload") : .signals
        guard let sheet else {
            section.optionalSection("parameters").map { _ = $0.keys }
            return []
        }
        let parameters = reader.parameters(section, sheet)
        guard let id, let form else { return [] }
        let ids = count.map { count in (1...count).map { "\(id)-\($0)" } } ?? [id]
        return ids.map {
            Scenario.Unit(
                id: $0, model: sheet.model, parameters: parameters, payload: form)
        }
    }

    private func injection(_ section: Section, _ units: [Scenario.Unit]) -> Injection? {
        defer { section.finish() }
        let id = section.text("equipment")
        let unit = units.first { $0.id == id }
        let sheet = unit.flatMap { Models.sheet($0.model) }
        if let id, unit == nil {
            section.report("there is no equipment \(id)", at: "equipment")
        }
        let causes = causes(section) { part -> Injection.Cause? in
            guard let fault = part.text("fault") else { return nil }
            let size = part.has("size") ? part.number("size") : nil
            let cause = Injection.Cause(
                fault: fault, size: size, signal: part.optionalText("signal"))
            reader.check(cause, of: sheet, part)
            return cause
        }
        let at = reader.seconds("at", section)
        let lasts = reader.seconds("lasts", section)
        let after = reader.seconds("after", section, or: 60)
        let expects = reader.expectations(section, sheet)
        let allows = reader.allowed(section, sheet)
        guard let id, let at, let lasts, let after, !causes.isEmpty else { return nil }
        return Injection(
            unit: id, causes: causes, at: at, lasts: lasts, expects: expects, allows: allows,
            after: after)
    }

    private func randomFault(_ section: Section, _ units: [Scenario.Unit]) -> RandomFault? {
        defer { section.finish() }
        let id = section.optionalText("equipment")
        let model = section.optionalText("model")
        let unit = units.first { id != nil ? $0.id == id : $0.model == model }
        if (id == nil) == (model == nil) {
            section.report("a random fault has either equipment or model")
        } else if unit == nil {
            section.report("there is no equipment \(id ?? "of model \(model ?? "")")")
        }
        let sheet = unit.flatMap { Models.sheet($0.model) }
        let causes = causes(section) { reader.drawnCause($0, sheet) }
        let mean = reader.seconds("mean_between", section)
        let lasts = reader.secondsRange("lasts", section)
        let after = reader.seconds("after", section, or: 60)
        let expects = reader.expectations(section, sheet)
        let allows = reader.allowed(section, sheet)
        guard let mean, let lasts, let after, !causes.isEmpty else { return nil }
        let place: RandomFault.Place
        switch (id, model) {
        case (let id?, _): place = .unit(id)
        case (_, let model?): place = .model(model)
        case (nil, nil): return nil
        }
        return RandomFault(
            place, causes: causes, meanBetween: mean, lasts: lasts, expects: expects,
            allows: allows, after: after)
    }

    private func causes<Cause>(
        _ section: Section, _ read: (Section) -> Cause?
    ) -> [Cause] {
        guard section.has("causes") else { return read(section).map { [$0] } ?? [] }
        let parts = section.sections("causes")
        if parts.isEmpty { section.report("a fault has at least one cause", at: "causes") }
        return parts.compactMap { part in
            defer { part.finish() }
            return read(part)
        }
    }

    private func weatherEvent(_ section: Section, _ units: [Scenario.Unit]) -> WeatherEvent? {
        defer { section.finish() }
        let event: WeatherFault? = section.choice("event")
        let size = section.has("size") ? section.number("size") : nil
        if let event, let size, let range = event.sheet.size?.range, !range.contains(size) {
            section.report(
                "size must lie between \(range.lowerBound) and \(range.upperBound)", at: "size")
        }
        let at = reader.seconds("at", section)
        let lasts = reader.seconds("lasts", section)
        let after = reader.seconds("after", section, or: 60)
        let wanted = reader.expectations(section, nil)
        let allows = reader.allowed(section, nil)
        var kinds: [String] = []
        for kind in units.compactMap({ Models.sheet($0.model)?.kind }) where !kinds.contains(kind) {
            kinds.append(kind)
        }
        let known = kinds.flatMap { reader.rules.rules(of: $0) }
        for rule in wanted.map(\.rule) + allows where !known.contains(rule) {
            section.report("no machine of this site has a rule \(rule)")
        }
        guard let event, let at, let lasts, let after else { return nil }
        var expects: [String: [Injection.Expectation]] = [:]
        for kind in kinds {
            let rules = reader.rules.rules(of: kind)
            expects[kind] = wanted.filter { rules.contains($0.rule) }
        }
        return WeatherEvent(
            event, size: size, at: at, lasts: lasts, expects: expects, allows: allows,
            after: after)
    }
}
