public import Detection
import Timestamps

/// A message of the Common Alerting Protocol 1.2 (OASIS, 2010-07-01), as far as Tocsin sends it.
///
/// `problems` finds what the published schema lets pass though the specification forbids it (§3.2).
public struct CAPAlert: Sendable, Equatable {
    /// Whether it is meant.
    public enum Status: String, Sendable, CaseIterable {
        case actual = "Actual"
        case exercise = "Exercise"
        case system = "System"
        case test = "Test"
    }

    /// What it does to earlier messages.
    public enum MessageType: String, Sendable {
        case alert = "Alert"
        case update = "Update"
        case cancel = "Cancel"
    }

    /// An earlier message.
    public struct Reference: Sendable, Equatable {
        /// Who sent it.
        public var sender: String
        /// Its identifier.
        public var identifier: String
        /// When it was sent.
        public var sent: Instant

        /// Names an earlier message.
        public init(sender: String, identifier: String, sent: Instant) {
            self.sender = sender
            self.identifier = identifier
            self.sent = sent
        }
    }

    /// Unique among all messages of the sender.
    public var identifier: String
    /// Who sends.
    public var sender: String
    /// When.
    public var sent: Instant
    /// How far the clocks of the place are ahead of UTC.
    public var offset: Duration
    /// Whether it is meant.
    public var status: Status
    /// What it does to earlier messages.
    public var type: MessageType
    /// Who may have it: the text of `restriction`; to everybody when it is `nil`.
    public var restriction: String?
    /// For people who look at it; asked for in exercises.
    public var note: String?
    /// The messages that this one takes the place of.
    public var references: [Reference]
    /// What groups messages of one event.
    public var incidents: [String]
    /// What there is to say, once in each language.
    public var infos: [CAPInfo]

    /// Groups the parts of a message.
    public init(
        identifier: String, sender: String, sent: Instant, offset: Duration, status: Status,
        type: MessageType, restriction: String?, note: String? = nil, references: [Reference],
        incidents: [String], infos: [CAPInfo]
    ) {
        self.identifier = identifier
        self.sender = sender
        self.sent = sent
        self.offset = offset
        self.status = status
        self.type = type
        self.restriction = restriction
        self.note = note
        self.references = references
        self.incidents = incidents
        self.infos = infos
    }

    /// A time as CAP writes it: with seconds and the place's offset. `Z` and fractions are no CAP;
    /// UTC is `-00:00`.
    public static func time(_ instant: Instant, offset: Duration) -> String {
        let local = RFC3339.format(instant + offset, digits: 0).dropLast()
        let minutes = offset.nanoseconds / 60_000_000_000
        func two(_ value: Int64) -> String { (value < 10 ? "0" : "") + String(value) }
        let sign = minutes > 0 ? "+" : "-"
        return "\(local)\(sign)\(two(abs(minutes) / 60)):\(two(abs(minutes) % 60))"
    }

    /// An identifier or sender without the characters that CAP forbids in them: those are written
    /// as `%` and two digits, and so is `%`, so that two texts never become one.
    public static func name(_ text: String) -> String {
        var name = ""
        for scalar in text.unicodeScalars {
            guard scalar == "%" || isForbidden(scalar) else {
                name.unicodeScalars.append(scalar)
                continue
            }
            for byte in String(scalar).utf8 {
                name += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return name
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || ",<&".unicodeScalars.contains(scalar)
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && !text.unicodeScalars.contains(where: isForbidden)
    }

    /// What the specification forbids and the schema does not find; empty for what may be sent.
    public var problems: [String] {
        var problems: [String] = []
        for text in [identifier, sender] where !Self.isName(text) {
            problems.append("\"\(text)\" is empty or has a character that no name may have")
        }
        if restriction?.isEmpty == true { problems.append("a restriction says nothing") }
        if type != .alert, references.isEmpty {
            problems.append("\(type.rawValue) names no earlier message")
        }
        if status == .exercise, note == nil { problems.append("an exercise has no note") }
        if references.contains(where: { $0.identifier == identifier }) {
            problems.append("a message names itself")
        }
        if references.contains(where: { $0.sent > sent }) {
            problems.append("a message names a later one")
        }
        if Set(infos.map(\.language)).count != infos.count {
            problems.append("one language stands twice")
        }
        if let first = infos.first, infos.contains(where: { !$0.isSame(as: first) }) {
            problems.append("the languages differ in more than their words")
        }
        for area in infos.flatMap(\.areas) { problems += area.problems }
        return problems
    }
}
