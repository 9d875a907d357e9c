import Foundation
import Simulation

/// The points of a line that can be seen on so many columns of pixels: of each column the first,
/// the least, the greatest and the last, in the order of time. Peaks stay, however short.
struct VisiblePoints {
    /// Runs of points without a gap.
    private(set) var runs: [[(time: Double, value: Double)]] = []

    private var run: [(time: Double, value: Double)] = []
    /// What the present column has so far: places in the line.
    private var column = -1
    private var places = (first: 0, least: 0, greatest: 0, last: 0)

    init(_ series: Plot.Series, from start: Double, to end: Double, columns: Int) {
        let width = max(end - start, 1e-9) / Double(max(columns, 1))
        for index in series.times.indices where (start...end).contains(series.times[index]) {
            let value = series.values[index]
            guard value.isFinite else {
                endColumn(series)
                endRun()
                continue
            }
            let place = Int((series.times[index] - start) / width)
            if place == column {
                places.last = index
                if value < series.values[places.least] { places.least = index }
                if value > series.values[places.greatest] { places.greatest = index }
            } else {
                endColumn(series)
                column = place
                places = (index, index, index, index)
            }
        }
        endColumn(series)
        endRun()
    }

    private mutating func endColumn(_ series: Plot.Series) {
        guard column >= 0 else { return }
        column = -1
        let inside = [min(places.least, places.greatest), max(places.least, places.greatest)]
        var before = -1
        for place in [places.first] + inside + [places.last] where place > before {
            run.append((series.times[place], series.values[place]))
            before = place
        }
    }

    private mutating func endRun() {
        if !run.isEmpty { runs.append(run) }
        run = []
    }

    /// A block of gnuplot's data: an empty line interrupts the line.
    var text: String {
        if runs.isEmpty { return "0 NaN\n" }
        return runs.map { run in
            run.map { "\(Self.number($0.time)) \(Self.number($0.value))\n" }.joined()
        }.joined(separator: "\n")
    }

    /// Nine digits are more than any screen has pixels.
    static func number(_ value: Double) -> String { String(format: "%.9g", value) }
}

/// The marks of a time axis.
struct TimeTicks {
    /// Seconds between two marks, of a kind that people count in.
    let step: Double
    /// How gnuplot writes them.
    let format: String
    /// What they are.
    let title: Bilingual

    private static let steps: [Double] = [
        0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800,
        21_600, 43_200, 86_400,
    ]

    init(seconds: Double, isTimeOfDay: Bool) {
        step = Self.steps.first { seconds / $0 <= 10 } ?? 86_400
        let needsSeconds = step < 60
        if isTimeOfDay {
            format = step < 1 ? "%H:%M:%.1S" : needsSeconds ? "%H:%M:%S" : "%H:%M"
            title = Bilingual("time of day", "时刻")
        } else if seconds <= 180 {
            format = step < 1 ? "%.1f" : "%.0f"
            title = Bilingual("time in s", "时间（秒）")
        } else if seconds < 7200 {
            format = "%tM:%tS"
            title = Bilingual("time in min:s", "时间（分:秒）")
        } else {
            format = "%tH:%tM"
            title = Bilingual("time in h:min", "时间（时:分）")
        }
    }

    /// Whether gnuplot has to take the numbers for times.
    var isTime: Bool { format.hasSuffix("S") || format.hasSuffix("M") }
}
