/// Checks a whole log, entry by entry, against everything it says about itself.
///
/// Shares only the format with the code that writes the log: it takes stored rows and trusts none
/// of their columns.
public struct LedgerAudit<Digest: LedgerDigest>: Sendable {
    /// One stored entry.
    public struct StoredEntry: Sendable {
        /// Index in the log as stored.
        public var sequence: Int64
        /// Id as stored beside the bytes.
        public var id: String
        /// The leaf's bytes.
        public var bytes: [UInt8]
        /// The leaf's hash as stored.
        public var leafHash: [UInt8]

        /// Groups the columns of a row.
        public init(sequence: Int64, id: String, bytes: [UInt8], leafHash: [UInt8]) {
            self.sequence = sequence
            self.id = id
            self.bytes = bytes
            self.leafHash = leafHash
        }
    }

    /// A tree head as stored with each commit.
    public struct StoredHead: Sendable {
        /// Number of entries.
        public var size: Int64
        /// Root hash.
        public var root: [UInt8]

        /// Groups the columns of a row.
        public init(size: Int64, root: [UInt8]) {
            self.size = size
            self.root = root
        }
    }

    /// The first thing that is wrong.
    public struct Finding: Error, Sendable, Equatable {
        /// The first bad entry's index in the log.
        public var sequence: Int64
        /// What is wrong with it.
        public var reason: String

        /// Names what is wrong.
        public init(sequence: Int64, reason: String) {
            self.sequence = sequence
            self.reason = reason
        }
    }

    private var frontier = MerkleFrontier<Digest>()

    /// Starts an audit.
    public init() {}

    /// The subtrees that the last entry made perfect, from its parent up.
    public private(set) var completed: [(node: MerkleNode, hash: [UInt8])] = []

    /// The last entry.
    public private(set) var lastEntry: CanonicalForm?

    /// Entries checked so far.
    public var size: UInt64 { frontier.size }

    /// Root hash over the entries checked so far.
    public var root: [UInt8] { frontier.root }

    /// Checks the next entry, in order of the log.
    public mutating func check(_ entry: StoredEntry) throws(Finding) {
        let expected = Int64(frontier.size)
        guard entry.sequence == expected else {
            throw Finding(sequence: expected, reason: "entry \(expected) is missing")
        }
        let leaf = Digest.leaf(entry.bytes)
        guard leaf == entry.leafHash else {
            throw Finding(sequence: expected, reason: "the bytes do not give the stored hash")
        }
        let form = try Self.form(of: entry.bytes, expected)
        guard form["seq"]?.number == Double(expected) else {
            throw Finding(sequence: expected, reason: "the entry itself names another place")
        }
        guard form["id"]?.text == entry.id else {
            throw Finding(sequence: expected, reason: "the entry itself has another id")
        }
        lastEntry = form
        completed.removeAll(keepingCapacity: true)
        frontier.append(leafHash: leaf) { completed.append(($0, $1)) }
    }

    private static func form(
        of bytes: [UInt8], _ sequence: Int64
    ) throws(Finding) -> CanonicalForm {
        do throws(CanonicalForm.Failure) {
            return try CanonicalForm(bytes)
        } catch {
            let isJSON = JSONValue(parsing: bytes) != nil
            throw Finding(
                sequence: sequence,
                reason: isJSON
                    ? "not in canonical form (RFC 8785) at byte \(error.offset)"
                    : "not JSON at byte \(error.offset)")
        }
    }

    /// Checks a stored head; call when exactly its entries have been checked.
    public func check(_ head: StoredHead) throws(Finding) {
        guard head.size == Int64(frontier.size) else {
            throw Finding(
                sequence: Int64(frontier.size),
                reason: "the stored tree head covers \(head.size) entries, found \(frontier.size)")
        }
        guard head.root == frontier.root else {
            throw Finding(
                sequence: Int64(frontier.size) - 1,
                reason: "the root over \(head.size) entries is not the stored one")
        }
    }
}
