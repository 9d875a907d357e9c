import Detection

/// Writes one comparison as a predicate: the short forms where they fit, else a stack program.
struct Emitter {
    private(set) var instructions: [Instruction] = []
    private(set) var slots: Set<UInt16> = []
    /// The deepest that the stack gets.
    private(set) var depth = 0
    private var level = 0

    mutating func predicate(_ leaf: Folded) -> Predicate {
        let none = Extent(start: 0, count: 0)
        switch leaf {
        case .binary(let comparison, .elapsed(let slot), .constant(let limit)):
            slots.insert(slot)
            return Predicate(
                form: .elapsed, comparison: comparison, slot: slot,
                limit: (limit * 1e9).rounded(), code: none)
        case .slot(let slot):
            slots.insert(slot)
            return Predicate(
                form: .slot, comparison: .notEqual, slot: slot, limit: 0, code: none)
        case .binary(let comparison, .slot(let slot), .constant(let limit))
        where comparison.isComparison:
            slots.insert(slot)
            return Predicate(
                form: .slot, comparison: comparison, slot: slot, limit: limit, code: none)
        case .binary(let comparison, .unary(.absolute, .slot(let slot)), .constant(let limit))
        where comparison.isComparison:
            slots.insert(slot)
            return Predicate(
                form: .absoluteSlot, comparison: comparison, slot: slot, limit: limit, code: none)
        case .binary(let comparison, .constant(let limit), let right)
        where comparison.isComparison:
            return predicate(.binary(comparison.mirrored, right, .constant(limit)))
        case .constant, .elapsed, .unary, .binary, .select:
            emit(leaf)
            return Predicate(
                form: .program, comparison: .notEqual, slot: 0, limit: 0, code: none)
        }
    }

    mutating func emit(_ folded: Folded) {
        switch folded {
        case .constant(let value): push(Instruction(.constant, constant: value))
        case .slot(let slot):
            slots.insert(slot)
            push(Instruction(.slot, slot: slot))
        case .elapsed: preconditionFailure("the folder lets a running time only into comparisons")
        case .unary(let opcode, let operand):
            emit(operand)
            instructions.append(Instruction(opcode))
        case .binary(let opcode, let left, let right):
            emit(left)
            emit(right)
            instructions.append(Instruction(opcode))
            level -= 1
        case .select(let condition, let this, let that):
            emit(condition)
            emit(this)
            emit(that)
            instructions.append(Instruction(.select))
            level -= 2
        }
    }

    private mutating func push(_ instruction: Instruction) {
        instructions.append(instruction)
        level += 1
        depth = max(depth, level)
    }
}

extension Opcode {
    /// Whether the comparison is by order.
    var isOrder: Bool { isComparison && self != .equal && self != .notEqual }

    var isComparison: Bool {
        switch self {
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual: true
        case .constant, .slot, .negate, .absolute, .not, .add, .subtract, .multiply, .divide,
            .minimum, .maximum, .and, .or, .assume, .select:
            false
        }
    }

    /// The comparison that says the same with its sides exchanged.
    var mirrored: Opcode {
        switch self {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        case .constant, .slot, .negate, .absolute, .not, .add, .subtract, .multiply, .divide,
            .minimum, .maximum, .equal, .notEqual, .and, .or, .assume, .select:
            self
        }
    }
}
