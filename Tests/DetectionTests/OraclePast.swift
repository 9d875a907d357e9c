import RuleLanguage

extension Expression {
    /// Whether a count is in it, which takes a step with every row.
    fileprivate var hasCount: Bool {
        switch self {
        case .call("count", _, _): true
        case .call(_, let arguments, _): arguments.contains(where: \.hasCount)
        case .unary(_, let operand, _): operand.hasCount
        case .binary(_, let left, let right, _): left.hasCount || right.hasCount
        case .choice(let condition, let this, let that, _):
            condition.hasCount || this.hasCount || that.hasCount
        case .number, .time, .boolean, .text, .name, .membership: false
        }
    }
}

/// Everything that was ever read, and the functions that remember worked out from it anew each
/// time, by their definitions. Times are whole milliseconds.
struct OraclePast {
    private struct Call {
        let call: Expression
        let name: String
        let input: Expression
        /// When the input was read and what it was; `nil` while unknown.
        var readings: Readings = []
        /// What it was worth after the last row.
        var worth: Double?
    }

    /// By the place of the call, which has to be unique; inner calls come first in `order`.
    private var calls: [Int: Call] = [:]
    private var order: [Int] = []
    private var firstRow: Int64?
    private var lastRow: Int64 = 0

    /// Takes note of every call in an expression of a function that remembers.
    mutating func watch(_ expression: Expression) {
        switch expression {
        case .number, .time, .boolean, .text, .name: break
        case .unary(_, let operand, _): watch(operand)
        case .binary(_, let left, let right, _):
            watch(left)
            watch(right)
        case .choice(let condition, let this, let that, _):
            for part in [condition, this, that] { watch(part) }
        case .membership(let element, let list, _): for part in [element] + list { watch(part) }
        case .call(let name, let arguments, let at):
            for argument in arguments { watch(argument) }
            guard name != "abs", name != "assume" else { return }
            precondition(calls[at] == nil, "two calls in one place")
            calls[at] = Call(call: expression, name: name, input: arguments[0])
            order.append(at)
        }
    }

    /// A row was read: every input with one of its signals among them has a new reading.
    mutating func read(_ names: [String], now: Int64, value: (OraclePast, Expression) -> Double?) {
        lastRow = now
        if firstRow == nil { firstRow = now }
        for place in order {
            guard let call = calls[place] else { continue }
            if call.input.names.contains(where: names.contains) || call.input.hasCount {
                let reading = value(self, call.input)
                calls[place]?.readings.append((now, reading))
            }
            let worth = work(out: call.call, now: now)
            calls[place]?.worth = worth
        }
    }

    /// The device has been silent for too long: what looked back over readings starts anew, a
    /// running time is halted, and a count keeps what it counted but is unknown for now.
    mutating func forget(now: Int64) {
        for place in order {
            calls[place]?.worth = nil
            switch calls[place]?.name {
            case "count": break
            case "held": calls[place]?.readings.append((now, nil))
            default: calls[place]?.readings = []
            }
        }
    }

    /// The value of a call at `now`; conditions are 1 or 0.
    func answer(_ expression: Expression, now: Int64) -> Double? {
        guard case .call(let name, _, let at) = expression else { return nil }
        return name == "age" || name == "held" ? work(out: expression, now: now) : calls[at]?.worth
    }

    private func work(out call: Expression, now: Int64) -> Double? {
        guard case .call(let name, let arguments, let at) = call,
            let readings = calls[at]?.readings
        else { return nil }
        var window: Int64 = 0
        if arguments.count == 2, case .time(let seconds, _) = arguments[1] {
            window = Int64((seconds * 1_000).rounded())
        }
        switch name {
        case "rate": return rate(readings)
        case "changed": return changed(readings)
        case "stuck": return stuck(readings, window)
        case "mean", "min", "max": return windowed(name, readings, window)
        case "count": return count(readings, window)
        case "held": return held(readings, now)
        case "age": return readings.last { $0.value != nil }.map { Double(now - $0.at) / 1_000 }
        default: return nil
        }
    }

    private typealias Readings = [(at: Int64, value: Double?)]

    private func lastTwo(_ readings: Readings) -> ((Int64, Double), (Int64, Double))? {
        guard readings.count >= 2, let last = readings[readings.count - 1].value,
            let before = readings[readings.count - 2].value
        else { return nil }
        return ((readings[readings.count - 2].at, before), (readings[readings.count - 1].at, last))
    }

    private func rate(_ readings: Readings) -> Double? {
        lastTwo(readings).map { ($1.1 - $0.1) / (Double($1.0 - $0.0) * 1e6 / 1e9) }
    }

    private func changed(_ readings: Readings) -> Double? {
        lastTwo(readings).map { $0.1 == $1.1 ? 0 : 1 }
    }

    /// The same value since when, among the readings after the last unknown one?
    private func stuck(_ readings: Readings, _ window: Int64) -> Double? {
        guard let last = readings.last, let value = last.value else { return nil }
        let known = readings.reversed().prefix { $0.value != nil }
        let same = known.prefix { $0.value == value }
        guard let first = same.last else { return nil }
        if last.at - first.at >= window { return 1 }
        return same.count == known.count ? nil : 0
    }

    /// Millisecond by millisecond over the window, which begins at a border of a thirty-second.
    private func windowed(_ name: String, _ readings: Readings, _ window: Int64) -> Double? {
        guard let last = readings.last, let now = last.value,
            let origin = readings.first(where: { $0.value != nil })?.at
        else { return nil }
        guard last.at - origin >= window else { return nil }
        let bucket = window / 32
        let start = max(origin, origin + ((last.at - origin) / bucket - 32) * bucket)
        var known: [Double] = []
        for index in readings.indices.dropLast() {
            guard let value = readings[index].value else { continue }
            let length = readings[index + 1].at - max(readings[index].at, start)
            if length > 0 { known += [Double](repeating: value, count: Int(length)) }
        }
        guard Int64(known.count) >= window / 2, !known.isEmpty else { return nil }
        switch name {
        case "mean": return known.reduce(0, +) / Double(known.count)
        case "min": return min(now, known.min() ?? now)
        default: return max(now, known.max() ?? now)
        }
    }

    /// Turns from false to true, unknown readings left out. The belt of a count starts with the
    /// first row of all.
    private func count(_ readings: Readings, _ window: Int64) -> Double? {
        guard let firstRow else { return nil }
        let bucket = window / 32
        let start = firstRow + ((lastRow - firstRow) / bucket - 32) * bucket
        let known = readings.filter { $0.value != nil }
        let turns = zip(known, known.dropFirst()).filter { $0.value == 0 && $1.value != 0 }
        return Double(turns.count { $1.at >= start })
    }

    private func held(_ readings: Readings, _ now: Int64) -> Double? {
        var since: Int64?
        var halted: Int64 = 0
        for (at, value) in readings {
            if value == 0 {
                since = nil
                halted = 0
            } else if value == nil {
                if let start = since { halted = at - start }
                since = nil
            } else if since == nil {
                since = at - halted
                halted = 0
            }
        }
        guard let last = readings.last, last.value != nil else { return nil }
        return since.map { Double(now - $0) / 1_000 } ?? 0
    }
}
