/// The id of a piece of equipment, by its place in a list: it is looked up only for a payload that
/// names its equipment itself, which few do.
public struct EquipmentName: Sendable, ExpressibleByStringLiteral {
    private let ids: [String]
    private let index: Int

    /// The id at a place in a list.
    public init(_ ids: [String], at index: Int) {
        self.ids = ids
        self.index = index
    }

    /// A single id.
    public init(stringLiteral id: String) { self.init([id], at: 0) }

    /// The id.
    var text: String { ids[index] }
}
