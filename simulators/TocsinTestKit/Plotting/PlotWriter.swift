import Foundation
import Simulation

/// Writes the program, from the top of the picture down.
struct PlotWriter {
    let plot: Plot
    let layout: PlotLayout
    let end: Double
    let dataPath: String
    var script = ""
    var data = ""
    private var blocks = 0
    /// Points of the usual text.
    private let fontSize: Double

    init(plot: Plot, layout: PlotLayout, end: Double, terminal: Plot.Terminal, dataPath: String) {
        self.plot = plot
        fontSize = terminal == .svg ? 12 : 9
        self.layout = layout
        self.end = end
        self.dataPath = dataPath
    }

    mutating func begin(_ terminal: Plot.Terminal, _ output: String) {
        let size = "\(PlotLayout.width),\(layout.height)"
        switch terminal {
        case .svg:
            line(
                "set terminal svg noenhanced size \(size) font 'sans-serif,12' "
                    + "background '#FFFFFF'")
        case .png:
            // Fonts and lines are scaled with the picture.
            let pixels = "\(2 * PlotLayout.width),\(2 * layout.height)"
            line(
                "set terminal pngcairo noenhanced size \(pixels) fontscale 2 linewidth 2 "
                    + "pointscale 2 font 'sans-serif,9' background '#FFFFFF'")
        }
        line("set output \(quoted(output))")
        line("set encoding utf8")
        line("set multiplot")
        line("set border 3 lc rgb '#999999' lw 0.8")
        line("set lmargin at screen \(x(PlotLayout.left))")
        line("set rmargin at screen \(x(PlotLayout.width - PlotLayout.right))")
        line("unset key")
        line("set xrange [\(start):\(start + end)]")
        line("set clip two")
        drawTitle()
    }

    mutating func finish() {
        line("unset multiplot")
        line("unset output")
    }

    private mutating func drawTitle() {
        var y = 26
        var titles = [plot.title.en]
        switch layout.language {
        case .english: break
        case .chinese: titles = [plot.title.text(in: .chinese)]
        case .both: if plot.title.zh != plot.title.en { titles.append(plot.title.zh) }
        }
        for title in titles {
            label(title, x: PlotLayout.left, y: y, size: 1.35, colour: PlotColours.text)
            y += 24
        }
        if !plot.subtitle.isEmpty {
            label(
                plot.subtitle, x: PlotLayout.left, y: y - 3, size: 0.92,
                colour: PlotColours.faint)
        }
        // Labels are drawn with the next graph, and with that alone.
    }

    /// One row for each fault and each hazard, its name on the right in its colour.
    mutating func drawLanes() {
        let top = layout.top
        let height = layout.lanes.count * PlotLayout.laneHeight
        margins(top: top, height: height)
        line("set yrange [0:\(layout.lanes.count)]")
        line("unset ytics; unset xtics; set border 0; unset grid; unset ylabel; unset xlabel")
        for (index, lane) in layout.lanes.enumerated() {
            let middle = Double(layout.lanes.count - index) - 0.5
            let colour = lane.severity.map(PlotColours.colour) ?? PlotColours.fault
            for time in lane.times {
                let from = "\(number(start + max(time.from, 0))),\(number(middle - 0.3))"
                let to = "\(number(start + min(time.to, end))),\(number(middle + 0.3))"
                let fill = lane.severity == nil ? "1" : "0.3"
                line(
                    "set object rectangle from \(from) to \(to) fillcolor rgb '\(colour)' "
                        + "fillstyle solid \(fill) noborder")
                if let severity = lane.severity {
                    line(
                        "set label '' at \(number(start + time.from)),\(number(middle)) point "
                            + "pointtype \(PlotColours.symbol(severity)) pointsize 0.9 "
                            + "linecolor rgb '\(colour)' front")
                }
            }
            let kind = Self.kind(lane.severity).text(in: layout.language)
            let name = PlotLayout.cut("\(kind): \(lane.name)", to: PlotLayout.right - 24)
            label(
                name, x: PlotLayout.width - PlotLayout.right + 12,
                y: top + index * PlotLayout.laneHeight + PlotLayout.laneHeight / 2, size: 0.95,
                colour: lane.severity == nil ? "#7A5200" : colour)
        }
        line("plot NaN")
        line("unset label; unset object; set border 3 lc rgb '#999999' lw 0.8")
    }

    mutating func draw(_ panel: Plot.Panel, _ index: Int) {
        let (top, height) = (layout.panelTops[index], layout.panelHeights[index])
        let isLast = index == plot.panels.count - 1
        margins(top: top, height: height)
        line(
            "set grid xtics ytics back linetype 1 linewidth 0.6 "
                + "linecolor rgb '\(PlotColours.grid)'")
        drawTimeAxis(isLast: isLast)
        let unit = panel.unit.isEmpty ? "" : "  [\(panel.unit)]"
        label(
            panel.title.text(in: layout.language) + unit, x: PlotLayout.left, y: top - 11,
            size: 1, colour: PlotColours.text)
        setRange(panel, height: height)
        markTimes()
        drawLegend(panel, top: top)
        drawLines(panel)
        line("unset label; unset arrow; unset object")
    }

    private mutating func drawTimeAxis(isLast: Bool) {
        let ticks = TimeTicks(seconds: end, isTimeOfDay: plot.midnight != nil)
        let format = isLast ? ticks.format : ""
        line(
            "set xtics \(Self.ticks) \(number(ticks.step)) format '\(format)' "
                + (ticks.isTime ? "time" : "numeric"))
        line("unset mxtics")
        if isLast {
            let middle = (PlotLayout.left + PlotLayout.width - PlotLayout.right) / 2
            label(
                ticks.title.text(in: layout.language), x: middle, y: layout.height - 14, size: 1,
                colour: PlotColours.faint, alignment: "center")
        }
    }

    /// All values and all limits, with some room.
    private mutating func setRange(_ panel: Plot.Panel, height: Int) {
        if !panel.states.isEmpty {
            line("set yrange [-0.5:\(Double(panel.states.count) - 0.5)]")
            let names = panel.states.enumerated().map { "\(quoted($1)) \($0)" }
            line("set ytics \(Self.ticks) (\(names.joined(separator: ", ")))")
            return
        }
        let values = panel.series.flatMap { $0.values.filter(\.isFinite) }
        let all = values + panel.limits.map(\.value)
        let (low, high) = (all.min() ?? 0, all.max() ?? 1)
        let room = high > low ? 0.07 * (high - low) : max(abs(high) * 0.1, 1)
        line("set yrange [\(number(low - room)):\(number(high + room))]")
        line("set ytics \(Self.ticks) \(Self.tick(for: high - low + 2 * room, height: height))")
        line("set format y '%g'")
    }

    /// Faults shaded, hazards as lines, through every panel.
    private mutating func markTimes() {
        for span in plot.spans {
            let from = number(start + max(span.from, 0))
            let to = number(start + min(span.to, end))
            line(
                "set object rectangle from \(from),graph 0 to \(to),graph 1 back "
                    + "fillcolor rgb '#FBEFD5' fillstyle solid 1 noborder")
        }
        for mark in plot.marks {
            let at = number(start + mark.at)
            line(
                "set arrow from \(at),graph 0 to \(at),graph 1 nohead linewidth 1 dashtype 3 "
                    + "linecolor rgb '\(PlotColours.colour(mark.severity))'")
        }
    }

    /// Names on the right, each with a piece of its line, as the key of gnuplot cannot be told how
    /// to be: in a column of fixed width, cut to it.
    private mutating func drawLegend(_ panel: Plot.Panel, top: Int) {
        let left = PlotLayout.width - PlotLayout.right + 12
        var y = top + 10
        func row(_ name: String, _ colour: String, dash: String, width: Double) {
            line(
                "set arrow from screen \(x(left)), screen \(self.y(y)) to screen \(x(left + 26)), "
                    + "screen \(self.y(y)) nohead linewidth \(width) dashtype \(dash) "
                    + "linecolor rgb '\(colour)'")
            label(
                PlotLayout.cut(name, to: PlotLayout.right - 62), x: left + 34, y: y, size: 0.95,
                colour: PlotColours.text)
            y += 19
        }
        for (index, series) in panel.series.enumerated() {
            row(series.name, Self.colour(index), dash: "1", width: Self.width(index))
        }
        for limit in panel.limits {
            let name = "\(Self.short(limit.value)) \(limit.name.text(in: layout.language))"
            row(name, PlotColours.limit, dash: "'-'", width: 1.3)
        }
    }

    private mutating func drawLines(_ panel: Plot.Panel) {
        var plots: [String] = []
        for limit in panel.limits {
            plots.append(
                "\(number(limit.value)) with lines linewidth 1.3 dashtype '-' "
                    + "linecolor rgb '\(PlotColours.limit)'")
        }
        for (index, series) in panel.series.enumerated() {
            let columns = 2 * (PlotLayout.width - PlotLayout.left - PlotLayout.right)
            let points = VisiblePoints(series, from: 0, to: end, columns: columns)
            data += (blocks > 0 ? "\n\n" : "") + points.text
            plots.append(
                "\(quoted(dataPath)) index \(blocks) using (column(1) + \(start)):2 "
                    + "with \(series.isStepped ? "steps" : "lines") linewidth \(Self.width(index)) "
                    + "linecolor rgb '\(Self.colour(index))'")
            blocks += 1
        }
        line("plot " + (plots.isEmpty ? "NaN" : plots.joined(separator: ", \\\n     ")))
    }
}

extension PlotWriter {
    private static func kind(_ severity: Plot.Mark.Severity?) -> Bilingual {
        switch severity {
        case nil: Bilingual("fault", "故障")
        case .info: Bilingual("info", "提示")
        case .warning: Bilingual("warning", "预警")
        case .major: Bilingual("major", "较重")
        case .critical: Bilingual("critical", "严重")
        }
    }

    private static func colour(_ index: Int) -> String {
        PlotColours.lines[index % PlotColours.lines.count]
    }

    /// The first line is broad, so that it shows behind one that covers it.
    private static func width(_ index: Int) -> Double { index == 0 ? 2.2 : 1.3 }

    /// How the marks of a scale look; `unset xtics` forgets it.
    private static let ticks =
        "nomirror out scale 0.5 textcolor rgb '\(PlotColours.scale)'"

    /// The distance of the marks of a scale: 1, 2 or 5 times a power of ten, about 30 pixels.
    private static func tick(for range: Double, height: Int) -> String {
        let rough = range * 24 / Double(height)
        let power = pow(10, log10(rough).rounded(.down))
        let factor = [1.0, 2, 5, 10].first { $0 * power >= rough } ?? 10
        return VisiblePoints.number(factor * power)
    }

    private static func short(_ value: Double) -> String { String(format: "%.4g", value) }

    private var start: Double { plot.midnight ?? 0 }

    private mutating func line(_ text: String) { script += text + "\n" }

    private mutating func margins(top: Int, height: Int) {
        line("set tmargin at screen \(y(top))")
        line("set bmargin at screen \(y(top + height))")
    }

    private mutating func label(
        _ text: String, x: Int, y: Int, size: Double, colour: String, alignment: String = "left"
    ) {
        line(
            "set label \(quoted(text)) at screen \(self.x(x)), screen \(self.y(y)) \(alignment) "
                + "font ',\(VisiblePoints.number(size * fontSize))' textcolor rgb '\(colour)' front"
        )
    }

    private func x(_ pixel: Int) -> String { number(Double(pixel) / Double(PlotLayout.width)) }

    /// gnuplot counts from below.
    private func y(_ pixel: Int) -> String { number(1 - Double(pixel) / Double(layout.height)) }

    private func number(_ value: Double) -> String { VisiblePoints.number(value) }

    /// A text that gnuplot draws as it is: no end of line or other control character gets through.
    private func quoted(_ text: String) -> String {
        var result = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": result += "''"
            case _ where scalar.properties.generalCategory == .control: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "'"
    }
}
