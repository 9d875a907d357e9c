import Foundation
import GRDB
import Ledger
public import Supervision

/// Reads a ledger beside its writer: verification, display, the feed.
public final class LedgerReader: Sendable {
    let path: String
    private let queue: DatabaseQueue
    /// The format of the file; an older one can be verified, and little else.
    let format: Int

    /// Opens an existing ledger for reading.
    public init(path: String) throws(StoreFailure) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else {
            throw .unusable("\(path): there is no such file")
        }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            queue = try DatabaseQueue(path: path, configuration: configuration)
            format = try queue.read { try Schema.format($0, path: path) }
        } catch {
            throw StoreFailure(error, at: path)
        }
    }

    /// Reads everything in one state of the file.
    func snapshot<Result>(_ body: (Database) throws -> Result) throws(StoreFailure) -> Result {
        guard format == Schema.version else {
            throw .unusable(
                "\(path): has format \(format), which can only be verified; it is brought up to "
                    + "date, to \(Schema.version), when the agent starts")
        }
        return try snapshotOfAnyFormat(body)
    }

    func snapshotOfAnyFormat<Result>(
        _ body: (Database) throws -> Result
    ) throws(StoreFailure) -> Result {
        do {
            return try queue.read(body)
        } catch {
            throw StoreFailure(error, at: path)
        }
    }

    /// Entries from `sequence` on, at most `limit`, as stored.
    public func entries(
        from sequence: Int64, limit: Int
    ) throws(StoreFailure) -> [(sequence: Int64, bytes: [UInt8])] {
        try snapshot { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT sequence, bytes FROM entry WHERE sequence >= ?
                    ORDER BY sequence LIMIT ?
                    """, arguments: [sequence, limit]
            ).map { try ($0.value("sequence"), Blob.bytes($0.value("bytes"))) }
        }
    }

    /// The register of hazards as of the last commit.
    public func register() throws(StoreFailure) -> StoredRegister {
        try snapshot { try RegisterRows.read($0) }
    }

    /// The entries whose ids begin with `prefix`, in order, as stored.
    public func entries(withPrefix prefix: String) throws(StoreFailure) -> [[UInt8]] {
        try snapshot { database in
            // The first text that no longer has the prefix.
            let end = prefix + "\u{10FFFF}"
            return try Row.fetchAll(
                database,
                sql: "SELECT bytes FROM entry WHERE id >= ? AND id < ? ORDER BY sequence",
                arguments: [prefix, end]
            ).map { Blob.bytes(try $0.value("bytes")) }
        }
    }
}
