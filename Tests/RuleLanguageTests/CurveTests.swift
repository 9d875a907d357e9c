import RuleLanguage
import Testing

@Suite struct CurveTests {
    @Test("a logarithmic line is followed from below, nowhere by more than 0.05 %")
    func logarithmic() {
        let points = Curve.belowLogarithmicLine(
            from: .init(duration: 0.01, limit: 5), to: .init(duration: 0.2, limit: 2))
        // The reference's values of the line.
        for (duration, limit) in [(0.01, 5), (0.05, 3.056), (0.1, 2.472), (0.2, 2)] {
            guard let next = points.firstIndex(where: { $0.duration >= duration * 0.999_999 })
            else {
                Issue.record("the line ends before \(duration)")
                continue
            }
            let (from, to) = (points[max(next - 1, 0)], points[next])
            let share =
                to.duration > from.duration
                ? (duration - from.duration) / (to.duration - from.duration) : 0
            let found = from.limit + (to.limit - from.limit) * min(share, 1)
            #expect(found <= limit + 0.0005 && found >= limit * 0.9995 - 0.0005, "\(duration)")
        }
    }

    @Test(
        "what is no curve is named",
        arguments: [
            ([(0.2, 6)], "a curve has at least two points"),
            ([(0.2, 6), (0.1, 5)], "the durations must rise"),
            ([(0.2, 6), (1, 7)], "the limits must not rise"),
            (
                [(0.2, 6), (1, 6)],
                "the limit is the same for every duration: compare with it instead"
            ),
            ([(-1, 6), (1, 5)], "durations must not be negative, and limits must be positive"),
            ([(0.2, 6), (1, -5)], "durations must not be negative, and limits must be positive"),
        ] as [([(Double, Double)], String)])
    func problems(points: [(Double, Double)], problem: String) {
        let points = points.map { Curve.Point(duration: $0.0, limit: $0.1) }
        #expect(Curve.problem(with: points) == problem)
    }
}
