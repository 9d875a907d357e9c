import Detection
import Line
import Testing

@Suite struct CaptureTests {
    @Test(
        "a record is read back as it was written, text or bytes",
        arguments: [
            Array("{\"car.speed\":1.5}".utf8), [0xFF, 0x00, 0x80], [0xFF], [0xFF, 0xFE], [],
            Array("隐患\n".utf8),
        ] as [[UInt8]])
    func roundTrip(payload: [UInt8]) throws {
        let record = CaptureRecord(
            at: Instant(nanoseconds: 1_767_225_600_123_456_789), topic: "telemetry/a/b/c",
            payload: payload)
        #expect(try CaptureRecord(line: record.line) == record)
    }

    @Test(
        "a line that is no record says why",
        arguments: [
            ("x", "not JSON at byte 1"), ("{}", "\"at\" must be an RFC 3339 time"),
            (#"{"at":"2026-01-01T00:00:00Z"}"#, "\"topic\" must be a text"),
            (
                #"{"at":"2026-01-01T00:00:00Z","topic":"t"}"#,
                "\"payload\" (text) or \"payload_b64\" (base 64) is missing"
            ),
            (
                #"{"at":"2026-01-01T00:00:00Z","topic":"t","payload_b64":"A==="}"#,
                "\"payload\" (text) or \"payload_b64\" (base 64) is missing"
            ),
        ])
    func invalid(line: String, message: String) {
        #expect(throws: CaptureRecord.Invalid(message: message)) {
            try CaptureRecord(line: Array(line.utf8))
        }
    }
}
