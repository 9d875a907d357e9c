import Foundation
import Testing

/// What goes to emergency platforms, as the programs of others read it.
@Suite struct AlertsTests {
    @Test("alerts of a simulated site are CAP 1.2 to the schemas and parsers of others")
    func validators() throws {
        let workspace = try Workspace()
        let scenario = root.appendingPathComponent("simulators/scenarios/demo.yaml").path
        let capture = workspace.path + "/capture"
        #expect(try run("tocsin-sim", ["record", scenario, "-o", capture]).status == 0)
        let state = ["--state-dir", workspace.path]
        let replay = try run(
            "tocsin", ["replay", "--ledger", workspace.path + "/ledger.sqlite", capture])
        #expect(replay.status == 0)
        let out = workspace.path + "/alerts"
        let exported = try run("tocsin", ["alerts", "export", out] + state)
        #expect(exported.status == 0, "\(exported.errors)")
        let validate = [Independent.script("validate_cap.py"), out]
        let good = try run(Independent.python, validate)
        let count = try FileManager.default.contentsOfDirectory(atPath: out).count
        #expect(good.status == 0 && good.output.hasSuffix("\(count) read, 0 wrong\n"), "\(good)")
        #expect(count > 15)
        // The validators find what is wrong, or the above says nothing.
        let first = out + "/1.cap.xml"
        let text = try String(contentsOfFile: first, encoding: .utf8)
        for (old, new) in [("+08:00</sent>", "Z</sent>"), ("<status>Test", "<status>test")] {
            #expect(text.contains(old))
            try text.replacingOccurrences(of: old, with: new)
                .write(toFile: first, atomically: true, encoding: .utf8)
            let bad = try run(Independent.python, validate)
            #expect(bad.status == 1 && bad.output.contains("1.cap.xml: OASIS schema"), "\(bad)")
        }

        let list = try run("tocsin", ["alerts", "list", "--most", "0"] + state).output
        #expect(list.split(separator: "\n").count == 2 * count)
        let shown = try run("tocsin", ["alerts", "show", "1"] + state)
        #expect(shown.status == 0 && shown.output == text)
        let event = try run("tocsin", ["alerts", "show", "1", "--form", "event"] + state)
        #expect(event.output.hasPrefix(#"{"specversion":"1.0""#))
        #expect(try run("tocsin", ["alerts", "show", "9999"] + state).status == 1)
        try platform(state, list)
        #expect(try run("tocsin", ["alerts", "show", "no such"] + state).status == 1)
        #expect(try run("tocsin", ["alerts", "list", "--most", "-1"] + state).status == 64)
        #expect(try run("tocsin", ["alerts", "export", "/dev/null/x"] + state).status == 64)
    }

    /// The entrapment in the form of the shipped platform.
    private func platform(_ state: [String], _ list: String) throws {
        let id = try #require(
            list.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
                .first { $0.contains("lift.entrapment/") && $0.contains("#raised") })
        let show = ["alerts", "show", id] + state + ["--platform"]
        let shown = try run("tocsin", show + ["lift-iot"])
        #expect(shown.status == 0, "\(shown)")
        let object = try JSONSerialization.jsonObject(with: Data(shown.output.utf8))
        let message = try #require(object as? [String: Any])
        let texts = [
            "alarmId": "TOCSIN-" + id, "alarmChannel": "S04", "failureCode": "11",
            "registerNumber": "30106401002015000001", "rescueCode": "640101",
            "failureText": "困人", "faultStatus": "0", "optype": "UPLOAD",
            "address": "Hotel, east wing 酒店东翼", "regionCode": "640502",
        ]
        for (name, text) in texts {
            #expect(message[name] as? String == text, "\(name): \(message)")
        }
        // 100 s from 11:00 of the first day of 2026, on the clock of the place.
        let time = try #require(message["occurTime"] as? String)
        #expect(time.hasPrefix("2026-01-01 ") && time.utf8.count == 19, "\(time)")
        #expect(message["floor"] is String && message["statusDetails"] is [Any])
        let unknown = try run("tocsin", show + ["nobody"])
        #expect(unknown.status == 64 && unknown.errors.contains("known are lift-iot"))
    }
}
