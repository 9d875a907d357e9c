/// Why the agent ends. The raw value is the process's exit status; docs/operating.md and the
/// systemd unit name the same numbers.
public enum ExitStatus: Int32, Sendable, CaseIterable {
    /// Asked to stop, everything committed.
    case stopped = 0
    /// A check gave a negative answer: a bad payload, a ledger that does not verify.
    case negative = 1
    /// Wrong command line.
    case usage = 64
    /// The ledger is damaged.
    case ledgerCorrupt = 65
    /// The broker cannot be reached at start.
    case brokerUnreachable = 69
    /// A bug: an invariant of our own was broken.
    case software = 70
    /// The ledger's files cannot be used: permissions, missing directory, other format.
    case ledgerUnusable = 73
    /// No space for the ledger at start.
    case diskFull = 74
    /// Another agent has this ledger open.
    case ledgerInUse = 75
    /// Certificates or keys cannot be used, or the TLS handshake fails.
    case tlsUnusable = 76
    /// The broker refuses user name, password or client id.
    case brokerRefused = 77
    /// The configuration is invalid.
    case configurationInvalid = 78
}

/// The end of the agent, with what to tell people.
public struct AgentFailure: Error, Sendable {
    /// The exit status.
    public var status: ExitStatus
    /// What happened and what to do.
    public var message: String

    /// Makes a failure.
    public init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
