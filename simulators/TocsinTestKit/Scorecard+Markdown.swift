extension Scorecard {
    /// The card as a page for people, in both languages.
    public var markdown: String {
        var page = """
            # Scorecard 记分卡

            Made by `tocsin-sim score`: every trial in \(seeds) seeds, healthy machines of every \
            model that has trials, and scenarios, each reading through the agent's own line. A \
            delay counts from the physical beginning of what is wrong, which may be long before \
            the forbidden value shows. 由 `tocsin-sim score` 生成：每项试验各 \(seeds) 个随机种子，\
            另有各型正常设备的运行及场景；全部读数经过代理的同一处理链。延迟自故障的物理起点算起。

            | what 项目 | |
            | --- | --- |
            | trials × seeds 试验 × 种子 | \(trials) × \(seeds) |
            | hazards that had to be found 应检出 | \(total(\.injected)) |
            | found in time 及时检出 | \(total(\.found)) |
            | missed or late 漏报或迟报 | \(total(\.missed)) |
            | near misses 临界试验 | \(total(\.nearlyHappened)) |
            | raised in near misses 临界误报 | \(total(\.nearMissesRaised)) |
            | machine-hours of health and scenarios 正常及场景机时 | \(Self.text(allHours)) |
            | false hazards, major or critical 严重误报 | \(graveFalseHazards) |
            | false hazards, all 全部误报 | \(total(\.falseHazards)) |
            | messages 消息 | \(messages) |
            | rules 规则 | \(rows.count) |
            | rules that nothing causes 无试验的规则 | \(untriedCount) |


            """
        for kind in kinds { page += table(of: kind) }
        page += surprisesTable
        page += uncausedTable
        return page
    }

    private var untriedCount: Int { rows.filter { $0.injected == 0 }.count }

    private var allHours: Double { hours.values.reduce(0, +) }

    private var kinds: [String] {
        var kinds: [String] = []
        for row in rows where !kinds.contains(row.kind) { kinds.append(row.kind) }
        return kinds
    }

    private func total(_ path: KeyPath<Row, Int>) -> Int {
        rows.reduce(0) { $0 + $1[keyPath: path] }
    }

    private func table(of kind: String) -> String {
        var table = """
            ## \(kind)

            | rule 规则 | severity 级别 | injected 注入 | found 检出 | missed 漏报 \
            | p50 s | p95 s | max s | near misses silent 临界未报 | false / 1,000 h 误报 |
            | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |

            """
        // Of scenarios alone nobody expects every rule.
        let isTold = { (row: Row) in
            trials > 0 || row.injected > 0 || row.falseHazards > 0
        }
        for row in rows where row.kind == kind && isTold(row) {
            let delays = [0.5, 0.95, 1].map { row.delay($0).map(Self.text) ?? "" }
            let near =
                row.nearMisses.isEmpty
                ? "" : "\(row.nearlyHappened - row.nearMissesRaised) of \(row.nearlyHappened)"
            let rate = falsePerThousandHours(row).map(Self.text) ?? ""
            table +=
                "| `\(row.rule)` | \(row.severity) | \(row.injected) | \(row.found) | "
                + "\(row.missed) | \(delays.joined(separator: " | ")) | \(near) | \(rate) |\n"
        }
        return table + "\n"
    }

    private var surprisesTable: String {
        guard !surprises.isEmpty else { return "" }
        var table = """
            ## Hazards in trials that the trial does not speak of 试验中的其他隐患

            | trial 试验 | rule 规则 | seeds 种子 |
            | --- | --- | ---: |

            """
        for surprise in surprises {
            table += "| \(surprise.trial) | `\(surprise.rule)` | \(surprise.seeds) |\n"
        }
        return table + "\n"
    }

    private var uncausedTable: String {
        guard !uncaused.isEmpty else { return "" }
        var table = """
            ## Rules that no model can cause 模型无法触发的规则

            | rule 规则 | why 原因 |
            | --- | --- |

            """
        for rule in uncaused.keys.sorted() {
            table += "| `\(rule)` | \(uncaused[rule] ?? "") |\n"
        }
        return table + "\n"
    }
}
