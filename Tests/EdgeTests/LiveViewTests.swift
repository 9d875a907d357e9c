import Console
import Ledger
import Testing

@Suite struct LiveViewTests {
    private static func event(_ id: String, _ state: String) -> JSONValue {
        .object([
            ("id", .text(id)),
            (
                "data",
                .object([
                    ("hazard", .text("demo/lift-1/lift.entrapment/T")), ("state", .text(state)),
                    ("equipment", .text("lift-1")), ("severity", .text("critical")),
                    ("title", .object([("en", .text("Entrapment")), ("zh", .text("困人"))])),
                    ("at", .text("2026-01-01T08:00:00.100000000Z")),
                ])
            ),
        ])
    }

    @Test("a raised hazard stands until it is cleared, in both languages; repetitions are silent")
    func standing() {
        var view = LiveView(style: Style(hasColour: false))
        let line = view.alert(Self.event("a", "raised"))
        #expect(line?.contains("Entrapment  困人") == true)
        #expect(view.alert(Self.event("a", "raised")) == nil)
        #expect(view.summary.contains("standing 现存 1"))
        #expect(view.alert(Self.event("b", "cleared"))?.contains("cleared 消除") == true)
        #expect(view.summary.contains("standing 现存 0"))
        #expect(view.summary.contains("raised 触发 1  cleared 消除 1"))
    }

    @Test("a status that is no status does no harm", arguments: [1e300, -1e300, 1e19, .infinity])
    func wildStatus(readings: Double) {
        var view = LiveView(style: Style(hasColour: false))
        view.status(.object([("readings", .number(1))]), at: 0)
        view.status(.object([("readings", .number(readings))]), at: 1e-9)
        #expect(view.summary.contains("0 in all"))
    }

    @Test("whoever starts to watch while a hazard stands sees it")
    func lateComer() {
        var view = LiveView(style: Style(hasColour: false))
        let data = Self.event("a", "raised")["data"] ?? .null
        view.state(.object([("equipment", .text("lift-1")), ("standing", .array([data]))]))
        #expect(view.summary.contains("standing 现存 1"))
        view.state(.object([("equipment", .text("lift-1")), ("standing", .array([]))]))
        #expect(view.summary.contains("standing 现存 0"))
    }

    @Test("the rate of readings comes from two status messages")
    func rate() {
        var view = LiveView(style: Style(hasColour: false))
        view.status(.object([("readings", .number(100))]), at: 1)
        view.status(.object([("readings", .number(700))]), at: 3)
        #expect(view.summary.contains("300 readings/s"))
    }

    @Test("Chinese characters take two columns")
    func columns() {
        #expect(Columns.width("困人 ok") == 7)
        #expect(Columns.fit("困人", 3) == "困 ")
        #expect(Columns.fit("ab", 4) == "ab  ")
    }
}
