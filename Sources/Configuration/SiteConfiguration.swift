public import AlertFormats
public import Line
public import RuleLanguage

/// A site's configuration, read from its files and found valid as a whole.
public struct SiteConfiguration: Sendable {
    /// The site's id.
    public var site: String
    /// Its name, for people.
    public var name: BilingualText
    /// What kind of place it is.
    public var category: SiteCategory
    /// Whether it is a public gathering place (Special Equipment Safety Law art. 57).
    public var isPublicGathering: Bool
    /// Where the broker is and how to get in.
    public var broker: BrokerSettings
    /// Where alerts, states and the agent's status go.
    public var topics: OutgoingTopics
    /// The directory of the ledger and the feed's cursors.
    public var stateDirectory: String
    /// The compiled site.
    public var plan: SitePlan
    /// The hazards that the rules are about; `nil` when the site names no catalogue.
    public var catalogue: HazardCatalogue?
    /// How it speaks to emergency platforms.
    public var feed: FeedSettings
    /// The forms of the platforms that it knows.
    public var platforms: [PlatformProfile]
    /// How long the readings around hazards are kept.
    public var evidence: EvidenceRetention
    /// The file of the registry; `nil` when the site has none.
    public var registryFile: String?
    /// Directory of the templates of documents, beside the supervision; `nil` when there is none.
    public var templatesDirectory: String?
    /// SHA-256 over the names and bytes of all files, in hexadecimal.
    public var hash: String
    /// The files, in the order in which they were read.
    public var files: [String]
}

/// How long the readings around hazards are kept; the entries with their digests stay for ever.
public struct EvidenceRetention: Sendable, Equatable {
    /// Days.
    public var days: Int
    /// Megabytes that all of it may take.
    public var megabytes: Int

    /// Makes one.
    public init(days: Int, megabytes: Int) {
        self.days = days
        self.megabytes = megabytes
    }

    /// For sites that say nothing. Engineering default: three years, as long as a full inspection
    /// cycle of a ropeway, and what fits a small gateway.
    public static let standard = EvidenceRetention(days: 1_095, megabytes: 4_096)
}

/// Where the broker is and how to get in. Secrets are named by file and read at start.
public struct BrokerSettings: Sendable, Equatable {
    /// Host name or address.
    public var host: String
    /// TCP port.
    public var port: Int
    /// The client id; the broker keeps the session under it, so it must be the site's own.
    public var clientID: String
    /// TLS; `nil` is allowed on loopback only.
    public var tls: TLS?
    /// User name and password; `nil` when the broker asks for none.
    public var credentials: Credentials?

    /// Whether the broker is on this machine: `localhost`, `::1` or an address 127.x.x.x.
    public var isLoopback: Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isAddress = parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
        return host == "localhost" || host == "::1" || (isAddress && parts[0] == "127")
    }

    /// Files of a TLS connection.
    public struct TLS: Sendable, Equatable {
        /// Certificates of the authorities to trust.
        public var authorityFile: String
        /// Our own certificate and key, for mutual TLS.
        public var identity: Identity?
    }

    /// Our own certificate and its key.
    public struct Identity: Sendable, Equatable {
        /// Certificate chain, PEM.
        public var certificateFile: String
        /// Private key, PEM.
        public var keyFile: String
    }

    /// Files that hold the user name and the password, one line each.
    public struct Credentials: Sendable, Equatable {
        /// File with the user name.
        public var userNameFile: String
        /// File with the password.
        public var passwordFile: String
    }
}

/// Topics that the agent publishes.
public struct OutgoingTopics: Sendable, Equatable {
    /// Alerts, by equipment.
    public var alerts: TopicTemplate
    /// Retained current state, by equipment.
    public var state: TopicTemplate
    /// The agent's own status, retained; also its last will.
    public var status: TopicTemplate
}
