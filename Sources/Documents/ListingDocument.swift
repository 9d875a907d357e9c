public import Supervision
import Detection
public import RuleLanguage
public import Timestamps

/// The documents of a listing: notice, announcement, acceptance.
public struct ListingDocument {
    /// The case.
    public var listing: Listing
    /// What the papers say about its equipment.
    public var record: RegistryRecord?
    /// The equipment's name, for people.
    public var equipmentName: BilingualText?
    /// Terms and calendar.
    public var plan: SupervisionPlan
    /// The site's id, which ledger entries begin with.
    public var site: String
    /// The day of the document.
    public var today: CivilDate

    /// Groups what a document is made from.
    public init(
        listing: Listing, record: RegistryRecord?, equipmentName: BilingualText?,
        plan: SupervisionPlan, site: String, today: CivilDate
    ) {
        self.listing = listing
        self.record = record
        self.equipmentName = equipmentName
        self.plan = plan
        self.site = site
        self.today = today
    }

    /// Why there is no such document yet.
    public struct TooEarly: Error, Sendable, Equatable {
        /// For people.
        public var message: String
    }

    /// The notice of a listed case (挂牌督办通知书).
    public func notice(_ templates: Templates) throws(TooEarly) -> String {
        try needs(.listed, "the notice")
        var values = common
        values["plan_by"] =
            listing.facts[.planBy]
            ?? "\(plan.calendar.workday(plan.terms.planDays, after: listedOn))"
        values["measures"] = listing.facts[.measures]
        values["trade_owner"] = listing.facts[.tradeOwner]
        values["authority_owner"] = listing.facts[.authorityOwner]
        values["listed_on"] = "\(listedOn)"
        values["progress_days"] = plan.terms.progressDays
        values["extension_days"] = plan.terms.extensionDays
        values["recheck_days"] = plan.terms.recheckDays
        values["entry"] = entry(of: .listed)
        values["address"] = record?[.address]
        values["demand"] = listing.facts[.demand]
        return templates.render(.notice, values)
    }

    /// The announcement of a listed case, or of its end (公告). It names departments and no people,
    /// and of the equipment the registration code alone.
    public func announcement(_ templates: Templates) throws(TooEarly) -> String {
        try needs(.listed, "the announcement")
        var values = common
        values["trade_department"] = record?[.tradeDepartment]
        values["authority"] = record?[.authority]
        values["contact"] = listing.facts[.contact]
        values["ended"] = listing.steps.contains { $0.verb == .delisted }
        // What the forms of other documents name stays out, whatever a template asks for.
        for name in ["equipment", "name", "address", "trade_owner", "authority_owner"] {
            values[name] = nil
        }
        return templates.render(.announcement, values)
    }

    /// The opinion on acceptance (验收意见书).
    public func acceptance(_ templates: Templates) throws(TooEarly) -> String {
        try needs(.rechecked, "the opinion")
        var values = common
        values["demand"] = listing.facts[.demand]
        values["requested_on"] = listing.steps.last { $0.verb == .acceptanceRequested }
            .map { "\(plan.calendar.date(of: $0.at))" }
        values["rechecks"] = listing.steps.filter { $0.verb == .rechecked }.map {
            event -> [String: Any] in
            var row: [String: Any] = [
                "on": "\(plan.calendar.date(of: event.at))",
                "passed": event.details.flag(.passed),
                "persons": event.details.persons.joined(separator: "、"), "reason": event.reason,
            ]
            row["finding"] = event.details[.finding]
            return row
        }
        values["entry"] = entry(of: .rechecked)
        return templates.render(.acceptance, values)
    }

    private func needs(_ verb: ListingVerb, _ document: String) throws(TooEarly) {
        guard listing.steps.contains(where: { $0.verb == verb }) else {
            throw TooEarly(
                message: "\(listing.id) is \(listing.stage.rawValue) \(listing.stage.chinese): "
                    + "\(document) comes once it has been \(verb.rawValue)")
        }
    }

    private var listedOn: CivilDate { plan.calendar.date(of: listing.listedAt) }

    /// The ledger's id of the last step of a sort.
    private func entry(of verb: ListingVerb) -> String {
        let at = listing.steps.last { $0.verb == verb }.map { RFC3339.format($0.at) } ?? ""
        return "\(site)/listing/\(listing.id)#\(verb.rawValue)@\(at)"
    }

    private var common: [String: Any] {
        let facts = listing.facts
        var values: [String: Any] = [
            "case": listing.id, "equipment": listing.equipment, "today": "\(today)",
            "stage": "\(listing.stage.chinese) \(listing.stage.rawValue)",
            "use_stopped": listing.isUseStopped,
        ]
        values["name"] = equipmentName.map { "\($0.chinese) \($0.english)" }
        values["number"] = facts[.number]
        values["unit"] = facts[.unit]
        values["finding"] = facts[.finding]
        values["clause"] = facts[.clause]
        values["deadline"] = facts[.deadline]
        values["level"] = facts[.level]
        values["body"] = facts[.body]
        values["registration_code"] = record?[.registrationCode] ?? "—"
        return values
    }
}
