public import AlertFormats
public import Detection
public import Ledger
public import LedgerStore
import Supervision

/// Writes alerts of the outbox as messages that others read.
public struct AlertWriter: Sendable {
    private let ledger: LedgerReader
    private let sender: AlertSender
    private let subject: @Sendable (_ equipment: String) -> AlertSubject

    /// Makes a writer for a site.
    public init(
        ledger: LedgerReader, sender: AlertSender,
        subject: @escaping @Sendable (_ equipment: String) -> AlertSubject
    ) {
        self.ledger = ledger
        self.sender = sender
        self.subject = subject
    }

    /// An alert as a CAP message.
    ///
    /// - Parameter checkpoint: the ledger's state with the alert's entry in it.
    public func cap(
        _ row: LedgerReader.OutboxRow, checkpoint: SignedNote?
    ) throws(StoreFailure) -> CAPAlert {
        CAPAlert(
            try Self.alert(row), of: subject(row.equipment), from: sender,
            try attachments(row, checkpoint))
    }

    /// An alert in a platform's own form.
    ///
    /// - Parameters:
    ///   - reported: when it is sent.
    ///   - checkpoint: the ledger's state with the alert's entry in it.
    /// - Returns: what the platform needs and nobody knows, when it cannot be told.
    public func message(
        _ row: LedgerReader.OutboxRow, for platform: PlatformProfile, reported: Instant,
        checkpoint: SignedNote?
    ) throws(StoreFailure) -> Result<JSONValue, PlatformFailure> {
        let alert = try Self.alert(row)
        let attachments = try attachments(row, checkpoint)
        return Result { () throws(PlatformFailure) in
            try platform.message(
                alert, of: subject(row.equipment), from: sender, attachments, reported: reported)
        }
    }

    private func attachments(
        _ row: LedgerReader.OutboxRow, _ checkpoint: SignedNote?
    ) throws(StoreFailure) -> AlertAttachments {
        let earlier = try ledger.earlier(than: row).map {
            CAPAlert.Reference(
                sender: CAPAlert.name(sender.sender), identifier: CAPAlert.name($0.id),
                sent: $0.time)
        }
        return AlertAttachments(
            earlier: earlier, evidence: try ledger.evidenceDigest(of: row.id),
            checkpoint: checkpoint)
    }

    private static func alert(_ row: LedgerReader.OutboxRow) throws(StoreFailure) -> Alert {
        guard let data = JSONValue(parsing: row.data) else {
            throw .corrupt("the alert \(row.id) is no JSON")
        }
        return Alert(
            id: row.id, equipment: row.equipment, state: row.state, stands: row.stands,
            hazard: row.hazard, time: row.time, data: data)
    }
}
