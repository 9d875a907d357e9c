import Detection
import Foundation
import GRDB
import Ledger
import Supervision

/// Bytes to and from SQLite.
enum Blob {
    static func data(_ bytes: [UInt8]) -> Data { Data(bytes) }
    static func bytes(_ data: Data) -> [UInt8] { Array(data) }
}

extension Row {
    /// A column's value: an error, never a trap, when the file holds something else there.
    func value<Value: DatabaseValueConvertible>(_ column: String) throws -> Value {
        try decode(Value.self, forColumn: column)
    }
}

/// Rows that are not evidence: rule states, watermarks, alerts on their way.
enum Rows {
    static func insert(_ alert: Alert, in database: Database) throws {
        let insert = try database.cachedStatement(
            sql: """
                INSERT INTO outbox (id, equipment, state, stands, hazard, time, data)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                """)
        try insert.execute(
            arguments: [
                alert.id, alert.equipment, alert.state, alert.stands, alert.hazard,
                alert.time.nanoseconds, Blob.data(alert.data.canonicalBytes),
            ])
    }

    static func upsert(_ stored: StoredRuleState, in database: Database) throws {
        let state = stored.state
        if state.isAtRest {
            let delete = try database.cachedStatement(
                sql: "DELETE FROM rule_state WHERE equipment = ? AND rule = ?")
            return try delete.execute(arguments: [stored.equipment, stored.rule])
        }
        let upsert = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO rule_state (equipment, rule, phase, condition,
                    clear_condition, acknowledged, mark, accrued, raised_at, last_change)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try upsert.execute(
            arguments: [
                stored.equipment, stored.rule, state.phase.rawValue, state.when.rawValue,
                state.until.rawValue, state.acknowledged, state.mark.nanoseconds,
                state.accrued.nanoseconds, state.raisedAt.nanoseconds,
                state.lastChange.nanoseconds,
            ])
    }

    static func upsert(_ stored: StoredWatermark, in database: Database) throws {
        let upsert = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO watermark (equipment, event, sequence) VALUES (?, ?, ?)")
        try upsert.execute(
            arguments: [
                stored.equipment, stored.watermark.event.nanoseconds, stored.watermark.sequence,
            ])
        let seen = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO signal_seen (equipment, signal, event) VALUES (?, ?, ?)")
        for (signal, event) in stored.seen {
            try seen.execute(arguments: [stored.equipment, signal, event.nanoseconds])
        }
    }

    static func states(in database: Database) throws -> [StoredRuleState] {
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM rule_state ORDER BY equipment, rule")
        return try rows.map { row in
            let equipment: String = try row.value("equipment")
            let rule: String = try row.value("rule")
            guard let phase = RuleState.Phase(rawValue: try row.value("phase")),
                let when = Kleene(rawValue: try row.value("condition")),
                let until = Kleene(rawValue: try row.value("clear_condition"))
            else {
                throw StoreFailure.corrupt("the stored state of \(rule) on \(equipment) is invalid")
            }
            return StoredRuleState(
                equipment: equipment, rule: rule,
                state: try RuleState(
                    phase: phase, when: when, until: until, acknowledged: row.value("acknowledged"),
                    mark: Instant(nanoseconds: row.value("mark")),
                    accrued: Duration(nanoseconds: row.value("accrued")),
                    raisedAt: Instant(nanoseconds: row.value("raised_at")),
                    lastChange: Instant(nanoseconds: row.value("last_change"))))
        }
    }

    static func watermarks(in database: Database) throws -> [StoredWatermark] {
        let rows = try Row.fetchAll(database, sql: "SELECT * FROM watermark ORDER BY equipment")
        return try rows.map { row in
            let equipment: String = try row.value("equipment")
            let seen = try Row.fetchAll(
                database, sql: "SELECT * FROM signal_seen WHERE equipment = ? ORDER BY signal",
                arguments: [equipment])
            return try StoredWatermark(
                equipment: equipment,
                watermark: Watermark(
                    event: Instant(nanoseconds: row.value("event")), sequence: row.value("sequence")
                ),
                seen: seen.map { try ($0.value("signal"), Instant(nanoseconds: $0.value("event"))) }
            )
        }
    }
}
