/// Reads comma-separated values (RFC 4180), row by row: fields in quotes may hold separators, line
/// breaks and doubled quotes.
struct CSVReader {
    /// A row and the line of the file on which it begins, from 1.
    struct Row {
        var line: Int
        var fields: [String]
    }

    /// Fields that a row may have; a recorder has at most some hundred channels.
    static let mostFields = 2_000

    /// What cannot be read, and where.
    struct Failure: Error {
        var line: Int
        var message: String
    }

    private let bytes: [UInt8]
    private let separator: UInt8
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8], separator: UInt8) {
        self.bytes = bytes
        self.separator = separator
        // A byte order mark, as spreadsheets write it.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    /// The next row that is not blank; `nil` at the end.
    mutating func next() throws(Failure) -> Row? {
        while position < bytes.count {
            let start = line
            let fields = try row()
            if fields != [""] { return Row(line: start, fields: fields) }
        }
        return nil
    }

    private mutating func row() throws(Failure) -> [String] {
        var fields: [String] = []
        while true {
            fields.append(try field())
            guard fields.count <= Self.mostFields else {
                throw Failure(line: line, message: "more than \(Self.mostFields) fields")
            }
            guard position < bytes.count else { return fields }
            let byte = bytes[position]
            position += 1
            if byte == separator { continue }
            if byte == UInt8(ascii: "\r"), position < bytes.count,
                bytes[position] == UInt8(ascii: "\n")
            {
                position += 1
            }
            line += 1
            return fields
        }
    }

    private mutating func field() throws(Failure) -> String {
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") { return try quoted() }
        let start = position
        while position < bytes.count, bytes[position] != separator,
            bytes[position] != UInt8(ascii: "\n"), bytes[position] != UInt8(ascii: "\r")
        {
            position += 1
        }
        return try text(bytes[start..<position])
    }

    private mutating func quoted() throws(Failure) -> String {
        let start = line
        position += 1
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            guard byte == UInt8(ascii: "\"") else {
                if byte == UInt8(ascii: "\n") { line += 1 }
                content.append(byte)
                continue
            }
            guard position < bytes.count, bytes[position] == byte else {
                let isEnd =
                    position >= bytes.count || bytes[position] == separator
                    || bytes[position] == UInt8(ascii: "\n")
                    || bytes[position] == UInt8(ascii: "\r")
                guard isEnd else {
                    throw Failure(line: line, message: "there is text behind a closing quote")
                }
                return try text(content[...])
            }
            content.append(byte)
            position += 1
        }
        throw Failure(line: start, message: "a quote is not closed")
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(Failure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(line: line, message: "not UTF-8")
        }
        return text
    }
}
