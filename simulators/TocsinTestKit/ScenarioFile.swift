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
        let injections =
            section.has("faults")
            ? section.sections("faults").compactMap { injection($0, units) } : []
        guard let name, let about, let site, let seed, let duration else { return nil }
        let scenario = Scenario(
            name: name, about: about, site: site, seed: UInt64(seed), duration: duration,
            startHour: hour, climate: climate, units: units, injections: injections)
        for problem in scenario.problems { section.report(problem) }
        return scenario
    }

    private func climate(_ section: Section) -> Climate {
        var climate = Climate()
        guard let values = section.optionalSection("climate") else { return climate }
        defer { values.finish() }
        func read(
            _ key: String, _ range: ClosedRange<Double>, _ path: WritableKeyPath<Climate, Double>
        ) {
            guard values.has(key), let value = values.number(key) else { return }
            if range.contains(value) {
                climate[keyPath: path] = value
            } else {
                values.report(
                    "\(key) must lie between \(range.lowerBound) and \(range.upperBound)", at: key)
            }
        }
        read("wind", 0...40, \.wind)
        read("wind_swing", 0...1, \.windSwing)
        read("roughness", 0.003...1, \.roughness)
        read("direction", 0...360, \.direction)
        read("temperature", -40...50, \.temperature)
        read("temperature_swing", 0...25, \.temperatureSwing)
        read("humidity", 0...100, \.humidity)
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
        let causes: [Injection.Cause]
        if section.has("causes") {
            causes = section.sections("causes").compactMap { part in
                defer { part.finish() }
                return cause(part, sheet)
            }
        } else {
            causes = cause(section, sheet).map { [$0] } ?? []
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

    private func cause(_ section: Section, _ sheet: DataSheet?) -> Injection.Cause? {
        guard let fault = section.text("fault") else { return nil }
        let size = section.has("size") ? section.number("size") : nil
        let cause = Injection.Cause(
            fault: fault, size: size, signal: section.optionalText("signal"))
        reader.check(cause, of: sheet, section)
        return cause
    }
}
