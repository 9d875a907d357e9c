import RuleLanguage
import Yams

/// Reads the curves of `config/curves/*.yaml`.
struct CurveFile {
    let source: SourceFile
    let problems: Problems

    private enum Interpolation: String, CaseIterable { case linear, logarithmic }

    func read(_ node: Node) -> [Curve] {
        let section = Section(node, in: source, problems)
        defer { section.finish() }
        return section.sections("curves").compactMap(curve)
    }

    private func curve(_ section: Section) -> Curve? {
        defer { section.finish() }
        let id = section.text("id")
        let title = section.bilingual("title")
        let unit = section.text("unit")
        let points = points(section)
        let clause = section.text("source")
        let confidence: Confidence? = section.choice("confidence")
        guard let id, let title, let unit, let points, let clause, let confidence else {
            return nil
        }
        return Curve(
            id: id, title: title, unit: unit, points: points, source: clause,
            confidence: confidence)
    }

    /// `points` are joined by straight lines; `logarithmic` are two points before them, joined by a
    /// line that is straight when both axes are logarithmic.
    private func points(_ section: Section) -> [Curve.Point]? {
        guard let node = section.required("points"), var points = list(node, section) else {
            return nil
        }
        if let node = section.node("logarithmic") {
            guard let ends = list(node, section) else { return nil }
            guard ends.count == 2, 0 < ends[0].duration, ends[0].duration < ends[1].duration,
                ends[0].limit > ends[1].limit, ends[1].limit > 0
            else {
                section.report(
                    "logarithmic must be a point and a later, lower one", at: "logarithmic")
                return nil
            }
            let line = Curve.belowLogarithmicLine(from: ends[0], to: ends[1])
            let lowest = line[line.count - 1].limit
            points =
                line + points.map { .init(duration: $0.duration, limit: min($0.limit, lowest)) }
        }
        if let problem = Curve.problem(with: points) {
            section.report(problem, at: "points")
            return nil
        }
        return points
    }

    private func list(_ node: Node, _ section: Section) -> [Curve.Point]? {
        var points: [Curve.Point] = []
        for item in node.sequence ?? [] {
            let pair = item.sequence?.compactMap { section.number(in: $0, "a point") } ?? []
            guard pair.count == 2 else {
                source.report("a point is [seconds, limit]", at: item, to: problems)
                return nil
            }
            points.append(.init(duration: pair[0], limit: pair[1]))
        }
        return points
    }
}
