public import AlertFormats
import Line
import RuleLanguage
import Supervision

/// How a site speaks to emergency platforms.
public struct FeedSettings: Sendable, Equatable {
    /// A name that no other sender has.
    public var sender: String
    /// Whether its messages are meant.
    public var status: CAPAlert.Status
    /// Who may have them; to everybody when it is `nil`.
    public var restriction: String?
    /// Where the site is: a code of GB/T 2260.
    public var region: String?
    /// Where the site is, on the map.
    public var circle: CAPInfo.Circle?

    /// For a site that says nothing: its messages are tests, for whoever watches it.
    static func standard(site: String) -> FeedSettings {
        FeedSettings(
            sender: "tocsin." + site, status: .test, restriction: standardRestriction,
            region: nil, circle: nil)
    }

    static let standardRestriction = "应急处置平台及值守人员 emergency platform and people on duty"
}

/// Reads the section `feed` of the site's file.
struct FeedSection {
    let site: String

    func read(_ section: Section?) -> FeedSettings {
        var settings = FeedSettings.standard(site: site)
        guard let section else { return settings }
        defer { section.finish() }
        if let sender = section.text("sender") {
            settings.sender = sender
            if CAPAlert.name(sender) != sender {
                section.report("sender must have no space, comma, <, & and %", at: "sender")
            }
        }
        if let word = section.text("status") {
            if let status = CAPAlert.Status.allCases.first(where: {
                $0.rawValue.lowercased() == word
            }) {
                settings.status = status
            } else {
                let words = CAPAlert.Status.allCases.map { $0.rawValue.lowercased() }
                section.report(
                    "status must be one of \(words.joined(separator: ", "))", at: "status")
            }
        }
        settings.restriction = section.optionalText("restriction") ?? settings.restriction
        if let region = section.optionalText("region") {
            let isCode = region.utf8.count == 6 && region.utf8.allSatisfy { (48...57).contains($0) }
            if !isCode { section.report("region must have six digits (GB/T 2260)", at: "region") }
            settings.region = region
        }
        settings.circle = circle(section.optionalSection("location"))
        return settings
    }

    private func circle(_ section: Section?) -> CAPInfo.Circle? {
        guard let section else { return nil }
        defer { section.finish() }
        guard let latitude = number("latitude", in: -90...90, section),
            let longitude = number("longitude", in: -180...180, section),
            let radius = number("radius_km", in: 0...100, section)
        else { return nil }
        return CAPInfo.Circle(latitude: latitude, longitude: longitude, radius: radius)
    }

    private func number(
        _ key: String, in range: ClosedRange<Double>, _ section: Section
    ) -> Double? {
        guard let number = section.number(key) else { return nil }
        guard range.contains(number) else {
            section.report(
                "\(key) must lie between \(range.lowerBound) and \(range.upperBound)", at: key)
            return nil
        }
        return number
    }
}

extension SiteConfiguration {
    /// Who sends the site's alerts, and on what terms.
    public var alertSender: AlertSender {
        let supervision = plan.supervision
        return AlertSender(
            site: site, name: name, sender: feed.sender, status: feed.status,
            restriction: feed.restriction, offset: supervision.calendar.offset,
            region: feed.region, circle: feed.circle,
            holdingRules: Set(supervision.incidents.flatMap(\.rules)))
    }

    /// A piece of equipment as platforms know it; what is no longer there has its id alone.
    public func alertSubject(_ equipment: String) -> AlertSubject {
        let piece = plan.equipment.first { $0.id == equipment }
        return AlertSubject(
            equipment: equipment,
            name: piece?.name ?? BilingualText(english: equipment, chinese: equipment),
            kind: piece.map { plan.profiles[$0.kind].kind } ?? "",
            papers: plan.supervision.registry[equipment] ?? RegistryRecord(equipment: equipment))
    }
}
