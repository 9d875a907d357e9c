public import Detection
import Ledger
import Timestamps

/// One line of a capture: a message as it arrived.
///
/// `{"at":"<RFC 3339>","topic":"…","payload":"<text>"}`, or `payload_b64` for bytes that are not
/// UTF-8.
public struct CaptureRecord: Sendable, Equatable {
    /// When it arrived.
    public var at: Instant
    /// Its topic.
    public var topic: String
    /// Its bytes.
    public var payload: [UInt8]

    /// Bytes of one line: the longest payload, escaped or in base 64, and its frame.
    public static let lineLimit = 2_000_000

    /// Why a line is no record.
    public struct Invalid: Error, Sendable, Equatable {
        /// For people, with the remedy.
        public var message: String

        /// Makes one.
        public init(message: String) { self.message = message }
    }

    /// Makes a record.
    public init(at: Instant, topic: String, payload: [UInt8]) {
        self.at = at
        self.topic = topic
        self.payload = payload
    }

    /// Reads a line.
    public init(line: some Collection<UInt8>) throws(Invalid) {
        guard line.count <= Self.lineLimit else {
            throw Invalid(message: "the line is longer than \(Self.lineLimit) bytes")
        }
        let value: JSONValue
        do {
            value = try JSONReader.read(line)
        } catch {
            throw Invalid(message: "not JSON at byte \(error.offset + 1)")
        }
        guard let at = value["at"]?.text.flatMap({ RFC3339.parse($0) }) else {
            throw Invalid(message: "\"at\" must be an RFC 3339 time")
        }
        guard let topic = value["topic"]?.text else {
            throw Invalid(message: "\"topic\" must be a text")
        }
        if let text = value["payload"]?.text {
            self.init(at: at, topic: topic, payload: Array(text.utf8))
        } else if let bytes = value["payload_b64"]?.text.flatMap({ Base64.decode($0) }) {
            self.init(at: at, topic: topic, payload: bytes)
        } else {
            throw Invalid(message: "\"payload\" (text) or \"payload_b64\" (base 64) is missing")
        }
    }

    /// The line, without its line break.
    public var line: [UInt8] {
        if let plain = plainLine { return plain }
        let content: (String, JSONValue) =
            if let text = String(validating: payload, as: UTF8.self) {
                ("payload", .text(text))
            } else {
                ("payload_b64", .text(Base64.encode(payload)))
            }
        return JSONValue.object([
            ("at", .text(RFC3339.format(at))), ("topic", .text(topic)), content,
        ]).orderedBytes
    }
}

extension CaptureRecord {
    /// The line when topic and payload are printable ASCII, which nearly all are: the same bytes,
    /// without a tree of values in between. A day of a site has millions of lines.
    private var plainLine: [UInt8]? {
        let parts = [
            Array("{\"at\":\"\(RFC3339.format(at))\",\"topic\":\"".utf8), Array(topic.utf8),
            Array("\",\"payload\":\"".utf8), payload, Array("\"}".utf8),
        ]
        // Every byte may take two.
        let room = parts.reduce(0) { $0 + 2 * $1.count }
        var isPlain = true
        // Invariant: each byte of a part is written as one byte or two, so `room` is not exceeded.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: room) { bytes, count in
            for (index, part) in parts.enumerated() {
                let isQuoted = index % 2 == 1
                for byte in part {
                    if isQuoted {
                        if byte < 0x20 || byte >= 0x7F { isPlain = false }
                        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                            unsafe bytes[count] = UInt8(ascii: "\\")
                            count += 1
                        }
                    }
                    unsafe bytes[count] = byte
                    count += 1
                }
            }
        }
        return isPlain ? bytes : nil
    }
}
