public import Detection
public import Ledger
import Timestamps

/// What was read around a hazard, drawn with characters: a line for each signal, time to the
/// right, a mark where the hazard was raised.
///
/// Pure: evidence comes in, lines of text go out.
public struct ReadingPlot: Sendable {
    private struct Track {
        var name: String
        var points: [(at: Double, value: Double?)] = []
    }

    private let style: Style
    private var tracks: [Track] = []
    private var raisedAt: Instant
    private var first = Double.infinity
    private var last = -Double.infinity

    /// Makes an empty plot; seconds are counted from the raise.
    public init(raisedAt: Instant, style: Style) {
        self.raisedAt = raisedAt
        self.style = style
    }

    /// Takes a piece of evidence in, as it stands in the ledger.
    public mutating func add(_ evidence: JSONValue) {
        guard let start = evidence["start"]?.text.flatMap({ RFC3339.parse($0) }),
            case .array(let names)? = evidence["signals"],
            case .array(let layouts)? = evidence["layouts"],
            case .array(let rows)? = evidence["rows"]
        else { return }
        let base = Double((start - raisedAt).nanoseconds) / 1e9
        let places = names.map { name -> Int in
            guard case .array(let pair) = name, let title = pair.first?.text else { return -1 }
            if let place = tracks.firstIndex(where: { $0.name == title }) { return place }
            tracks.append(Track(name: title))
            return tracks.count - 1
        }
        for row in rows {
            guard case .array(let cells) = row, cells.count >= 2,
                let passed = cells[0].number, let layout = cells[1].number,
                layouts.indices.contains(Int(layout)), case .array(let list) = layouts[Int(layout)]
            else { continue }
            let at = base + passed / 1_000
            first = min(first, at)
            last = max(last, at)
            for (signal, value) in zip(list, cells.dropFirst(2)) {
                guard let index = signal.number, places.indices.contains(Int(index)),
                    tracks.indices.contains(places[Int(index)])
                else { continue }
                tracks[places[Int(index)]].points.append((at, value.number))
            }
        }
    }

    /// The plot in so many columns; empty when nothing was read.
    public func lines(columns: Int) -> [String] {
        guard first.isFinite else { return [] }
        let width = max(20, columns - 46)
        let span = max(last - first, 0.001)
        let mark = first <= 0 && last >= 0 ? Int((0 - first) / span * Double(width - 1)) : nil
        let moving = tracks.filter { track in
            Set(track.points.compactMap(\.value)).count > 1
                || track.points.contains { $0.value == nil }
        }
        let still = tracks.filter { track in !moving.contains { $0.name == track.name } }
        var lines = moving.map { row($0, width, span, mark) }
        let pointer = mark.map { String(repeating: " ", count: $0) + "▲" } ?? ""
        lines.append(
            String(repeating: " ", count: 24)
                + style("\(Self.text(first)) s … \(Self.text(last)) s", .faint))
        if !pointer.isEmpty {
            lines.insert(
                String(repeating: " ", count: 24) + pointer + " raised 触发", at: moving.count)
        }
        let constant = still.compactMap { track in
            track.points.first?.value.map { "\(track.name) \(Self.text($0))" }
        }
        if !constant.isEmpty {
            lines.append(style("unchanged 未变: " + constant.joined(separator: ", "), .faint))
        }
        return lines
    }

    private func row(_ track: Track, _ width: Int, _ span: Double, _ mark: Int?) -> String {
        let values = track.points.compactMap(\.value)
        let low = values.min() ?? 0
        let high = values.max() ?? 0
        let bars = Array("▁▂▃▄▅▆▇█")
        var cells = Array(repeating: Character(" "), count: width)
        var column = 0
        var held: Double??
        var index = 0
        // What was said last holds until something else is said.
        while column < width {
            let end = first + span * Double(column + 1) / Double(width)
            while index < track.points.count, track.points[index].at <= end {
                held = .some(track.points[index].value)
                index += 1
            }
            if let said = held {
                cells[column] =
                    said.map { value in
                        let part = high > low ? (value - low) / (high - low) : 0
                        return bars[Int((part * 7).rounded())]
                    } ?? "?"
            }
            column += 1
        }
        var line = ""
        for (place, cell) in cells.enumerated() {
            line += place == mark ? style(String(cell), .bad) : String(cell)
        }
        return Columns.fit(track.name, 23) + " " + line + " "
            + style("\(Self.text(low)) … \(Self.text(high))", .faint)
    }

    private static func text(_ value: Double) -> String {
        let rounded = (value * 1_000).rounded() / 1_000
        return rounded == rounded.rounded() && abs(rounded) < 1e15
            ? "\(Int64(rounded))" : "\(rounded)"
    }
}
