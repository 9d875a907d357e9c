import Detection
import Foundation
import Line
import RuleLanguage
import Supervision
import Yams

/// What stands in the site's own file, before kinds and rules are known.
struct SiteFile {
    var site: String
    var name: BilingualText
    var broker: BrokerSettings
    var telemetry: TopicTemplate
    var topics: OutgoingTopics
    var stateDirectory: String
    var floodStart: Int
    var kindsDirectory: String
    var rulesDirectory: String
    /// `nil` when the site has no curves.
    var curvesDirectory: String?
    /// `nil` when the site names no hazard catalogue.
    var catalogue: String?
    /// Directory of calendar, terms, criteria, incidents and records; `nil` when it has none.
    var supervisionDirectory: String?
    var evidence: EvidenceRetention
    /// Directory of the templates of documents; `nil` when it has none.
    var templatesDirectory: String?
    /// The registry of its equipment; `nil` when it has none.
    var registry: String?
    var category: SiteCategory
    var isPublicGathering: Bool
    var feed: FeedSettings
    /// Directory of the forms of platforms; `nil` when the site has none.
    var platformsDirectory: String?
    var equipment: [Section]
}

/// Reads the site's file.
struct SiteFileReader {
    let source: SourceFile
    let problems: Problems

    func read(_ node: Node) -> SiteFile? {
        let section = Section(node, in: source, problems)
        defer { section.finish() }
        let identity = site(section.section("site"))
        let broker = broker(section.section("broker"))
        let topics = section.section("topics")
        let telemetry = template("telemetry", topics, needs: ["equipment"])
        let outgoing = outgoing(topics)
        topics?.finish()
        let state = path("state_directory", section)
        let flood =
            section.node("alert_flood") == nil
            ? nil : section.integer("alert_flood", in: 5...100_000)
        let kinds = path("kinds", section)
        let rules = path("rules", section)
        let curves = section.node("curves") == nil ? nil : path("curves", section)
        let catalogue = section.node("catalogue") == nil ? nil : path("catalogue", section)
        let supervision =
            section.node("supervision") == nil ? nil : path("supervision", section)
        let evidence = retention(section.optionalSection("evidence"))
        let templates = section.node("templates") == nil ? nil : path("templates", section)
        let registry = section.node("registry") == nil ? nil : path("registry", section)
        if supervision != nil, registry == nil {
            section.report(
                "supervision needs a registry of the equipment: registry: registry.csv",
                at: "supervision")
        }
        let feed = FeedSection(site: identity?.id ?? "").read(section.optionalSection("feed"))
        let platforms = section.node("platforms") == nil ? nil : path("platforms", section)
        let equipment = section.sections("equipment")
        if section.has("equipment"), equipment.isEmpty {
            section.report("a site without equipment watches nothing", at: "equipment")
        }
        guard let identity, let broker, let telemetry, let outgoing, let state, let kinds,
            let rules
        else { return nil }
        return SiteFile(
            site: identity.id, name: identity.name, broker: broker, telemetry: telemetry,
            topics: outgoing, stateDirectory: state,
            floodStart: flood ?? SupervisionLimits.floodStart, kindsDirectory: kinds,
            rulesDirectory: rules,
            curvesDirectory: curves, catalogue: catalogue, supervisionDirectory: supervision,
            evidence: evidence, templatesDirectory: templates, registry: registry,
            category: identity.category,
            isPublicGathering: identity.isPublicGathering, feed: feed,
            platformsDirectory: platforms,
            equipment: equipment)
    }

    private struct Identity {
        var id: String
        var name: BilingualText
        var category: SiteCategory
        var isPublicGathering: Bool
    }

    private func site(_ section: Section?) -> Identity? {
        guard let section else { return nil }
        defer { section.finish() }
        let id = Self.identifier("id", section)
        let name = section.bilingual("name")
        let category: SiteCategory? = section.choice("category")
        let isPublic = section.boolean("public_gathering")
        guard let id, let name, let category, let isPublic else { return nil }
        return Identity(id: id, name: name, category: category, isPublicGathering: isPublic)
    }

    private func broker(_ section: Section?) -> BrokerSettings? {
        guard let section else { return nil }
        defer { section.finish() }
        let host = section.text("host")
        let port = section.integer("port", in: 1...65_535)
        let client = section.text("client_id")
        let tls = section.optionalSection("tls").flatMap { readTLS($0) }
        let credentials = section.optionalSection("credentials").flatMap { readCredentials($0) }
        guard let host, let port, let client else { return nil }
        let settings = BrokerSettings(
            host: host, port: port, clientID: client, tls: tls, credentials: credentials)
        if !section.has("tls"), !settings.isLoopback {
            section.report(
                "a broker that is not on this machine needs tls (loopback is 127.0.0.1, ::1 or "
                    + "localhost)", at: "host")
        }
        return settings
    }

    private func readTLS(_ section: Section) -> BrokerSettings.TLS? {
        defer { section.finish() }
        let authority = path("ca_file", section)
        var identity: BrokerSettings.Identity?
        if section.has("certificate_file") || section.has("key_file") {
            guard let certificate = path("certificate_file", section),
                let key = path("key_file", section)
            else { return nil }
            identity = .init(certificateFile: certificate, keyFile: key)
        }
        return authority.map { .init(authorityFile: $0, identity: identity) }
    }

    private func readCredentials(_ section: Section) -> BrokerSettings.Credentials? {
        defer { section.finish() }
        guard let user = path("username_file", section),
            let password = path("password_file", section)
        else { return nil }
        return .init(userNameFile: user, passwordFile: password)
    }

    private func outgoing(_ section: Section?) -> OutgoingTopics? {
        guard let alerts = template("alerts", section, needs: ["equipment"]),
            let state = template("state", section, needs: ["equipment"]),
            let status = template("status", section, needs: [])
        else { return nil }
        return OutgoingTopics(alerts: alerts, state: state, status: status)
    }

    private func retention(_ section: Section?) -> EvidenceRetention {
        guard let section else { return .standard }
        defer { section.finish() }
        guard let days = section.integer("keep_days", in: 1...36_500),
            let size = section.integer("most_megabytes", in: 1...1_000_000)
        else { return .standard }
        return EvidenceRetention(days: days, megabytes: size)
    }

    private func template(_ key: String, _ section: Section?, needs: [String]) -> TopicTemplate? {
        guard let section, let text = section.text(key) else { return nil }
        do throws(TopicTemplate.Invalid) {
            return try TopicTemplate(text, needs: needs)
        } catch {
            section.report(error.message, at: key)
            return nil
        }
    }

    /// A path; relative ones start at the directory of the file that names them. `$NAME/...`
    /// starts at the directory in an environment variable, as systemd gives credentials.
    private func path(_ key: String, _ section: Section) -> String? {
        guard let text = section.text(key) else { return nil }
        if text.hasPrefix("$") {
            let parts = text.dropFirst().split(separator: "/", maxSplits: 1)
            guard let name = parts.first,
                let base = ProcessInfo.processInfo.environment[String(name)]
            else {
                section.report("the environment variable in \(text) is not set", at: key)
                return nil
            }
            return parts.count > 1 ? base + "/" + parts[1] : base
        }
        if text.hasPrefix("/") { return text }
        let directory = (source.name as NSString).deletingLastPathComponent
        return directory.isEmpty ? text : directory + "/" + text
    }

    /// A word that may stand in a topic level: no dots or spaces, so that any broker takes it.
    static func identifier(_ key: String, _ section: Section) -> String? {
        guard let text = section.text(key) else { return nil }
        let isUsable =
            text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                    || (byte < 0x80 && Character(Unicode.Scalar(byte)).isLetter)
                    || (byte < 0x80 && Character(Unicode.Scalar(byte)).isNumber)
            }
        guard isUsable else {
            section.report(
                "\(key) must be 1 to 64 letters, digits, - or _: it becomes a topic level", at: key)
            return nil
        }
        return text
    }

}
