public import Ledger
public import RuleLanguage

/// How an emergency platform wants to be told: its names, its codes, its way to write a time.
///
/// Data, not code: a new platform is a new file.
public struct PlatformProfile: Sendable, Equatable {
    /// Its id: the name of its file.
    public var id: String
    /// What it is called.
    public var title: BilingualText
    /// Where its form is published.
    public var source: String
    /// How sure we are of it.
    public var confidence: Confidence
    /// How it writes times: `yyyy`, `MM`, `dd`, `HH`, `mm`, `ss` stand for their digits.
    public var dateForm: String
    /// The fields of its message, in order.
    public var fields: [Field]

    /// Groups the parts of a profile.
    public init(
        id: String, title: BilingualText, source: String, confidence: Confidence,
        dateForm: String, fields: [Field]
    ) {
        self.id = id
        self.title = title
        self.source = source
        self.confidence = confidence
        self.dateForm = dateForm
        self.fields = fields
    }

    /// A field of its message.
    public struct Field: Sendable, Equatable {
        /// Its name there.
        public var name: String
        /// What it holds.
        public var content: Content
        /// Whether a message without it is none.
        public var isRequired: Bool

        /// Makes a field.
        public init(name: String, content: Content, isRequired: Bool) {
            self.name = name
            self.content = content
            self.isRequired = isRequired
        }
    }

    /// What a field holds.
    public indirect enum Content: Sendable, Equatable {
        /// Always the same.
        case constant(JSONValue)
        /// Something of the alert.
        case value(Lookup)
        /// A list; items of which something required is not known are left out.
        case list([[Field]])
        /// An object of its own.
        case object([Field])
    }

    /// Something of the alert, and how it is written.
    public struct Lookup: Sendable, Equatable {
        /// The way to it: names of members, from the outermost.
        public var path: [String]
        /// The platform's codes for its values; `nil` when it takes them as they are.
        public var table: [String: String]?
        /// What is told of a value that has no code.
        public var otherwise: String?
        /// What stands before it.
        public var prefix: String
        /// How it is written.
        public var form: Form

        /// Makes a lookup.
        public init(
            path: [String], table: [String: String]?, otherwise: String?, prefix: String,
            form: Form
        ) {
            self.path = path
            self.table = table
            self.otherwise = otherwise
            self.prefix = prefix
            self.form = form
        }
    }

    /// How a value is written.
    public enum Form: String, Sendable, CaseIterable {
        /// As it is.
        case same
        /// As a text, numbers too.
        case text
        /// As a number, texts of digits too.
        case number
        /// As the platform writes times, on the site's clock.
        case date
        /// Milliseconds since 1970.
        case milliseconds
    }
}
