public import Configuration
import Detection
import RuleLanguage
import Timestamps

/// How the columns of a recording become the signals of a piece of equipment.
public struct RecordingMap: Sendable {
    /// How the time of a row is written.
    enum TimeForm: String, CaseIterable, Sendable {
        /// Seconds since the start.
        case seconds
        /// Milliseconds since the start.
        case milliseconds
        /// Milliseconds since 1970.
        case epochMilliseconds = "epoch_milliseconds"
        /// `2026-01-01T08:00:00.5Z`.
        case rfc3339
    }

    /// One column.
    struct Column: Sendable {
        var name: String
        var signal: String
        var type: ValueType
        var factor: Double
        var offset: Double
        /// What a text in the column stands for; empty when it is the value itself.
        var texts: [(text: String, value: String)]
    }

    let site: String
    let kind: String
    let equipment: String
    let separator: UInt8
    let timeColumn: String
    let timeForm: TimeForm
    /// The moment of time zero, for times that count from the start.
    let start: Instant
    let columns: [Column]

    /// Reads a map.
    ///
    /// - Throws: every problem of the file.
    public static func load(
        _ path: String, _ rules: RuleBook
    ) throws(InvalidConfiguration) -> RecordingMap {
        try FileReader.read(path, rules) { reader, section in
            MapReader(reader: reader).read(section)
        }
    }
}

private struct MapReader {
    let reader: FileReader

    func read(_ section: Section) -> RecordingMap? {
        let site = section.text("site")
        let kind = section.text("kind")
        let equipment = section.text("equipment")
        let separator = separator(section)
        let time = section.section("time")
        let timeColumn = time?.text("column")
        let timeForm: RecordingMap.TimeForm? = time?.choice("form")
        var start = Instant(nanoseconds: 1_767_225_600_000_000_000)
        if let time, time.has("start"), let text = time.text("start") {
            if let instant = RFC3339.parse(text) {
                start = instant
            } else {
                time.report("start must look like 2026-01-01T08:00:00Z", at: "start")
            }
        }
        time?.finish()
        guard let profile = kind.flatMap({ reader.rules.profile(of: $0) }) else {
            if let kind { section.report("there is no kind \(kind)", at: "kind") }
            return nil
        }
        let columns = section.section("columns")?.named.compactMap { name, part in
            column(name, part, profile.vocabulary)
        }
        guard let site, let kind, let equipment, let separator, let timeColumn, let timeForm,
            let columns
        else { return nil }
        if columns.isEmpty { section.report("no column becomes a signal", at: "columns") }
        for (index, column) in columns.enumerated()
        where columns[..<index].contains(where: { $0.signal == column.signal }) {
            section.report("two columns become \(column.signal)", at: "columns")
        }
        return RecordingMap(
            site: site, kind: kind, equipment: equipment, separator: separator,
            timeColumn: timeColumn, timeForm: timeForm, start: start, columns: columns)
    }

    private func separator(_ section: Section) -> UInt8? {
        guard section.has("separator") else { return UInt8(ascii: ",") }
        guard let text = section.text("separator") else { return nil }
        switch text {
        case ",", ";": return text.utf8.first
        case "tab": return UInt8(ascii: "\t")
        default:
            section.report("separator must be ',', ';' or tab", at: "separator")
            return nil
        }
    }

    private func column(
        _ name: String, _ section: Section, _ vocabulary: Vocabulary
    ) -> RecordingMap.Column? {
        defer { section.finish() }
        let unit = section.optionalText("unit")
        let scale = section.has("scale") ? section.number("scale") : 1
        let shift = section.has("offset") ? section.number("offset") : 0
        let texts =
            section.optionalSection("values").map { values in
                values.keys.map { (text: $0, value: values.text($0) ?? "") }
            } ?? []
        guard let signal = section.text("signal"), let scale, let shift else { return nil }
        guard let slot = vocabulary.slot(of: signal), slot > 0 else {
            section.report("there is no signal \(signal) of this kind", at: "signal")
            return nil
        }
        let type = vocabulary.signals[slot].type
        var conversion = (factor: 1.0, offset: 0.0)
        if let unit {
            guard case .number(let own) = type,
                let found = MeasuringUnit.conversion(from: unit, to: own)
            else {
                let known: String
                if case .number(let own) = type {
                    known = MeasuringUnit.convertible(to: own).joined(separator: ", ")
                } else {
                    known = "none: it is \(type.description)"
                }
                section.report(
                    "\(unit) does not become \(signal): its units are \(known)", at: "unit")
                return nil
            }
            conversion = found
        }
        for entry in texts where type.value(of: entry.value) == nil {
            section.report("\(entry.value) is not \(type.description)", at: "values")
        }
        return RecordingMap.Column(
            name: name, signal: signal, type: type, factor: scale * conversion.factor,
            offset: shift * conversion.factor + conversion.offset, texts: texts)
    }
}
