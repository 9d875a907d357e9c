public import Detection

/// What a CAP message says, in one language.
public struct CAPInfo: Sendable, Equatable {
    /// What kind of danger.
    public enum Category: String, Sendable {
        case safety = "Safety"
        case rescue = "Rescue"
        case infrastructure = "Infra"
        case other = "Other"
    }

    /// What is asked of whoever receives it.
    public enum Response: String, Sendable {
        case execute = "Execute"
        case avoid = "Avoid"
        case monitor = "Monitor"
        case assess = "Assess"
        case allClear = "AllClear"
        case none = "None"
    }

    /// How soon something has to be done.
    public enum Urgency: String, Sendable {
        case immediate = "Immediate"
        case expected = "Expected"
        case future = "Future"
        case past = "Past"
        case unknown = "Unknown"
    }

    /// How great the danger is.
    public enum Severity: String, Sendable {
        case extreme = "Extreme"
        case severe = "Severe"
        case moderate = "Moderate"
        case minor = "Minor"
        case unknown = "Unknown"
    }

    /// How sure it is.
    public enum Certainty: String, Sendable {
        case observed = "Observed"
        case likely = "Likely"
        case possible = "Possible"
        case unknown = "Unknown"
    }

    /// A name with a value: event codes, parameters, geocodes.
    public struct Pair: Sendable, Equatable {
        /// The name.
        public var name: String
        /// The value.
        public var value: String

        /// Names a value.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Where.
    public struct Area: Sendable, Equatable {
        /// In words.
        public var description: String
        /// On the map: degrees north, degrees east, kilometres around.
        public var circle: Circle?
        /// Codes of places.
        public var geocodes: [Pair]

        /// Describes a place.
        public init(description: String, circle: Circle?, geocodes: [Pair]) {
            self.description = description
            self.circle = circle
            self.geocodes = geocodes
        }

        var problems: [String] {
            guard let circle else { return [] }
            let isOnEarth =
                (-90...90).contains(circle.latitude) && (-180...180).contains(circle.longitude)
                && circle.radius >= 0
            return isOnEarth ? [] : ["a circle is not on the earth"]
        }
    }

    /// A circle on the map.
    public struct Circle: Sendable, Equatable {
        /// Degrees north.
        public var latitude: Double
        /// Degrees east.
        public var longitude: Double
        /// Kilometres around.
        public var radius: Double

        /// Draws a circle.
        public init(latitude: Double, longitude: Double, radius: Double) {
            self.latitude = latitude
            self.longitude = longitude
            self.radius = radius
        }
    }

    /// RFC 3066: `zh-CN` or `en-US`.
    public var language: String
    /// What kind of danger.
    public var categories: [Category]
    /// What happened, in a few words.
    public var event: String
    /// What is asked.
    public var responses: [Response]
    /// How soon.
    public var urgency: Urgency
    /// How great.
    public var severity: Severity
    /// How sure.
    public var certainty: Certainty
    /// Codes of the event.
    public var eventCodes: [Pair]
    /// Since when.
    public var onset: Instant
    /// Until when the message counts, unless another comes.
    public var expires: Instant
    /// Who says it, for people.
    public var senderName: String
    /// In one line.
    public var headline: String
    /// At length.
    public var description: String
    /// What to do.
    public var instruction: String
    /// What else is known.
    public var parameters: [Pair]
    /// Where.
    public var areas: [Area]

    /// Whether two differ in their words alone.
    func isSame(as other: CAPInfo) -> Bool {
        var same = other
        same.language = language
        same.event = event
        same.senderName = senderName
        same.headline = headline
        same.description = description
        same.instruction = instruction
        same.areas = areas
        let circles = areas.map(\.circle) == other.areas.map(\.circle)
        let codes = areas.map(\.geocodes) == other.areas.map(\.geocodes)
        return same == self && circles && codes
    }
}
