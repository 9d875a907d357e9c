public import Detection
public import RuleLanguage
public import Supervision

/// The equipment that an alert is about, as a platform knows it.
public struct AlertSubject: Sendable, Equatable {
    /// The equipment's id within the site.
    public var equipment: String
    /// Its name.
    public var name: BilingualText
    /// What kind of equipment.
    public var kind: String
    /// Its papers; empty where there are none.
    public var papers: RegistryRecord

    /// Describes a piece of equipment.
    public init(equipment: String, name: BilingualText, kind: String, papers: RegistryRecord) {
        self.equipment = equipment
        self.name = name
        self.kind = kind
        self.papers = papers
    }
}

/// The site that sends, and on what terms.
public struct AlertSender: Sendable, Equatable {
    /// The site's id.
    public var site: String
    /// The site's name.
    public var name: BilingualText
    /// A name that no other sender has, such as `tocsin.example.org`.
    public var sender: String
    /// Whether messages are meant. Until a platform has agreed they are tests.
    public var status: CAPAlert.Status
    /// Who may have them.
    public var restriction: String?
    /// How far local clocks are ahead of UTC.
    public var offset: Duration
    /// Where the site is: a code of GB/T 2260.
    public var region: String?
    /// Where the site is, on the map.
    public var circle: CAPInfo.Circle?
    /// The rules whose hazards hold people.
    public var holdingRules: Set<String>

    /// Describes a sender.
    public init(
        site: String, name: BilingualText, sender: String, status: CAPAlert.Status,
        restriction: String?, offset: Duration, region: String?, circle: CAPInfo.Circle?,
        holdingRules: Set<String>
    ) {
        self.site = site
        self.name = name
        self.sender = sender
        self.status = status
        self.restriction = restriction
        self.offset = offset
        self.region = region
        self.circle = circle
        self.holdingRules = holdingRules
    }
}
