import Detection
import Testing

@testable import RuleLanguage

@Suite struct CellsTests {
    private static let comparisons: [Opcode] = [
        .less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual,
    ]

    /// The plain meaning of a comparison.
    private static func holds(_ predicate: Predicate, _ value: Double) -> Bool {
        let left = predicate.form == .slot ? value : abs(value)
        switch predicate.comparison {
        case .less: return left < predicate.limit
        case .lessOrEqual: return left <= predicate.limit
        case .greater: return left > predicate.limit
        case .greaterOrEqual: return left >= predicate.limit
        case .equal: return left == predicate.limit
        case .notEqual: return left != predicate.limit
        default: preconditionFailure("not a comparison")
        }
    }

    @Test("within a cell no comparison changes, to the last bit", arguments: comparisons)
    func exact(comparison: Opcode) {
        let limits = [
            -3.5, -1, -Double.leastNonzeroMagnitude, -0.0, 0, .leastNonzeroMagnitude, 1, 2.3,
            .greatestFiniteMagnitude,
        ]
        for form in [Predicate.Form.slot, .absoluteSlot] {
            for first in limits {
                for second in limits {
                    let predicates = [first, second].map {
                        Predicate(
                            form: form, comparison: comparison, slot: 1, limit: $0,
                            code: Extent(start: 0, count: 0))
                    }
                    let list = Cells.cut(by: predicates)
                    #expect(list[0].isNaN)
                    let cells = Array(list.dropFirst())
                    #expect(cells.first == -.infinity && cells.last == .infinity)
                    #expect(zip(cells, cells.dropFirst()).allSatisfy { $0 < $1 })
                    // Around every border and limit, bit by bit.
                    let edges = (cells + [first, -first, second, -second]).filter(\.isFinite)
                    let values = edges.flatMap { [$0.nextDown, $0, $0.nextUp] }.filter(\.isFinite)
                    for value in values {
                        let cell = cells.lastIndex { $0 <= value } ?? 0
                        // The least value of the cell speaks for all of it.
                        let speaker = max(cells[cell], -Double.greatestFiniteMagnitude)
                        for predicate in predicates {
                            let isSame =
                                Self.holds(predicate, value) == Self.holds(predicate, speaker)
                            #expect(isSame, "\(form) \(comparison) \(predicate.limit) at \(value)")
                        }
                    }
                }
            }
        }
    }

    @Test("too many borders make no cells, so that everybody is asked")
    func many() {
        let predicates = (0..<300).map {
            Predicate(
                form: .slot, comparison: .less, slot: 1, limit: Double($0),
                code: Extent(start: 0, count: 0))
        }
        #expect(Cells.cut(by: predicates).count == 2)
        #expect(!Cells.cut(by: predicates).contains { !$0.isNaN })
        #expect(Cells.cut(by: Array(predicates.prefix(200))).count == 203)
        #expect(Cells.cut(by: []).dropFirst() == [-.infinity, .infinity])
    }
}
