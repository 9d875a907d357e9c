import Detection
import Documents
import Foundation
import Ledger
import RuleLanguage
import Supervision
import Testing
import Timestamps

/// The shipped templates.
private func templates() throws -> Templates {
    try Templates { name throws(Templates.Invalid) in
        let path = "config/templates/\(name.rawValue).mustache"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Templates.Invalid(message: "\(path) is missing")
        }
        return String(decoding: data, as: UTF8.self)
    }
}

/// A case with steps, each a minute after the one before.
private struct CaseFile {
    var listing: Listing
    private var time = Instant(nanoseconds: 1_790_000_000_000_000_000)

    init() throws {
        let word = Word(actor: "officer", reason: "found", at: time)
        let details = try ListingDetails(
            [
                ("equipment", .text("lift-1")), ("finding", .text("bridge <b>& worse</b>")),
                ("source", .text("inspection")),
            ], for: .detected)
        listing = try #require(
            Listing(
                beginning: ListingEvent(
                    listing: "2026-0001", verb: .detected, word: word, details: details)))
    }

    mutating func say(_ verb: ListingVerb, _ given: [(name: String, value: JSONValue)]) throws {
        time = time + .seconds(60)
        try listing.take(
            ListingEvent(
                listing: "2026-0001", verb: verb,
                word: Word(actor: "officer", reason: "as found", at: time),
                details: try ListingDetails(given, for: verb)))
    }

    static func listed() throws -> CaseFile {
        var file = try CaseFile()
        try file.say(.verified, [("finding", .text("bridge <b>& worse</b>"))])
        try file.say(
            .registered,
            [("unit", .text("Unit of use")), ("responsible", .text("Responsible Person"))])
        try file.say(
            .judged, [("major", .boolean(true)), ("clause", .text("GB 45067-2024 4.6 b)"))])
        try file.say(
            .listed,
            [
                ("number", .text("No. 1")), ("level", .text("county")),
                ("body", .text("Committee")),
                ("deadline", .text("2026-12-20")), ("demand", .text("remove it")),
                ("trade_owner", .text("Trade department, Trade Person")),
                ("authority_owner", .text("Authority, Authority Person")),
                ("contact", .text("12365")),
            ])
        return file
    }

    func document() throws -> ListingDocument {
        var record = RegistryRecord(equipment: "lift-1")
        try record.set(.registrationCode, "30106401002015000001")
        try record.set(.tradeDepartment, "Trade department")
        try record.set(.authority, "Authority")
        try record.set(.safetyOfficer, "Officer Person")
        return ListingDocument(
            listing: listing, record: record,
            equipmentName: BilingualText(english: "Hotel lift", chinese: "酒店电梯"),
            plan: SupervisionPlan(calendar: WorkCalendar(offset: .seconds(28_800))), site: "demo",
            today: CivilDate(daysSinceEpoch: 20_783))
    }
}

@Suite struct DocumentTests {
    @Test("the notice has what the forms ask for, and what is put in is escaped")
    func notice() throws {
        let page = try CaseFile.listed().document().notice(templates())
        for text in [
            "No. 1", "Unit of use", "30106401002015000001", "GB 45067-2024 4.6 b)", "2026-12-20",
            "Trade Person", "Authority Person", "Committee", "挂牌督办通知书", "Notice of listed",
            "demo/listing/2026-0001#listed@",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(!page.contains("<b>&") && page.contains("&lt;b&gt;&amp; worse"))
    }

    @Test("an announcement names no person, and of the equipment the registration code alone")
    func announcement() throws {
        let page = try CaseFile.listed().document().announcement(templates())
        for name in ["Person", "lift-1", "酒店电梯", "officer"] {
            #expect(!page.contains(name), "\(name)")
        }
        for text in ["30106401002015000001", "Trade department", "12365", "公告"] {
            #expect(page.contains(text), "\(text)")
        }
    }

    @Test("a document that is not due yet is refused, and says what comes before")
    func early() throws {
        let early = try CaseFile().document()
        #expect(throws: ListingDocument.TooEarly.self) { try early.notice(templates()) }
        let listed = try CaseFile.listed().document()
        #expect(throws: ListingDocument.TooEarly.self) { try listed.acceptance(templates()) }
    }

    @Test("the opinion has every re-check with its people")
    func acceptance() throws {
        var file = try CaseFile.listed()
        try file.say(.announced, [("place", .text("website"))])
        for passed in [false, true] {
            try file.say(.acceptanceRequested, [])
            try file.say(
                .rechecked,
                [
                    ("passed", .boolean(passed)),
                    ("persons", .array([.text("Inspector One"), .text("Inspector Two")])),
                ])
        }
        let page = try file.document().acceptance(templates())
        #expect(page.components(separatedBy: "Inspector One、Inspector Two").count == 3)
        #expect(page.contains("不合格 failed") && page.contains("合格 passed"))
    }

    @Test("figures are those that a hand count gives")
    func statistics() throws {
        var statistics = Statistics(
            from: Instant(nanoseconds: 1_790_000_000_000_000_000),
            until: Instant(nanoseconds: 1_790_086_400_000_000_000))
        func entry(_ kind: String, _ hazard: Int, _ second: Int64) {
            let at = Instant(nanoseconds: 1_790_000_000_000_000_000 + second * 1_000_000_000)
            statistics.take(
                .object([
                    ("kind", .text(kind)), ("equipment", .text("lift-\(hazard % 2)")),
                    (
                        "body",
                        .object([
                            ("hazard", .text("h\(hazard)")), ("rule", .text("r\(hazard % 3)")),
                            ("severity", .text("major")), ("at", .text(RFC3339.format(at))),
                        ])
                    ),
                ]))
        }
        // One before, five within, one after.
        entry("hazard.raised", 9, -100)
        for hazard in 0..<5 { entry("hazard.raised", hazard, Int64(hazard) * 300) }
        entry("hazard.acknowledged", 0, 60)
        entry("hazard.acknowledged", 1, 400)
        entry("hazard.cleared", 0, 1_000)
        entry("hazard.cleared", 9, 2_000)
        entry("hazard.raised", 7, 90_000)
        #expect(statistics.raised == 5)
        #expect(statistics.rules.map(\.count) == [2, 2, 1])
        #expect(
            statistics.equipment == [
                .init(name: "lift-0", count: 3), .init(name: "lift-1", count: 2),
            ])
        #expect(statistics.responses.seconds == [60, 100])
        #expect(statistics.ends.seconds == [1_000, 2_100])
        #expect(statistics.stillStanding == 4)
        // 0, 300 and 600 lie within ten minutes.
        #expect(statistics.worstTenMinutes == 3)
        #expect(statistics.raisesPerDay == 5)
    }

    @Test("the report is a page with every figure in both languages")
    func report() throws {
        let statistics = Statistics(
            from: Instant(nanoseconds: 1_790_000_000_000_000_000),
            until: Instant(nanoseconds: 1_790_086_400_000_000_000))
        let report = ReportDocument(
            statistics, plan: SupervisionPlan(),
            siteName: BilingualText(english: "Site", chinese: "场所"), title: { _ in nil },
            kind: { _ in "lift" })
        let page = try report.html(templates())
        for row in report.figures.flatMap(\.rows) {
            #expect(page.contains(row.name.english) && page.contains(row.name.chinese))
        }
        for chart in report.charts { #expect(page.contains(chart.title.chinese)) }
    }
}
