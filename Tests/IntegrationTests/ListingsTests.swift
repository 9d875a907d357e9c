import Foundation
import Glibc
import Ledger
import Testing

/// Listed supervision with the real programs: beside a running agent and without one.
@Suite struct ListingsTests {
    private let workspace: Workspace
    private var state: [String] { ["--state-dir", workspace.path + "/state"] }
    private let who = ["--actor", "安全员", "--reason", "现场核查"]

    init() throws { workspace = try Workspace() }

    private func tocsin(
        _ arguments: [String]
    ) throws -> (status: Int32, output: String, errors: String) {
        try run("tocsin", arguments + state)
    }

    @Test(
        "a case begun by telemetry is taken on over the socket, ends without an agent, and is proved"
    )
    func life() throws {
        let broker = try Broker(workspace)
        let agent = try Agent(workspace, port: broker.port)
        let device = try TestClient(port: broker.port)
        try device.send(
            #"{"ts":\#(milliseconds()),"door.bypass":true,"car.speed":0,"car.serviceMode":"normal"}"#
        )
        #expect(
            try eventually {
                try tocsin(["listings", "list", "--json"]).output.contains("lift.door_bypass")
            })
        let list = try tocsin(["listings", "list", "--json"]).output
        let id = try #require(
            JSONValue(parsing: Array(list.split(separator: "\n")[0].utf8))?["case"]?.text)
        func step(_ name: String, _ more: [String] = []) throws -> Int32 {
            try tocsin(["listings", name, id] + more + who).status
        }
        // Over the socket.
        #expect(try step("verify", ["--finding", "短接线"]) == 0)
        let early = try tocsin(["listings", "delist", id] + who)
        #expect(early.status == 1 && early.errors.contains("possible are"), "\(early.errors)")
        #expect(try step("register") == 0)
        #expect(try step("judge", ["--major", "yes"]) == 1)
        #expect(try step("judge", ["--major", "yes", "--clause", "GB 45067-2024 4.6 b)"]) == 0)
        agent.program.signal(SIGTERM)
        #expect(agent.program.end() == 0)
        // Straight into the ledger.
        #expect(
            try step(
                "list-up",
                [
                    "--number", "字〔2026〕第1号", "--level", "county", "--body", "安委会",
                    "--deadline", Self.inAMonth, "--demand", "拆除短接线",
                ]) == 0)
        #expect(try step("announce", ["--place", "website"]) == 0)
        #expect(try step("request-acceptance") == 0)
        #expect(try step("recheck", ["--passed", "yes", "--persons", "甲", "--persons", "甲"]) == 1)
        #expect(try step("recheck", ["--passed", "yes", "--persons", "甲", "--persons", "乙"]) == 0)
        #expect(try step("delist") == 0)
        #expect(try step("announce-end", ["--place", "website"]) == 0)
        #expect(try !tocsin(["listings", "list", "--json"]).output.contains(id))
        let shown = try tocsin(["listings", "show", id]).output
        #expect(shown.contains("closed 已销号") && shown.contains("安全员: 现场核查"))
        #expect(try run("tocsin", ["ledger", "verify", agent.ledger]).status == 0)
        try bundle()
    }

    private static var inAMonth: String {
        let formatter = DateFormatter()
        formatter.dateFormat = "yyyy-MM-dd"
        formatter.locale = Locale(identifier: "en_US_POSIX")
        return formatter.string(from: Date(timeIntervalSinceNow: 30 * 86_400))
    }

    /// The hazard's bundle holds, away from the ledger; one changed character does not.
    private func bundle() throws {
        let file = workspace.path + "/bundle.json"
        #expect(try tocsin(["ledger", "init"]).status == 0)
        let export = try tocsin(["hazards", "export", "lift-1/lift.door_bypass", "-o", file])
        #expect(export.status == 0, "\(export.errors)")
        let key = workspace.path + "/state/ledger.pub"
        #expect(try run("tocsin", ["check-bundle", file, "--key", key]).status == 0)
        let text = try String(contentsOfFile: file, encoding: .utf8)
        for (old, new) in [
            ("lift.door_bypass", "lift.door_bypasx"), ("door.bypass", "door.bypasz"),
            ("\\\"seq\\\":", "\\\"seq\\\":1"), ("— tocsin/demo", "— tocsin/demx"),
        ] {
            try #require(text.contains(old), "\(old)")
            let changed = try workspace.write(
                text.replacingOccurrences(of: old, with: new), to: "changed.json")
            #expect(
                try run("tocsin", ["check-bundle", changed, "--key", key]).status == 1, "\(old)")
        }
        #expect(try run("tocsin", ["check-bundle", key, "--key", key]).status == 1)
    }

    @Test(
        "a registry is imported whole or not at all, each fault by its line, and comes out as it went in"
    )
    func registry() throws {
        let configuration = try workspace.configuration()
        func registry(_ arguments: [String]) throws -> (
            status: Int32, output: String, errors: String
        ) {
            try run(
                "tocsin",
                ["registry"] + arguments + ["--config", configuration]
                    + (arguments[0] == "import" ? state : []))
        }
        let good = try registry(["export", "--chinese"]).output
        #expect(good.hasPrefix("设备,设备注册代码"))
        var lines = good.split(separator: "\n").map(String.init)
        lines[2] = lines[2].replacingOccurrences(of: "2036-06-15", with: "2036-06-31")
        lines.append("lift-77" + String(repeating: ",", count: 30))
        lines.append("lift-1,\"open")
        let bad = try workspace.write(lines.dropLast().joined(separator: "\n"), to: "bad.csv")
        let refused = try registry(["import", bad])
        #expect(refused.status == 1)
        #expect(refused.errors.contains("bad.csv:3:1: error:"))
        #expect(refused.errors.contains("bad.csv:6:1: error: the site has no equipment lift-77"))
        let open = try workspace.write(lines.joined(separator: "\n"), to: "open.csv")
        #expect(
            try registry(["import", open]).errors.contains("open.csv:7:1: error: a quoted field"))
        #expect(try registry(["export", "--chinese"]).output == good)
        let changed = try workspace.write(
            good.replacingOccurrences(of: "640101", with: "640199"), to: "good.csv")
        #expect(try registry(["import", changed]).status == 0)
        #expect(try registry(["export", "--chinese"]).output.contains("640199"))
    }
}
