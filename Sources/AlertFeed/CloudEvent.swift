public import Ledger
public import LedgerStore
import Timestamps

/// CloudEvents 1.0 in JSON: what a subscriber of the alert topics reads.
public enum CloudEvent {
    /// The event for one alert.
    ///
    /// `id` is stable, so that a repetition can be told; `subject` is the equipment; `type` names
    /// the transition. The data is the hazard as the ledger has it. `ledgercheckpoint` is the
    /// state of the ledger, signed, with this alert's entry in it: who keeps it is a witness.
    public static func alert(
        _ row: LedgerReader.OutboxRow, site: String, checkpoint: SignedNote?
    ) -> JSONValue {
        let witnessed = checkpoint.map {
            [("ledgercheckpoint", JSONValue.text(String(decoding: $0.bytes, as: UTF8.self)))]
        }
        return .object(
            [
                ("specversion", .text("1.0")),
                ("id", .text(row.id)),
                ("source", .text("/tocsin/sites/\(site)")),
                ("type", .text("tocsin.hazard.\(row.state).v1")),
                ("subject", .text(row.equipment)),
                ("time", .text(RFC3339.format(row.time))),
                ("datacontenttype", .text("application/json")),
            ] + (witnessed ?? []) + [("data", data(row))])
    }

    /// The retained state of a piece of equipment: the hazards that stand on it now.
    public static func state(
        of equipment: String, site: String, standing: [LedgerReader.OutboxRow], through: Int64
    ) -> JSONValue {
        .object([
            ("site", .text(site)),
            ("equipment", .text(equipment)),
            ("outbox_position", .number(Double(through))),
            ("standing", .array(standing.map { data($0) })),
        ])
    }

    private static func data(_ row: LedgerReader.OutboxRow) -> JSONValue {
        do {
            return try JSONReader.read(row.data)
        } catch {
            // The store wrote it as canonical JSON; the subscriber must hear of the alert anyway.
            return .object([("hazard", .text(row.hazard)), ("unreadable", .boolean(true))])
        }
    }
}
