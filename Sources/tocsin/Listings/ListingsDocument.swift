import Agent
import ArgumentParser
import Configuration
import Documents
import Line
import Supervision

/// `tocsin listings document`: the papers of a case.
struct ListingsDocument: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "document",
        abstract: "Write a case's notice (通知书), announcement (公告) or acceptance opinion (验收意见).",
        discussion: "Both languages on one page, from the site's templates.")

    enum Form: String, ExpressibleByArgument, CaseIterable { case notice, announcement, acceptance }

    @Argument(help: ArgumentHelp("The case, such as 2026-0007.", valueName: "case"))
    var listing: String
    @Argument(help: "notice, announcement or acceptance.")
    var form: Form
    @OptionGroup var document: DocumentOptions
    @OptionGroup var options: ReadOptions

    func run() throws {
        let (site, ledger) = try options.open()
        let templates = try document.templates(site, options.shared)
        let found = try ReadOptions.listing(listing, ledger, options.shared)
        let plan = site.plan.supervision
        let page = ListingDocument(
            listing: found, record: plan.registry[found.equipment],
            equipmentName: site.plan.equipment.first { $0.id == found.equipment }?.name,
            plan: plan, site: site.site, today: plan.calendar.date(of: LineClock().now()))
        let html: String
        do throws(ListingDocument.TooEarly) {
            html =
                switch form {
                case .notice: try page.notice(templates)
                case .announcement: try page.announcement(templates)
                case .acceptance: try page.acceptance(templates)
                }
        } catch {
            throw options.shared.fail(AgentFailure(.negative, error.message))
        }
        try document.write(html, options.shared)
    }
}
