/// Reads comma-separated values as RFC 4180 has them: fields may stand in double quotes, and then
/// hold commas, line breaks and doubled quotes. Lines may end in LF or CRLF; a byte order mark, as
/// spreadsheet programs write it, is skipped.
///
/// A library would do, but for the errors: who edits a registry by hand has to be told the line.
struct CSVReader {
    /// One record: its fields and the line on which it begins, from 1.
    struct Record: Equatable {
        /// The fields.
        var fields: [String]
        /// The line.
        var line: Int
    }

    /// Why a text cannot be read.
    struct Failure: Error, Equatable {
        /// The line, from 1.
        var line: Int
        /// For people, with the remedy.
        var message: String
    }

    private var bytes: Substring.UTF8View
    private var line = 1

    private init(_ text: String) {
        bytes = text.utf8[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    }

    /// The records of a text. Empty lines are skipped.
    static func read(_ text: String) throws(Failure) -> [Record] {
        var reader = CSVReader(text)
        var records: [Record] = []
        while !reader.bytes.isEmpty {
            let record = try reader.record()
            if record.fields != [""] { records.append(record) }
        }
        return records
    }

    private mutating func record() throws(Failure) -> Record {
        let start = line
        var fields: [String] = []
        while true {
            fields.append(try field())
            switch bytes.first {
            case UInt8(ascii: ","): bytes = bytes.dropFirst()
            default:
                endLine()
                return Record(fields: fields, line: start)
            }
        }
    }

    private mutating func endLine() {
        if bytes.first == UInt8(ascii: "\r") { bytes = bytes.dropFirst() }
        if bytes.first == UInt8(ascii: "\n") { bytes = bytes.dropFirst() }
        line += 1
    }

    private mutating func field() throws(Failure) -> String {
        if bytes.first == UInt8(ascii: "\"") { return try quoted() }
        let end =
            bytes.firstIndex {
                $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r")
            } ?? bytes.endIndex
        let text = bytes[..<end]
        guard !text.contains(UInt8(ascii: "\"")) else {
            throw Failure(
                line: line, message: "a quote stands within a field: quote the whole field")
        }
        bytes = bytes[end...]
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func quoted() throws(Failure) -> String {
        let start = line
        var text: [UInt8] = []
        bytes = bytes.dropFirst()
        while let byte = bytes.first {
            bytes = bytes.dropFirst()
            guard byte == UInt8(ascii: "\"") else {
                if byte == UInt8(ascii: "\n") { line += 1 }
                text.append(byte)
                continue
            }
            if bytes.first == UInt8(ascii: "\"") {
                text.append(byte)
                bytes = bytes.dropFirst()
                continue
            }
            let next = bytes.first
            guard
                next == nil || next == UInt8(ascii: ",") || next == UInt8(ascii: "\n")
                    || next == UInt8(ascii: "\r")
            else {
                throw Failure(
                    line: line,
                    message: "something stands behind a quoted field: a comma is missing")
            }
            return String(decoding: text, as: UTF8.self)
        }
        throw Failure(line: start, message: "a quoted field does not end: a quote is missing")
    }

    /// A field as it is written: quoted where it has to be.
    static func write(_ field: String) -> String {
        let isPlain = !field.utf8.contains {
            $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n")
                || $0 == UInt8(ascii: "\r")
        }
        if isPlain { return field }
        var quoted = "\""
        for character in field {
            if character == "\"" { quoted.append("\"") }
            quoted.append(character)
        }
        return quoted + "\""
    }
}
