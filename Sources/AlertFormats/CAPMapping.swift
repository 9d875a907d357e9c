import Detection
public import Ledger
import RuleLanguage
public import Supervision
import Timestamps

/// What goes with an alert and does not stand in it.
public struct AlertAttachments: Sendable {
    /// Earlier messages about the same hazard, in order.
    public var earlier: [CAPAlert.Reference]
    /// The digest of the readings that were recorded with it, in hexadecimal.
    public var evidence: String?
    /// The ledger's state, signed, with the alert's entry in it.
    public var checkpoint: SignedNote?

    /// Groups them.
    public init(
        earlier: [CAPAlert.Reference] = [], evidence: String? = nil,
        checkpoint: SignedNote? = nil
    ) {
        self.earlier = earlier
        self.evidence = evidence
        self.checkpoint = checkpoint
    }
}

extension CAPAlert {
    /// An alert as a CAP message.
    ///
    /// How severities are told is an engineering default, made after the definitions of CAP 1.2
    /// §3.2.2; no Chinese platform has published one for special equipment.
    public init(
        _ alert: Alert, of subject: AlertSubject, from sender: AlertSender,
        _ attachments: AlertAttachments
    ) {
        let earlier = attachments.earlier.suffix(Self.mostReferences)
        let meaning = CAPMeaning(alert, sender)
        let type: MessageType =
            earlier.isEmpty ? .alert : alert.state == "withdrawn" ? .cancel : .update
        self.init(
            identifier: Self.name(alert.id), sender: Self.name(sender.sender), sent: alert.time,
            offset: sender.offset, status: sender.status, type: type,
            restriction: sender.restriction,
            note: sender.status == .exercise ? "演练 exercise" : nil, references: Array(earlier),
            incidents: [Self.name(alert.hazard)],
            infos: Tongue.allCases.map { tongue in
                meaning.info(alert, subject, sender, attachments, in: tongue)
            })
    }

    /// A message names so many earlier ones at the most, the newest: a hazard that comes and goes
    /// would else make messages that no platform reads.
    static let mostReferences = 20
}

/// A language that people on the job read.
enum Tongue: String, CaseIterable {
    case chinese = "zh-CN"
    case english = "en-US"

    func callAsFunction(_ text: BilingualText) -> String {
        switch self {
        case .chinese: text.chinese
        case .english: text.english
        }
    }

    func callAsFunction(_ value: JSONValue?) -> String? {
        switch self {
        case .chinese: value?["zh"]?.text
        case .english: value?["en"]?.text
        }
    }
}

/// What an alert means in CAP's words.
private struct CAPMeaning {
    var categories: [CAPInfo.Category]
    var responses: [CAPInfo.Response]
    var urgency: CAPInfo.Urgency
    var severity: CAPInfo.Severity
    var certainty: CAPInfo.Certainty

    init(_ alert: Alert, _ sender: AlertSender) {
        let persons = alert.data["persons"]?.number ?? 0
        let isIncident = alert.state.hasPrefix("incident_")
        let holds =
            isIncident || alert.data["rule"]?.text.map(sender.holdingRules.contains) ?? false
        switch alert.data["severity"]?.text.flatMap({ Severity(rawValue: $0) }) {
        case .critical where holds:
            (categories, responses) = ([.rescue, .safety], [.execute])
            (urgency, severity) = (.immediate, persons > 0 ? .extreme : .severe)
            certainty = persons > 0 || isIncident ? .observed : .likely
        case .critical:
            (categories, responses) = ([.safety, .infrastructure], [.avoid, .assess])
            (urgency, severity, certainty) = (.immediate, .severe, .observed)
        case .major:
            (categories, responses) = ([.safety, .infrastructure], [.assess])
            (urgency, severity, certainty) = (.expected, .moderate, .observed)
        case .warning:
            (categories, responses) = ([.infrastructure], [.monitor])
            (urgency, severity, certainty) = (.future, .minor, .likely)
        case .info:
            (categories, responses) = ([.infrastructure], [.none])
            (urgency, severity, certainty) = (.future, .minor, .possible)
        case nil:
            // What a person has withdrawn says no severity.
            (categories, responses) = ([.safety], [.none])
            (urgency, severity, certainty) = (.unknown, .unknown, .unknown)
        }
        if !alert.stands, alert.state != "clock_missed" {
            responses = [.allClear]
            urgency = .past
            certainty = .observed
        }
    }

    func info(
        _ alert: Alert, _ subject: AlertSubject, _ sender: AlertSender,
        _ attachments: AlertAttachments, in tongue: Tongue
    ) -> CAPInfo {
        let title = tongue(alert.data["title"]) ?? alert.data["rule"]?.text ?? alert.hazard
        let name = tongue(subject.name)
        let state = tongue(AlertWords.state(alert.state))
        let address = subject.papers[.address].map { ", " + $0 } ?? ""
        return CAPInfo(
            language: tongue.rawValue, categories: categories, event: title,
            responses: responses, urgency: urgency, severity: severity, certainty: certainty,
            eventCodes: alert.data["rule"]?.text.map { [.init("tocsin:rule", $0)] } ?? [],
            onset: alert.time, expires: alert.time + AlertWords.counts(alert),
            senderName: tongue(sender.name), headline: "\(name): \(title), \(state)",
            description: AlertWords.description(alert, title: title, in: tongue),
            instruction: tongue(alert.data["guidance"]) ?? "",
            parameters: parameters(alert, subject, attachments),
            areas: [
                CAPInfo.Area(
                    description: "\(tongue(sender.name)), \(name)\(address)",
                    circle: sender.circle,
                    geocodes: sender.region.map { [.init("GB/T 2260", $0)] } ?? [])
            ])
    }

    private func parameters(
        _ alert: Alert, _ subject: AlertSubject, _ attachments: AlertAttachments
    ) -> [CAPInfo.Pair] {
        let signals = alert.data["signals"]?.members ?? []
        let told: [(String, String?)] = [
            ("equipment", subject.equipment), ("kind", subject.kind),
            ("registerNumber", subject.papers[.registrationCode]),
            ("rescueCode", subject.papers[.rescueCode]),
            ("catalogueCode", subject.papers[.catalogueCode]),
            ("usingUnit", subject.papers[.usingUnit]),
            ("maintenanceUnit", subject.papers[.maintenanceUnit]),
            ("hazard", alert.hazard), ("state", alert.state),
            ("severity", alert.data["severity"]?.text),
            ("source", alert.data["source"]?.text),
            ("confidence", alert.data["confidence"]?.text),
            ("trappedPersons", alert.data["persons"]?.number.map(AlertWords.number)),
            ("heldMinutes", alert.data["held_minutes"]?.number.map(AlertWords.number)),
            ("accidentGrade", alert.data["grade"]?.text),
            ("evidenceSHA256", attachments.evidence),
            (
                "ledgerCheckpoint",
                attachments.checkpoint.map { String(decoding: $0.bytes, as: UTF8.self) }
            ),
        ]
        return told.compactMap { name, value in value.map { CAPInfo.Pair(name, $0) } }
            + signals.compactMap { member in
                AlertWords.value(member.value).map { CAPInfo.Pair(member.name, $0) }
            }
    }
}
