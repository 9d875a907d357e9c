import Agent
import ArgumentParser
import Configuration
import Console
import Detection
import Documents
import Glibc
import Ledger
import LedgerStore
import Line
import RuleLanguage
import Supervision
import Timestamps

/// `tocsin report`: what happened on the site between two days.
struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hazards, cases, incidents and alarm management of some days or of a month.",
        discussion: """
            Counted from the ledger. As a table, as JSON with --json, or as a page with charts \
            with --out or --pdf.
            """)

    @Option(help: "The first day: 2026-11-01.")
    var from: String?
    @Option(help: "The last day: 2026-11-30.")
    var to: String?
    @Option(help: "A month: 2026-11.")
    var month: String?
    @OptionGroup var document: DocumentOptions
    @OptionGroup var options: ReadOptions

    func run() throws {
        let (first, last) = try days()
        let (site, ledger) = try options.open()
        let plan = site.plan.supervision
        let offset = plan.calendar.offset
        var statistics = Statistics(
            from: first.start(offset: offset), until: last.end(offset: offset))
        var next: Int64 = 0
        while true {
            let page = try options.read { () throws(StoreFailure) in
                try ledger.entries(from: next, limit: 1_000)
            }
            guard let end = page.last else { break }
            for entry in page {
                guard let value = JSONValue(parsing: entry.bytes) else {
                    throw options.shared.fail(
                        AgentFailure(
                            .negative,
                            "entry \(entry.sequence) is no JSON: run tocsin ledger verify"))
                }
                statistics.take(value)
            }
            next = end.sequence + 1
        }
        let report = ReportDocument(
            statistics, plan: plan, siteName: site.name, title: { site.plan.rule($0)?.title },
            kind: { id in
                site.plan.equipment.first { $0.id == id }
                    .map { site.plan.profiles[$0.kind].kind } ?? "—"
            })
        if document.out != nil || document.pdf != nil {
            let templates = try document.templates(site, options.shared)
            return try document.write(report.html(templates), options.shared)
        }
        if options.shared.json { return Output.line(report.json) }
        show(report, Style(hasColour: isatty(1) == 1))
    }

    private func days() throws -> (CivilDate, CivilDate) {
        if let month {
            guard from == nil, to == nil, let first = CivilDate(month + "-01") else {
                throw ValidationError(
                    "--month must be a month such as 2026-11, without --from, --to")
            }
            // The day before the first of the month that comes 31 days after the first.
            let later = first.adding(days: 31)
            return (first, later.adding(days: -Int(later.day)))
        }
        guard let first = from.flatMap({ CivilDate($0) }), let last = to.flatMap({ CivilDate($0) }),
            first <= last
        else {
            throw ValidationError(
                "--from and --to must be days such as 2026-11-01, the first not after the last; "
                    + "or give --month 2026-11")
        }
        return (first, last)
    }

    private func show(_ report: ReportDocument, _ style: Style) {
        for group in report.figures {
            Output.line(style("\(group.title.chinese) \(group.title.english)", .strong))
            for row in group.rows {
                Output.line(
                    "  " + Columns.fit("\(row.name.chinese) \(row.name.english)", 76) + row.text)
            }
        }
        for chart in report.charts where !chart.bars.isEmpty {
            Output.line(style("\(chart.title.chinese) \(chart.title.english)", .strong))
            let most = max(chart.bars.map(\.count).max() ?? 1, 1)
            for bar in chart.bars.prefix(10) {
                let length = max(1, bar.count * 30 / most)
                Output.line(
                    "  " + Columns.fit(bar.name, 50) + String(repeating: "█", count: length)
                        + " \(bar.count)")
            }
        }
    }
}
