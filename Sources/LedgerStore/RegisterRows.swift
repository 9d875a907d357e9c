import Detection
import Foundation
import GRDB
import Ledger
import Supervision

/// Rows of the register of hazards.
enum RegisterRows {
    static func apply(_ change: RegisterChange, in database: Database) throws {
        switch change {
        case .opened(let record): try upsert(record, in: database)
        case .closed(let place): try delete("hazard", place, in: database)
        case .shelved(let shelf):
            try execute(
                """
                INSERT OR REPLACE INTO shelf (equipment, rule, actor, reason, at, until)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    shelf.place.equipment, shelf.place.rule, shelf.word.actor, shelf.word.reason,
                    shelf.word.at.nanoseconds, shelf.until.nanoseconds,
                ], in: database)
        case .unshelved(let place): try delete("shelf", place, in: database)
        case .withheld(let waiting): try insert(waiting, in: database)
        case .freed(let alert):
            try execute("DELETE FROM withheld WHERE id = ?", [alert], in: database)
        case .counted(let raise):
            try execute(
                "INSERT OR IGNORE INTO past_raise (equipment, rule, at) VALUES (?, ?, ?)",
                [raise.place.equipment, raise.place.rule, raise.at.nanoseconds], in: database)
        case .forgotten(let place, let before):
            try execute(
                "DELETE FROM past_raise WHERE equipment = ? AND rule = ? AND at < ?",
                [place.equipment, place.rule, before.nanoseconds], in: database)
        }
    }

    static func read(_ database: Database) throws -> StoredRegister {
        var register = StoredRegister()
        register.hazards = try rows("hazard ORDER BY equipment, rule", in: database).map(hazard)
        register.shelves = try rows("shelf ORDER BY at, equipment, rule", in: database).map { row in
            try Shelf(
                place: place(row),
                word: Word(
                    actor: row.value("actor"), reason: row.value("reason"),
                    at: Instant(nanoseconds: row.value("at"))),
                until: Instant(nanoseconds: row.value("until")))
        }
        register.withheld = try rows("withheld ORDER BY position", in: database).map(withheld)
        register.raises = try rows("past_raise ORDER BY equipment, rule, at", in: database).map {
            PastRaise(place: try place($0), at: Instant(nanoseconds: try $0.value("at")))
        }
        return register
    }

    private static func hazard(_ row: Row) throws -> HazardRecord {
        let place = try place(row)
        let phase: String = try row.value("phase")
        guard let phase = HazardRecord.Phase(rawValue: phase) else {
            throw StoreFailure.corrupt("the stored phase of \(place) is invalid")
        }
        let actor: String? = try row.value("acknowledged_by")
        let word = try actor.map { actor in
            try Word(
                actor: actor, reason: row.value("acknowledged_why"),
                at: Instant(nanoseconds: row.value("acknowledged_at")))
        }
        return try HazardRecord(
            place: place, id: row.value("id"),
            raisedAt: Instant(nanoseconds: row.value("raised_at")), phase: phase,
            recurrences: row.value("recurrences"), acknowledged: word,
            isTold: row.value("is_told"))
    }

    private static func withheld(_ row: Row) throws -> WithheldAlert {
        let place = try place(row)
        let word: String = try row.value("reason")
        let data: JSONValue
        do {
            data = try JSONReader.read(Blob.bytes(row.value("data")))
        } catch is JSONReader.Failure {
            throw StoreFailure.corrupt("a withheld alert of \(place) is invalid")
        }
        guard let reason = WithheldAlert.Reason(rawValue: word) else {
            throw StoreFailure.corrupt("a withheld alert of \(place) is invalid")
        }
        return try WithheldAlert(
            place: place, reason: reason,
            alert: Alert(
                id: row.value("id"), equipment: place.equipment, state: row.value("state"),
                stands: row.value("stands"), hazard: row.value("hazard"),
                time: Instant(nanoseconds: row.value("time")), data: data))
    }

    private static func upsert(_ record: HazardRecord, in database: Database) throws {
        try execute(
            """
            INSERT OR REPLACE INTO hazard (equipment, rule, id, raised_at, phase, recurrences,
                acknowledged_by, acknowledged_why, acknowledged_at, is_told)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                record.place.equipment, record.place.rule, record.id, record.raisedAt.nanoseconds,
                record.phase.rawValue, record.recurrences, record.acknowledged?.actor,
                record.acknowledged?.reason, record.acknowledged?.at.nanoseconds, record.isTold,
            ], in: database)
    }

    private static func insert(_ waiting: WithheldAlert, in database: Database) throws {
        let alert = waiting.alert
        try execute(
            """
            INSERT OR REPLACE INTO withheld
                (id, equipment, rule, reason, state, stands, hazard, time, data)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                alert.id, waiting.place.equipment, waiting.place.rule, waiting.reason.rawValue,
                alert.state, alert.stands, alert.hazard, alert.time.nanoseconds,
                Blob.data(alert.data.canonicalBytes),
            ], in: database)
    }

    private static func delete(
        _ table: String, _ place: HazardPlace, in database: Database
    ) throws {
        try execute(
            "DELETE FROM \(table) WHERE equipment = ? AND rule = ?",
            [place.equipment, place.rule], in: database)
    }

    private static func execute(
        _ sql: String, _ arguments: StatementArguments, in database: Database
    ) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    private static func rows(_ source: String, in database: Database) throws -> [Row] {
        try Row.fetchAll(database, sql: "SELECT * FROM \(source)")
    }

    private static func place(_ row: Row) throws -> HazardPlace {
        try HazardPlace(equipment: row.value("equipment"), rule: row.value("rule"))
    }
}
