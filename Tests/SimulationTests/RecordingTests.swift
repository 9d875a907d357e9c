import Configuration
import Foundation
import Line
import Testing
import TocsinTestKit

@Suite struct RecordingTests {
    private static let map = """
        site: s
        kind: lift
        equipment: lift-7
        time: {column: t, form: seconds, start: "2026-01-01T08:00:00Z"}
        columns:
          v: {signal: car.speed, unit: mm/s}
          a: {signal: car.accel, unit: g, offset: -1}
          door: {signal: door.car, values: {"0": closed, "1": open}}
          brake: {signal: brake.cmd, values: {"0": "false", "1": "true"}}
        """

    private func load(_ map: String) throws -> RecordingMap {
        let file = NSTemporaryDirectory() + "map-\(UUID()).yaml"
        try map.write(toFile: file, atomically: true, encoding: .utf8)
        defer { unlink(file) }
        return try RecordingMap.load(file, rules())
    }

    private func run(_ csv: String, _ map: String = Self.map) throws -> (
        records: [CaptureRecord], summary: RecordingImport.Summary
    ) {
        var records: [CaptureRecord] = []
        let summary = try RecordingImport(load(map)).run(Array(csv.utf8)) { records.append($0) }
        return (records, summary)
    }

    @Test("units are converted, labels recoded, gaps left out, quotes and spaces understood")
    func values() throws {
        let (records, summary) = try run(
            "t, v,a,door,brake\r\n0,1500,1.5,0,1\r\n0.5,,\"1\",1,\r\n1,,,,\r\n1.25,-250,0,,0\n")
        #expect(summary == .init(rows: 4, messages: 3, gaps: 7))
        let objects = try records.map {
            try #require(
                try JSONSerialization.jsonObject(with: Data($0.payload)) as? [String: Any])
        }
        #expect(objects[0]["car.speed"] as? Double == 1.5)
        // Half a g above gravity, in m/s2.
        #expect(abs((objects[0]["car.accel"] as? Double ?? 0) - 4.903325) < 1e-12)
        #expect(objects[0]["door.car"] as? String == "closed")
        #expect(objects[0]["brake.cmd"] as? Bool == true)
        #expect(objects[1]["car.speed"] == nil && objects[1]["brake.cmd"] == nil)
        #expect(objects[1]["car.accel"] as? Double == 0)
        #expect(objects[2]["car.speed"] as? Double == -0.25)
        #expect(objects[2]["ts"] as? String == "2026-01-01T08:00:01.250000000Z")
        #expect(records[0].topic == "telemetry/s/lift/lift-7")
    }

    @Test(
        "bad rows are refused with their line and the remedy",
        arguments: [
            ("t,v,a,door,brake\n0,x,1,0,1\n", 2, "v: x is not a number"),
            ("t,v,a,door,brake\n0,1,1,7,1\n", 2, "door: 7 is not one of"),
            ("t,v,a,door,brake\n0,1,1,0,1\n0,1,1,0,1\n", 3, "not later"),
            ("t,v,a,door\n0,1,1,0\n", 1, "no column brake"),
            ("t,v,a,door,brake\n0,1,1,0\n", 2, "4 fields, but the header has 5"),
            ("t,v,a,door,brake\nsoon,1,1,0,1\n", 2, "soon is no time"),
            ("t,v,a,door,brake\n0,\"1,1,0,1\n", 2, "quote is not closed"),
            ("t,v,a,door,brake\n0,\"1\"x,1,0,1\n", 2, "behind a closing quote"),
            ("t,v,v,door,brake\n0,1,1,0,1\n", 1, "v stands twice"),
            ("t,v,a,door,brake\n0,1e308,1e308,0,1\n", 2, "out of range"),
            ("", 1, "empty"),
        ])
    func badRows(csv: String, line: Int, message: String) throws {
        do {
            _ = try run(csv)
            Issue.record("accepted")
        } catch let error as RecordingImport.Failure {
            #expect(error.line == line && error.message.contains(message), "\(error)")
        }
    }

    @Test(
        "a bad map is refused with the remedy",
        arguments: [
            ("unit: mm/s", "unit: bar", "its units are m/s, mm/s"),
            ("signal: car.speed", "signal: car.sped", "there is no signal car.sped"),
            ("form: seconds", "form: weeks", "must be one of seconds"),
            ("\"1\": open", "\"1\": ajar", "ajar is not one of"),
            ("kind: lift", "kind: boat", "there is no kind boat"),
            ("signal: car.accel, unit: g", "signal: car.speed", "two columns become car.speed"),
        ])
    func badMap(good: String, bad: String, message: String) throws {
        do {
            _ = try load(Self.map.replacingOccurrences(of: good, with: bad))
            Issue.record("accepted")
        } catch let error as InvalidConfiguration {
            #expect(error.problems.contains { $0.message.contains(message) }, "\(error.problems)")
        }
    }
}
