import Detection
public import Line
import RuleLanguage
import Timestamps

/// Turns a recording of sensors, as comma-separated values, into a capture.
///
/// A cell that is empty is a gap and stays one: the signal is left out of that row's message, and a
/// row of gaps makes no message. Nothing is interpolated.
public struct RecordingImport {
    /// What cannot be used, and where.
    public struct Failure: Error, Sendable {
        /// The line of the file, from 1.
        public var line: Int
        /// For people, with the remedy.
        public var message: String
    }

    /// What was read.
    public struct Summary: Sendable, Equatable {
        /// Rows of values.
        public var rows = 0
        /// Messages made of them.
        public var messages = 0
        /// Cells without a value.
        public var gaps = 0

        /// Counts what was read.
        public init(rows: Int = 0, messages: Int = 0, gaps: Int = 0) {
            self.rows = rows
            self.messages = messages
            self.gaps = gaps
        }
    }

    private let map: RecordingMap

    /// Makes an import with a map.
    public init(_ map: RecordingMap) { self.map = map }

    /// Reads a recording and hands each message to `output`, in order.
    public func run(
        _ bytes: [UInt8], output: (CaptureRecord) throws -> Void
    ) throws -> Summary {
        var reader = CSVReader(bytes, separator: map.separator)
        var summary = Summary()
        guard let header = try next(&reader) else {
            throw Failure(line: 1, message: "the file is empty")
        }
        let names = header.fields.map { Self.trimmed($0) }
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            throw Failure(line: header.line, message: "the column \(name) stands twice")
        }
        let time = try place(of: map.timeColumn, in: names, header.line)
        let places = try map.columns.map { try place(of: $0.name, in: names, header.line) }
        var last: Instant?
        while let row = try next(&reader) {
            guard row.fields.count == names.count else {
                throw Failure(
                    line: row.line,
                    message: "\(row.fields.count) fields, but the header has \(names.count)")
            }
            let at = try self.time(row.fields[time], row.line)
            if let last, at <= last {
                throw Failure(
                    line: row.line,
                    message: "its time is not later than that of the row before: sort the rows")
            }
            last = at
            summary.rows += 1
            var members = ""
            for (column, place) in zip(map.columns, places) {
                let text = Self.trimmed(row.fields[place])
                guard !text.isEmpty else {
                    summary.gaps += 1
                    continue
                }
                members += ",\"\(column.signal)\":" + (try value(text, column, row.line))
            }
            guard !members.isEmpty else { continue }
            summary.messages += 1
            try output(record(at, members))
        }
        return summary
    }

    private func record(_ at: Instant, _ members: String) -> CaptureRecord {
        // `ts` has a resolution of milliseconds; a text keeps the whole time.
        CaptureRecord(
            at: at, topic: "telemetry/\(map.site)/\(map.kind)/\(map.equipment)",
            payload: Array("{\"ts\":\"\(RFC3339.format(at))\"\(members)}".utf8))
    }

    private func next(_ reader: inout CSVReader) throws -> CSVReader.Row? {
        do throws(CSVReader.Failure) {
            return try reader.next()
        } catch {
            throw Failure(line: error.line, message: error.message)
        }
    }

    private func place(of name: String, in names: [String], _ line: Int) throws -> Int {
        if let place = names.firstIndex(of: name) { return place }
        throw Failure(
            line: line,
            message: "there is no column \(name): the columns are "
                + names.joined(separator: ", "))
    }

    private func time(_ text: String, _ line: Int) throws -> Instant {
        let text = Self.trimmed(text)
        let scale: Double
        let origin: Instant
        switch map.timeForm {
        case .rfc3339:
            guard let instant = RFC3339.parse(text) else {
                throw Failure(
                    line: line, message: "\(text) is no time such as 2026-01-01T08:00:00.5Z")
            }
            return instant
        case .seconds: (scale, origin) = (1e9, map.start)
        case .milliseconds: (scale, origin) = (1e6, map.start)
        case .epochMilliseconds: (scale, origin) = (1e6, Instant(nanoseconds: 0))
        }
        guard let number = Double(text), number.isFinite, abs(number * scale) < 4e18 else {
            throw Failure(line: line, message: "\(text) is no time: a number was expected")
        }
        return origin + Duration(nanoseconds: Int64((number * scale).rounded()))
    }

    private func value(
        _ text: String, _ column: RecordingMap.Column, _ line: Int
    ) throws -> String {
        let written = column.texts.first { $0.text == text }?.value ?? text
        guard let value = column.type.value(of: written) else {
            throw Failure(
                line: line,
                message: "\(column.name): \(text) is not \(column.type.description); an empty cell "
                    + "is a gap")
        }
        switch column.type {
        case .number:
            let converted = value * column.factor + column.offset
            guard converted.isFinite else {
                throw Failure(line: line, message: "\(column.name): \(text) is out of range")
            }
            return "\(converted)"
        case .boolean: return value != 0 ? "true" : "false"
        case .enumeration: return "\"\(written)\""
        }
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while let first = text.first, first == " " { text.removeFirst() }
        while let last = text.last, last == " " { text.removeLast() }
        return String(text)
    }
}
