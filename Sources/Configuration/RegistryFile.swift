package import Supervision

/// The registry of a site as a CSV file: a heading, then one line for each piece of equipment.
package enum RegistryFile {
    /// Lines of a registry. A hundred times the largest site that we know of.
    static let longest = 100_000

    /// Reads a registry; headings may be names (`inspect_by`) or Chinese (下次检验日期), in any order.
    ///
    /// - Parameter equipment: the ids that there are.
    package static func read(
        _ text: String, _ name: String, equipment: [String], _ problems: Problems
    ) -> Registry? {
        let lines: [CSVReader.Record]
        do throws(CSVReader.Failure) {
            lines = try CSVReader.read(text)
        } catch {
            problems.add(error.message, in: name, line: error.line, column: 1)
            return nil
        }
        guard let heading = lines.first, lines.count <= longest else {
            problems.add(
                lines.isEmpty
                    ? "is empty: the first line names the columns"
                    : "has more than \(longest) lines", in: name)
            return nil
        }
        let columns = heading.fields.map { title in
            RegistryField.allCases.first { $0.rawValue == title || $0.chinese == title }
        }
        for (title, column) in zip(heading.fields, columns) where column == nil {
            let known = RegistryField.allCases.map(\.rawValue).joined(separator: ", ")
            problems.add(
                "there is no column \(title): there are \(known)", in: name, line: heading.line,
                column: 1)
        }
        let named = columns.compactMap { $0 }
        for (index, column) in named.enumerated() where named[..<index].contains(column) {
            problems.add(
                "the column \(column.rawValue) stands twice", in: name, line: heading.line,
                column: 1)
        }
        guard named.contains(.equipment) else {
            problems.add("the column equipment is missing", in: name, line: heading.line, column: 1)
            return nil
        }
        var records: [RegistryRecord] = []
        for line in lines.dropFirst() {
            guard let record = self.record(line, columns, name, problems) else { continue }
            if !equipment.contains(record.equipment) {
                problems.add(
                    "the site has no equipment \(record.equipment)", in: name, line: line.line,
                    column: 1)
            }
            if records.contains(where: { $0.equipment == record.equipment }) {
                problems.add(
                    "\(record.equipment) stands twice", in: name, line: line.line, column: 1)
            }
            records.append(record)
        }
        return Registry(records)
    }

    /// Reads a registry that is not the site's yet.
    ///
    /// - Throws: every problem, with its line.
    package static func check(
        _ text: String, _ name: String, equipment: [String]
    ) throws(InvalidConfiguration) -> Registry {
        let problems = Problems()
        guard let registry = read(text, name, equipment: equipment, problems),
            problems.all.isEmpty
        else { throw InvalidConfiguration(problems: problems.all) }
        return registry
    }

    private static func record(
        _ line: CSVReader.Record, _ columns: [RegistryField?], _ name: String,
        _ problems: Problems
    ) -> RegistryRecord? {
        guard line.fields.count == columns.count else {
            problems.add(
                "has \(line.fields.count) fields, the heading has \(columns.count)", in: name,
                line: line.line, column: 1)
            return nil
        }
        let place = columns.firstIndex(of: .equipment) ?? 0
        guard !line.fields[place].isEmpty else {
            problems.add("names no equipment", in: name, line: line.line, column: 1)
            return nil
        }
        var record = RegistryRecord(equipment: line.fields[place])
        for (column, text) in zip(columns, line.fields) {
            guard let column else { continue }
            do throws(RegistryRecord.Invalid) {
                try record.set(column, text)
            } catch {
                problems.add(error.message, in: name, line: line.line, column: 1)
            }
        }
        return record
    }

    /// Writes a registry: every column, every line.
    package static func write(_ registry: Registry, chinese: Bool = false) -> String {
        let heading = RegistryField.allCases.map { chinese ? $0.chinese : $0.rawValue }
        let lines = registry.records.map { record in
            RegistryField.allCases.map { CSVReader.write(record[$0] ?? "") }
        }
        return ([heading] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
    }
}
