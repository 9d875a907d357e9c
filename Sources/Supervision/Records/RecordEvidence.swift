import Ledger
import Timestamps

extension RecordView {
    /// The papers as they were when a hazard was raised over them: canonical JSON.
    ///
    /// Names of people stand in it; they are in the evidence, which is pruned, and not in the log.
    func evidence(of change: HazardChange) -> [UInt8] {
        let papers = RegistryField.allCases.compactMap { field in
            record[field].map { (field.rawValue, JSONValue.text($0)) }
        }
        let done = RegistryField.allCases.compactMap { field in
            logged[field].map { (field.rawValue, JSONValue.text("\($0)")) }
        }
        return JSONValue.object([
            ("v", .number(1)), ("part", .text("papers")), ("hazard", .text(change.hazardID)),
            ("equipment", .text(change.equipment)), ("rule", change.rule.onRecord),
            ("today", .text("\(today)")), ("papers", .object(papers)),
            ("logged", .object(done)),
            ("last_run", lastRun.map { .text("\($0)") } ?? .null),
        ]).canonicalBytes
    }
}
