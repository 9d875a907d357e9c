/// Runs an arithmetic program over the slots of one device.
///
/// Inside the program NaN stands for unknown: stored values are always finite, so NaN can come
/// from nowhere else, and a result that is not finite (division by zero, overflow) is unknown too.
/// The only exits are `Predicate.answer`, which turns NaN into `Kleene.unknown`, so a NaN can
/// never be read as "within limits".
///
/// - Complexity: O(code.count), no allocation.
func evaluate(
    _ code: Extent, of instructions: Table<Instruction>, over slots: Table<Slot>,
    from firstSlot: Int
) -> Double {
    var stack = InlineArray<16, Double>(repeating: .nan)
    var depth = 0
    for index in code.indices {
        let step = instructions[index]
        switch step.opcode {
        case .constant:
            stack[depth] = step.constant
            depth += 1
        case .slot:
            stack[depth] = slots[firstSlot + Int(step.slot)].value
            depth += 1
        case .negate: stack[depth - 1] = -stack[depth - 1]
        case .absolute: stack[depth - 1] = abs(stack[depth - 1])
        case .not: stack[depth - 1] = 1 - stack[depth - 1]
        case .select:
            let condition = stack[depth - 3]
            let chosen = condition != 0 ? stack[depth - 2] : stack[depth - 1]
            depth -= 2
            stack[depth - 1] = condition.isNaN ? .nan : chosen
        case .add, .subtract, .multiply, .divide, .minimum, .maximum, .less, .lessOrEqual,
            .greater, .greaterOrEqual, .equal, .notEqual, .and, .or, .assume:
            depth -= 1
            let result = combine(step.opcode, stack[depth - 1], stack[depth])
            stack[depth - 1] = result.isFinite ? result : .nan
        }
    }
    return stack[0]
}

/// One binary step. Connectives follow Kleene: a false side decides `and`, a true side `or`.
private func combine(_ opcode: Opcode, _ left: Double, _ right: Double) -> Double {
    if opcode == .and {
        if left == 0 || right == 0 { return 0 }
        return left.isNaN || right.isNaN ? .nan : 1
    }
    if opcode == .or {
        if left == 1 || right == 1 { return 1 }
        return left.isNaN || right.isNaN ? .nan : 0
    }
    if opcode == .assume { return left.isNaN ? right : left }
    guard !left.isNaN, !right.isNaN else { return .nan }
    switch opcode {
    case .add: return left + right
    case .subtract: return left - right
    case .multiply: return left * right
    case .divide: return left / right
    case .minimum: return left < right ? left : right
    case .maximum: return left > right ? left : right
    case .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual:
        return compare(opcode, left, right) ? 1 : 0
    case .constant, .slot, .negate, .absolute, .not, .select, .and, .or, .assume:
        preconditionFailure("not a binary arithmetic step")
    }
}

/// Compares two known numbers.
func compare(_ comparison: Opcode, _ left: Double, _ right: Double) -> Bool {
    switch comparison {
    case .less: return left < right
    case .lessOrEqual: return left <= right
    case .greater: return left > right
    case .greaterOrEqual: return left >= right
    case .equal: return left == right
    case .notEqual: return left != right
    case .constant, .slot, .negate, .absolute, .not, .select, .add, .subtract, .multiply,
        .divide, .minimum, .maximum, .and, .or, .assume:
        preconditionFailure("not a comparison")
    }
}

extension Predicate {
    /// The predicate's truth over the slots of one device.
    func answer(
        _ instructions: Table<Instruction>, over slots: Table<Slot>, from firstSlot: Int
    ) -> Kleene {
        switch form {
        case .slot, .absoluteSlot:
            let value = slots[firstSlot + Int(slot)].value
            if value.isNaN { return .unknown }
            return Kleene(compare(comparison, form == .slot ? value : abs(value), limit))
        case .elapsed:
            // Before it has ever run; from then on Engine+Elapsed answers.
            return .unknown
        case .program:
            let result = Detection.evaluate(
                code, of: instructions, over: slots, from: firstSlot)
            return result.isNaN ? .unknown : Kleene(result != 0)
        }
    }
}
