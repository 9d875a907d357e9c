import Detection
import Foundation
import Ledger
import LedgerStore
import Supervision

/// What the ledger costs: commits beside a bare loop of inserts with the same durability, the
/// whole verification, opening, and a proof, at two sizes.
struct LedgerAlone {
    private let workshop: Workshop
    private let seconds: Double
    private static let group = 1_000
    private static let sizes = [10_000, 1_000_000]

    init(_ workshop: Workshop, seconds: Double) {
        self.workshop = workshop
        self.seconds = seconds
    }

    func run() throws {
        let bytes = Entry.bytes(0).count
        print("ledger, entries of \(bytes) bytes; bare: one table, same columns, same durability")
        try commits("one entry a commit    ", of: 1)
        try commits("\(Self.group) entries a commit ", of: Self.group)
        for size in Self.sizes { try grown(to: size) }
        print("")
    }

    /// Ours and the bare loop take turns, so that a disk that grows slower slows both.
    private func commits(_ what: String, of count: Int) throws {
        let store = try open("commits-\(count)")
        let bare = try BareLoop(path: path("bare-\(count)"), example: Entry.bytes(0))
        var (ours, theirs) = (0.0, 0.0)
        var next = 0
        let end = Clock.seconds + seconds
        while Clock.seconds < end {
            var batch = CommitBatch()
            batch.entries = (next..<next + count).map(Entry.make)
            ours += try Clock.time { _ = try store.commit(batch, recorded: Entry.recorded) }
            theirs += try Clock.time { try bare.commit(from: next, count) }
            next += count
        }
        print(
            "  \(what)"
                + String(
                    format: "%9.0f entries/s, bare %9.0f, ratio %.2f (goal 0.8)",
                    Double(next) / ours, Double(next) / theirs, theirs / ours))
    }

    private func grown(to size: Int) throws {
        let name = "grown-\(size)"
        do {
            let store = try open(name)
            for start in stride(from: 0, to: size, by: Self.group) {
                var batch = CommitBatch()
                batch.entries = (start..<start + Self.group).map(Entry.make)
                _ = try store.commit(batch, recorded: Entry.recorded)
            }
        }
        let file = path(name)
        let length = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
        let opening = try (0..<21).map { _ in try Clock.time { _ = try open(name) } }
        let reader = try LedgerReader(path: file)
        let proofs = try (0..<201).map { turn in
            let id = Entry.id(turn * 7_919 % size)
            return try Clock.time { _ = try reader.inclusion(of: id, origin: "bench") }
        }
        var verdict = LedgerReader.Verdict.broken(sequence: 0, reason: "")
        let verifying = try Clock.time { verdict = try reader.verify() }
        guard case .sound(UInt64(size), _) = verdict else {
            throw Workshop.Failure(message: "the ledger does not verify: \(verdict)")
        }
        print(
            "  \(size) entries:"
                + String(
                    format: " %.0f bytes each, open %.2f ms, proof %.3f ms, verify %.0f entries/s",
                    Double(length) / Double(size), Clock.median(opening) * 1e3,
                    Clock.median(proofs) * 1e3, Double(size) / verifying) + " (goal 200000)")
    }

    private func path(_ name: String) -> String { workshop.directory + "/\(name).sqlite" }

    private func open(_ name: String) throws -> LedgerStore {
        try LedgerStore(path: path(name), configurationHash: Entry.configuration)
    }
}

/// Time that only goes on.
enum Clock {
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    static func time(_ body: () throws -> Void) rethrows -> Double {
        let start = seconds
        try body()
        return seconds - start
    }

    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}

/// Entries as a raised hazard writes them, with everything in its body.
private enum Entry {
    static let configuration = String(repeating: "4f", count: 32)
    static let recorded = Instant(nanoseconds: 1_764_000_000_123_456_000)

    static func id(_ number: Int) -> String {
        "summit/lift-\(number % 50)/lift.door_lock_open_in_travel@\(number)#raised"
    }

    static func make(_ number: Int) -> LedgerEntry {
        LedgerEntry(
            id: id(number), kind: "hazard.raised", equipment: "lift-\(number % 50)", actor: "agent",
            body: .object([
                ("hazard", .text("summit/lift-\(number % 50)/lift.door_lock@\(number)")),
                ("rule", .text("lift.door_lock_open_in_travel")), ("severity", .text("critical")),
                ("life_safety", .boolean(true)), ("listing", .text("candidate")),
                (
                    "title",
                    .object([("en", .text("Door lock open")), ("zh", .text("门锁断开"))])
                ),
                ("event_time", .text("2026-11-24T16:00:00.123456Z")),
                ("decided", .text("2026-11-24T16:00:00.623456Z")),
                (
                    "values",
                    .object([("car.speed", .number(1.52)), ("car.position", .number(12.5))])
                ),
                ("source", .text("GB/T 7588.1-2020 5.3.9.1")),
            ]))
    }

    static func bytes(_ number: Int) -> [UInt8] {
        make(number).canonicalBytes(
            sequence: UInt64(number), recorded: "2026-11-24T16:00:00.123456Z",
            configuration: configuration)
    }
}
