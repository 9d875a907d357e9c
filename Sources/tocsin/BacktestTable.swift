import Detection
import Ledger
import Line
import RuleLanguage
import RuleTesting

/// Counts of a backtest by rule, and how often each would be in a thousand hours.
struct BacktestTable {
    private struct Row {
        var old = 0
        var new = 0
        var added = 0
        var lost = 0
        var earlier = 0
        var later = 0
    }

    private var rows: [String: Row] = [:]
    /// Hours that the equipment of a rule was watched.
    private var hours: [String: Double] = [:]
    /// Pieces of equipment that each rule watches.
    private var pieces: [String: Int] = [:]

    /// - Parameter plans: the old and the new one.
    init(_ plans: [SitePlan]) {
        for plan in plans {
            var counts: [String: Int] = [:]
            for (kind, profile) in plan.profiles.enumerated() {
                let count = plan.equipment.count { $0.kind == kind }
                for rule in profile.rules { counts[rule.id, default: 0] += count }
            }
            pieces.merge(counts) { max($0, $1) }
        }
    }

    /// Whether something was lost or found later.
    var isWorse: Bool { rows.values.contains { $0.lost + $0.later > 0 } }

    /// A capture of this length was replayed.
    mutating func observe(_ span: Duration) {
        for (rule, count) in pieces {
            hours[rule, default: 0] += Double(span.nanoseconds) / 3.6e12 * Double(count)
        }
    }

    mutating func count(_ old: [Episode], _ new: [Episode], _ backtest: Backtest) {
        for episode in old { rows[episode.rule, default: Row()].old += 1 }
        for episode in new { rows[episode.rule, default: Row()].new += 1 }
        for difference in backtest.differences {
            let rule = difference.episode.rule
            switch difference {
            case .added: rows[rule, default: Row()].added += 1
            case .lost: rows[rule, default: Row()].lost += 1
            case .moved(let old, let new):
                if new.begin < old.begin {
                    rows[rule, default: Row()].earlier += 1
                } else {
                    rows[rule, default: Row()].later += 1
                }
            case .stretched: break
            }
        }
    }

    func print(asJSON: Bool) {
        let rules = rows.keys.sorted()
        if asJSON {
            for rule in rules { Output.line(object(rule)) }
            return
        }
        let width = max(12, rules.map(\.count).max() ?? 0) + 1
        Output.line("")
        Output.line(
            "rule 规则".padded(width - 2)
                + "   old   new  added   lost  earlier  later   old/1000 h  new/1000 h")
        for rule in rules {
            guard let row = rows[rule] else { continue }
            let counts =
                [row.old, row.new].map { "\($0)".aligned(6) }.joined()
                + [row.added, row.lost].map { "\($0)".aligned(7) }.joined()
                + "\(row.earlier)".aligned(9) + "\(row.later)".aligned(7)
            Output.line(
                rule.padded(width) + counts + rate(row.old, rule).aligned(13)
                    + rate(row.new, rule).aligned(12))
        }
        if rules.isEmpty { Output.line("nothing was raised by either 两套规则均未触发") }
    }

    private func object(_ rule: String) -> JSONValue {
        let row = rows[rule] ?? Row()
        return .object([
            ("rule", .text(rule)), ("old", .number(Double(row.old))),
            ("new", .number(Double(row.new))), ("added", .number(Double(row.added))),
            ("lost", .number(Double(row.lost))), ("earlier", .number(Double(row.earlier))),
            ("later", .number(Double(row.later))), ("hours", .number(hours[rule] ?? 0)),
        ])
    }

    private func rate(_ count: Int, _ rule: String) -> String {
        guard let hours = hours[rule], hours > 0 else { return "-" }
        return Self.rounded(Double(count) / hours * 1_000)
    }

    /// Three digits after the point at most.
    static func rounded(_ value: Double) -> String {
        let short = (value * 1_000).rounded() / 1_000
        return short == short.rounded() && abs(short) < 1e15 ? "\(Int64(short))" : "\(short)"
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String {
        self + String(repeating: " ", count: max(width - count, 1))
    }

    fileprivate func aligned(_ width: Int) -> String {
        String(repeating: " ", count: max(width - count, 1)) + self
    }
}
