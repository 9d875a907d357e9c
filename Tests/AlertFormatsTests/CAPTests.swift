import AlertFormats
import Detection
import Ledger
import RuleLanguage
import Supervision
import Testing
import Timestamps

/// Alerts as CAP messages, against the specification and the table of the mapping.
@Suite struct CAPTests {
    private static let start = RFC3339.parse("2026-11-26T12:30:15.9Z") ?? .distantPast

    private static func sender(
        _ status: CAPAlert.Status = .test, offset: Duration = .seconds(8 * 3_600)
    ) -> AlertSender {
        AlertSender(
            site: "demo", name: .init(english: "Demo & Sons", chinese: "演示景区"),
            sender: "tocsin.demo.example", status: status, restriction: "on duty 值守",
            offset: offset, region: "640502",
            circle: .init(latitude: 37.46, longitude: 104.95, radius: 1.5),
            holdingRules: ["lift.entrapment"])
    }

    private static func subject() throws -> AlertSubject {
        var papers = RegistryRecord(equipment: "lift-1")
        try papers.set(.registrationCode, "30106401002015000001")
        try papers.set(.rescueCode, "640101")
        return AlertSubject(
            equipment: "lift-1", name: .init(english: "Lift <1>", chinese: "1号电梯"), kind: "lift",
            papers: papers)
    }

    private static func alert(
        _ state: String, stands: Bool, severity: String = "critical",
        rule: String = "lift.entrapment", _ more: [(String, JSONValue)] = [],
        at time: Instant = start
    ) -> Alert {
        Alert(
            id: "demo/lift-1/\(rule)/T#\(state)@T", equipment: "lift-1", state: state,
            stands: stands, hazard: "demo/lift-1/\(rule)/T", time: time,
            data: .object(
                [
                    ("rule", .text(rule)), ("severity", .text(severity)),
                    ("title", .object([("en", .text("Entrapment")), ("zh", .text("困人"))])),
                    ("guidance", .object([("en", .text("Call")), ("zh", .text("呼叫"))])),
                ] + more))
    }

    private static func cap(
        _ alert: Alert, earlier: [CAPAlert.Reference] = [], sender: AlertSender = sender(),
        checkpoint: SignedNote? = nil
    ) throws -> CAPAlert {
        CAPAlert(
            alert, of: try subject(), from: sender,
            AlertAttachments(earlier: earlier, evidence: "ab12", checkpoint: checkpoint))
    }

    private static let before = CAPAlert.Reference(
        sender: "tocsin.demo.example", identifier: "demo/one",
        sent: start + .seconds(-60))

    @Test(
        "times have seconds, no fraction, and the offset of the place; UTC is -00:00",
        arguments: [
            (Int64(480), "2026-11-26T20:30:15+08:00"), (0, "2026-11-26T12:30:15-00:00"),
            (-210, "2026-11-26T09:00:15-03:30"), (345, "2026-11-26T18:15:15+05:45"),
        ])
    func times(minutes: Int64, expected: String) {
        #expect(CAPAlert.time(Self.start, offset: .seconds(minutes * 60)) == expected)
    }

    @Test("a name keeps its letters; what CAP forbids is written otherwise, never the same twice")
    func names() {
        #expect(
            CAPAlert.name("demo/lift-1#raised@2026-11-26T12:30:15Z")
                == "demo/lift-1#raised@2026-11-26T12:30:15Z")
        #expect(CAPAlert.name("挂牌 1,<&>") == "挂牌%201%2C%3C%26>")
        let texts = ["a b", "a%20b", "a\u{3000}b", "a,b", "a\nb", "ab"]
        #expect(Set(texts.map(CAPAlert.name)).count == texts.count)
    }

    @Test("the first message alerts, later ones update and name all before, a withdrawal cancels")
    func types() throws {
        let first = try Self.cap(Self.alert("raised", stands: true))
        #expect(first.type == .alert)
        #expect(first.references.isEmpty && first.problems.isEmpty)
        let later = try Self.cap(
            Self.alert("returned", stands: true), earlier: [Self.before])
        #expect(later.type == .update && later.references == [Self.before])
        #expect(
            later.xml.contains(
                "<references>tocsin.demo.example,demo/one,2026-11-26T20:29:15+08:00</references>"))
        let withdrawn = try Self.cap(
            Self.alert("withdrawn", stands: false), earlier: [Self.before])
        #expect(withdrawn.type == .cancel && withdrawn.problems.isEmpty)
        // A hundred messages of a hazard that comes and goes: the newest twenty are named.
        let many = (Int64(0)..<100).map {
            CAPAlert.Reference(
                sender: "s", identifier: "i\($0)", sent: Self.start + Duration.seconds($0 - 200))
        }
        let last = try Self.cap(Self.alert("raised", stands: true), earlier: many)
        #expect(last.references.count == 20 && last.references.last?.identifier == "i99")
    }

    @Test("severities are told as the table has them")
    func meanings() throws {
        func words(_ alert: Alert) throws -> [String] {
            let info = try #require(try Self.cap(alert).infos.first)
            return [info.urgency.rawValue, info.severity.rawValue, info.certainty.rawValue]
                + info.categories.map(\.rawValue) + info.responses.map(\.rawValue)
        }
        let held = Self.alert("raised", stands: true)
        #expect(
            try words(held) == ["Immediate", "Severe", "Likely", "Rescue", "Safety", "Execute"])
        let seen = Self.alert(
            "incident_began", stands: true, rule: "incident", [("persons", .number(3))])
        #expect(
            try words(seen) == ["Immediate", "Extreme", "Observed", "Rescue", "Safety", "Execute"])
        let machine = Self.alert("raised", stands: true, rule: "lift.overspeed")
        #expect(
            try words(machine)
                == ["Immediate", "Severe", "Observed", "Safety", "Infra", "Avoid", "Assess"])
        let major = Self.alert("raised", stands: true, severity: "major", rule: "lift.x")
        #expect(
            try words(major) == ["Expected", "Moderate", "Observed", "Safety", "Infra", "Assess"])
        let warning = Self.alert("raised", stands: true, severity: "warning", rule: "lift.x")
        #expect(try words(warning) == ["Future", "Minor", "Likely", "Infra", "Monitor"])
        let over = Self.alert("cleared", stands: false, severity: "major", rule: "lift.x")
        #expect(try words(over) == ["Past", "Moderate", "Observed", "Safety", "Infra", "AllClear"])
    }

    @Test("both languages say the same; codes, place, persons, digest and checkpoint go along")
    func content() throws {
        let note = SignedNote(
            text: "tocsin/demo\n7\nAAAA\n",
            signatures: [.init(name: "tocsin/demo", keyID: [1, 2, 3, 4], signature: [5])])
        let message = try Self.cap(
            Self.alert(
                "raised", stands: true,
                [("persons", .number(4)), ("signals", .object([("car.floor", .number(7))]))]),
            checkpoint: note)
        #expect(message.infos.map(\.language) == ["zh-CN", "en-US"] && message.problems.isEmpty)
        let told = Dictionary(
            uniqueKeysWithValues: message.infos[0].parameters.map { ($0.name, $0.value) })
        #expect(told["registerNumber"] == "30106401002015000001" && told["rescueCode"] == "640101")
        #expect(told["trappedPersons"] == "4" && told["car.floor"] == "7")
        #expect(told["evidenceSHA256"] == "ab12")
        #expect(told["ledgerCheckpoint"] == String(decoding: note.bytes, as: UTF8.self))
        #expect(message.infos[0].headline == "1号电梯: 困人, 触发")
        #expect(message.infos[1].headline == "Lift <1>: Entrapment, raised")
        let xml = message.xml
        #expect(xml.contains("<circle>37.46,104.95 1.5</circle>"))
        #expect(xml.contains("<valueName>GB/T 2260</valueName>\n        <value>640502</value>"))
        #expect(xml.contains("Lift &lt;1&gt;: Entrapment") && xml.contains("Demo &amp; Sons"))
        #expect(xml.contains("<scope>Restricted</scope>\n  <restriction>on duty 值守</restriction>"))
    }

    @Test("what the schema lets pass and the specification forbids is found")
    func problems() throws {
        let good = try Self.cap(Self.alert("raised", stands: true))
        func broken(_ change: (inout CAPAlert) -> Void) -> Bool {
            var bad = good
            change(&bad)
            return !bad.problems.isEmpty
        }
        #expect(broken { $0.identifier = "a b" } && broken { $0.identifier = "" })
        #expect(broken { $0.sender = "a,b" })
        #expect(broken { $0.type = .update })
        #expect(broken { $0.restriction = "" })
        #expect(broken { $0.status = .exercise })
        #expect(broken { $0.infos[1].urgency = .future })
        #expect(broken { $0.infos[1].language = "zh-CN" })
        #expect(broken { $0.infos[0].areas[0].circle?.latitude = 91 })
        #expect(
            broken {
                $0.references = [.init(sender: "s", identifier: good.identifier, sent: Self.start)]
            })
        #expect(
            broken {
                $0.references = [
                    .init(sender: "s", identifier: "x", sent: Self.start + .seconds(1))
                ]
            })
        // An exercise says so.
        let exercise = try Self.cap(
            Self.alert("raised", stands: true), sender: Self.sender(.exercise))
        #expect(exercise.problems.isEmpty && exercise.xml.contains("<note>"))
    }

    @Test("characters that XML does not have are seen to be missing")
    func controlCharacters() throws {
        let alert = Self.alert(
            "raised", stands: true, [("condition", .text("a\u{1}b\u{FFFF}c\td]]>"))])
        let xml = try Self.cap(alert).xml
        #expect(xml.contains("a\u{FFFD}b\u{FFFD}c\td]]&gt;"))
    }
}
