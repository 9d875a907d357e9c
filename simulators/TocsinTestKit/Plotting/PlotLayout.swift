import Simulation

/// Where everything is in a picture, in pixels from its upper left corner.
struct PlotLayout {
    static let width = 1280
    /// The columns left of the data, for the scale, and right of it, for all that is named.
    static let left = 132
    static let right = 320
    static let panelHeight = 150
    static let stateHeight = 26
    static let gap = 14
    static let laneHeight = 21

    let language: Plot.Language
    let lanes: [Lane]
    let top: Int
    let panelTops: [Int]
    let panelHeights: [Int]
    let height: Int

    /// A row above the panels: one fault, or one hazard however often it was raised.
    struct Lane {
        let name: String
        /// `nil` for a fault.
        let severity: Plot.Mark.Severity?
        var times: [(from: Double, to: Double)]
    }

    init(_ plot: Plot, language: Plot.Language, end: Double) {
        self.language = language
        lanes = Self.lanes(plot, language, end)
        // Two lines of title where it is in both languages.
        let titles = language == .both && plot.title.zh != plot.title.en ? 2 : 1
        top = 18 + 24 * titles + (plot.subtitle.isEmpty ? 0 : 18) + 12
        var y = top + lanes.count * Self.laneHeight + (lanes.isEmpty ? 0 : Self.gap)
        var tops: [Int] = []
        var heights: [Int] = []
        for panel in plot.panels {
            y += 22
            let isStates = !panel.states.isEmpty
            let legend = (panel.series.count + panel.limits.count) * 19 + 4
            let least = isStates ? Self.stateHeight * panel.states.count : Self.panelHeight
            tops.append(y)
            heights.append(max(least, legend))
            y += max(least, legend) + Self.gap
        }
        panelTops = tops
        panelHeights = heights
        height = y + 42
    }

    private static func lanes(
        _ plot: Plot, _ language: Plot.Language, _ end: Double
    ) -> [Lane] {
        var lanes: [Lane] = []
        func add(_ name: String, _ severity: Plot.Mark.Severity?, _ from: Double, _ to: Double) {
            if let place = lanes.firstIndex(where: { $0.name == name && $0.severity == severity }) {
                lanes[place].times.append((from, to))
            } else {
                lanes.append(Lane(name: name, severity: severity, times: [(from, to)]))
            }
        }
        for span in plot.spans { add(span.name.text(in: language), nil, span.from, span.to) }
        for mark in plot.marks {
            add(mark.name.text(in: language), mark.severity, mark.at, mark.until ?? end)
        }
        return lanes
    }

    /// A text cut to a width in pixels of the small font. A Chinese character is as wide as two
    /// letters.
    static func cut(_ text: String, to width: Int) -> String {
        let room = Double(width) / 6.6
        var used = 0.0
        var shown = ""
        for character in text {
            used += character.unicodeScalars.contains { $0.value >= 0x2E80 } ? 1.85 : 1
            if used > room { return shown + "…" }
            shown.append(character)
        }
        return shown
    }
}

/// Colours that people who see few of them can tell apart (after Okabe and Ito 2008), darkened to
/// stand out on white. What they tell is also told by names and symbols.
enum PlotColours {
    static let lines = ["#0072B2", "#B35900", "#007A5A", "#A64D8A", "#222222", "#3B8FC4"]
    static let limit = "#B00020"
    static let fault = "#E69F00"
    static let text = "#222222"
    static let faint = "#595959"
    static let scale = "#444444"
    static let grid = "#DDDDDD"

    static func colour(_ severity: Plot.Mark.Severity) -> String {
        switch severity {
        case .info: "#666666"
        case .warning: "#0072B2"
        case .major: "#C04E00"
        case .critical: "#8B0046"
        }
    }

    /// gnuplot's number of the symbol where a hazard is raised: the worse, the more corners filled.
    static func symbol(_ severity: Plot.Mark.Severity) -> Int {
        switch severity {
        case .info: 6
        case .warning: 9
        case .major: 13
        case .critical: 5
        }
    }
}
