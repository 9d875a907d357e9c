/// One entry of the ledger, before it has a place in it.
public struct LedgerEntry: Sendable {
    /// Client-supplied id, unique in the log: appending the same id again adds nothing.
    public var id: String
    /// What kind of entry: `hazard.raised`, `agent.started`, …
    public var kind: String
    /// The equipment it is about; empty for the agent itself.
    public var equipment: String
    /// Who caused it: `agent` or a person.
    public var actor: String
    /// The entry's own fields.
    public var body: JSONValue
    /// What was read when it happened: kept beside the log, its digest in the leaf.
    public var evidence: [UInt8]?
    /// The story that it belongs to, if it belongs to one.
    public var thread: LedgerThread?

    /// Makes an entry.
    public init(
        id: String, kind: String, equipment: String, actor: String, body: JSONValue,
        evidence: [UInt8]? = nil, thread: LedgerThread? = nil
    ) {
        self.evidence = evidence
        self.thread = thread
        self.id = id
        self.kind = kind
        self.equipment = equipment
        self.actor = actor
        self.body = body
    }

    /// The bytes of the leaf: RFC 8785 canonical JSON of the entry with its place and time.
    ///
    /// - Parameters:
    ///   - sequence: the entry's index in the log, from 0.
    ///   - recorded: wall time of the commit, RFC 3339 in UTC.
    ///   - configuration: hash of the configuration in force, in hexadecimal.
    ///   - evidence: digest of the evidence's bytes, in hexadecimal; `nil` when there is none.
    public func canonicalBytes(
        sequence: UInt64, recorded: String, configuration: String, evidence: String? = nil
    ) -> [UInt8] {
        // In canonical order, so that nothing has to be sorted.
        JSONValue.object([
            ("actor", .text(actor)),
            ("body", body),
            ("config", .text(configuration)),
            ("equipment", .text(equipment)),
            ("evidence", evidence.map { .text($0) } ?? .null),
            ("id", .text(id)),
            ("kind", .text(kind)),
            ("recorded", .text(recorded)),
            ("seq", .number(Double(sequence))),
            ("v", .number(1)),
        ]).canonicalBytes
    }
}

/// Entries that tell one story, such as a listing from its discovery to its end: they can be read
/// without looking at all others.
public struct LedgerThread: Sendable, Equatable {
    /// Its name, the same for all its entries.
    public var name: String
    /// Whether the story goes on after this entry: a restart reads those that do.
    public var isOpen: Bool

    /// Names a story.
    public init(name: String, isOpen: Bool) {
        self.name = name
        self.isOpen = isOpen
    }
}
