import Detection
import GRDB
import Ledger
import Supervision
import Timestamps

/// Adds the entries of one commit to the log, inside its transaction.
struct Appender {
    private(set) var frontier: MerkleFrontier<SHA256Digest>
    /// Entries that were new.
    private(set) var added = 0

    private let recorded: Instant
    private let recordedText: String
    private let configuration: String
    private let database: Database
    private let tree: StoredTree
    private let insertion: EntryInsertion

    init(
        _ frontier: MerkleFrontier<SHA256Digest>, recorded: Instant, configuration: String,
        in database: Database, path: String
    ) throws {
        self.frontier = frontier
        self.recorded = recorded
        recordedText = RFC3339.format(recorded, digits: 6)
        self.configuration = configuration
        self.database = database
        tree = StoredTree(database, path: path)
        insertion = try EntryInsertion(database)
    }

    /// Adds an entry; one whose id is known adds nothing.
    mutating func append(_ entry: LedgerEntry) throws {
        let sequence = Int64(frontier.size)
        let digest = entry.evidence.map { SHA256Digest.hash($0) }
        let bytes = entry.canonicalBytes(
            sequence: frontier.size, recorded: recordedText, configuration: configuration,
            evidence: digest.map { Hexadecimal.encode($0) })
        let leaf = SHA256Digest.leaf(bytes)
        guard try insertion.insert(sequence, entry.id, bytes, leaf) else { return }
        added += 1
        if let body = entry.evidence, let digest {
            try StoryRows.insert(
                evidence: body, digest, of: sequence, recorded, in: database)
        }
        if let thread = entry.thread {
            try StoryRows.insert(thread, sequence, in: database)
        }
        try frontier.append(leafHash: leaf) { try tree.insert($0, $1) }
    }

    /// Notes the tree head, when it has moved.
    func close() throws {
        guard added > 0 else { return }
        try database.cachedStatement(sql: "INSERT INTO head (size, root) VALUES (?, ?)")
            .execute(arguments: [Int64(frontier.size), Blob.data(frontier.root)])
    }
}
