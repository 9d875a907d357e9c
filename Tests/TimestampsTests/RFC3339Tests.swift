import Detection
import Testing
import Timestamps

@Suite struct RFC3339Tests {
    @Test(
        "times are read to the nanosecond, whatever their offset",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.000000001Z", 1),
            ("2026-01-01T00:00:00Z", 1_767_225_600_000_000_000),
            ("2026-01-01T08:00:00+08:00", 1_767_225_600_000_000_000),
            ("2025-12-31t22:30:00.5-01:30", 1_767_225_600_500_000_000),
            ("2024-02-29T12:00:00Z", 1_709_208_000_000_000_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000),
        ])
    func reads(text: String, nanoseconds: Int64) {
        #expect(RFC3339.parse(text)?.nanoseconds == nanoseconds)
    }

    @Test(
        "what is no complete time is refused",
        arguments: [
            "", "2026-01-01", "2026-01-01T00:00:00", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx",
            "1969-12-31T23:59:59Z", "2262-01-01T00:00:00Z", "2026-1-01T00:00:00Z",
        ])
    func refuses(text: String) { #expect(RFC3339.parse(text) == nil) }

    @Test("what is written is read back the same", arguments: 0..<500)
    func roundTrip(seed: Int64) {
        let nanoseconds = seed &* 18_446_744_073_709_551 % 9_190_000_000_000_000_000
        let text = RFC3339.format(Instant(nanoseconds: nanoseconds))
        #expect(RFC3339.parse(text)?.nanoseconds == nanoseconds, "\(text)")
    }

    @Test("fewer digits round down")
    func digits() {
        let instant = Instant(nanoseconds: 1_767_225_600_999_999_999)
        #expect(RFC3339.format(instant, digits: 3) == "2026-01-01T00:00:00.999Z")
        #expect(RFC3339.format(instant, digits: 0) == "2026-01-01T00:00:00Z")
    }
}
