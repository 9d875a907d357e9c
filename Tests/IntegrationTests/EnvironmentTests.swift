import Foundation
import Testing

private let raise = #""car.serviceMode":"normal","sw.finalUp":true"#

@Suite(.serialized) struct EnvironmentTests {
    @Test("an invalid configuration ends the start with 78 and every place")
    func configuration() throws {
        let workspace = try Workspace()
        let path = try workspace.configuration([("tocsin.yaml", "port: 1883", "prot: 1883")])
        let result = try run("tocsin", ["run", "--config", path])
        #expect(result.status == 78)
        #expect(
            result.errors.contains("tocsin.yaml:") && result.errors.contains("unknown key prot"))
        let json = try run("tocsin", ["check", "--json", "--config", path])
        #expect(json.status == 78)
        #expect(json.errors.contains(#""exit":78"#) && json.errors.contains(#""line":"#))
    }

    @Test("a broker that is not there ends the start with 69")
    func noBroker() throws {
        let workspace = try Workspace()
        let agent = try Agent(workspace, port: 1, extra: ["--start-wait", "0"], waits: false)
        #expect(agent.program.end() == 69)
        #expect(agent.program.output.contains("127.0.0.1:1"))
    }

    @Test(
        "a damaged ledger ends the start with 65, one in use with 75, one that cannot be made with 73"
    )
    func ledger() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        try FileManager.default.createDirectory(
            atPath: workspace.path + "/state", withIntermediateDirectories: true)
        _ = try workspace.write(
            String(repeating: "no ledger ", count: 500), to: "state/ledger.sqlite")
        let damaged = try Agent(workspace, port: broker.port, waits: false)
        #expect(damaged.program.end() == 65)
        #expect(damaged.program.output.contains("tocsin ledger verify"))
        try FileManager.default.removeItem(atPath: workspace.path + "/state/ledger.sqlite")

        let first = try Agent(workspace, port: broker.port)
        let second = try run(
            "tocsin",
            [
                "run", "--broker", "127.0.0.1:\(broker.port)", "--state-dir",
                workspace.path + "/state",
            ])
        #expect(second.status == 75)
        #expect(second.errors.contains("another process has this ledger open"))
        #expect(first.program.isRunning)

        let file = try workspace.write("", to: "a-file")
        let unusable = try run(
            "tocsin",
            ["run", "--broker", "127.0.0.1:\(broker.port)", "--state-dir", file + "/state"])
        #expect(unusable.status == 73)
    }

    @Test(
        "TLS: the right authority connects, a wrong or missing one ends the start with 76, never in plain text"
    )
    func tls() throws {
        let workspace = try Workspace()
        for name in ["ca", "other"] {
            #expect(
                try run(
                    "/usr/bin/openssl",
                    [
                        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                        "/CN=\(name)", "-keyout", workspace.path + "/\(name).key", "-out",
                        workspace.path + "/\(name).crt",
                    ]
                ).status == 0)
        }
        _ = try run(
            "/usr/bin/openssl",
            [
                "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=stranger", "-keyout",
                workspace.path + "/stranger.key", "-out", workspace.path + "/stranger.csr",
            ])
        _ = try run(
            "/usr/bin/openssl",
            [
                "x509", "-req", "-in", workspace.path + "/stranger.csr", "-CA",
                workspace.path + "/other.crt", "-CAkey", workspace.path + "/other.key",
                "-CAcreateserial", "-days", "2", "-out", workspace.path + "/stranger.crt",
            ])
        for name in ["server", "client"] {
            _ = try run(
                "/usr/bin/openssl",
                [
                    "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout",
                    workspace.path + "/\(name).key", "-out", workspace.path + "/\(name).csr",
                ])
            #expect(
                try run(
                    "/usr/bin/openssl",
                    [
                        "x509", "-req", "-in", workspace.path + "/\(name).csr", "-CA",
                        workspace.path + "/ca.crt", "-CAkey", workspace.path + "/ca.key",
                        "-CAcreateserial", "-days", "2", "-out", workspace.path + "/\(name).crt",
                    ]
                ).status == 0)
        }
        for name in ["ca.crt", "server.crt", "server.key"] {
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o644], ofItemAtPath: workspace.path + "/" + name)
        }
        let files =
            "cafile \(workspace.path)/ca.crt\ncertfile \(workspace.path)/server.crt\nkeyfile \(workspace.path)/server.key"
        let broker = try Broker(
            workspace, extra: "allow_anonymous true\n\(files)\nrequire_certificate true")
        let identity =
            "certificate_file: \(workspace.path)/client.crt, key_file: \(workspace.path)/client.key"
        let cases: [(name: String, tls: String, status: Int32)] = [
            ("right", "{ca_file: \(workspace.path)/ca.crt, \(identity)}", 0),
            ("other authority", "{ca_file: \(workspace.path)/other.crt, \(identity)}", 76),
            ("no certificate of ours", "{ca_file: \(workspace.path)/ca.crt}", 76),
            (
                "a certificate of another authority",
                "{ca_file: \(workspace.path)/ca.crt, certificate_file: \(workspace.path)/stranger.crt, key_file: \(workspace.path)/stranger.key}",
                76
            ),
            ("missing file", "{ca_file: \(workspace.path)/nowhere.crt}", 76),
            (
                "key of another",
                "{ca_file: \(workspace.path)/ca.crt, certificate_file: \(workspace.path)/client.crt, key_file: \(workspace.path)/other.key}",
                76
            ),
        ]
        for item in cases {
            let own = try Workspace()
            let configuration = try own.configuration([
                ("tocsin.yaml", "  host: 127.0.0.1", "  host: localhost"),
                (
                    "tocsin.yaml", "  client_id: tocsin-demo",
                    "  client_id: tocsin-demo\n  tls: \(item.tls)"
                ),
            ])
            let agent = try Program(
                products.appendingPathComponent("tocsin"),
                [
                    "run", "--config", configuration, "--broker", "localhost:\(broker.port)",
                    "--state-dir", own.path + "/state",
                ],
                log: own.path + "/agent.log")
            if item.status == 0 {
                #expect(
                    eventually { agent.output.contains("watching") },
                    "\(item.name): \(agent.output)")
                agent.signal(SIGTERM)
            }
            #expect(agent.end() == item.status, "\(item.name): \(agent.output)")
        }
    }

    @Test(
        "a full disk: nothing is acknowledged, the agent says so, and goes on by itself or after a kill",
        .enabled(if: getuid() == 0, "needs root, to mount a small file system"),
        arguments: [false, true])
    func diskFull(isKilled: Bool) throws {
        let workspace = try Workspace()
        let state = workspace.path + "/state"
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: true)
        let mounted = try run("/bin/mount", ["-t", "tmpfs", "-o", "size=400k", "tmpfs", state])
        try #require(mounted.status == 0, "\(mounted.errors)")
        defer { _ = try? run("/bin/umount", ["-l", state]) }
        let broker = try Broker(workspace)
        let agent = try Agent(workspace, port: broker.port)
        let listener = try TestClient(port: broker.port)
        try listener.subscribe("status/demo/agent")
        let filler = state + "/filler"
        var size = 400_000
        while size > 0, !FileManager.default.createFile(atPath: filler, contents: Data(count: size))
        { size -= 4_096 }
        try #require(
            try FileManager.default.attributesOfItem(atPath: filler)[.size] as? Int ?? 0 > 0)
        let device = try TestClient(port: broker.port)
        var count = 0
        // Raise until the file cannot grow: which entry meets the wall depends on its pages.
        // Acknowledged or not is told by a kill: what the broker still has comes again.
        _ = try eventually(within: 20) {
            count += 1
            try device.send(
                "{\"ts\":\(milliseconds()),\"car.serviceMode\":\"normal\",\"sw.finalUp\":\(count % 2 == 1),\"sw.finalDown\":\(count % 2 == 0)}"
            )
            return agent.program.output.contains("no space for the ledger")
        }
        #expect(agent.program.output.contains("no space for the ledger"))
        #expect(try listener.waitFor { $0.contains(#""state":"ledger_full""#) }.count >= 1)
        try device.send("{\"ts\":\(milliseconds()),\(raise)}", to: "telemetry/demo/lift/lift-2")
        #expect(agent.program.isRunning)
        if isKilled {
            agent.program.killAndWait()
            try FileManager.default.removeItem(atPath: filler)
            try agent.restart()
        } else {
            try FileManager.default.removeItem(atPath: filler)
        }
        #expect(
            try eventually(within: 60) {
                try agent.hazards("lift.overtravel_top").contains {
                    ($0["equipment"] as? String) == "lift-2"
                }
            })
        let kinds = try agent.entries().compactMap { $0["kind"] as? String }
        #expect(isKilled || kinds.contains("agent.ledger_blocked"))
        try agent.expectSound()
    }

    @Test("each commit with an entry is synced to the disk before anything follows it")
    func synced() throws {
        let workspace = try Workspace()
        /// Replays so many batches of 1,024 records with one hazard each; returns the syncs.
        func syncs(batches: Int) throws -> Int {
            let records = (0..<batches * 1_024).map { index in
                let isFirst = index % 1_024 == 0
                let value =
                    isFirst
                    ? #"\"sw.finalUp\":\#(index / 1_024 % 2 == 0)"# : #"\"car.load\":1"#
                let time =
                    "2026-01-01T00:\(10 + index / 5_000):\(10 + index / 100 % 50).\(100 + index % 100)Z"
                return
                    #"{"at":"\#(time)","topic":"telemetry/demo/lift/lift-1","payload":"{\"car.serviceMode\":\"normal\",\#(value)}"}"#
            }
            let name = "\(batches)"
            let path = try workspace.write(records.joined(separator: "\n"), to: "capture-" + name)
            let trace = workspace.path + "/trace-" + name
            let program = products.appendingPathComponent("tocsin").path
            let traced = try run(
                "/usr/bin/strace",
                [
                    "-f", "-e", "trace=fdatasync,fsync", "-o", trace, program, "replay", "--ledger",
                    workspace.path + "/ledger-" + name, path,
                ])
            #expect(traced.status == 0, "\(traced.errors)")
            let calls = try String(contentsOfFile: trace, encoding: .utf8)
            return calls.components(separatedBy: "sync(").count - 1
        }
        // With synchronous=NORMAL the count would not depend on the number of commits.
        let (few, many) = (try syncs(batches: 1), try syncs(batches: 5))
        #expect(many >= few + 4, "\(few) syncs for one batch, \(many) for five")
    }

    @Test(
        "commands refuse bad input with a reason",
        arguments: [
            (["decode", "--topic", "telemetry/demo/lift/lift-1"], "{", Int32(1), "malformed"),
            (["decode", "--topic", "telemetry/demo/lift/lift-7"], "{}", 1, "the topics are"),
            (["decode", "--json", "--topic", "telemetry/demo/lift/lift-1"], "[]", 1, #""exit":1"#),
            (["replay", "/nonexistent"], "", 1, "cannot be read"),
            (
                ["replay", "-"], "{\"at\":\"2026-01-01T00:00:00Z\"}\n", 1,
                "line 1: \"topic\" must be a text"
            ),
            (["ledger", "verify", "/nonexistent"], "", 73, "there is no such file"),
            (["rules", "eval", "1 +"], "", 1, "expected a value, found the end"),
            (["rules", "eval", "rate(v)", "--bind", "v=1"], "", 1, "rate looks back"),
            (["rules", "eval", "v > 1", "--bind", "v=fast"], "", 64, "a label needs --kind"),
            (["rules", "eval", "v", "--kind", "boat"], "", 64, "the kinds are"),
            (["rules", "explain", "lift.none"], "", 1, "there is no rule lift.none"),
            (["rules", "explain", "lift.silent", "--equipment", "x"], "", 1, "x is no lift"),
            (["rules", "test", "/nonexistent"], "", 78, "cannot be read"),
            (["rules", "test", "config/tocsin.yaml"], "", 78, "kind is missing"),
            (["run", "--broker", "nowhere"], "", 64, "--broker must be HOST:PORT"),
            (["frobnicate"], "", 64, "Unexpected argument"),
        ])
    func badInput(arguments: [String], input: String, status: Int32, words: String) throws {
        let result = try run("tocsin", arguments, input: input)
        #expect(result.status == status, "\(result.errors)")
        #expect(result.errors.contains(words), "\(result.errors)")
    }

    @Test("an expression is worth something, and the shipped rules pass their tests")
    func rules() throws {
        let worth = try run(
            "tocsin",
            ["rules", "eval", "door.car == 'open'", "--kind", "lift", "--bind", "door.car=open"])
        #expect(worth.output == "true  (a boolean)\n")
        let meaning = try run(
            "tocsin", ["rules", "explain", "lift.overspeed", "--equipment", "lift-1"])
        #expect(meaning.output.contains("abs(car.speed) >= 2.0125"), "\(meaning.output)")
        #expect(meaning.output.contains("轿厢超速"))
        let files = ["lift", "ropeway", "coaster"].map { "config/tests/\($0).yaml" }
        let tested = try run("tocsin", ["rules", "test"] + files)
        #expect(tested.status == 0, "\(tested.output)")
        #expect(tested.output.contains("0 failed"))
    }

    @Test("a capture that breaks off is replayed up to there")
    func brokenCapture() throws {
        let record =
            #"{"at":"2026-01-01T00:00:00Z","topic":"telemetry/demo/lift/lift-1","payload":"{\"sw.finalUp\":true,\"car.serviceMode\":\"normal\"}"}"#
        let result = try run("tocsin", ["replay", "-"], input: record + "\n" + record.prefix(60))
        #expect(result.status == 1)
        #expect(result.errors.contains("line 2"))
        #expect(result.output.contains("lift.overtravel_top"))
    }

    @Test("decode prints the readings as JSON lines")
    func decode() throws {
        let result = try run(
            "tocsin", ["decode", "--topic", "telemetry/demo/lift/lift-1"],
            input: #"{"ts":1000,"car.speed":1.5,"door.car":"open"}"#)
        #expect(result.status == 0)
        #expect(
            result.output == """
                {"equipment":"lift-1","signal":"car.speed","value":1.5,"quality":"good","ts":"1970-01-01T00:00:01.000000000Z","seq":null}
                {"equipment":"lift-1","signal":"door.car","value":"open","quality":"good","ts":"1970-01-01T00:00:01.000000000Z","seq":null}

                """)
    }
}
