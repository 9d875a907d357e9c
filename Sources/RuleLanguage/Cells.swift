import Detection

extension Predicate {
    /// The values at which the answer of a comparison with a number changes: from each one on it is
    /// another than just below.
    var turningPoints: [Double] {
        switch form {
        case .program, .elapsed: return []
        case .slot: return Self.turningPoints(comparison, limit)
        case .absoluteSlot:
            // Below zero the amount falls with the value.
            let upper = Self.turningPoints(comparison, limit).filter { $0 > 0 }
            return upper + upper.map { (-$0).nextUp }
        }
    }

    private static func turningPoints(_ comparison: Opcode, _ limit: Double) -> [Double] {
        switch comparison {
        case .less, .greaterOrEqual: return [limit]
        case .lessOrEqual, .greater: return [limit.nextUp]
        case .equal, .notEqual: return [limit, limit.nextUp]
        case .constant, .slot, .negate, .absolute, .not, .select, .add, .subtract, .multiply,
            .divide, .minimum, .maximum, .and, .or, .assume:
            preconditionFailure("not a comparison")
        }
    }
}

/// The cells that comparisons of one slot cut the values into.
enum Cells {
    /// NaN for unknown values, then the least value of each cell, and +∞ as the end of the last;
    /// two NaN, between which nothing lies, when they would be too many.
    static func cut(by comparisons: [Predicate]) -> [Double] {
        let points = Set(comparisons.flatMap(\.turningPoints)).filter(\.isFinite).sorted()
        guard points.count < SlotReaders.mostCells else { return [.nan, .nan] }
        return [.nan, -.infinity] + points + [.infinity]
    }
}
