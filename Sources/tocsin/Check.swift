import Agent
import ArgumentParser
import Configuration
import Ledger
import Line
import RuleLanguage
import Supervision
import Timestamps

/// `tocsin check`: is the configuration valid?
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the configuration: site, kinds, rules, equipment.",
        discussion:
            "Prints every problem as FILE:LINE:COLUMN and exits 78, or says that all is well.")

    @OptionGroup var shared: SharedOptions

    /// This year, and from December on the next one, when the calendar does not know them.
    private static func yearsWithoutHolidays(_ site: SiteConfiguration) -> [Int64] {
        let calendar = site.plan.supervision.calendar
        // A site without listed supervision has no deadlines.
        guard !calendar.years.isEmpty else { return [] }
        let today = calendar.date(of: LineClock().now())
        let soon = today.adding(days: 31)
        return Set([today.year, soon.year]).subtracting(calendar.years).sorted()
    }

    func run() throws {
        let site = try shared.load()
        let rules = site.plan.profiles.reduce(0) { $0 + $1.rules.count }
        if shared.json {
            Output.line(
                .object([
                    ("valid", .boolean(true)), ("site", .text(site.site)),
                    ("equipment", .number(Double(site.plan.equipment.count))),
                    ("rules", .number(Double(rules))), ("hash", .text(site.hash)),
                    (
                        "years_without_holidays",
                        .array(Self.yearsWithoutHolidays(site).map { .number(Double($0)) })
                    ),
                ]))
        } else {
            Output.line(
                "valid: site \(site.site), \(site.plan.equipment.count) pieces of equipment, "
                    + "\(rules) rules in \(site.plan.profiles.count) profiles")
            Output.line("configuration \(site.hash)")
            for year in Self.yearsWithoutHolidays(site) {
                Output.line(
                    "the calendar has no holidays of \(year): deadlines in working days may come "
                        + "too early 日历缺少\(year)年节假日，工作日期限可能提前")
            }
            for piece in site.plan.equipment {
                let profile = site.plan.profiles[piece.kind]
                let defaults = profile.vocabulary.defaultsInUse(piece.parameters).map(\.name)
                if !defaults.isEmpty {
                    Output.line(
                        "\(piece.id): defaults in use 采用默认值: "
                            + defaults.joined(separator: ", "))
                }
                let idle = profile.rules.filter {
                    !profile.vocabulary.missing(for: $0, in: piece.parameters).isEmpty
                }
                if !idle.isEmpty {
                    Output.line(
                        "\(piece.id): not in force for want of parameters 缺少参数未启用: "
                            + idle.map(\.id).joined(separator: ", "))
                }
            }
        }
    }
}
