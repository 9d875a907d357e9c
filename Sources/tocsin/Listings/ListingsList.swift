import ArgumentParser
import Agent
import Configuration
import Console
import Detection
import Glibc
import Ledger
import Line
import LedgerStore
import Supervision
import Timestamps

/// `tocsin listings list`.
struct ListingsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the cases that have not ended, the most urgent first.")

    @OptionGroup var options: ReadOptions

    @Flag(name: .long, help: "Also cases that have ended.")
    var all = false

    func run() throws {
        let (site, ledger) = try options.open()
        let plan = site.plan.supervision
        let now = LineClock().now()
        let items = try options.listings(ledger, isOpenOnly: !all).map {
            ListingItem(listing: $0, next: $0.clocks(plan.calendar, plan.terms).first, plan: plan)
        }.sorted {
            ($0.next?.due ?? .never, $0.listing.id) < ($1.next?.due ?? .never, $1.listing.id)
        }
        if options.shared.json {
            for item in items { Output.line(item.json) }
            return
        }
        let style = Style(hasColour: isatty(1) == 1)
        for item in items { Output.line(item.row(at: now, style)) }
        let overdue = items.count { $0.listing.escalation > .none }
        Output.line(style("\(items.count) cases 督办案件, \(overdue) overdue 逾期", .faint))
    }
}

/// `tocsin listings show`.
struct ListingsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a case: what is known, its steps, its clocks.")

    @Argument(help: ArgumentHelp("The case, such as 2026-0007.", valueName: "case"))
    var listing: String

    @OptionGroup var options: ReadOptions

    func run() throws {
        let (site, ledger) = try options.open()
        let plan = site.plan.supervision
        let found = try ReadOptions.listing(listing, ledger, options.shared)
        let clocks = found.clocks(plan.calendar, plan.terms)
        let item = ListingItem(listing: found, next: clocks.first, plan: plan)
        if options.shared.json {
            Output.line(item.json)
            return
        }
        let style = Style(hasColour: isatty(1) == 1)
        let now = LineClock().now()
        Output.line(style("\(found.id)  \(item.stage)", .strong) + "  \(found.equipment)")
        for (field, value) in found.facts.members where field != "equipment" {
            Output.line("  " + Columns.fit(field, 18) + item.text(of: value))
        }
        if let criterion = item.criterion {
            Output.line("  " + Columns.fit("matches 对应条款", 18) + criterion.clause)
            let proposal =
                criterion.proposedDays == 0 ? "at once 立即" : "\(criterion.proposedDays) d 天"
            Output.line(
                "  " + Columns.fit("proposed 建议", 18)
                    + "deadline 期限 \(proposal)\(criterion.stopsUse ? ", stop use 停用" : "")")
        }
        Output.line(style("steps 经过", .strong))
        for event in found.steps { Output.line(item.line(event, style)) }
        if !clocks.isEmpty { Output.line(style("clocks 时限", .strong)) }
        for clock in clocks { Output.line("  " + item.describe(clock, at: now, style)) }
        let commands = Listing.commands(in: found.stage)
        if !commands.isEmpty {
            Output.line(style("possible 可用操作: " + commands.joined(separator: ", "), .faint))
        }
    }
}

/// A case as people see it.
struct ListingItem {
    var listing: Listing
    var next: Listing.RunningClock?
    var plan: SupervisionPlan

    var stage: String { "\(listing.stage.rawValue) \(listing.stage.chinese)" }

    var criterion: Criterion? {
        plan.criteria.first { criterion in listing.rule.map(criterion.rules.contains) ?? false }
    }

    func local(_ time: Instant) -> String {
        let text = RFC3339.format(time + plan.calendar.offset, digits: 0)
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5)
    }

    func row(at now: Instant, _ style: Style) -> String {
        var marks: [String] = []
        if listing.isUseStopped { marks.append("out of use 停用") }
        if listing.escalation > .none { marks.append(listing.escalation.chinese) }
        if listing.isOnKeyList { marks.append("key list 重点名单") }
        let clock = next.map { describe($0, at: now, style) } ?? ""
        return style(Columns.fit(listing.id, 11), .strong)
            + Columns.fit(stage, 32) + Columns.fit(listing.equipment, 14)
            + Columns.fit(listing.facts[.finding] ?? "", 40) + "  " + clock
            + (marks.isEmpty ? "" : "  " + style(marks.joined(separator: ", "), .bad))
    }

    func describe(_ clock: Listing.RunningClock, at now: Instant, _ style: Style) -> String {
        let isLate = clock.due <= now
        var due = local(clock.due)
        // The end of a day, not the beginning of the next.
        if due.hasSuffix(" 00:00") {
            due = "\(plan.calendar.date(of: clock.due).adding(days: -1)) 24:00"
        }
        return style(due, isLate ? .bad : .attention)
            + "  \(clock.clock.chinese) \(clock.clock.english)"
    }

    func line(_ event: ListingEvent, _ style: Style) -> String {
        let details = event.details.members.map { "\($0.name): \(text(of: $0.value))" }
        return style("  " + local(event.at), .faint) + "  " + Columns.fit(event.verb.rawValue, 22)
            + "\(event.actor): \(event.reason)"
            + (details.isEmpty ? "" : style("  (" + details.joined(separator: "; ") + ")", .faint))
    }

    func text(of value: JSONValue) -> String {
        switch value {
        case .text(let text): text
        case .boolean(let flag): flag ? "yes 是" : "no 否"
        case .array(let list): list.compactMap(\.text).joined(separator: ", ")
        case .null, .number, .object: String(decoding: value.canonicalBytes, as: UTF8.self)
        }
    }

    var json: JSONValue {
        .object([
            ("case", .text(listing.id)), ("stage", .text(listing.stage.rawValue)),
            ("equipment", .text(listing.equipment)),
            ("detected_at", .text(RFC3339.format(listing.detectedAt))),
            ("open", .boolean(listing.isOpen)), ("overdue", .boolean(listing.isOverdue)),
            ("escalation", .number(Double(listing.escalation.rawValue))),
            ("use_stopped", .boolean(listing.isUseStopped)),
            ("failed_rechecks", .number(Double(listing.failedRechecks))),
            ("facts", .object(listing.facts.members)),
            (
                "clocks",
                .array(
                    listing.clocks(plan.calendar, plan.terms).map {
                        .object([
                            ("clock", .text($0.clock.rawValue)),
                            ("due", .text(RFC3339.format($0.due))),
                        ])
                    })
            ),
            ("possible", .array(Listing.commands(in: listing.stage).map { .text($0) })),
            (
                "steps",
                .array(
                    listing.steps.map { event in
                        .object(
                            [
                                ("step", .text(event.verb.rawValue)),
                                ("at", .text(RFC3339.format(event.at))),
                                ("actor", .text(event.actor)), ("reason", .text(event.reason)),
                            ] + event.details.members)
                    })
            ),
        ])
    }
}
