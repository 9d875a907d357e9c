import Detection
import Ledger
import RuleLanguage
import Timestamps

/// A step of an incident as the ledger and the platform get it.
struct IncidentStatement {
    var event: IncidentEvent
    /// The incident after the step.
    var incident: Incident
    var site: String

    private var id: String {
        let clock = event.text("clock").map { ".\($0)" } ?? ""
        return "\(site)/incident/\(incident.id)#\(event.verb.rawValue)\(clock)"
            + "@\(event.text("due") ?? RFC3339.format(event.at))"
    }

    /// The entry.
    var entry: LedgerEntry {
        LedgerEntry(
            id: id, kind: "incident." + event.verb.rawValue, equipment: incident.equipment,
            actor: event.actor, body: .object(members + (event.details.members ?? [])),
            thread: LedgerThread(
                name: IncidentRegister.thread(of: incident.id), isOpen: !incident.isClosed))
    }

    private var members: [(name: String, value: JSONValue)] {
        var members: [(name: String, value: JSONValue)] = [
            ("incident", .text(incident.id)), ("at", .text(RFC3339.format(event.at))),
            ("reason", .text(event.reason)),
        ]
        if event.verb == .closed || event.verb == .released {
            members.append(("grade", .text(incident.grade.word)))
            members.append(
                (
                    "held_seconds",
                    .number(
                        (Double(incident.held(at: event.at).nanoseconds) / 1e9)
                            .rounded(.down))
                ))
        }
        return members
    }

    /// The alert. Nothing goes out when only the books are closed.
    var alert: Alert? {
        guard event.verb != .closed else { return nil }
        let words = title
        let minutes = incident.held(at: event.at).nanoseconds / 60_000_000_000
        let hazard = "\(site)/incident/\(incident.id)"
        return Alert(
            id: id, equipment: incident.equipment, state: "incident_" + event.verb.rawValue,
            stands: incident.isRunning, hazard: hazard, time: event.at,
            data: .object([
                ("site", .text(site)), ("equipment", .text(incident.equipment)),
                ("hazard", .text(hazard)), ("incident", .text(incident.id)),
                ("state", .text("incident_" + event.verb.rawValue)),
                ("severity", .text(Severity.critical.rawValue)), ("life_safety", .boolean(true)),
                ("title", .object([("en", .text(words.english)), ("zh", .text(words.chinese))])),
                ("grade", .text(incident.grade.word)),
                ("persons", incident.persons.map { .number(Double($0)) } ?? .null),
                ("since", .text(RFC3339.format(incident.since))),
                ("held_minutes", .number(Double(minutes))),
                ("at", .text(RFC3339.format(event.at))),
            ]))
    }

    private var title: BilingualText {
        let held = incident.held(at: event.at).nanoseconds / 60_000_000_000
        switch event.verb {
        case .began: return .init(english: "People are held", chinese: "有人员被困或滞留")
        case .prealarm:
            let limit = AccidentGrade.firstLimit(at: incident.place).nanoseconds / 60_000_000_000
            return .init(
                english: "Held for \(held) min; an accident at \(limit) min",
                chinese: "已被困或滞留\(held)分钟，满\(limit)分钟构成事故")
        case .accident:
            return .init(
                english: "Held for \(held) min: a \(incident.grade.word) accident, report within "
                    + "one hour",
                chinese: "已被困或滞留\(held)分钟，构成\(incident.grade.chinese)，须在1小时内报告")
        case .personsNeeded:
            return .init(
                english: "How many people are held? It decides the grade",
                chinese: "请核实被困或滞留人数，人数决定事故等级")
        case .counted:
            let count = incident.persons ?? 0
            return .init(english: "\(count) people are held", chinese: "被困或滞留\(count)人")
        case .reported: return .init(english: "The accident is reported", chinese: "事故已报告")
        case .reportMissed:
            return .init(
                english: "The accident has not been reported within the hour",
                chinese: "事故未在1小时内报告")
        case .released:
            return .init(
                english: "All are free after \(held) min", chinese: "人员已全部解救，历时\(held)分钟")
        case .resumed:
            return .init(
                english: "People are held again: the clock has not stopped",
                chinese: "人员再次被困或滞留，计时未中断")
        case .closed: return .init(english: "Closed", chinese: "已结束")
        }
    }
}
