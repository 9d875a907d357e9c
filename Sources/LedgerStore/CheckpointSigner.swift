import Foundation
public import Ledger

/// Signs the state of a ledger for whoever receives what is in it: each alert takes the newest
/// checkpoint along, and beside the ledger one is kept, so that a file that was cut shows it.
///
/// Not Sendable: made and used on one thread.
public final class CheckpointSigner {
    private let key: LedgerKey
    private let reader: LedgerReader
    private let path: String
    private var newest: (size: UInt64, note: SignedNote)?
    private var keptSize: UInt64?

    /// Makes a signer for a ledger that is open elsewhere.
    public init(key: LedgerKey, files: LedgerFiles) throws(StoreFailure) {
        self.key = key
        reader = try LedgerReader(path: files.ledger)
        path = files.checkpoint
    }

    /// The state now, signed; the same note as before while nothing is added.
    public func sign() throws(StoreFailure) -> SignedNote {
        let now = try reader.checkpoint(origin: key.verifier.name)
        if let newest, newest.size == now.size { return newest.note }
        let note = try key.sign(now)
        newest = (now.size, note)
        return note
    }

    /// Puts the newest checkpoint in its place beside the ledger, whole or not at all.
    public func keep() throws(StoreFailure) {
        let note = try sign()
        guard let newest, newest.size != keptSize else { return }
        do {
            try Data(note.bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .full("\(path): cannot be written: \(error.localizedDescription)")
        }
        keptSize = newest.size
    }
}
