extension Plot {
    /// What gnuplot draws a picture to.
    public enum Terminal: String, CaseIterable, Sendable {
        /// A drawing that scales.
        case svg
        /// Pixels, two of them for each of the drawing's.
        case png
    }

    /// A program for gnuplot (5.4 or newer) and the numbers that it reads.
    public struct Script: Sendable {
        /// The program.
        public let script: String
        /// What is to be in the file of data before the program runs.
        public let data: String
    }

    /// The program that draws the picture.
    ///
    /// Whatever a text contains, it is drawn as it is: texts are single-quoted, in which gnuplot
    /// knows no escape but the doubled quote, and its markup is off.
    public func script(
        _ terminal: Terminal, in language: Language = .english, output: String, data: String
    ) -> Script {
        let end = duration
        let layout = PlotLayout(self, language: language, end: end)
        var writer = PlotWriter(
            plot: self, layout: layout, end: end, terminal: terminal, dataPath: data)
        writer.begin(terminal, output)
        if !layout.lanes.isEmpty { writer.drawLanes() }
        for index in panels.indices { writer.draw(panels[index], index) }
        writer.finish()
        return Script(script: writer.script, data: writer.data)
    }

    /// Seconds from the start to the last of everything.
    private var duration: Double {
        var end = 0.0
        for panel in panels {
            for series in panel.series { end = max(end, series.times.last ?? 0) }
        }
        for mark in marks { end = max(end, mark.until ?? mark.at) }
        if end == 0 { for span in spans where span.to.isFinite { end = max(end, span.to) } }
        return end > 0 ? end : 1
    }
}
