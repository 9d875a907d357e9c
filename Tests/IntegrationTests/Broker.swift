import Foundation
import Testing

/// A real mosquitto with config/mosquitto/tocsin.conf on a free loopback port.
final class Broker {
    private(set) var port: Int
    private let workspace: Workspace
    private let extra: String
    private var program: Program?

    /// `extra` is added to the configuration; without it anonymous clients are let in.
    init(_ workspace: Workspace, extra: String = "allow_anonymous true") throws {
        self.workspace = workspace
        self.extra = extra
        let persistence = workspace.path + "/persistence"
        try FileManager.default.createDirectory(
            atPath: persistence, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o777])
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: persistence)
        port = 0
        for _ in 0..<20 where program == nil {
            port = Int.random(in: 20_000..<32_000)
            if !accepts(port) { try start() }
        }
        try #require(program != nil, "mosquitto did not start")
    }

    deinit { kill() }

    /// Starts it on its port; `false` when the port is taken.
    @discardableResult
    func start() throws -> Bool {
        let shipped = try String(
            contentsOf: root.appendingPathComponent("config/mosquitto/tocsin.conf"),
            encoding: .utf8)
        let configuration = try workspace.write(
            "\(shipped)\nlistener \(port) 127.0.0.1\npersistence_location \(workspace.path)/persistence/\n\(extra)\n",
            to: "mosquitto.conf")
        let path = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto"].first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        let program = try Program(
            URL(fileURLWithPath: try #require(path)), ["-c", configuration],
            log: workspace.path + "/broker.log")
        let isUp = eventually(within: 5) { !program.isRunning || accepts(port) }
        guard isUp, program.isRunning else { return false }
        self.program = program
        return true
    }

    func stop() {
        program?.signal(SIGTERM)
        _ = program?.end()
        program = nil
    }

    func kill() {
        program?.killAndWait()
        program = nil
    }
}

private func accepts(_ port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}

/// The agent under test.
final class Agent {
    let workspace: Workspace
    private let configuration: String
    private let port: Int
    private let extra: [String]
    private(set) var program: Program
    var state: String { workspace.path + "/state" }
    var ledger: String { state + "/ledger.sqlite" }

    init(
        _ workspace: Workspace, configuration: String? = nil, port: Int, extra: [String] = [],
        waits: Bool = true
    ) throws {
        self.workspace = workspace
        self.configuration = configuration ?? root.appendingPathComponent("config/tocsin.yaml").path
        self.port = port
        self.extra = extra
        program = try Self.start(workspace, self.configuration, port, extra)
        if waits { try waitUntilWatching() }
    }

    private static func start(
        _ workspace: Workspace, _ configuration: String, _ port: Int, _ extra: [String]
    ) throws -> Program {
        try Program(
            products.appendingPathComponent("tocsin"),
            [
                "run", "--config", configuration, "--broker", "127.0.0.1:\(port)",
                "--state-dir", workspace.path + "/state", "--log-level", "info",
            ] + extra,
            log: workspace.path + "/agent.log")
    }

    func waitUntilWatching() throws {
        try #require(
            eventually { self.program.output.contains("watching") || !self.program.isRunning })
        try #require(program.isRunning, "\(program.output.suffix(600))")
    }

    func restart(waits: Bool = true) throws {
        program = try Self.start(workspace, configuration, port, extra)
        if waits { try waitUntilWatching() }
    }

    /// Entries of the ledger as JSON objects.
    func entries() throws -> [[String: Any]] {
        guard FileManager.default.fileExists(atPath: ledger) else { return [] }
        let shown = try run("tocsin", ["ledger", "show", ledger])
        return shown.output.split(separator: "\n").compactMap {
            try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    func hazards(_ rule: String) throws -> [[String: Any]] {
        try entries().filter {
            $0["kind"] as? String == "hazard.raised"
                && ($0["body"] as? [String: Any])?["rule"] as? String == rule
        }
    }

    func expectSound(sourceLocation: SourceLocation = #_sourceLocation) throws {
        let verdict = try run("tocsin", ["ledger", "verify", ledger])
        #expect(
            verdict.status == 0, "\(verdict.output)\(verdict.errors)",
            sourceLocation: sourceLocation)
    }
}
