import AlertFormats
import Detection
import Ledger
import RuleLanguage
import Supervision
import Testing
import Timestamps

/// Alerts in the forms of platforms.
@Suite struct PlatformTests {
    private typealias Field = PlatformProfile.Field

    private static func field(
        _ name: String, _ path: [String], table: [String: String]? = nil, otherwise: String? = nil,
        prefix: String = "", form: PlatformProfile.Form = .same, isRequired: Bool = false
    ) -> Field {
        Field(
            name: name,
            content: .value(
                .init(path: path, table: table, otherwise: otherwise, prefix: prefix, form: form)),
            isRequired: isRequired)
    }

    private static func message(
        _ fields: [Field], data: [(String, JSONValue)] = [],
        dateForm: String = "yyyy-MM-dd HH:mm:ss"
    ) throws -> String {
        let profile = PlatformProfile(
            id: "p", title: .init(english: "p", chinese: "p"), source: "test",
            confidence: .engineering, dateForm: dateForm, fields: fields)
        var papers = RegistryRecord(equipment: "lift-1")
        try papers.set(.rescueCode, "640101")
        let alert = Alert(
            id: "a1", equipment: "lift-1", state: "raised", stands: true, hazard: "h",
            time: RFC3339.parse("2026-11-26T20:30:15.5Z") ?? .distantPast,
            data: .object([("rule", .text("lift.entrapment"))] + data))
        let value = try profile.message(
            alert,
            of: AlertSubject(
                equipment: "lift-1", name: .init(english: "Lift", chinese: "电梯"), kind: "lift",
                papers: papers),
            from: AlertSender(
                site: "demo", name: .init(english: "Demo", chinese: "示范"), sender: "s",
                status: .test, restriction: nil, offset: .seconds(8 * 3_600), region: nil,
                circle: nil, holdingRules: []),
            AlertAttachments(evidence: "ab"),
            reported: RFC3339.parse("2026-11-26T20:31:00Z") ?? .distantPast)
        return String(decoding: value.orderedBytes, as: UTF8.self)
    }

    @Test("values are found by their way, coded, prefixed and written in the platform's form")
    func values() throws {
        let fields = [
            Field(name: "channel", content: .constant(.text("S04")), isRequired: false),
            Self.field("id", ["id"], prefix: "T-"),
            Self.field("code", ["papers", "rescue_code"], form: .number),
            Self.field("fault", ["data", "rule"], table: ["lift.entrapment": "11"]),
            Self.field("other", ["state"], table: ["cleared": "1"], otherwise: "9"),
            Self.field("floor", ["data", "signals", "car.floor"], form: .text),
            Self.field("when", ["at"], form: .date), Self.field("ms", ["at"], form: .milliseconds),
            Self.field("name", ["equipment", "name", "zh"]),
        ]
        let text = try Self.message(
            fields, data: [("signals", .object([("car.floor", .number(7))]))])
        #expect(
            text == #"{"channel":"S04","id":"T-a1","code":640101,"fault":"11","other":"9","#
                + #""floor":"7","when":"2026-11-27 04:30:15","ms":1795725015500,"name":"电梯"}"#)
        #expect(
            try Self.message([Self.field("t", ["at"], form: .date)], dateForm: "dd.MM.yyyy'HHmmss")
                == #"{"t":"27.11.2026'043015"}"#)
    }

    @Test("what is not known is left out; a message without what it must have is none")
    func missing() throws {
        let optional = Self.field("region", ["site", "region"])
        let uncoded = Self.field("fault", ["data", "rule"], table: ["x": "1"])
        let object = Self.field("data", ["data"])
        #expect(try Self.message([optional, uncoded, object]) == "{}")
        let needed = Self.field(
            "registerNumber", ["papers", "registration_code"], isRequired: true)
        #expect(
            throws: PlatformFailure(
                field: "registerNumber", path: "papers/registration_code")
        ) { try Self.message([needed]) }
    }

    @Test("items of a list of which something is not known are left out, the others stand")
    func lists() throws {
        let item = { (code: String, path: [String]) in
            [
                Field(name: "paramCode", content: .constant(.text(code)), isRequired: false),
                Self.field("paramValue", path, form: .text, isRequired: true),
            ]
        }
        let list = Field(
            name: "statusDetails",
            content: .list([
                item("Car_Position", ["data", "signals", "car.floor"]),
                item("Persons", ["data", "persons"]),
            ]), isRequired: false)
        #expect(
            try Self.message([list], data: [("persons", .number(3))])
                == #"{"statusDetails":[{"paramCode":"Persons","paramValue":"3"}]}"#)
    }
}
