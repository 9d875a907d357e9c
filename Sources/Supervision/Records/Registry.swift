public import Timestamps

/// What the papers say about one piece of equipment.
public struct RegistryRecord: Sendable, Equatable {
    private var values: [RegistryField: String] = [:]

    /// An empty record of a piece of equipment.
    public init(equipment: String) { values[.equipment] = equipment }

    /// What a column says; dates as `2026-11-26`. `nil` when it says nothing.
    public subscript(field: RegistryField) -> String? { values[field] }

    /// Why a value cannot be a column's.
    public struct Invalid: Error, Sendable, Equatable {
        /// For people, with the remedy.
        public var message: String
    }

    /// Sets a column; an empty text empties it.
    public mutating func set(_ field: RegistryField, _ text: String) throws(Invalid) {
        guard !text.isEmpty else {
            values[field] = nil
            return
        }
        switch field.kind {
        case .text:
            guard Word.isUsable(text, SupervisionLimits.wordLength) else {
                throw Invalid(
                    message: "\(field.rawValue) must be a text of at most "
                        + "\(SupervisionLimits.wordLength) characters")
            }
        case .date:
            guard CivilDate(text) != nil else {
                throw Invalid(message: "\(field.rawValue) must be a date such as 2026-11-26")
            }
        case .digits(let places):
            guard places.contains(text.utf8.count),
                text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
            else {
                let count =
                    places.lowerBound == places.upperBound
                    ? "\(places.lowerBound)" : "\(places.lowerBound) to \(places.upperBound)"
                throw Invalid(message: "\(field.rawValue) must have \(count) digits")
            }
        case .conclusion:
            guard let conclusion = InspectionConclusion(written: text) else {
                let words = InspectionConclusion.allCases.map { "\($0.rawValue) \($0.chinese)" }
                throw Invalid(
                    message: "\(field.rawValue) must be one of \(words.joined(separator: ", "))")
            }
            values[field] = conclusion.rawValue
            return
        }
        values[field] = text
    }

    /// The equipment's id.
    public var equipment: String { values[.equipment] ?? "" }

    /// A date.
    public func date(_ field: RegistryField) -> CivilDate? {
        values[field].flatMap { CivilDate($0) }
    }
}

/// The papers of a site.
public struct Registry: Sendable, Equatable {
    /// One record for each piece of equipment that has one, in the order of the file.
    public private(set) var records: [RegistryRecord]
    private var places: [String: Int] = [:]

    /// Groups records; of two for the same equipment the first counts.
    public init(_ records: [RegistryRecord] = []) {
        self.records = records
        for (index, record) in records.enumerated() where places[record.equipment] == nil {
            places[record.equipment] = index
        }
    }

    /// The record of a piece of equipment.
    public subscript(equipment: String) -> RegistryRecord? { places[equipment].map { records[$0] } }
}
