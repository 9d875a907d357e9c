import Detection

/// How an expression depends on slots: through their values, or only through comparisons with
/// numbers, so that it stays the same while each value stays between the same limits.
struct SlotUse {
    /// Slots whose value matters.
    private(set) var values: Set<UInt16> = []
    /// Comparisons of single slots with numbers.
    private(set) var comparisons: [Predicate] = []

    init(of expression: Folded) { collect(expression, isCondition: false) }

    /// The comparisons of a slot of which nothing else matters; `nil` when its value does, or it
    /// does not occur.
    func comparisons(of slot: UInt16) -> [Predicate]? {
        let own = comparisons.filter { $0.slot == slot }
        return values.contains(slot) || own.isEmpty ? nil : own
    }

    private mutating func collect(_ folded: Folded, isCondition: Bool) {
        switch folded {
        case .constant: break
        case .slot(let slot):
            // A condition is 0 or 1, so all that matters is whether it is 0.
            if isCondition { addLeaf(folded) } else { values.insert(slot) }
        case .elapsed: preconditionFailure("the folder lets a running time only into comparisons")
        case .unary(.not, let operand): collect(operand, isCondition: true)
        case .unary(_, let operand): collect(operand, isCondition: false)
        case .binary(let opcode, let left, let right):
            if opcode.isComparison {
                addLeaf(folded)
            } else {
                // The value of `assume` is that of a side.
                let joins = opcode == .and || opcode == .or || (opcode == .assume && isCondition)
                collect(left, isCondition: joins)
                collect(right, isCondition: joins)
            }
        case .select(let condition, let this, let that):
            collect(condition, isCondition: true)
            collect(this, isCondition: isCondition)
            collect(that, isCondition: isCondition)
        }
    }

    /// A comparison: of one slot with a number, or else of whatever stands in it.
    private mutating func addLeaf(_ leaf: Folded) {
        var emitter = Emitter()
        let predicate = emitter.predicate(leaf)
        switch predicate.form {
        case .slot, .absoluteSlot: comparisons.append(predicate)
        case .program: values.formUnion(emitter.slots)
        case .elapsed: preconditionFailure("the folder lets no running time into a derivation")
        }
    }
}
