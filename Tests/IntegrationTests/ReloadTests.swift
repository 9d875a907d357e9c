import Foundation
import Glibc
import Testing

@Suite struct ReloadTests {
    @Test(
        "a reload takes new rules in while running; an invalid or too different one changes nothing and is on record"
    )
    func reload() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        let configuration = try workspace.configuration()
        let agent = try Agent(workspace, configuration: configuration, port: broker.port)
        let device = try TestClient(port: broker.port)
        let rules = workspace.path + "/config/rules/lift.yaml"
        let shipped = try String(contentsOfFile: rules, encoding: .utf8)
        func reload() throws -> (status: Int32, output: String, errors: String) {
            try run("tocsin", ["reload", "--config", configuration, "--state-dir", agent.state])
        }
        func entries(_ kind: String) throws -> [[String: Any]] {
            try agent.entries().filter { $0["kind"] as? String == kind }
        }
        // Something stands before, and goes on standing.
        try device.send(#"{"ts":\#(milliseconds()),"sw.governor":true}"#)
        #expect(try eventually { try agent.hazards("lift.governor_switch").count == 1 })

        try shipped.replacingOccurrences(of: "car.load > max", with: "car.lod > max")
            .write(toFile: rules, atomically: true, encoding: .utf8)
        let invalid = try reload()
        #expect(invalid.status == 78 && invalid.errors.contains("car.lod"))
        // A signal has nobody to ask first, so the agent itself finds it.
        agent.program.signal(SIGHUP)
        #expect(try eventually { try entries("agent.reload_refused").count == 1 })

        let extra = """
              - id: lift.new_rule
                title: {en: New, zh: 新}
                guidance: {en: Look, zh: 查看}
                when: car.load > 50
                for: 0s
                clear_after: 0s
                clear: auto
                severity: info
                life_safety: false
                listing: none
                source: test
                confidence: engineering

            """
        try (shipped + extra).write(toFile: rules, atomically: true, encoding: .utf8)
        let done = try reload()
        #expect(done.status == 0 && done.output.contains("lift.new_rule"), "\(done)")
        try device.send(#"{"ts":\#(milliseconds()),"car.load":60,"sw.governor":true}"#)
        #expect(try eventually { try agent.hazards("lift.new_rule").count == 1 })
        let reloaded = try #require(try entries("agent.reloaded").first)
        let body = try #require(reloaded["body"] as? [String: Any])
        #expect(body["rules_added"] as? [String] == ["lift.new_rule"])
        #expect(body["to"] as? String == reloaded["config"] as? String)
        let started = try #require(try entries("agent.started").first)
        #expect(body["from"] as? String == started["config"] as? String)

        // A signal takes them in as well.
        try (shipped + extra.replacingOccurrences(of: "car.load > 50", with: "car.load > 70"))
            .write(toFile: rules, atomically: true, encoding: .utf8)
        agent.program.signal(SIGHUP)
        #expect(try eventually { try entries("agent.reloaded").count == 2 })
        let changed = try #require(try entries("agent.reloaded").last?["body"] as? [String: Any])
        #expect(changed["rules_changed"] as? [String] == ["lift.new_rule"])

        let site = try String(contentsOfFile: configuration, encoding: .utf8)
        try site.replacingOccurrences(of: "client_id: tocsin-demo", with: "client_id: other")
            .write(toFile: configuration, atomically: true, encoding: .utf8)
        let refused = try reload()
        #expect(refused.status == 1 && refused.errors.contains("broker changed"), "\(refused)")
        #expect(try agent.hazards("lift.governor_switch").count == 1)
        try agent.expectSound()
        agent.program.signal(SIGTERM)
        #expect(agent.program.end() == 0)
        let gone = try run(
            "tocsin", ["reload", "--config", configuration, "--state-dir", agent.state])
        #expect(gone.status == 1 && gone.errors.contains("no agent runs"))
    }
}
