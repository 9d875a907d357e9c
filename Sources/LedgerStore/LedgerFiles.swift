import Ledger

/// Where the parts of a ledger lie, in the state directory of its site.
public struct LedgerFiles: Sendable {
    private let directory: String

    /// Names the files in a directory.
    public init(_ directory: String) { self.directory = directory }

    /// The log itself.
    public var ledger: String { directory + "/ledger.sqlite" }
    /// The key that signs checkpoints: for its owner alone.
    public var privateKey: String { directory + "/ledger.key" }
    /// The public half, for everybody.
    public var publicKey: String { directory + "/ledger.pub" }
    /// The newest checkpoint that the agent has signed.
    public var checkpoint: String { directory + "/ledger.checkpoint" }
    /// The last one that an old key signed, with its successor in it.
    public var handover: String { directory + "/ledger.handover" }
}
