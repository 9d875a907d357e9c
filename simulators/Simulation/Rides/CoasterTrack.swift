import Foundation

/// A closed track in space, tabulated by the metre along it.
///
/// A periodic cubic spline goes through the points, so that the curvature, and with it the force on
/// a rider, has no jumps. Everything that a step needs is worked out once for places 0.25 m apart.
struct CoasterTrack: Sendable {
    /// What the track is like at a place.
    struct Entry: Sendable {
        /// Height, m.
        var height = 0.0
        /// Climb of the tangent: the component of "up" along the track.
        var climb = 0.0
        /// Components of "up" along the rider's left and head.
        var left = 0.0, head = 1.0
        /// Curvature towards the rider's left and head, 1/m.
        var bendLeft = 0.0, bendHead = 0.0
        /// Climb averaged over the train's length.
        var trainClimb = 0.0
        /// The tangent in the horizontal plane: north and west.
        var north = 1.0, west = 0.0
    }

    /// Metres once round.
    let length: Double
    private let entries: [Entry]
    private let perMetre: Double

    /// The track of `CoasterLayout`.
    static let shared = CoasterTrack(CoasterLayout.points, trainLength: CoasterLayout.trainLength)

    /// Tabulates a track through points of x, y, height and bank.
    init(_ points: [Double], trainLength: Double) {
        let curve = ClosedSpline(points, width: 4)
        // Arc length as a function of the spline's parameter, finely.
        let fine = 40_000
        let span = curve.length / Double(fine)
        var lengths = [0.0]
        lengths.reserveCapacity(fine + 1)
        for index in 0..<fine {
            let middle = curve.at((Double(index) + 0.5) * span).first
            lengths.append(lengths[index] + norm(middle) * span)
        }
        length = lengths[fine]
        let count = Int((lengths[fine] * 4).rounded())
        perMetre = Double(count) / lengths[fine]
        var table: [Entry] = []
        var index = 0
        for place in 0..<count {
            let wanted = Double(place) / perMetre
            while index < fine - 1, lengths[index + 1] < wanted { index += 1 }
            let share = (wanted - lengths[index]) / (lengths[index + 1] - lengths[index])
            table.append(Self.entry(curve.at((Double(index) + share) * span)))
        }
        let half = Int((trainLength / 2 * perMetre).rounded())
        for place in 0..<count {
            let front = table[(place + half) % count].height
            let rear = table[(place + count - half) % count].height
            table[place].trainClimb = (front - rear) * perMetre / Double(2 * half)
        }
        entries = table
    }

    private static func entry(
        _ point: (value: [Double], first: [Double], second: [Double])
    ) -> Entry {
        let size = norm(point.first)
        let tangent = point.first[0..<3].map { $0 / size }
        let along = dot(point.second, tangent)
        let bend = (0..<3).map { (point.second[$0] - along * tangent[$0]) / (size * size) }
        let flat = (tangent[0] * tangent[0] + tangent[1] * tangent[1]).squareRoot()
        let level = [-tangent[1] / flat, tangent[0] / flat, 0]
        let above = [
            -tangent[2] * level[1], tangent[2] * level[0],
            tangent[0] * level[1] - tangent[1] * level[0],
        ]
        let bank = point.value[3] * .pi / 180
        let head = (0..<3).map { above[$0] * cos(bank) + level[$0] * sin(bank) }
        let left = (0..<3).map { level[$0] * cos(bank) - above[$0] * sin(bank) }
        return Entry(
            height: point.value[2], climb: tangent[2], left: left[2], head: head[2],
            bendLeft: dot(bend, left), bendHead: dot(bend, head), trainClimb: tangent[2],
            north: tangent[0], west: tangent[1])
    }

    /// The nearest entry; good for what changes slowly.
    func near(_ place: Double) -> Entry {
        let index = Int(place * perMetre)
        return entries[index < entries.count ? index : 0]
    }

    /// Climb averaged over the train, interpolated.
    func trainClimb(_ place: Double) -> Double {
        let at = place * perMetre
        let index = min(Int(at), entries.count - 1)
        let next = index + 1 < entries.count ? index + 1 : 0
        let from = entries[index].trainClimb
        return from + (entries[next].trainClimb - from) * (at - Double(index))
    }

    /// What a seat feels, interpolated between two places.
    func seat(_ place: Double) -> Entry {
        let at = place * perMetre
        let index = min(Int(at), entries.count - 1)
        let next = index + 1 < entries.count ? index + 1 : 0
        let share = at - Double(index)
        let (from, to) = (entries[index], entries[next])
        return Entry(
            height: from.height + (to.height - from.height) * share,
            climb: from.climb + (to.climb - from.climb) * share,
            left: from.left + (to.left - from.left) * share,
            head: from.head + (to.head - from.head) * share,
            bendLeft: from.bendLeft + (to.bendLeft - from.bendLeft) * share,
            bendHead: from.bendHead + (to.bendHead - from.bendHead) * share,
            trainClimb: 0, north: from.north, west: from.west)
    }

    /// Brings a place back onto the track.
    func wrapped(_ place: Double) -> Double {
        place >= length ? place - length : place < 0 ? place + length : place
    }
}

private func dot(_ left: [Double], _ right: [Double]) -> Double {
    left[0] * right[0] + left[1] * right[1] + left[2] * right[2]
}

private func norm(_ vector: [Double]) -> Double { dot(vector, vector).squareRoot() }
