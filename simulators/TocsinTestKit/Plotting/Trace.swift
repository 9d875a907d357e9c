/// What a signal told over time, as its messages came: perhaps late, twice, or not at all.
struct Trace: Sendable {
    private var times: [Double] = []
    private var values: [Double] = []

    /// Adds a value; NaN where the sensor said that it has none.
    mutating func add(_ value: Double, at time: Double) {
        times.append(time)
        values.append(value)
    }

    /// All values, NaN left out.
    var known: [Double] { values.filter(\.isFinite) }

    /// The line in the order of time, interrupted where nothing came for longer than `gap`.
    func series(_ name: String, gap: Double, isStepped: Bool = false) -> Plot.Series {
        // Equal times keep their order; of a message that came twice the first counts.
        let order = times.indices.sorted { (times[$0], $0) < (times[$1], $1) }
        var sortedTimes: [Double] = []
        var sortedValues: [Double] = []
        for place in order {
            if let last = sortedTimes.last {
                if times[place] == last { continue }
                if times[place] - last > gap {
                    sortedTimes.append(last + gap)
                    sortedValues.append(.nan)
                }
            }
            sortedTimes.append(times[place])
            sortedValues.append(values[place])
        }
        return Plot.Series(name, times: sortedTimes, values: sortedValues, isStepped: isStepped)
    }
}
