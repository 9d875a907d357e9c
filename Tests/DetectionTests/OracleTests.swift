import Detection
import RuleLanguage
import Testing

/// The slow and obvious way: time moves in milliseconds, and in each of them every rule is looked
/// at. Shares no code with the engine but the parser.
struct Oracle {
    private struct Item {
        var when: Expression
        var until: Expression?
        var text: Rig.RuleText
        var isRaised = false
        /// Quarter milliseconds, so that a shrinking delay stays whole.
        var accrued = 0
    }

    private var items: [Item]
    private var values: [String: Double] = [:]
    private(set) var log: [String] = []

    init(_ rules: [Rig.RuleText]) {
        items = rules.map { text in
            func parse(_ text: String) -> Expression {
                guard case .success(let expression) = Parser.parse(text) else {
                    preconditionFailure(text)
                }
                return expression
            }
            return Item(when: parse(text.when), until: text.until.map(parse), text: text)
        }
    }

    /// One millisecond has passed; `now` is its end.
    mutating func pass(now: Int64) {
        for index in items.indices {
            let when = truth(items[index].when)
            let mayClear = until(items[index]) == true && when != true
            if items[index].isRaised {
                if mayClear {
                    items[index].accrued += 4
                } else if until(items[index]) == false || when == true {
                    items[index].accrued = 0
                }
            } else if when == true {
                items[index].accrued += 4
            } else if when == false {
                items[index].accrued =
                    items[index].text.accumulates ? max(0, items[index].accrued - 1) : 0
            }
        }
        fire(now: now)
    }

    mutating func read(_ readings: [(String, Double?)], now: Int64) {
        for (name, value) in readings { values[name] = value }
        for index in items.indices {
            let when = truth(items[index].when)
            if !items[index].isRaised, when == false, !items[index].text.accumulates {
                items[index].accrued = 0
            }
            if items[index].isRaised, until(items[index]) == false || when == true {
                items[index].accrued = 0
            }
        }
        fire(now: now)
    }

    private mutating func fire(now: Int64) {
        for index in items.indices {
            let item = items[index]
            let when = truth(item.when)
            if !item.isRaised, when == true, item.accrued >= Int(item.text.delay) * 4 {
                items[index].isRaised = true
                items[index].accrued = 0
                log.append("r\(index) raised @\(now)")
            } else if item.isRaised, until(item) == true, when != true,
                item.accrued >= Int(item.text.clearDelay) * 4
            {
                items[index].isRaised = false
                items[index].accrued = 0
                log.append("r\(index) cleared @\(now)")
            }
        }
    }

    private func until(_ item: Item) -> Bool? {
        if let until = item.until { return truth(until) }
        return truth(item.when).map { !$0 }
    }

    private func truth(_ expression: Expression) -> Bool? {
        switch expression {
        case .boolean(let value, _): return value
        case .name(let name, _): return values[name].map { $0 != 0 }
        case .unary(.not, let operand, _): return truth(operand).map { !$0 }
        case .binary(.and, let left, let right, _):
            let sides = (truth(left), truth(right))
            if sides.0 == false || sides.1 == false { return false }
            return sides.0 == nil || sides.1 == nil ? nil : true
        case .binary(.or, let left, let right, _):
            let sides = (truth(left), truth(right))
            if sides.0 == true || sides.1 == true { return true }
            return sides.0 == nil || sides.1 == nil ? nil : false
        case .binary(let joined, let left, let right, _):
            guard let left = number(left), let right = number(right) else { return nil }
            switch joined {
            case .less: return left < right
            case .lessOrEqual: return left <= right
            case .greater: return left > right
            case .greaterOrEqual: return left >= right
            case .equal: return left == right
            case .notEqual: return left != right
            case .and, .or, .add, .subtract, .multiply, .divide: return nil
            }
        case .number, .text, .unary, .choice, .membership, .call: return nil
        }
    }

    private func number(_ expression: Expression) -> Double? {
        switch expression {
        case .number(let value, _): return value
        case .name("limit", _): return 10
        case .name(let name, _): return values[name]
        case .unary(.negate, let operand, _): return number(operand).map { -$0 }
        case .call("abs", let arguments, _): return number(arguments[0]).map { abs($0) }
        case .binary(let joined, let left, let right, _):
            guard let left = number(left), let right = number(right) else { return nil }
            let result: Double? =
                switch joined {
                case .add: left + right
                case .subtract: left - right
                case .multiply: left * right
                case .divide: left / right
                default: nil
                }
            return result.flatMap { $0.isFinite ? $0 : nil }
        case .choice(let condition, let this, let that, _):
            return truth(condition).flatMap { $0 ? number(this) : number(that) }
        case .boolean, .text, .unary, .membership, .call: return nil
        }
    }
}

@Suite struct OracleTests {
    private static let conditions = [
        "x > 10", "abs(x) >= 1.15 * limit", "x + y > limit", "x > 10 && flag", "x > 10 || !flag",
        "flag && other", "!(flag || other) && y < 3", "x / y > 2", "(flag ? x : y) > 8",
        "x - y < -5 || abs(y) > 11 && flag",
    ]
    private static let untils: [String?] = [nil, "x < 8", "abs(x) < 9 && abs(y) < 9", "!flag"]

    @Test("the engine reports what the millisecond oracle reports", arguments: 0..<150)
    func agrees(seed: UInt64) {
        var random = Generator(state: seed &* 7_919 + 17)
        let rules = (0..<5).map { _ in
            Rig.RuleText(
                when: random.pick(Self.conditions), until: random.pick(Self.untils),
                delay: random.pick([0, 0, 40, 250, 900]),
                clearDelay: random.pick([0, 0, 60, 400]), accumulates: random.pick([true, false]))
        }
        let rig = Rig(rules)
        var oracle = Oracle(rules)
        var now: Int64 = 0
        for _ in 0..<120 {
            let last = now
            let next = now + 1 + Int64(random.below(160))
            while now < next {
                now += 1
                oracle.pass(now: now)
            }
            var readings: [(String, Double?)] = []
            for name in ["x", "y"] where random.below(3) > 0 {
                readings.append((name, random.below(12) == 0 ? nil : Double(random.below(31) - 15)))
            }
            for name in ["flag", "other"] where random.below(3) > 0 {
                readings.append((name, random.below(12) == 0 ? nil : Double(random.below(2))))
            }
            // Somebody looks at the clock now and then; it must make no difference.
            if random.below(4) == 0 { rig.pass(to: max(last, now - Int64(random.below(20)))) }
            oracle.read(readings, now: now)
            if !readings.isEmpty { rig.feed(readings, at: now) }
        }
        // The oracle sees whole milliseconds; within one it reports by rule, the engine by time.
        let found = rig.takeLog().map(Self.roundedUp).sorted()
        let expected = oracle.log.sorted()
        let first = zip(found, expected).first { $0 != $1 }
        #expect(
            found == expected,
            "seed \(seed): \(first.map { "\($0)" } ?? "one is longer"), rules \(rules.map(\.when))")
        #expect(!oracle.log.isEmpty)
    }

    private static func roundedUp(_ entry: String) -> String {
        let parts = entry.split(separator: "@")
        guard parts.count == 2, let time = Double(parts[1]) else { return entry }
        // A change that shares its instant with the one before lies a nanosecond later.
        return "\(parts[0])@\(Int((time - 0.0001).rounded(.up)))"
    }
}

/// A small generator with a printed seed.
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ state >> 29) &* 0x9E37_79B9_7F4A_7C15
    }

    mutating func below(_ bound: Int) -> Int { Int(next() >> 11) % bound }

    mutating func pick<Element>(_ choices: [Element]) -> Element { choices[below(choices.count)] }
}
