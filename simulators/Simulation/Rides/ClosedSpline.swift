/// A closed cubic spline through points: continuous up to its second derivative.
///
/// Its parameter is the length of the chords between the points, which keeps the curve from
/// swinging out where they are not equally far apart.
struct ClosedSpline {
    /// The parameter once round.
    let length: Double
    private let knots: [Double]
    private let values: [[Double]]
    private let seconds: [[Double]]

    /// Passes through points of `width` numbers each, the first three of them in space.
    init(_ points: [Double], width: Int) {
        let count = points.count / width
        let values = (0..<width).map { column in
            (0..<count).map { points[$0 * width + column] }
        }
        var knots = [0.0]
        for index in 0..<count {
            let next = (index + 1) % count
            let square = (0..<3).reduce(0.0) { sum, axis in
                let way = values[axis][next] - values[axis][index]
                return sum + way * way
            }
            knots.append(knots[index] + square.squareRoot())
        }
        self.values = values
        self.knots = knots
        length = knots[count]
        let spans = (0..<count).map { knots[$0 + 1] - knots[$0] }
        seconds = values.map { Self.secondDerivatives($0, spans) }
    }

    /// Second derivatives at the points. Their equations are strongly diagonal, so that a hundred
    /// rounds of Gauss and Seidel's method end at rounding errors.
    private static func secondDerivatives(_ values: [Double], _ spans: [Double]) -> [Double] {
        let count = values.count
        var second = [Double](repeating: 0, count: count)
        for _ in 0..<100 {
            for index in 0..<count {
                let before = (index + count - 1) % count
                let after = (index + 1) % count
                let (left, right) = (spans[before], spans[index])
                let bend =
                    (values[after] - values[index]) / right
                    - (values[index] - values[before]) / left
                let others = left * second[before] + right * second[after]
                second[index] = (6 * bend - others) / (2 * (left + right))
            }
        }
        return second
    }

    /// The curve with its first and second derivative.
    func at(_ parameter: Double) -> (value: [Double], first: [Double], second: [Double]) {
        let count = knots.count - 1
        var low = 0
        var high = count
        while high - low > 1 {
            let middle = (low + high) / 2
            if knots[middle] <= parameter { low = middle } else { high = middle }
        }
        let span = knots[low + 1] - knots[low]
        let ahead = (parameter - knots[low]) / span
        let behind = 1 - ahead
        let next = (low + 1) % count
        let cubes = (
            (behind * behind * behind - behind) * span * span / 6,
            (ahead * ahead * ahead - ahead) * span * span / 6
        )
        let slopes = (
            -(3 * behind * behind - 1) * span / 6, (3 * ahead * ahead - 1) * span / 6
        )
        return (
            values.indices.map {
                behind * values[$0][low] + ahead * values[$0][next]
                    + cubes.0 * seconds[$0][low] + cubes.1 * seconds[$0][next]
            },
            values.indices.map {
                (values[$0][next] - values[$0][low]) / span
                    + slopes.0 * seconds[$0][low] + slopes.1 * seconds[$0][next]
            },
            values.indices.map { behind * seconds[$0][low] + ahead * seconds[$0][next] }
        )
    }
}
