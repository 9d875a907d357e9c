import Detection
import Ledger
import RuleLanguage
import Supervision

/// What alerts say to people.
enum AlertWords {
    /// What happened to a hazard, an incident or a case.
    static func state(_ state: String) -> BilingualText {
        switch state {
        case "raised": .init(english: "raised", chinese: "触发")
        case "recurred": .init(english: "back again", chinese: "再次出现")
        case "returned": .init(english: "gone, waits for release", chinese: "已恢复，待人工解除")
        case "cleared": .init(english: "cleared", chinese: "已消除")
        case "withdrawn": .init(english: "withdrawn by a person", chinese: "已人工撤销")
        case "acknowledged": .init(english: "seen by a person", chinese: "已确认")
        case "incident_began": .init(english: "people are held", chinese: "有人员被困或滞留")
        case "incident_released": .init(english: "all are free", chinese: "人员已全部脱困")
        case "clock_missed": .init(english: "overdue", chinese: "逾期")
        default: .init(english: "goes on", chinese: "持续中")
        }
    }

    /// How long a message counts if no other comes. Engineering default: until the next day where
    /// something stands, so that a platform that lost us does not show it for ever; an hour after.
    static func counts(_ alert: Alert) -> Duration { .seconds(alert.stands ? 86_400 : 3_600) }

    static func description(_ alert: Alert, title: String, in tongue: Tongue) -> String {
        var lines = ["\(title): \(tongue(state(alert.state)))"]
        func add(_ english: String, _ chinese: String, _ value: String?) {
            guard let value else { return }
            lines.append(tongue(BilingualText(english: english, chinese: chinese)) + value)
        }
        add("People: ", "人数：", alert.data["persons"]?.number.map(number))
        add("Held for minutes: ", "已持续（分钟）：", alert.data["held_minutes"]?.number.map(number))
        add("Value: ", "数值：", alert.data["value"]?.number.map(number))
        add("Condition: ", "判据：", alert.data["condition"]?.text)
        add("Source: ", "依据：", alert.data["source"]?.text)
        add("Due: ", "期限：", alert.data["due"]?.text)
        return lines.joined(separator: "\n")
    }

    static func number(_ value: Double) -> String {
        String(decoding: JSONValue.number(value).canonicalBytes, as: UTF8.self)
    }

    /// A value as a parameter has it; `nil` for what is no single value.
    static func value(_ value: JSONValue) -> String? {
        switch value {
        case .text(let text): text
        case .number(let value): number(value)
        case .boolean(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}
