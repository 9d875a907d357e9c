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

    /// Makes an entry.
    public init(id: String, kind: String, equipment: String, actor: String, body: JSONValue) {
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
    public func canonicalBytes(
        sequence: UInt64, recorded: String, configuration: String
    ) -> [UInt8] {
        JSONValue.object([
            ("v", .number(1)),
            ("seq", .number(Double(sequence))),
            ("id", .text(id)),
            ("recorded", .text(recorded)),
            ("kind", .text(kind)),
            ("equipment", .text(equipment)),
            ("actor", .text(actor)),
            ("body", body),
            ("evidence", .null),
            ("config", .text(configuration)),
        ]).canonicalBytes
    }
}
