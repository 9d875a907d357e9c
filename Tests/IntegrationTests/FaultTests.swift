import Foundation
import Ledger
import LedgerStore
import Testing

/// Faults put in at the system calls that touch the ledger's files: each of them, one by one.
@Suite(.serialized) struct FaultTests {
    /// A kill, no space, and a medium that fails.
    enum Fault: String, CaseIterable {
        case kill = "signal=KILL"
        case full = "error=ENOSPC"
        case broken = "error=EIO"

        /// The calls that it can meet.
        var calls: [String] {
            switch self {
            case .kill: ["openat", "pwrite64", "fdatasync", "ftruncate", "unlink", "close"]
            case .full: ["pwrite64", "ftruncate"]
            case .broken: ["pwrite64", "fdatasync"]
            }
        }
    }

    /// Every fifth call, from a random one on; each with TOCSIN_FAULTS=all, which takes minutes.
    private static let step =
        ProcessInfo.processInfo.environment["TOCSIN_FAULTS"] == "all" ? 1 : 5

    private let workspace: Workspace
    private var state: String { workspace.path }
    private var files: LedgerFiles { LedgerFiles(state) }

    init() throws { workspace = try Workspace() }

    /// Logs that something was done, which is one commit, under strace with `options`.
    private func commit(_ reason: String, _ options: [String]) throws -> Int32 {
        let paths = ["", "-wal", "-shm", ".lock"].flatMap { ["-P", files.ledger + $0] }
        return try run(
            "/usr/bin/strace",
            ["-f", "-o", state + "/trace"] + paths + options + [
                products.appendingPathComponent("tocsin").path, "registry", "log", "lift-1",
                "maintained_on", "--on", "2026-01-05", "--actor", "officer", "--reason", reason,
                "--state-dir", state,
            ]
        ).status
    }

    /// How often a call was made when nothing went wrong.
    private func count(_ call: String) throws -> Int {
        try String(contentsOfFile: state + "/trace", encoding: .utf8)
            .components(separatedBy: " \(call)(").count - 1
    }

    private func reasons() throws -> [String] {
        guard FileManager.default.fileExists(atPath: files.ledger) else { return [] }
        return try LedgerReader(path: files.ledger).entries(from: 0, limit: 10_000).compactMap {
            try JSONReader.read($0.bytes)["body"]?["reason"]?.text
        }
    }

    private func removeLedger() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: state)
        where name.hasPrefix("ledger.sqlite") {
            try FileManager.default.removeItem(atPath: state + "/" + name)
        }
    }

    @Test(
        "whichever call fails, the ledger is sound, and what was acknowledged is in it",
        arguments: Fault.allCases, [false, true])
    func everyCall(fault: Fault, isNew: Bool) throws {
        #expect(try commit("first", []) == 0)
        var made = fault.calls.map { ($0, 0) }
        if isNew { try removeLedger() }
        #expect(try commit("second", []) == 0)
        for index in made.indices { made[index].1 = try count(made[index].0) }
        // Or nothing is tested: each call is made at least once.
        #expect(made.allSatisfy { $0.1 > 0 }, "\(made)")
        var acknowledged: Set<String> = ["second"]
        var failed = 0
        for (call, times) in made {
            let first = Int.random(in: 1...Self.step)
            for time in stride(from: first, through: max(times, first), by: Self.step) {
                if isNew {
                    try removeLedger()
                    acknowledged = []
                }
                let reason = "\(call) \(time)"
                let status = try commit(
                    reason, ["-e", "inject=\(call):\(fault.rawValue):when=\(time)"])
                if status == 0 { acknowledged.insert(reason) } else { failed += 1 }
                // The next program finds the file as it was left, and puts it right.
                #expect(try commit("after " + reason, []) == 0, "\(fault), \(reason)")
                acknowledged.insert("after " + reason)
                let found = try reasons()
                #expect(acknowledged.isSubset(of: found), "\(fault), \(reason): \(found)")
                #expect(found.count { $0 == reason } <= 1, "\(fault), \(reason)")
                guard case .sound = try LedgerReader(path: files.ledger).verify() else {
                    Issue.record("\(fault), \(reason): the ledger is not sound")
                    return
                }
            }
        }
        #expect(failed > 0, "the faults did something")
    }
}
