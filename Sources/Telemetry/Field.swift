/// A signal as the decoder needs it: flat, so that a message costs no look at the schema.
struct Field: BitwiseCopyable, Sendable {
    /// What its values may look like.
    enum Form: UInt8, BitwiseCopyable, Sendable { case number, boolean, enumeration }

    var form: Form
    /// Its slot in the engine.
    var slot: UInt16
    /// Number of its labels.
    var labelCount: Int32
    /// First of its labels in the decoder's lists.
    var firstLabel: Int32
    /// The physical range of a number, ends included; no bounds for labels.
    var low: Double
    /// See `low`.
    var high: Double

    init(_ signal: KindSchema.Signal, firstLabel: Int) {
        slot = signal.slot
        self.firstLabel = Int32(firstLabel)
        switch signal.values {
        case .number(let range):
            form = .number
            labelCount = 0
            low = range.lowerBound
            high = range.upperBound
        case .boolean:
            form = .boolean
            labelCount = 0
            low = 0
            high = 1
        case .enumeration(let labels):
            form = .enumeration
            labelCount = Int32(labels.count)
            low = -.infinity
            high = .infinity
        }
    }
}
