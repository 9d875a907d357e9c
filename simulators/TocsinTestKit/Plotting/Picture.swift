import Detection
import Line
import RuleLanguage
public import Simulation
import Supervision
import Telemetry

extension RuleBook {
    /// Why a scenario cannot be drawn.
    public struct Undrawable: Error, Sendable {
        /// For people.
        public var message: String
    }

    /// A picture of one machine of a scenario: its signals as its messages tell them, the limits of
    /// the rules, what was wrong, and what was found.
    ///
    /// - Parameters:
    ///   - unit: the machine's id; `nil`: the first of which something is expected, else the first
    ///     with a fault, else the first.
    ///   - signals: what is drawn; empty: what the expected rules look at.
    ///   - progress: hears the simulated seconds.
    public func picture(
        of scenario: Scenario, unit: String? = nil, signals: [String] = [],
        progress: (Double) -> Void = { _ in }
    ) throws -> Plot {
        var simulator = try Simulator(scenario)
        let injections = scenario.injections
        let first = injections.first { !$0.expects.isEmpty } ?? injections.first
        let id = unit ?? first?.unit ?? scenario.units.first?.id ?? ""
        guard let index = scenario.units.firstIndex(where: { $0.id == id }) else {
            let known = scenario.units.map(\.id).joined(separator: ", ")
            throw Undrawable(message: "there is no machine \(id): there are \(known)")
        }
        let plan = try plan(for: scenario)
        var artist = try Artist(plan, index, scenario, signals)
        while let message = simulator.next() {
            artist.see(message)
            progress(Double(message.arrival) / 1e9)
        }
        return artist.finish()
    }
}

/// Looks at a simulation while it runs, and remembers what is to be drawn.
private struct Artist: ~Copyable {
    private let plan: SitePlan
    private let unit: Int
    private let scenario: Scenario
    private let slots: [Int]
    private var decoder: PayloadDecoder
    private var message = DecodedMessage()
    private var line: Line
    private var traces: [Trace]
    private var marks: [Plot.Mark] = []
    private var open: [(rule: String, mark: Int)] = []
    private var raised: [String] = []

    private static let start = Instant(nanoseconds: Simulator.usualStart * 1_000_000)
    /// What is drawn when nobody says what: more is too small to read.
    private static let mostSignals = 8

    init(
        _ plan: SitePlan, _ unit: Int, _ scenario: Scenario, _ signals: [String]
    ) throws(RuleBook.Undrawable) {
        self.plan = plan
        self.unit = unit
        self.scenario = scenario
        let vocabulary = plan.profiles[plan.equipment[unit].kind].vocabulary
        let names =
            signals.isEmpty
            ? Self.interesting(plan.profiles[plan.equipment[unit].kind], scenario, unit) : signals
        var slots: [Int] = []
        for name in names {
            guard let slot = vocabulary.slot(of: name) else {
                throw RuleBook.Undrawable(
                    message: "there is no signal \(name): the signals are "
                        + vocabulary.signals.dropFirst().map(\.name).joined(separator: ", "))
            }
            slots.append(slot)
        }
        self.slots = slots
        decoder = PayloadDecoder(kinds: plan.schemas)
        line = Line(plan: plan, at: Self.start)
        line.start(at: Self.start)
        traces = [Trace](repeating: Trace(), count: slots.count)
    }

    /// The signals that the expected rules look at.
    private static func interesting(
        _ profile: Profile, _ scenario: Scenario, _ unit: Int
    ) -> [String] {
        let id = scenario.units[unit].id
        let expected = scenario.injections.filter { $0.unit == id }.flatMap(\.expects)
        var names: [String] = []
        for rule in profile.rules where expected.contains(where: { $0.rule == rule.id }) {
            guard case .condition(let when, _) = rule.watch else { continue }
            for name in when.names where !names.contains(name) {
                if profile.vocabulary.slot(of: name) ?? 0 > 0 { names.append(name) }
            }
        }
        if names.isEmpty { names = profile.vocabulary.signals.dropFirst().map(\.name) }
        return Array(names.prefix(mostSignals))
    }

    mutating func see(_ sent: SimulatedMessage) {
        let arrival = Self.start + Duration(nanoseconds: sent.arrival)
        var topic = plan.equipment[sent.unit].topic
        topic.withUTF8 { topic in
            sent.payload.withUnsafeBytes { payload in
                line.receive(
                    arrival: arrival, topic: UnsafeRawBufferPointer(topic), payload: payload)
            }
        }
        if line.hasChanges { note() }
        guard sent.unit == unit else { return }
        do throws(Rejection) {
            try decoder.decode(
                sent.payload, kind: plan.equipment[unit].kind,
                equipment: EquipmentName([plan.equipment[unit].id], at: 0), into: &message)
        } catch {
            return
        }
        for row in message.rows.array {
            let time = Double(((row.event ?? arrival) - Self.start).nanoseconds) / 1e9
            for cell in message.cells.array[row.cells] {
                guard let place = slots.firstIndex(of: Int(cell.slot)) else { continue }
                traces[place].add(cell.quality == .good ? cell.value : .nan, at: time)
            }
        }
    }

    private mutating func note() {
        for change in line.takeBatch().changes {
            guard change.equipment == plan.equipment[unit].id else { continue }
            let time = Double((change.decided - Self.start).nanoseconds) / 1e9
            switch change.change {
            case .raised, .recurred:
                raised.append(change.rule.id)
                open.append((change.rule.id, marks.count))
                let title = change.rule.title
                marks.append(
                    Plot.Mark(
                        Bilingual(title.english, title.chinese),
                        Plot.Mark.Severity(rawValue: change.rule.severity.rawValue) ?? .info,
                        at: time))
            case .returned, .cleared:
                guard let place = open.firstIndex(where: { $0.rule == change.rule.id }) else {
                    continue
                }
                marks[open[place].mark].until = time
                open.remove(at: place)
            case .suppressed, .lapsed, .timing: break
            }
        }
    }

    consuming func finish() -> Plot {
        line.advance(
            to: Self.start + Duration(nanoseconds: Int64(scenario.duration * 1e9)))
        if line.hasChanges { note() }
        let piece = scenario.units[unit]
        let sheet = Models.sheet(piece.model)
        let faults = scenario.injections.filter { $0.unit == piece.id }.flatMap { injection in
            injection.causes.map { cause in
                var title = sheet?.title(of: cause) ?? Bilingual(cause.fault, cause.fault)
                if let signal = cause.signal {
                    title = Bilingual("\(title.en): \(signal)", "\(title.zh)：\(signal)")
                }
                return Plot.Span(
                    title, from: injection.at,
                    to: min(injection.at + injection.lasts, scenario.duration))
            }
        }
        return Plot(
            title: Bilingual(
                "\(piece.id): \(scenario.about.en)", "\(piece.id)：\(scenario.about.zh)"),
            subtitle: "\(piece.model), seed \(scenario.seed)",
            midnight: scenario.startHour.map { $0 * 3_600 }, panels: panels, spans: faults,
            marks: marks)
    }

    /// Numbers of one unit share a panel; a state has one of its own.
    private var panels: [Plot.Panel] {
        let vocabulary = plan.profiles[plan.equipment[unit].kind].vocabulary
        let own = scenario.units[unit]
        // Where two messages in a row are missing nothing is known.
        let gap = 2.5 * (Models.sheet(own.model)?.period(of: own) ?? 1)
        var panels: [Plot.Panel] = []
        for (place, slot) in slots.enumerated() {
            let entry = vocabulary.signals[slot]
            let name = Bilingual(entry.name, entry.name)
            switch entry.type {
            case .number(let unit):
                let series = traces[place].series(entry.name, gap: gap)
                let limits = limits(of: slot, near: traces[place].known)
                if let panel = panels.firstIndex(where: { $0.states.isEmpty && $0.unit == unit }) {
                    panels[panel].series.append(series)
                    panels[panel].limits += limits.filter { limit in
                        !panels[panel].limits.contains { $0.value == limit.value }
                    }
                } else {
                    panels.append(
                        Plot.Panel(name, unit: unit, series: [series], limits: limits))
                }
            case .boolean, .enumeration:
                panels.append(
                    Plot.Panel(
                        name, unit: "",
                        series: [traces[place].series(entry.name, gap: gap, isStepped: true)],
                        states: Self.states(of: entry.type)))
            }
        }
        return panels
    }

    private static func states(of type: ValueType) -> [String] {
        switch type {
        case .number: []
        case .boolean: ["false", "true"]
        case .enumeration(let labels):
            (0...(labels.map(\.code).max() ?? 0)).map { code in
                labels.first { $0.code == code }?.label ?? ""
            }
        }
    }

    /// The numbers that the rules which were raised, or had to be, compare a signal with, as far as
    /// the signal came near them: a limit far off would make the signal a flat line.
    private func limits(of slot: Int, near known: [Double]) -> [Plot.Limit] {
        let (low, high) = (known.min() ?? 0, known.max() ?? 0)
        let room = max(0.3 * (high - low), 0.3 * max(abs(low), abs(high)))
        let program = plan.program
        let variant = program.variants[Int(plan.variantOfEquipment[unit])]
        let rules = plan.profiles[plan.equipment[unit].kind].rules
        let wanted =
            raised + scenario.injections.flatMap(\.expects).map(\.rule)
        var limits: [Plot.Limit] = []
        for index in 0..<Int(variant.predicates.count) {
            let predicate = program.predicates[Int(variant.predicates.start) + index]
            guard Int(predicate.slot) == slot,
                predicate.form == .slot || predicate.form == .absoluteSlot
            else { continue }
            let users = program.dependents[Int(variant.predicateDependents) + index]
            let user = (0..<Int(users.count)).map {
                rules[Int(program.dependentIndices[Int(users.start) + $0])]
            }.first { wanted.contains($0.id) }
            guard let user else { continue }
            var values = [predicate.limit]
            if predicate.form == .absoluteSlot { values.append(-predicate.limit) }
            for value in values where value >= low - room && value <= high + room {
                guard !limits.contains(where: { $0.value == value }) else { continue }
                limits.append(
                    Plot.Limit(value, Bilingual(user.title.english, user.title.chinese)))
            }
        }
        return limits
    }
}
