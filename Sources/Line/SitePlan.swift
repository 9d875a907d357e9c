public import Detection
public import RuleLanguage
public import Supervision
public import Telemetry

/// A site as the line needs it: everything checked, compiled and numbered. Made by
/// `Configuration` from files; immutable.
public struct SitePlan: Sendable {
    /// One piece of equipment. Its index is its number everywhere below.
    public struct Equipment: Sendable {
        /// The id in topics and alerts.
        public var id: String
        /// Index of the kind.
        public var kind: Int
        /// Its name, for people.
        public var name: BilingualText
        /// Topic on which its telemetry comes.
        public var topic: String
        /// Its parameters by name; booleans 1 or 0, labels by code.
        public var parameters: [String: Double]

        /// Makes one.
        public init(
            id: String, kind: Int, name: BilingualText, topic: String,
            parameters: [String: Double]
        ) {
            self.parameters = parameters
            self.id = id
            self.kind = kind
            self.name = name
            self.topic = topic
        }
    }

    /// The site's id.
    public var site: String
    /// The equipment.
    public var equipment: [Equipment]
    /// How each kind writes its signals.
    public var schemas: [KindSchema]
    /// The rules of each kind.
    public var profiles: [Profile]
    /// The variant of each piece of equipment.
    public var variantOfEquipment: [UInt32]
    /// The compiled rules.
    public var program: Program
    /// The topic template with `{site}` filled in.
    public var topicTemplate: TopicTemplate
    /// Raises within ten minutes that make a flood of alerts.
    public var floodStart: Int
    /// Listings, incidents and papers.
    public var supervision: SupervisionPlan
    /// What shows that equipment of a kind runs.
    public var running: [RunningSign]

    /// The slots of the signals whose values alerts take along, by kind.
    public var told: [[Int]]

    /// A signal that shows that equipment of a kind runs.
    public struct RunningSign: Sendable, Equatable {
        /// Index of the kind.
        public var kind: Int
        /// The slot of the signal.
        public var slot: Int
        /// It runs while the signal's magnitude is at least this.
        public var atLeast: Double

        /// Makes one.
        public init(kind: Int, slot: Int, atLeast: Double) {
            self.kind = kind
            self.slot = slot
            self.atLeast = atLeast
        }
    }

    /// Groups the parts; they must refer to each other by valid indices.
    public init(
        site: String, equipment: [Equipment], schemas: [KindSchema], profiles: [Profile],
        variantOfEquipment: [UInt32], program: Program, topicTemplate: TopicTemplate,
        floodStart: Int, supervision: SupervisionPlan = SupervisionPlan(),
        running: [RunningSign] = [], told: [[Int]] = []
    ) {
        self.site = site
        self.equipment = equipment
        self.schemas = schemas
        self.profiles = profiles
        self.variantOfEquipment = variantOfEquipment
        self.program = program
        self.topicTemplate = topicTemplate
        self.floodStart = floodStart
        self.supervision = supervision
        self.running = running
        self.told = told
    }

    /// A rule of the site by its id, over telemetry or over papers.
    public func rule(_ id: String) -> Rule? {
        for profile in profiles {
            if let rule = profile.rules.first(where: { $0.id == id }) { return rule }
        }
        return supervision.records.first { $0.rule.id == id }?.rule
    }
}

/// Where telemetry comes: `telemetry/{site}/{kind}/{equipment}`.
public struct TopicTemplate: Sendable, Equatable {
    /// The levels; placeholders keep their braces.
    public var levels: [String]

    /// Why a template cannot be used.
    public struct Invalid: Error, Sendable {
        /// For people, with the remedy.
        public var message: String
    }

    /// Reads a template. Placeholders stand for whole levels.
    public init(_ text: String, needs: [String]) throws(Invalid) {
        levels = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        for level in levels {
            guard !level.isEmpty, !level.contains("+"), !level.contains("#") else {
                throw Invalid(message: "a level of the topic is empty or a wildcard")
            }
            let isPlaceholder = ["{site}", "{kind}", "{equipment}"].contains(level)
            guard isPlaceholder || !(level.contains("{") || level.contains("}")) else {
                throw Invalid(
                    message: "\(level) is not one of {site}, {kind}, {equipment} as a whole level")
            }
        }
        for name in needs where !levels.contains("{\(name)}") {
            throw Invalid(message: "the topic must contain {\(name)}")
        }
    }

    /// The topic for these values.
    public func topic(site: String, kind: String = "", equipment: String = "") -> String {
        levels.map { level in
            switch level {
            case "{site}": site
            case "{kind}": kind
            case "{equipment}": equipment
            default: level
            }
        }.joined(separator: "/")
    }

    /// The subscription that takes in every kind and equipment of a site.
    public func filter(site: String) -> String {
        topic(site: site, kind: "+", equipment: "+")
    }

    /// Whether `topic` has the template's form, whatever its equipment.
    func fits(_ topic: String, site: String) -> Bool {
        let parts = topic.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == levels.count else { return false }
        return zip(parts, levels).allSatisfy { part, level in
            switch level {
            case "{site}": part == site
            case "{kind}", "{equipment}": !part.isEmpty
            default: part == level
            }
        }
    }
}
