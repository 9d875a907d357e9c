import Foundation
import GRDB
public import Ledger
import Supervision

extension LedgerReader {
    /// What an audit found.
    public enum Verdict: Sendable, Equatable {
        /// Everything agrees.
        case sound(size: UInt64, root: [UInt8])
        /// The first entry that does not.
        case broken(sequence: Int64, reason: String)
    }

    /// Recomputes the whole log in one snapshot: bytes, hashes, order, ids, tree heads, kept
    /// subtrees, evidence, and which entries tell which story.
    ///
    /// - Parameter kept: a checkpoint whose signature has been checked; the log must go on from it.
    public func verify(against kept: Checkpoint? = nil) throws(StoreFailure) -> Verdict {
        try snapshotOfAnyFormat { database in
            do {
                var verification = Verification(database, format: format, kept: kept)
                return try verification.run()
            } catch let finding as LedgerAudit<SHA256Digest>.Finding {
                return .broken(sequence: finding.sequence, reason: finding.reason)
            }
        }
    }
}

/// One pass over a ledger.
private struct Verification {
    private typealias Finding = LedgerAudit<SHA256Digest>.Finding

    private let database: Database
    private let format: Int
    private let kept: Checkpoint?
    private var audit = LedgerAudit<SHA256Digest>()
    private var nodes = 0
    private var evidence = 0
    private var told = 0

    init(_ database: Database, format: Int, kept: Checkpoint?) {
        self.kept = kept
        self.database = database
        self.format = format
    }

    private var hasTree: Bool { format >= 3 }
    private var hasStories: Bool { format >= 4 }

    mutating func run() throws -> LedgerReader.Verdict {
        do {
            try walk()
        } catch let error as RowDecodingError {
            throw Finding(
                sequence: Int64(audit.size), reason: "cannot be read: \(error)")
        }
        let end = Int64(audit.size)
        if let kept, kept.size > audit.size {
            throw Finding(
                sequence: end, reason: "the ledger was cut: it had \(kept.size) entries")
        }
        if hasTree, try count("node") != nodes {
            throw Finding(sequence: end, reason: "there are subtrees that no entries have")
        }
        if hasStories {
            if try count("evidence") != evidence {
                throw Finding(sequence: end, reason: "there is evidence that no entry names")
            }
            if try count("thread_entry") != told {
                throw Finding(sequence: end, reason: "a story names entries that are not its own")
            }
            try checkEnds()
        }
        guard try Schema.refusesChanges(database, format: format) else {
            throw Finding(
                sequence: end,
                reason: "the entries agree, but the triggers that refuse changes are gone")
        }
        return .sound(size: audit.size, root: audit.root)
    }

    private func count(_ table: String) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0
    }

    private mutating func walk() throws {
        let heads = try Row.fetchCursor(database, sql: "SELECT size, root FROM head ORDER BY size")
        let entries = try Row.fetchCursor(
            database, sql: "SELECT sequence, id, bytes, leaf_hash FROM entry ORDER BY sequence")
        var head = try heads.next()
        while let row = try entries.next() {
            // By place: finding columns by name takes longer than hashing the entry.
            try audit.check(
                .init(
                    sequence: row.decode(atIndex: 0), id: row.decode(atIndex: 1),
                    bytes: Blob.bytes(row.decode(atIndex: 2)),
                    leafHash: Blob.bytes(row.decode(atIndex: 3))))
            if let kept, kept.size == audit.size, kept.root != audit.root {
                throw Finding(
                    sequence: Int64(audit.size) - 1,
                    reason: "this is not the ledger whose \(kept.size) entries were signed")
            }
            if hasTree { try checkNodes() }
            if hasStories { try checkStory() }
            if let current = head, try current.value("size") as Int64 == Int64(audit.size) {
                try audit.check(
                    .init(size: current.value("size"), root: Blob.bytes(current.value("root"))))
                head = try heads.next()
                if head == nil, let extra = try entries.next() {
                    throw Finding(
                        sequence: try extra.value("sequence"),
                        reason: "no tree head covers this entry")
                }
            }
        }
        if let left = head {
            try audit.check(.init(size: left.value("size"), root: Blob.bytes(left.value("root"))))
        } else if audit.size > 0, try count("head") == 0 {
            throw Finding(sequence: 0, reason: "there is no tree head")
        }
    }

    /// The subtrees that the last entry has made whole are kept as they are.
    private mutating func checkNodes() throws {
        for (node, hash) in audit.completed {
            guard let tier = StoredTree.tier(of: node) else { continue }
            let stored = try Row.fetchOne(
                database, sql: "SELECT hash FROM node WHERE tier = ? AND place = ?",
                arguments: [tier, Int64(node.index)])
            guard try stored.map({ Blob.bytes(try $0.value("hash")) }) == hash else {
                throw Finding(
                    sequence: Int64(audit.size) - 1,
                    reason: "the stored subtree \(tier)/\(node.index) is not that of its leaves")
            }
            nodes += 1
        }
    }

    /// Evidence that is there has the digest that the entry names, and the story of a case has all
    /// its entries.
    private mutating func checkStory() throws {
        let sequence = Int64(audit.size) - 1
        guard let entry = audit.lastEntry else { return }
        if let digest = entry["evidence"]?.text,
            let row = try Row.fetchOne(
                database.cachedStatement(
                    sql: "SELECT digest, body FROM evidence WHERE sequence = ?"),
                arguments: [sequence])
        {
            let body = SHA256Digest.hash(Blob.bytes(try row.value("body")))
            guard Hexadecimal.encode(body) == digest,
                body == Blob.bytes(try row.value("digest"))
            else {
                throw Finding(
                    sequence: sequence, reason: "its evidence does not have the digest it names")
            }
            evidence += 1
        }
        guard let name = Self.story(of: entry) else { return }
        guard
            try Int.fetchOne(
                database, sql: "SELECT 1 FROM thread_entry WHERE name = ? AND sequence = ?",
                arguments: [name, sequence]) != nil
        else {
            throw Finding(sequence: sequence, reason: "the story \(name) does not have it")
        }
        told += 1
    }

    private static func story(of entry: CanonicalForm) -> String? {
        guard let kind = entry["kind"]?.text else { return nil }
        if kind.hasPrefix("listing."), let listing = entry["body"]?["case"]?.text {
            return ListingRegister.thread(of: listing)
        }
        if kind.hasPrefix("incident."), let incident = entry["body"]?["incident"]?.text {
            return IncidentRegister.thread(of: incident)
        }
        return nil
    }

    /// A case that is marked as ended has ended: a restart would not look at it again.
    private func checkEnds() throws {
        let ends = try Row.fetchCursor(
            database,
            sql: """
                SELECT thread.name, is_open, max(thread_entry.sequence) AS sequence, entry.bytes
                FROM thread JOIN thread_entry USING (name)
                JOIN entry ON entry.sequence = thread_entry.sequence
                GROUP BY thread.name
                """)
        while let row = try ends.next() {
            let entry = try JSONReader.read(Blob.bytes(row.value("bytes")))
            // A listing says so itself; an incident is open until it is closed.
            let isOpen =
                entry["body"]?["open"].map { $0 == .boolean(true) }
                ?? (entry["kind"]?.text != "incident.closed")
            guard isOpen == (try row.value("is_open")) else {
                let name: String = try row.value("name")
                throw Finding(
                    sequence: try row.value("sequence"),
                    reason: "the story \(name) is not marked as what it is, "
                        + (isOpen ? "open" : "ended"))
            }
        }
    }
}
