import Agent
import ArgumentParser
import Configuration
import Console
import Detection
import Glibc
import Ledger
import LedgerStore
import Line
import RuleLanguage
import Supervision
import Timestamps

/// `tocsin hazards list`: what has not ended, from the committed ledger.
struct HazardsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the hazards that have not ended, worst first.")

    @OptionGroup var shared: SharedOptions
    @OptionGroup var state: StateOptions

    @Flag(name: .long, help: "Also what is suppressed by design.")
    var all = false

    func run() throws {
        var site = try shared.load()
        state.apply(to: &site)
        let register: StoredRegister
        do throws(StoreFailure) {
            register = try LedgerReader(path: LedgerFiles(site.stateDirectory).ledger).register()
        } catch {
            throw shared.fail(AgentFailure(error))
        }
        let items = register.hazards.filter { all || $0.phase != .suppressed }.map { record in
            HazardItem(
                record: record, rule: site.plan.rule(record.place.rule),
                shelf: register.shelves.first { $0.place == record.place },
                withheld: register.withheld.last { $0.place == record.place }?.reason)
        }.sorted { $0.comesBefore($1) }
        if shared.json {
            for item in items { Output.line(item.json) }
            return
        }
        let style = Style(hasColour: isatty(1) == 1)
        for item in items { Output.line(item.row(style)) }
        for shelf in register.shelves
        where !register.hazards.contains(where: { $0.place == shelf.place }) {
            Output.line(
                style("\(shelf.place): shelved 已搁置", .faint) + " until "
                    + HazardItem.minute(shelf.until) + " by \(shelf.word.actor)")
        }
        let suppressed = register.hazards.count { $0.phase == .suppressed }
        Output.line(
            style(
                "\(items.count) hazards 隐患, \(register.shelves.count) shelved 已搁置, "
                    + "\(suppressed) suppressed by design 按设计抑制", .faint))
    }
}

/// `tocsin hazards show`: one hazard and its life on record.
struct HazardsShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a hazard and what is on record about it.")

    @OptionGroup var shared: SharedOptions
    @OptionGroup var state: StateOptions

    @Argument(help: "The hazard's place: EQUIPMENT/RULE.")
    var place: String

    @Flag(name: .long, help: "Draw what was read around the newest raise.")
    var plot = false

    func run() throws {
        let place = try HazardsCommand.place(place)
        var site = try shared.load()
        state.apply(to: &site)
        let entries: [JSONValue]
        let record: HazardRecord?
        var drawn: [String] = []
        do throws(StoreFailure) {
            let reader = try LedgerReader(path: LedgerFiles(site.stateDirectory).ledger)
            record = try reader.register().hazards.first { $0.place == place }
            // Changes are named after the hazard, words after its place.
            var found = try reader.entries(withPrefix: "\(site.site)/\(place)/")
            found += try reader.entries(withPrefix: "\(site.site)/\(place)#")
            entries = try found.map(Self.parse)
                .sorted { ($0["seq"]?.number ?? 0) < ($1["seq"]?.number ?? 0) }
            if plot {
                let newest = try HazardEntries("\(place)", site.site, reader).newest
                var pieces: [(entry: [UInt8], evidence: [UInt8]?)] = []
                for entry in newest {
                    pieces.append(
                        (entry.value.canonicalBytes, try reader.evidence(of: entry.sequence)))
                }
                drawn = HazardEntries.plot(pieces)
            }
        } catch {
            throw shared.fail(AgentFailure(error))
        }
        guard !entries.isEmpty else {
            throw shared.fail(AgentFailure(.negative, "nothing is on record about \(place)"))
        }
        if shared.json {
            for entry in entries { Output.line(entry) }
            return
        }
        let rule = site.plan.rule(place.rule)
        let style = Style(hasColour: isatty(1) == 1)
        Output.line("\(place)  \(rule?.title.english ?? "")  \(rule?.title.chinese ?? "")")
        if let rule, record != nil {
            Output.line("  do 处置  \(rule.guidance.english)")
            Output.line("          \(rule.guidance.chinese)")
        }
        for entry in entries { Output.line(HazardItem.line(entry, style)) }
        if plot {
            for line in drawn { Output.line(line) }
            if drawn.isEmpty { Output.line("no readings are on record 无读数记录") }
        }
        let words =
            record.map { "\($0.phase.rawValue), since \(HazardItem.minute($0.raisedAt))" }
            ?? "over 已结束"
        Output.line(style("now 现状: \(words)", .strong))
    }
}

extension HazardsShow {
    private static func parse(_ bytes: [UInt8]) throws(StoreFailure) -> JSONValue {
        do {
            return try JSONReader.read(bytes)
        } catch {
            throw .corrupt("an entry of the ledger is no JSON: run tocsin ledger verify")
        }
    }
}

/// A hazard as the list shows it.
struct HazardItem {
    var record: HazardRecord
    /// `nil` when the configuration no longer has the rule.
    var rule: Rule?
    var shelf: Shelf?
    var withheld: WithheldAlert.Reason?

    func comesBefore(_ other: HazardItem) -> Bool {
        let mine = (rule?.isLifeSafety ?? true, rule?.severity ?? .critical)
        let theirs = (other.rule?.isLifeSafety ?? true, other.rule?.severity ?? .critical)
        if mine.1 != theirs.1 { return mine.1 > theirs.1 }
        if mine.0 != theirs.0 { return mine.0 }
        return (record.raisedAt, record.place.description)
            < (other.record.raisedAt, other.record.place.description)
    }

    func row(_ style: Style) -> String {
        let severity = rule?.severity.rawValue ?? "no rule"
        let meaning: Style.Meaning = severity == "critical" ? .bad : .attention
        var notes: [String] = []
        if let seen = record.acknowledged { notes.append("seen 已确认: \(seen.actor)") }
        if record.recurrences > 0 { notes.append("recurred 复发 \(record.recurrences)×") }
        if let shelf { notes.append("shelved 已搁置 until \(Self.minute(shelf.until))") }
        if let withheld, shelf == nil { notes.append("alert waits 警报暂缓: \(withheld.rawValue)") }
        return style(Self.minute(record.raisedAt), .faint) + "  "
            + style(Columns.fit(severity, 8), meaning) + "  "
            + Columns.fit(phase, 17) + "  " + Columns.fit(record.place.description, 42) + "  "
            + "\(rule?.title.english ?? "")  \(rule?.title.chinese ?? "")"
            + (notes.isEmpty ? "" : "  " + style("(" + notes.joined(separator: ", ") + ")", .faint))
    }

    private var phase: String {
        switch record.phase {
        case .raised: "▲ stands 存在"
        case .returned: "◐ returned 待确认"
        case .suppressed: "suppressed 抑制"
        }
    }

    var json: JSONValue {
        let word = record.acknowledged
        return .object([
            ("equipment", .text(record.place.equipment)), ("rule", .text(record.place.rule)),
            ("hazard", .text(record.id)), ("phase", .text(record.phase.rawValue)),
            ("severity", rule.map { .text($0.severity.rawValue) } ?? .null),
            ("life_safety", rule.map { .boolean($0.isLifeSafety) } ?? .null),
            ("raised_at", .text(RFC3339.format(record.raisedAt))),
            ("recurrences", .number(Double(record.recurrences))),
            ("acknowledged_by", word.map { .text($0.actor) } ?? .null),
            ("acknowledged_at", word.map { .text(RFC3339.format($0.at)) } ?? .null),
            ("shelved_until", shelf.map { .text(RFC3339.format($0.until)) } ?? .null),
            ("withheld", withheld.map { .text($0.rawValue) } ?? .null),
        ])
    }

    /// `2026-01-01 08:00` in UTC.
    static func minute(_ time: Instant) -> String {
        let text = RFC3339.format(time, digits: 0)
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5) + "Z"
    }

    /// An entry of the ledger as one line of a hazard's life.
    static func line(_ entry: JSONValue, _ style: Style) -> String {
        let body = entry["body"]
        let time = body?["at"]?.text ?? entry["recorded"]?.text ?? ""
        let word = (entry["kind"]?.text ?? "").split(separator: ".").last.map(String.init) ?? ""
        let after =
            entry["kind"]?.text == "hazard.evidence" ? "  readings after the raise 触发后读数" : ""
        let value = body?["value"]?.number.map { "  value 值 \($0)" } ?? ""
        let actor = entry["actor"]?.text ?? ""
        let reason = body?["reason"]?.text.map { "  \(actor): \($0)" } ?? ""
        let withheld = body?["withheld"]?.text.map { "  alert waits 警报暂缓: \($0)" } ?? ""
        let clock = String(time.prefix(10)) + " " + String(time.dropFirst(11).prefix(12))
        return style("  " + clock, .faint) + "  " + Columns.fit(word, 12) + value + reason
            + withheld + after
    }
}
