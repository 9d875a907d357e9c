import Detection

/// A derived signal that some rule asks for, before it has a slot.
struct DerivedSignal: Equatable {
    var form: Derivation.Form
    /// The slot that is looked at; for `.program` 0.
    var input: UInt16
    /// The arithmetic of `.program`.
    var program: Folded?
    /// The window, or the sampling period of a filter.
    var window: Duration
    /// The coefficients of a filter.
    var constants: [Double]
}

/// The derived signals of one variant, each once however many rules ask for it, and each after
/// those that it builds on.
struct DerivedSignals {
    private(set) var all: [DerivedSignal] = []
    private let firstSlot: Int

    init(after signalCount: Int) { firstSlot = signalCount }

    /// Number of slots, signals included.
    var slotCount: Int { firstSlot + all.count }

    /// The slot of a derived signal.
    mutating func slot(for signal: DerivedSignal, at: Int) throws(Diagnostic) -> UInt16 {
        if let known = all.firstIndex(of: signal) { return UInt16(firstSlot + known) }
        guard slotCount < Limits.slotsPerKind else {
            throw Diagnostic(
                offset: at,
                "signals and derived signals together are more than \(Limits.slotsPerKind)")
        }
        all.append(signal)
        return UInt16(firstSlot + all.count - 1)
    }

    /// The slot of an expression: its own if it is one, else that of a program.
    mutating func slot(for expression: Folded, at: Int) throws(Diagnostic) -> UInt16 {
        if case .slot(let slot) = expression { return slot }
        return try slot(
            for: DerivedSignal(
                form: .program, input: 0, program: expression, window: .zero, constants: []),
            at: at)
    }
}
