import Foundation
import Testing

@Suite(.serialized) struct CrashTests {
    /// 200 by default; more with TOCSIN_KILLS.
    private static let kills = Int(ProcessInfo.processInfo.environment["TOCSIN_KILLS"] ?? "") ?? 200

    @Test(
        "killed at random moments under load, it loses no hazard and doubles none",
        .timeLimit(.minutes(10)))
    func killNine() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        // Rules without delay, so that each rise of the signal is one hazard.
        let configuration = try workspace.configuration([
            (
                "rules/lift.yaml", "clear_after: 2s\n    flapping: accumulate\n    clear: release",
                "clear_after: 0s\n    flapping: accumulate\n    clear: auto"
            )
        ])
        let listener = try TestClient(port: broker.port, clientID: "listener", isPersistent: true)
        try listener.subscribe("alerts/demo/+")
        let agent = try Agent(workspace, configuration: configuration, port: broker.port)
        let device = try TestClient(port: broker.port)

        var raises: [(id: Int32, ts: Int64)] = []
        var clock = milliseconds()
        var isUp = false
        /// Quiet readings, and now and then a rise or fall of a final limit switch.
        func load(_ count: Int) throws {
            for _ in 0..<count {
                clock = max(clock + 1, milliseconds())
                if Int.random(in: 0..<12) == 0 {
                    isUp.toggle()
                    let id = try device.publish(
                        #"{"ts":\#(clock),"car.serviceMode":"normal","sw.finalUp":\#(isUp)}"#)
                    if isUp { raises.append((id, clock)) }
                } else {
                    try device.publish(#"{"ts":\#(clock),"car.load":5}"#)
                }
            }
        }
        for _ in 0..<Self.kills {
            try load(Int.random(in: 5...40))
            try device.turn()
            try listener.turn()
            // Somewhere between the start of the process and a busy line.
            usleep(UInt32.random(in: 0..<120_000))
            try load(Int.random(in: 0...20))
            agent.program.killAndWait()
            try agent.restart(waits: false)
        }
        try agent.waitUntilWatching()
        try load(20)
        try #require(
            try eventually(within: 60) {
                try device.turn(); return raises.allSatisfy { device.accepted.contains($0.id) }
            })

        let expected = Set(raises.map { RaisedID.make($0.ts) })
        let found = try eventually(within: 60) {
            Set(try agent.hazards("lift.overtravel_top").compactMap { $0["id"] as? String })
                .isSuperset(of: expected)
        }
        let ids = try agent.hazards("lift.overtravel_top").compactMap { $0["id"] as? String }
        #expect(
            found, "missing: \(expected.subtracting(ids).sorted().prefix(3)) of \(expected.count)")
        #expect(Set(ids).count == ids.count, "no hazard stands twice")
        #expect(Set(ids) == expected, "nothing was invented")

        // Every alert arrived at least once, and only under its own id.
        _ = try eventually(within: 60) {
            try listener.turn()
            let heard = Set(listener.received.compactMap { RaisedID.of($0.payload) })
            return heard.isSuperset(of: expected)
        }
        let heard = Set(listener.received.compactMap { RaisedID.of($0.payload) })
        #expect(heard == expected, "missing alerts: \(expected.subtracting(heard).count)")
        agent.program.signal(SIGTERM)
        #expect(agent.program.end() == 0)
        try agent.expectSound()
    }
}

@Suite struct SurvivalTests {
    @Test("what is latched, shelved or half way through its delay survives kill -9")
    func survives() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        let agent = try Agent(workspace, port: broker.port)
        let device = try TestClient(port: broker.port)
        func hazards(_ arguments: [String]) throws -> String {
            try run("tocsin", ["hazards"] + arguments + ["--state-dir", agent.state]).output
        }
        // The device's own clock may be half a minute off, so 45 s of it pass in no time.
        let begin = milliseconds() - 28_000
        let stopped = #""car.speed":0,"car.doorZone":false,"car.serviceMode":"normal""#
        try device.send(#"{"ts":\#(begin),\#(stopped),"sw.finalUp":true,"rope.slip":60}"#)
        try device.send(#"{"ts":\#(begin + 12_000),\#(stopped),"sw.finalUp":false}"#)
        try device.send(#"{"ts":\#(begin + 20_000),\#(stopped),"sw.finalUp":false}"#)
        #expect(
            try eventually {
                let list = try hazards(["list", "--json"])
                return list.contains("overtravel_top") && list.contains("returned")
                    && list.contains("rope_slip")
            })
        let shelved = try hazards([
            "shelve", "lift-1/lift.rope_slip", "--for", "1h", "--actor", "王工", "--reason", "已安排检查",
        ])
        agent.program.killAndWait()
        try agent.restart()
        // 20 s of the delay had passed; nothing is raised a second time by the first readings.
        try device.send(#"{"ts":\#(begin + 46_000),\#(stopped),"sw.finalUp":false}"#)
        #expect(try eventually { try agent.hazards("lift.stopped_outside_zone").count == 1 })
        let raised = try agent.hazards("lift.stopped_outside_zone").first?["body"] as? [String: Any]
        let expected = RaisedID.time(begin + 45_000)
        #expect(raised?["at"] as? String == expected, "\(String(describing: raised))")
        #expect(try agent.hazards("lift.overtravel_top").count == 1)
        #expect(try agent.hazards("lift.rope_slip").count == 1)
        let list = try hazards(["list", "--json"])
        #expect(list.contains("returned"), "the latched one waits for its release: \(list)")
        #expect(list.contains("shelved"), "\(shelved) \(list)")
        try agent.expectSound()
        agent.program.signal(SIGTERM)
        #expect(agent.program.end() == 0)
    }
}

/// Ids of raised overtravel hazards, made here from the time stamp that was sent.
enum RaisedID {
    /// As entries write it.
    static func time(_ milliseconds: Int64) -> String {
        let formatter = ISO8601DateFormatter()
        let seconds = formatter.string(
            from: Date(timeIntervalSince1970: Double(milliseconds / 1_000)))
        let fraction = String(milliseconds % 1_000 + 1_000).dropFirst()
        return seconds.dropLast() + ".\(fraction)000000Z"
    }

    static func make(_ milliseconds: Int64) -> String {
        let time = time(milliseconds)
        return "demo/lift-1/lift.overtravel_top/\(time)#raised@\(time)"
    }

    static func of(_ event: String) -> String? {
        let object = try? JSONSerialization.jsonObject(with: Data(event.utf8)) as? [String: Any]
        guard let id = object?["id"] as? String, id.contains("lift.overtravel_top"),
            id.contains("#raised")
        else {
            return nil
        }
        return id
    }
}
