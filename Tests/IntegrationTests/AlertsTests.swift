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
        #expect(try run("tocsin", ["alerts", "show", "no such"] + state).status == 1)
        #expect(try run("tocsin", ["alerts", "list", "--most", "-1"] + state).status == 64)
        #expect(try run("tocsin", ["alerts", "export", "/dev/null/x"] + state).status == 64)
    }
}
