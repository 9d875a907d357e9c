import Foundation
import Testing

@Suite(.serialized) struct EndToEndTests {
    @Test("a message becomes a committed hazard, an alert, a retained state and a status")
    func wholeWay() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        let listener = try TestClient(port: broker.port)
        try listener.subscribe("alerts/demo/+")
        let agent = try Agent(workspace, port: broker.port)
        let device = try TestClient(port: broker.port)
        try device.send(
            #"{"ts":\#(milliseconds()),"seq":1,"sw.finalUp":true,"car.serviceMode":"normal"}"#)

        let alerts = try listener.waitFor { $0.contains("lift.overtravel_top") }
        try #require(alerts.count == 1)
        let event = try #require(
            JSONSerialization.jsonObject(with: Data(alerts[0].utf8)) as? [String: Any])
        #expect(event["specversion"] as? String == "1.0")
        #expect(event["type"] as? String == "tocsin.hazard.raised.v1")
        #expect(event["subject"] as? String == "lift-1")
        #expect(
            event["id"] as? String == (try agent.hazards("lift.overtravel_top"))[0]["id"] as? String
        )

        // A subscriber that comes later finds the state that was kept.
        let later = try TestClient(port: broker.port)
        let state = try run(
            "/usr/bin/mosquitto_sub",
            ["-p", "\(broker.port)", "-t", "state/demo/lift-1", "-C", "1", "-W", "5"])
        #expect(state.output.contains("lift.overtravel_top"))
        let status = try run(
            "/usr/bin/mosquitto_sub",
            ["-p", "\(broker.port)", "-t", "status/demo/agent", "-C", "1", "-W", "5"])
        #expect(status.output.contains(#""state":"online""#))
        _ = later

        agent.program.signal(SIGTERM)
        #expect(agent.program.end() == 0)
        try agent.expectSound()
        let last = try run(
            "/usr/bin/mosquitto_sub",
            ["-p", "\(broker.port)", "-t", "status/demo/agent", "-C", "1", "-W", "5"])
        #expect(
            last.output.contains(#""state":"stopped""#),
            "\(agent.program.output.suffix(500))")
        #expect(try agent.entries().last?["kind"] as? String == "agent.stopped")
    }

    @Test("an agent that dies is reported by its last will")
    func will() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        let agent = try Agent(workspace, port: broker.port)
        let listener = try TestClient(port: broker.port)
        try listener.subscribe("status/demo/agent")
        _ = try listener.waitFor { $0.contains("online") }
        agent.program.killAndWait()
        #expect(try listener.waitFor { $0.contains(#""state":"lost""#) }.count == 1)
    }

    @Test("a million readings without a hazard write nothing to the ledger")
    func quiet() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        let agent = try Agent(workspace, port: broker.port)
        let device = try TestClient(port: broker.port)
        func fingerprint() throws -> [String] {
            try ["", "-wal"].map { suffix in
                let attributes = try FileManager.default.attributesOfItem(
                    atPath: agent.ledger + suffix)
                return "\(attributes[.size] ?? 0) \(attributes[.modificationDate] ?? 0)"
            }
        }
        // That it runs today is on record once, before.
        try device.send(#"{"ts":\#(milliseconds() - 10_000),"car.speed":1}"#)
        #expect(
            try eventually {
                try agent.entries().contains { $0["kind"] as? String == "equipment.ran" }
            })
        let before = try fingerprint()
        // 5,000 messages of 50 rows with 4 signals each.
        let column = Array(repeating: "1", count: 50).joined(separator: ",")
        let start = milliseconds()
        var last: Int32 = 0
        for message in 0..<5_000 {
            last = try device.publish(
                #"{"ts":\#(start - 5_000 + Int64(message)),"dt":0.02,"car.speed":[\#(column)],"car.position":[\#(column)],"car.load":[\#(column)],"car.levelError":[\#(column)]}"#
            )
            if message % 200 == 0 { try device.turn() }
        }
        try #require(
            try eventually(within: 60) {
                try device.turn(); return device.accepted.contains(last)
            })
        let status = try eventually(within: 60) {
            try run(
                "/usr/bin/mosquitto_sub",
                ["-p", "\(broker.port)", "-t", "status/demo/agent", "-C", "1", "-W", "5"]
            )
            .output.contains(#""readings":1000001"#)
        }
        #expect(status, "a million readings arrived")
        #expect(try fingerprint() == before)
    }

    @Test(
        "the same seed gives the same capture, and two replays of it the same bytes and the same ledger"
    )
    func replay() throws {
        let workspace = try Workspace()
        func capture(_ name: String) throws -> String {
            let made = try run(
                "tocsin-sim",
                [
                    "record", "simulators/scenarios/demo.yaml", "--out",
                    workspace.path + "/" + name,
                    "--truth", workspace.path + "/truth.json",
                ])
            #expect(made.status == 0)
            return try String(contentsOfFile: workspace.path + "/" + name, encoding: .utf8)
        }
        #expect(try capture("a") == capture("b"))
        let first = try run(
            "tocsin", ["replay", "--ledger", workspace.path + "/one", workspace.path + "/a"])
        let second = try run(
            "tocsin", ["replay", "--ledger", workspace.path + "/two", workspace.path + "/b"])
        #expect(first.status == 0 && first.output == second.output)
        let verdict = try run(
            "tocsin-sim", ["judge", workspace.path + "/truth.json"], input: first.output)
        #expect(verdict.status == 0, "\(verdict.output)")
        let roots = try ["one", "two"].map {
            try run("tocsin", ["ledger", "verify", "--json", workspace.path + "/" + $0]).output
        }
        #expect(roots[0] == roots[1] && roots[0].contains(#""sound":true"#))
    }

    @Test("a backtest names what other rules lose, and --strict refuses it")
    func backtest() throws {
        let workspace = try Workspace()
        let capture = workspace.path + "/capture"
        let made = try run(
            "tocsin-sim", ["record", "simulators/scenarios/demo.yaml", "--out", capture])
        #expect(made.status == 0)
        let rules = workspace.path + "/rules"
        try FileManager.default.copyItem(
            at: root.appendingPathComponent("config/rules"), to: URL(fileURLWithPath: rules))
        let file = rules + "/ropeway.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacingOccurrences(
            of: "carrier.unlockedOnLine > 0", with: "carrier.unlockedOnLine > 3"
        ).write(toFile: file, atomically: true, encoding: .utf8)
        func backtest(_ old: String, _ new: String) throws -> (
            status: Int32, output: String, errors: String
        ) {
            try run(
                "tocsin",
                ["rules", "backtest", "--strict", "--json", "--old", old, "--new", new, capture])
        }
        let same = try backtest("config/rules", "config")
        #expect(same.status == 0 && !same.output.contains("difference"))
        let worse = try backtest("config/rules", rules)
        #expect(worse.status == 1)
        let differences = worse.output.split(separator: "\n").filter { $0.contains("difference") }
        #expect(
            differences.count == 1 && differences[0].contains(#""difference":"lost""#)
                && differences[0].contains(#""rule":"ropeway.door_unlocked""#))
        #expect(try backtest(rules, "config/rules").status == 0)
    }

    @Test("what was recorded live replays to the hazards that were found live")
    func recordAndReplay() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        let agent = try Agent(workspace, port: broker.port)
        let capture = workspace.path + "/live.jsonl"
        let recorder = try Program(
            products.appendingPathComponent("tocsin"),
            ["record", "--broker", "127.0.0.1:\(broker.port)", capture],
            log: workspace.path + "/record.log")
        let device = try TestClient(port: broker.port)
        func lines() -> Int {
            (try? String(contentsOfFile: capture, encoding: .utf8))?.split(separator: "\n").count
                ?? 0
        }
        // The recorder says nothing when it has subscribed: quiet readings until it hears one.
        _ = try eventually {
            try device.send(#"{"ts":\#(milliseconds()),"car.load":10}"#); return lines() > 0
        }
        let before = lines()
        try device.send(#"{"ts":\#(milliseconds()),"car.speed":2.6,"sw.governor":false}"#)
        try device.send(#"{"ts":\#(milliseconds() + 400),"car.speed":0.1}"#)
        _ = eventually { lines() >= before + 2 }
        recorder.signal(SIGINT)
        #expect(recorder.end() == 0)
        _ = try eventually { try agent.hazards("lift.governor_failed").count == 1 }
        let live = try agent.entries().filter { ($0["kind"] as? String) == "hazard.raised" }
            .compactMap { $0["id"] as? String }
        let replayed = try run("tocsin", ["replay", capture]).output
        for id in live {
            let hazard = id.split(separator: "#")[0]
            #expect(replayed.contains(hazard), "\(hazard)")
        }
        let rules = Set(live.map { $0.split(separator: "/")[2] })
        #expect(
            rules == [
                "lift.overspeed_early", "lift.overspeed", "lift.ascending_overspeed",
                "lift.governor_failed",
            ])
    }
}
