import Foundation
import Glibc
import Testing

/// What people say to a running agent, and to a ledger without one.
@Suite struct PeopleTests {
    private func hazards(
        _ arguments: [String], _ workspace: Workspace
    ) throws -> (status: Int32, output: String, errors: String) {
        try run("tocsin", ["hazards"] + arguments + ["--state-dir", workspace.path + "/state"])
    }

    private let who = ["--actor", "王工", "--reason", "现场查看"]

    @Test("a latched hazard is acknowledged over the socket, released in the ledger, and on record")
    func life() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        let agent = try Agent(workspace, port: broker.port)
        let device = try TestClient(port: broker.port)
        let place = "lift-1/lift.governor_failed"
        try device.send(#"{"ts":\#(milliseconds()),"car.speed":3,"sw.governor":false}"#)
        #expect(try eventually { try agent.hazards("lift.governor_failed").count == 1 })

        #expect(try hazards(["ack", place] + who, workspace).status == 0)
        let again = try hazards(["ack", place] + who, workspace)
        #expect(again.status == 1 && again.errors.contains("acknowledged already, by 王工"))
        let early = try hazards(["release", place] + who, workspace)
        #expect(early.status == 1 && early.errors.contains("not back within its limits"))
        let shelf = try hazards(["shelve", place, "--for", "1h"] + who, workspace)
        #expect(shelf.status == 1 && shelf.errors.contains("cannot be shelved"))
        let list = try hazards(["list", "--json"], workspace).output
        #expect(list.contains(#""acknowledged_by":"王工""#))

        try device.send(#"{"ts":\#(milliseconds()),"car.speed":0}"#)
        #expect(
            try eventually {
                try device.send(#"{"ts":\#(milliseconds()),"car.speed":0}"#)
                return try hazards(["list", "--json"], workspace).output.contains("returned")
            })
        agent.program.signal(SIGTERM)
        #expect(agent.program.end() == 0)
        #expect(!FileManager.default.fileExists(atPath: workspace.path + "/state/control.sock"))
        // Nobody listens any more: the word goes into the ledger itself.
        let release = try hazards(["release", place] + who, workspace)
        #expect(release.status == 0, "\(release.errors)")
        let kinds = try agent.entries()
            .filter { ($0["body"] as? [String: Any])?["rule"] as? String == "lift.governor_failed" }
            .compactMap { $0["kind"] as? String }
            .filter { $0.hasPrefix("hazard.") && $0 != "hazard.evidence" }
        #expect(
            kinds == [
                "hazard.raised", "hazard.acknowledged", "hazard.returned", "hazard.released",
                "hazard.cleared",
            ])
        #expect(try run("tocsin", ["ledger", "verify", agent.ledger]).status == 0)
    }

    @Test("what a lift said last is there to be read, and only from a running agent")
    func readings() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        let agent = try Agent(workspace, port: broker.port)
        let device = try TestClient(port: broker.port)
        let state = ["--state-dir", workspace.path + "/state"]
        try device.send(#"{"ts":1764000000000,"car.speed":1.75,"door.car":"closed"}"#)
        try device.send(#"{"ts":1764000000250,"car.speed":null,"car.doorZone":true}"#)
        var seen = ""
        #expect(
            try eventually {
                seen = try run("tocsin", ["readings", "lift-1"] + state).output
                return seen == """
                    2025-11-24T16:00:00.000Z  car.speed 1.75  door.car closed
                    2025-11-24T16:00:00.250Z  car.speed -  car.doorZone true

                    """
            }, "\(seen)")
        let json = try run("tocsin", ["readings", "lift-1", "--json"] + state).output
        #expect(json.contains(#"{"car.speed":null,"car.doorZone":"true"}"#), "\(json)")
        let empty = try run("tocsin", ["readings", "lift-2"] + state)
        #expect(empty.status == 0 && empty.output.contains("nothing recorded"))
        let unknown = try run("tocsin", ["readings", "lift-9"] + state)
        #expect(unknown.status == 1 && unknown.errors.contains("there is no equipment lift-9"))
        agent.program.signal(SIGTERM)
        #expect(agent.program.end() == 0)
        let stopped = try run("tocsin", ["readings", "lift-1"] + state)
        #expect(stopped.status == 1 && stopped.errors.contains("only a running agent records"))
    }

    @Test("bad words and bad callers are refused, and the agent turns on")
    func refused() throws {
        let workspace = try Workspace()
        let broker = try Broker(workspace)
        let agent = try Agent(workspace, port: broker.port)
        let socket = workspace.path + "/state/control.sock"
        #expect(eventually { FileManager.default.fileExists(atPath: socket) })
        for (arguments, message) in [
            (["ack", "lift-9/lift.overspeed"], "there is no equipment lift-9"),
            (["ack", "lift-1/lift.nothing"], "there is no rule lift.nothing"),
            (["ack", "lift-1/lift.overspeed"], "nothing stands"),
            (["release", "lift-1/lift.stopped_outside_zone"], "needs no release"),
            (["unshelve", "lift-1/lift.overspeed"], "is not shelved"),
            (["shelve", "lift-1/lift.machine_room_temperature", "--for", "8d"], "seven days"),
        ] {
            let answer = try hazards(arguments + who, workspace)
            #expect(answer.status == 1 && answer.errors.contains(message), "\(answer)")
        }
        let blank = try hazards(
            ["ack", "lift-1/lift.overspeed", "--actor", " ", "--reason", "x"], workspace)
        #expect(blank.status == 1 && blank.errors.contains("the actor must be a text"))
        // Nonsense, too much, and silence over the socket itself.
        for text in ["nonsense\n", "{}\n", #"{"do":"explode"}"# + "\n"] {
            #expect(try send(text, to: socket).contains(#""done":false"#))
        }
        #expect(try send(String(repeating: "x", count: 100_000), to: socket).isEmpty)
        #expect(try hazards(["unshelve", "lift-1/lift.overspeed"] + who, workspace).status == 1)
        #expect(agent.program.isRunning)
    }

    /// Sends a text to a Unix socket and returns what comes back.
    private func send(_ text: String, to path: String) throws -> String {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(code == 0)
        _ = Array(text.utf8).withUnsafeBytes {
            Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        var answer = [UInt8](repeating: 0, count: 4_096)
        let count = recv(descriptor, &answer, answer.count, 0)
        return String(decoding: answer.prefix(max(count, 0)), as: UTF8.self)
    }
}
