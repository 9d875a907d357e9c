import Detection

/// Something about a rule that is no error but hardly meant.
public struct LintFinding: Sendable, Equatable {
    /// The rule's id.
    public var rule: String
    /// What, with the remedy.
    public var message: String
    /// Whether it may well be meant: good to know, but nothing to mend.
    public var isNote: Bool
}

/// Looks for rules that cannot work as somebody will expect.
///
/// Conditions are tried out at the values where something can change: around every number in them,
/// and sums and differences of two, for every label and both truths. What turns up there is real
/// (it names the values); what does not turn up may still exist.
public enum Lint {
    /// Checks a rule for one piece of equipment.
    public static func check(
        _ rule: Rule, of profile: Profile, parameters: [String: Double]
    ) -> [LintFinding] {
        guard case .condition(let when, let until) = rule.watch else { return [] }
        var findings: [LintFinding] = []
        func add(_ message: String, isNote: Bool = false) {
            findings.append(LintFinding(rule: rule.id, message: message, isNote: isNote))
        }
        let missing = profile.vocabulary.missing(for: rule, in: parameters)
        guard missing.isEmpty else {
            add(
                "not in force for equipment that does not give \(missing.joined(separator: ", "))",
                isNote: true)
            return findings
        }
        if rule.clearing == .automatic, (until ?? when).endsByLowCount(isNegated: until == nil) {
            add(
                "it ends when a count is low, but after a restart of the agent every count begins "
                    + "at 0: end it by something that has to be seen")
        }
        let period =
            when.names.compactMap { profile.vocabulary.period(of: $0) }.min()
            ?? parameters["period"] ?? 0
        if case .fixed(let delay) = rule.delay, delay > .zero,
            Double(delay.nanoseconds) / 1e9 < period,
            when.firstLookBack(in: profile.vocabulary) == nil
        {
            add(
                "the delay is shorter than the reporting period of \(period) s: one reading is "
                    + "enough to raise", isNote: true)
        }
        do throws(Diagnostic) {
            var folder = Folder(vocabulary: profile.vocabulary, parameters: parameters)
            let raising = try folder.fold(when)
            let clearing = try until.map { expression throws(Diagnostic) in
                try folder.fold(expression)
            }
            // What functions that look back will say cannot be tried out in a moment.
            let looksBack = folder.derived.slotCount > profile.vocabulary.signals.count
            if !looksBack {
                for message in Trials(raising, clearing, profile.vocabulary).findings() {
                    add(message)
                }
            }
        } catch {
            add(error.message)
        }
        return findings
    }

    /// Combinations of values that are tried for one rule.
    static let combinations = 20_000
}

/// Tries two conditions at many values.
private struct Trials {
    private let raising: Folded
    private let clearing: Folded?
    private let vocabulary: Vocabulary
    private var slots: [UInt16] = []
    private var values: [[Double]] = []

    init(_ raising: Folded, _ clearing: Folded?, _ vocabulary: Vocabulary) {
        self.raising = raising
        self.clearing = clearing
        self.vocabulary = vocabulary
        var numbers: [Double] = [0]
        for expression in [raising, clearing].compactMap({ $0 }) {
            expression.collect(&slots, &numbers)
        }
        let points = Self.points(around: numbers)
        values = slots.map { slot in
            switch vocabulary.signals[Int(slot)].type {
            case .boolean: [0, 1]
            case .enumeration(let labels): labels.map { Double($0.code) }
            case .number: points
            }
        }
    }

    /// Each number, sums and differences of two, a little less and a little more.
    private static func points(around numbers: [Double]) -> [Double] {
        var points: Set<Double> = []
        for first in numbers {
            for second in numbers {
                for sum in [first + second, first - second, second - first, -first - second] {
                    let step = max(abs(sum), 1) * 1e-3
                    points.formUnion([sum - step, sum, sum + step])
                }
            }
        }
        return points.sorted()
    }

    func findings() -> [String] {
        var canRaise = false
        var canClear = false
        var overlap: [Double]?
        forEachCombination { combination in
            let raises = raising.worth(slots, combination) == 1
            let clears =
                clearing.map { $0.worth(slots, combination) == 1 }
                ?? (raising.worth(slots, combination) == 0)
            canRaise = canRaise || raises
            canClear = canClear || (clears && !raises)
            if raises, clears, overlap == nil { overlap = combination }
        }
        var messages: [String] = []
        if !canRaise { messages.append("found no values at which 'when' holds") }
        if !canClear { messages.append("found no values at which it clears") }
        if let overlap {
            messages.append(
                "'when' and 'until' hold together, for instance at \(text(overlap)): it cannot "
                    + "clear there, since 'until' counts only while 'when' does not hold")
        }
        return messages
    }

    private func text(_ combination: [Double]) -> String {
        zip(slots, combination).map { slot, value in
            let entry = vocabulary.signals[Int(slot)]
            return "\(entry.name) = \(Trial(value: value, type: entry.type).text)"
        }.joined(separator: ", ")
    }

    /// Every combination; where they are too many, as many as the limit, scattered so that no
    /// value of one signal goes with only some of another's.
    private func forEachCombination(_ body: ([Double]) -> Void) {
        let total = values.reduce(1.0) { $0 * Double($1.count) }
        guard total > Double(Lint.combinations) else {
            var places = [Int](repeating: 0, count: values.count)
            for _ in 0..<Int(total) {
                body(zip(values, places).map { $0[$1] })
                for index in places.indices {
                    places[index] += 1
                    if places[index] < values[index].count { break }
                    places[index] = 0
                }
            }
            return
        }
        var state: UInt64 = 0
        for _ in 0..<Int(Lint.combinations) {
            body(values.map { $0[Self.scatter(&state, below: $0.count)] })
        }
    }

    /// SplitMix64: always the same numbers, so that the same rules find the same.
    private static func scatter(_ state: inout UInt64, below count: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(count))
    }
}

extension Folded {
    /// The slots and the constants that occur.
    fileprivate func collect(_ slots: inout [UInt16], _ numbers: inout [Double]) {
        switch self {
        case .constant(let value): if !numbers.contains(value) { numbers.append(value) }
        case .slot(let slot), .elapsed(let slot): if !slots.contains(slot) { slots.append(slot) }
        case .unary(_, let operand): operand.collect(&slots, &numbers)
        case .binary(_, let left, let right):
            left.collect(&slots, &numbers)
            right.collect(&slots, &numbers)
        case .select(let condition, let this, let that):
            condition.collect(&slots, &numbers)
            this.collect(&slots, &numbers)
            that.collect(&slots, &numbers)
        }
    }

    /// Its value when the slots have these values; all are known, so nothing is unknown but what
    /// has no finite value.
    fileprivate func worth(_ slots: [UInt16], _ values: [Double]) -> Double? {
        switch self {
        case .constant(let value): return value
        case .slot(let slot), .elapsed(let slot):
            return slots.firstIndex(of: slot).map { values[$0] }
        case .unary(let opcode, let operand):
            guard let value = operand.worth(slots, values) else { return nil }
            return opcode == .negate ? -value : opcode == .not ? 1 - value : abs(value)
        case .select(let condition, let this, let that):
            guard let known = condition.worth(slots, values) else { return nil }
            return (known != 0 ? this : that).worth(slots, values)
        case .binary(let opcode, let left, let right):
            let sides = (left.worth(slots, values), right.worth(slots, values))
            switch (opcode, sides.0, sides.1) {
            case (.and, 0?, _), (.and, _, 0?): return 0
            case (.or, 1?, _), (.or, _, 1?): return 1
            case (.and, _?, _?): return 1
            case (.or, _?, _?): return 0
            case (.assume, let value, let other): return value ?? other
            case (_, let first?, let second?):
                let result = opcode.apply(first, second)
                return result.isFinite ? result : nil
            default: return nil
            }
        }
    }
}

extension Expression {
    /// Whether a count that is small makes it true.
    fileprivate func endsByLowCount(isNegated: Bool) -> Bool {
        switch self {
        case .number, .time, .boolean, .text, .name, .membership: return false
        case .call(_, let arguments, _):
            return arguments.contains { $0.endsByLowCount(isNegated: isNegated) }
        case .unary(let joined, let operand, _):
            return operand.endsByLowCount(isNegated: joined == .not ? !isNegated : isNegated)
        case .choice(let condition, let this, let that, _):
            return [condition, this, that].contains { $0.endsByLowCount(isNegated: isNegated) }
        case .binary(let joined, let left, let right, _):
            switch joined {
            case .and, .or, .add, .subtract, .multiply, .divide:
                return left.endsByLowCount(isNegated: isNegated)
                    || right.endsByLowCount(isNegated: isNegated)
            case .less, .lessOrEqual: return (isNegated ? right : left).isCount
            case .greater, .greaterOrEqual: return (isNegated ? left : right).isCount
            case .equal, .notEqual: return left.isCount || right.isCount
            }
        }
    }

    private var isCount: Bool {
        if case .call("count", _, _) = self { return true }
        return false
    }
}
