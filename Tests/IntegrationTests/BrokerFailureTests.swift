import Foundation
import Testing

private let raise = #""car.serviceMode":"normal","sw.finalUp":true"#

@Suite(.serialized) struct BrokerFailureTests {
    @Test(
        "a broker that is stopped and started again costs nothing; killed, at worst a recorded gap",
        arguments: [true, false])
    func restart(isGraceful: Bool) throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        let agent = try Agent(workspace, port: broker.port)
        try TestClient(port: broker.port).send("{\"ts\":\(milliseconds()),\(raise)}")
        #expect(try eventually { try agent.hazards("lift.overtravel_top").count == 1 })
        if isGraceful { broker.stop() } else { broker.kill() }
        #expect(eventually { agent.program.output.contains("connection lost") })
        try broker.start()
        #expect(
            eventually(within: 40) {
                agent.program.output.components(separatedBy: "connected to the broker").count >= 3
            })
        try TestClient(port: broker.port).send(
            "{\"ts\":\(milliseconds()),\(raise)}", to: "telemetry/demo/lift/lift-2")
        #expect(try eventually { try agent.hazards("lift.overtravel_top").count == 2 })
        let kinds = try agent.entries().compactMap { $0["kind"] as? String }
        let sessions =
            agent.program.output.components(separatedBy: "mqtt.session_present=false").count - 1
        // The first connection finds no session. Each later one without is a gap.
        #expect(kinds.filter { $0 == "intake.gap" }.count == sessions - 1)
        if isGraceful { #expect(sessions == 1) }
        try agent.expectSound()
    }

    @Test("messages that came while the agent was away are taken in when it is back")
    func backlog() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        let agent = try Agent(workspace, port: broker.port)
        agent.program.signal(SIGTERM)
        #expect(agent.program.end() == 0)
        let device = try TestClient(port: broker.port)
        for index in 0..<2_000 {
            try device.publish(
                "{\"ts\":\(milliseconds() - 4_000 + Int64(index)),\"car.load\":\(index % 90)}")
        }
        try device.send("{\"ts\":\(milliseconds()),\(raise)}")
        try agent.restart()
        #expect(try eventually { try agent.hazards("lift.overtravel_top").count == 1 })
    }

    @Test("a network that is cut without a word is noticed and got over")
    func cut() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        let proxy = try Proxy(to: broker.port)
        let agent = try Agent(workspace, port: proxy.port)
        proxy.isCut = true
        // Through the broker's own port, past the cut.
        try TestClient(port: broker.port).send("{\"ts\":\(milliseconds()),\(raise)}")
        // Nobody says anything: keep-alive (30 s) has to find out.
        #expect(eventually(within: 70) { agent.program.output.contains("connection lost") })
        #expect(try agent.hazards("lift.overtravel_top").isEmpty)
        proxy.isCut = false
        #expect(try eventually(within: 40) { try agent.hazards("lift.overtravel_top").count == 1 })
    }

    @Test("a wrong password ends the start, with its own status and without showing the secret")
    func wrongPassword() throws {
        let workspace = try Workspace()
        let passwords = workspace.path + "/passwords"
        _ = FileManager.default.createFile(atPath: passwords, contents: nil)
        #expect(
            try run("/usr/bin/mosquitto_passwd", ["-b", passwords, "tocsin", "the-right-one"])
                .status == 0)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: passwords)
        let broker = try Broker(
            workspace, extra: "allow_anonymous false\npassword_file \(passwords)")
        let configuration = try workspace.configuration([
            (
                "tocsin.yaml", "  client_id: tocsin-demo",
                "  client_id: tocsin-demo\n  credentials: {username_file: user, password_file: password}"
            )
        ])
        _ = try workspace.write("tocsin\n", to: "config/user")
        for (password, status) in [("open-sesame-7", Int32(77)), ("the-right-one", 0)] {
            _ = try workspace.write(password + "\n", to: "config/password")
            let agent = try Agent(
                workspace, configuration: configuration, port: broker.port, waits: false)
            if status == 0 {
                try agent.waitUntilWatching()
                agent.program.signal(SIGTERM)
            }
            #expect(agent.program.end() == status)
            #expect(status == 0 || agent.program.output.contains("the broker refuses us"))
            #expect(!agent.program.output.contains(password))
        }
        try FileManager.default.removeItem(atPath: workspace.path + "/config/password")
        let agent = try Agent(
            workspace, configuration: configuration, port: broker.port, waits: false)
        #expect(agent.program.end() == 77)
        #expect(agent.program.output.contains("the secret cannot be read"))
    }

    @Test(
        "a broker that grants a subscription and then keeps everything back is told from quiet by the silence rule"
    )
    func aclWithoutRead() throws {
        let workspace = try Workspace()
        let acl = try workspace.write(
            "topic write telemetry/#\ntopic readwrite alerts/#\ntopic readwrite status/#\ntopic readwrite state/#\n",
            to: "acl")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: acl)
        let broker = try Broker(workspace, extra: "allow_anonymous true\nacl_file \(acl)")
        let configuration = try workspace.configuration([
            ("rules/lift.yaml", "silence: max(3 * period, 60)", "silence: 3s")
        ])
        let agent = try Agent(workspace, configuration: configuration, port: broker.port)
        try TestClient(port: broker.port).send("{\"ts\":\(milliseconds()),\(raise)}")
        #expect(try eventually { try agent.hazards("lift.silent").count == 2 })
        #expect(try agent.hazards("lift.overtravel_top").isEmpty)
    }

    @Test("alerts that the broker refuses hold back their own equipment and nobody else")
    func aclRefusesOneTopic() throws {
        let workspace = try Workspace()
        let acl = try workspace.write(
            "topic readwrite telemetry/#\ntopic readwrite alerts/demo/lift-2\n"
                + "topic readwrite status/#\ntopic readwrite state/#\n", to: "acl")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: acl)
        let broker = try Broker(workspace, extra: "allow_anonymous true\nacl_file \(acl)")
        let listener = try TestClient(port: broker.port)
        try listener.subscribe("alerts/demo/+")
        let agent = try Agent(workspace, port: broker.port)
        let device = try TestClient(port: broker.port)
        try device.send("{\"ts\":\(milliseconds()),\(raise)}")
        #expect(eventually { agent.program.output.contains("refuses alerts of lift-1") })
        try device.send(
            "{\"ts\":\(milliseconds()),\(raise)}", to: "telemetry/demo/lift/lift-2")
        let alerts = try listener.waitFor { $0.contains("lift.overtravel_top") }
        #expect(alerts.allSatisfy { $0.contains("lift-2") } && !alerts.isEmpty)
        #expect(!agent.program.output.contains("disconnected"), "\(agent.program.output)")
    }

    @Test("a payload of a megabyte does no harm", arguments: [true, false])
    func megabyte(brokerIsLimited: Bool) throws {
        let workspace = try Workspace()
        // The later setting counts: a broker that lets it through leaves it to us.
        let broker = try Broker(
            workspace,
            extra: "allow_anonymous true" + (brokerIsLimited ? "" : "\nmax_packet_size 4000000"))
        let agent = try Agent(workspace, port: broker.port)
        let big = try workspace.write(
            #"{"x":""# + String(repeating: "x", count: 1_000_000) + #"","car.load":1}"#, to: "big")
        // MQTT 3.1.1: a version 5 client would refuse to send what the broker does not take.
        _ = try run(
            "/usr/bin/mosquitto_pub",
            [
                "-V", "mqttv311", "-p", "\(broker.port)", "-q", "1", "-t",
                "telemetry/demo/lift/lift-1", "-f", big,
            ])
        try TestClient(port: broker.port).send("{\"ts\":\(milliseconds()),\(raise)}")
        #expect(try eventually { try agent.hazards("lift.overtravel_top").count == 1 })
        #expect(agent.program.isRunning)
    }

    @Test("another client under our id is named in the log, and the agent comes back")
    func sameClientID() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        let agent = try Agent(workspace, port: broker.port)
        do {
            let thief = try TestClient(port: broker.port, clientID: "tocsin-demo")
            #expect(eventually { agent.program.output.contains("connection lost") })
            _ = thief.isUp
        }
        #expect(
            eventually {
                agent.program.output.contains("another client has used our client id tocsin-demo")
            })
        #expect(
            eventually(within: 30) {
                agent.program.output.components(separatedBy: "connected to the broker").count >= 3
            })
        try TestClient(port: broker.port).send("{\"ts\":\(milliseconds()),\(raise)}")
        #expect(try eventually { try agent.hazards("lift.overtravel_top").count == 1 })
        // The thief's clean start threw our session away: that is a gap, and it is on record.
        #expect(try agent.entries().contains { $0["kind"] as? String == "intake.gap" })
    }
}
