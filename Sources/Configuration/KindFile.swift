import Detection
import RuleLanguage
import Supervision
import Telemetry
import Yams

/// A kind of equipment as `config/kinds/*.yaml` declares it.
struct Kind {
    var id: String
    var name: BilingualText
    var period: Duration
    var silentAfter: Duration
    var clockSkew: Duration
    var signals: [Declaration]
    var parameters: [Parameter]
    /// The signal that shows that equipment runs, and from which magnitude on.
    var running: (signal: String, atLeast: Double)?
    /// Signals whose values alerts take along.
    var told: [String] = []
    /// The site's curves; the same for every kind.
    var curves: [Curve] = []

    struct Declaration {
        var name: String
        var type: ValueType
        var range: ClosedRange<Double>?
        /// The time between two readings, where it is not the kind's.
        var period: Duration?
        var presence = Vocabulary.Presence.required
    }

    struct Parameter {
        var name: String
        var type: ValueType
        var range: ClosedRange<Double>?
        var presence: Vocabulary.Presence
    }

    /// What rules may name. The reporting period is a parameter of every kind.
    var vocabulary: Vocabulary {
        Vocabulary(
            signals: signals.map { signal in
                .init(
                    name: signal.name, type: signal.type,
                    period: signal.period.map { Double($0.nanoseconds) / 1e9 })
            },
            parameters: parameters.map {
                .init(name: $0.name, type: $0.type, presence: $0.presence)
            }
                + [.init(name: "period", type: .number(unit: "s"))],
            curves: curves)
    }

    /// How payloads write the signals. Slot 0 is the engine's own.
    var schema: KindSchema {
        KindSchema(
            signals: signals.enumerated().map { index, signal in
                let values: KindSchema.Values =
                    switch signal.type {
                    case .boolean: .boolean
                    case .enumeration(let labels):
                        .enumeration(labels.map { .init(text: $0.label, code: Double($0.code)) })
                    case .number:
                        .number(
                            signal.range ?? -.greatestFiniteMagnitude ... .greatestFiniteMagnitude)
                    }
                return KindSchema.Signal(
                    name: signal.name, values: values, slot: UInt16(index + 1))
            })
    }
}

extension Kind {
    /// Reads a kind's file; `nil` when too much is wrong to go on with it.
    static func read(_ node: Node, in source: SourceFile, _ problems: Problems) -> Kind? {
        let section = Section(node, in: source, problems)
        defer { section.finish() }
        let id = section.text("kind")
        let name = section.bilingual("name")
        let period = section.duration("period")
        let silentAfter = section.duration("silent_after")
        let skew = section.duration("clock_skew")
        let signals = declarations(section.section("signals")) ?? []
        let parameters =
            declarations(section.optionalSection("parameters"), areParameters: true) ?? []
        if signals.count > Limits.slotsPerKind - 1 {
            section.report("more than \(Limits.slotsPerKind - 1) signals", at: "signals")
        }
        checkNames(signals.map(\.name) + parameters.map(\.name), in: section)
        let running = running(section, signals)
        let told = section.has("tell") ? section.texts("tell") : []
        for name in told where !signals.contains(where: { $0.name == name }) {
            section.report("there is no signal \(name)", at: "tell")
        }
        if told.count > SupervisionLimits.toldSignals {
            section.report("more than \(SupervisionLimits.toldSignals) signals to tell", at: "tell")
        }
        guard let id, let name, let period, let silentAfter, let skew else { return nil }
        if period <= .zero { section.report("period must be longer than nothing", at: "period") }
        if silentAfter < period + period {
            section.report(
                "silent_after must be at least two periods, or every late message is a silence",
                at: "silent_after")
        }
        return Kind(
            id: id, name: name, period: period, silentAfter: silentAfter, clockSkew: skew,
            signals: signals,
            parameters: parameters.map {
                Parameter(
                    name: $0.name, type: $0.type, range: $0.range, presence: $0.presence)
            }, running: running, told: told)
    }

    /// `running: {signal: car.speed, at_least: 0.1}`.
    private static func running(
        _ section: Section, _ signals: [Declaration]
    ) -> (signal: String, atLeast: Double)? {
        guard let part = section.optionalSection("running") else { return nil }
        defer { part.finish() }
        guard let signal = part.text("signal"), let least = part.number("at_least") else {
            return nil
        }
        if !signals.contains(where: { $0.name == signal }) {
            part.report("there is no signal \(signal)", at: "signal")
        }
        if least <= 0 { part.report("at_least must be more than nothing", at: "at_least") }
        return (signal, least)
    }

    private static func checkNames(_ names: [String], in section: Section) {
        let reserved = ["ts", "seq", "dt", "equipment", "true", "false", "in", "period"]
        var seen: Set<String> = ["clock.skewed"]
        for name in names {
            if !seen.insert(name).inserted || reserved.contains(name) {
                section.report("the name \(name) is taken or reserved: choose another")
            }
            if name.utf8.count > PayloadLimits.keyLength || !isName(name) {
                section.report(
                    "\(name) is no usable name: letters, digits, _ and dots, starting with a letter"
                )
            }
        }
    }

    private static func isName(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.utf8.first, first < 0x80 else { return false }
            return (part.first?.isLetter ?? false)
                && part.utf8.allSatisfy { $0 < 0x80 }
                && part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        }
    }

    private static func declarations(
        _ section: Section?, areParameters: Bool = false
    ) -> [Declaration]? {
        guard let section else { return nil }
        return section.named.compactMap { name, declaration in
            defer { declaration.finish() }
            guard var declared = self.declaration(name, declaration) else { return nil }
            if areParameters { declared.presence = presence(declared, declaration) }
            return declared
        }
    }

    /// Whether equipment must give a parameter, and what holds if it does not.
    private static func presence(
        _ parameter: Declaration, _ section: Section
    ) -> Vocabulary.Presence {
        let isOptional = section.optionalBoolean("optional") ?? false
        guard let text = section.optionalText("default") else {
            return isOptional ? .optional : .required
        }
        if isOptional { section.report("what has a default need not be optional", at: "optional") }
        guard let value = parameter.type.value(of: text),
            parameter.range?.contains(value) ?? true
        else {
            section.report(
                "default must be \(parameter.type.description), within the range", at: "default")
            return .required
        }
        return .standard(value)
    }

    private static func declaration(_ name: String, _ section: Section) -> Declaration? {
        _ = section.optionalText("about")
        let period = section.has("period") ? section.duration("period") : nil
        if period == .zero { section.report("period must be longer than nothing", at: "period") }
        if section.has("labels") {
            return labels(section).map {
                Declaration(name: name, type: .enumeration($0), period: period)
            }
        }
        if section.has("type") {
            guard section.text("type") == "boolean" else {
                section.report(
                    "type can only be boolean; a number has unit and range, an enumeration labels",
                    at: "type")
                return nil
            }
            return Declaration(name: name, type: .boolean, period: period)
        }
        guard let unit = section.text("unit"), let range = range(section) else { return nil }
        return Declaration(name: name, type: .number(unit: unit), range: range, period: period)
    }

    private static func range(_ declaration: Section) -> ClosedRange<Double>? {
        guard let node = declaration.required("range") else { return nil }
        let ends = node.sequence?.compactMap { declaration.number(in: $0, "an end of range") } ?? []
        guard ends.count == 2, ends[0] < ends[1] else {
            declaration.report("range must be [lowest, highest]", at: "range")
            return nil
        }
        return ends[0]...ends[1]
    }

    private static func labels(_ declaration: Section) -> [EnumerationLabel]? {
        guard let section = declaration.section("labels") else { return nil }
        let labels = section.keys.compactMap { key in
            section.integer(key, in: -1_000_000...1_000_000).map {
                EnumerationLabel(label: key, code: $0)
            }
        }
        if labels.count > PayloadLimits.labels {
            declaration.report("more than \(PayloadLimits.labels) labels", at: "labels")
            return nil
        }
        if Set(labels.map(\.code)).count != labels.count {
            declaration.report("two labels have the same code", at: "labels")
        }
        return labels.isEmpty ? nil : labels
    }
}
