import Detection
public import Ledger
public import RuleLanguage
public import Supervision
import Timestamps

/// The report of some days: figures, charts, cases. As text, JSON or HTML.
public struct ReportDocument {
    private let statistics: Statistics
    private let plan: SupervisionPlan
    private let siteName: BilingualText
    private let from: String
    private let to: String
    private let title: (String) -> BilingualText?
    private let kind: (String) -> String

    /// A figure with its name.
    public struct Figure {
        /// What it is.
        public var name: BilingualText
        /// A key for machines.
        public var key: String
        /// The figure, for people.
        public var text: String
        /// The figure, for machines.
        public var value: JSONValue
    }

    /// Makes a report.
    ///
    /// - Parameters:
    ///   - title: a rule's name.
    ///   - kind: the kind of a piece of equipment.
    public init(
        _ statistics: Statistics, plan: SupervisionPlan, siteName: BilingualText,
        title: @escaping (String) -> BilingualText?, kind: @escaping (String) -> String
    ) {
        self.statistics = statistics
        self.plan = plan
        self.siteName = siteName
        self.title = title
        self.kind = kind
        from = "\(plan.calendar.date(of: statistics.from))"
        let last = Instant(nanoseconds: statistics.until.nanoseconds - 1)
        to = "\(plan.calendar.date(of: last))"
    }

    /// Groups of figures.
    public var figures: [(title: BilingualText, rows: [Figure])] {
        [
            (.init(english: "Hazards", chinese: "隐患"), hazards),
            (.init(english: "Listed supervision", chinese: "挂牌督办"), cases),
            (.init(english: "People held", chinese: "困人与滞留"), incidents),
            (.init(english: "Alarm management", chinese: "报警管理"), alarms),
        ]
    }

    /// Charts: bars with their counts.
    public var charts: [(title: BilingualText, key: String, bars: [Statistics.Count])] {
        let registry = plan.registry
        return [
            (
                .init(english: "By cause", chinese: "按原因"), "by_cause",
                statistics.rules.map { item in
                    .init(
                        name: title(item.name).map { "\($0.chinese) \($0.english)" } ?? item.name,
                        count: item.count)
                }
            ),
            (
                .init(english: "By type of equipment", chinese: "按设备类别"), "by_type",
                statistics.equipment(by: kind)
            ),
            (
                .init(english: "By equipment", chinese: "按设备"), "by_equipment",
                statistics.equipment
            ),
            (
                .init(english: "By using unit", chinese: "按使用单位"), "by_unit",
                statistics.equipment { registry[$0]?[.usingUnit] ?? "—" }
            ),
            (
                .init(english: "By maintenance unit", chinese: "按维护保养单位"), "by_maintenance",
                statistics.equipment { registry[$0]?[.maintenanceUnit] ?? "—" }
            ),
            (
                .init(english: "By severity", chinese: "按级别"), "by_severity",
                statistics.severities
            ),
        ]
    }

    private var hazards: [Figure] {
        [
            Self.count("raised", "raised", "触发", statistics.raised),
            Self.count("standing", "standing at the end", "期末存在", statistics.stillStanding),
            Self.time(
                "response_median", "time to acknowledgement, median", "确认用时中位数",
                statistics.responses.quantile(0.5)),
            Self.time(
                "response_p90", "time to acknowledgement, 9 of 10", "确认用时九成",
                statistics.responses.quantile(0.9)),
            Self.time(
                "end_median", "time to the end, median", "消除用时中位数",
                statistics.ends.quantile(0.5)),
        ]
    }

    private var cases: [Figure] {
        let listings = statistics.listings
        return [
            Self.count("cases", "cases", "案件", listings.count),
            Self.count(
                "listed", "listed", "已挂牌",
                listings.count { $0.steps.contains { $0.verb == .listed } }),
            Self.count("overdue", "overdue", "逾期", listings.count(where: \.isOverdue)),
            Self.count("repeat_cases", "repeat cases", "重复案件", statistics.repeatCases),
            Self.count(
                "failed_rechecks", "failed re-checks", "复查不合格",
                listings.reduce(0) { $0 + $1.failedRechecks }),
            Self.time(
                "rectification_median", "time to rectification, median", "整改用时中位数",
                statistics.rectifications.quantile(0.5)),
        ]
    }

    private var incidents: [Figure] {
        let incidents = statistics.incidents
        let minutes = incidents.map {
            Double($0.held(at: statistics.until).nanoseconds) / 1e9
        }
        return [
            Self.count("incidents", "incidents", "事件", incidents.count),
            Self.count(
                "accidents", "of which accidents", "其中构成事故",
                incidents.count { $0.grade != .none }),
            Self.time("longest", "longest", "最长", minutes.max()),
        ]
    }

    private var alarms: [Figure] {
        [
            Self.number(
                "raises_per_day", "raised per day", "日均触发", statistics.raisesPerDay, digits: 1),
            Self.count(
                "worst_ten_minutes", "most within ten minutes (aim: 10 at most)",
                "十分钟内最多（目标不超过10）", statistics.worstTenMinutes),
            Self.number(
                "flood_share", "part of the time in a flood (aim: below 1 %)",
                "泛滥时间占比（目标低于1%）", statistics.floodShare * 100, digits: 2, unit: " %"),
            Self.number(
                "top_ten_share", "part of the ten most frequent rules", "前十规则占比",
                statistics.topTenShare * 100, digits: 0, unit: " %"),
            Self.count("stale", "standing for more than a day", "存在超过一天", statistics.stale),
            Self.count("chattering", "chattering", "抖动", statistics.chattering),
            Self.count("shelved", "shelved by people", "人工搁置", statistics.shelves),
            Self.count("gaps", "gaps in the telemetry", "监测缺口", statistics.gaps),
        ]
    }

    private static func count(_ key: String, _ english: String, _ chinese: String, _ count: Int)
        -> Figure
    {
        Figure(
            name: .init(english: english, chinese: chinese), key: key, text: "\(count)",
            value: .number(Double(count)))
    }

    private static func number(
        _ key: String, _ english: String, _ chinese: String, _ value: Double, digits: Int,
        unit: String = ""
    ) -> Figure {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        let text = digits == 0 ? "\(Int(rounded))" : "\(rounded)"
        return Figure(
            name: .init(english: english, chinese: chinese), key: key, text: text + unit,
            value: .number(rounded))
    }

    private static func time(
        _ key: String, _ english: String, _ chinese: String, _ seconds: Double?
    ) -> Figure {
        Figure(
            name: .init(english: english, chinese: chinese), key: key,
            text: seconds.map(duration) ?? "—",
            value: seconds.map { .number($0) } ?? .null)
    }

    static func duration(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(Int(seconds)) s"
        case ..<7_200: "\(Int(seconds / 60)) min"
        case ..<172_800: "\((seconds / 360).rounded() / 10) h"
        default: "\((seconds / 8_640).rounded() / 10) d"
        }
    }

    /// For machines. Times are in seconds.
    public var json: JSONValue {
        .object(
            [
                ("site", .text(siteName.english)), ("from", .text(from)), ("to", .text(to)),
                (
                    "figures",
                    .object(figures.flatMap(\.rows).map { ($0.key, $0.value) })
                ),
            ]
                + charts.map { chart in
                    (
                        chart.key,
                        .array(
                            chart.bars.map {
                                .object([
                                    ("name", .text($0.name)), ("count", .number(Double($0.count))),
                                ])
                            })
                    )
                })
    }

    /// For a browser and for print.
    public func html(_ templates: Templates) -> String {
        let figures = self.figures.map { group -> [String: Any] in
            [
                "title": ["zh": group.title.chinese, "en": group.title.english],
                "rows": group.rows.map {
                    ["zh": $0.name.chinese, "en": $0.name.english, "value": $0.text]
                },
            ]
        }
        let charts = self.charts.map { chart -> [String: Any] in
            let most = max(chart.bars.map(\.count).max() ?? 1, 1)
            return [
                "title": ["zh": chart.title.chinese, "en": chart.title.english],
                "bars": chart.bars.prefix(20).map { bar -> [String: Any] in
                    ["label": bar.name, "count": bar.count, "percent": bar.count * 100 / most]
                },
            ]
        }
        let listings = statistics.listings.map { listing -> [String: Any] in
            [
                "id": listing.id, "equipment": listing.equipment,
                "finding": listing.facts[.finding] ?? "",
                "stage": "\(listing.stage.chinese) \(listing.stage.rawValue)",
                "deadline": listing.facts[.deadline] ?? "—", "overdue": listing.isOverdue,
            ]
        }
        return templates.render(
            .report,
            [
                "site": "\(siteName.chinese) \(siteName.english)", "from": from, "to": to,
                "figures": figures, "charts": charts, "listings": listings,
                "note": [
                    "zh": "数据取自防篡改台账；报警管理目标值凭记忆取自ANSI/ISA-18.2。",
                    "en":
                        "Counted from the tamper-evident ledger. The aims of alarm management are "
                        + "those of ANSI/ISA-18.2, from memory.",
                ],
            ])
    }
}
