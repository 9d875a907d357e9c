import Foundation

/// The steps with whoever stands on them, as they go round.
struct StepBand {
    /// Depth of a step, m (typical; EN 115-1 5.3.2.1: at least 0.38 m).
    static let pitch = 0.4
    /// Mean mass of a person, kg.
    private static let personMass = 75.0

    /// Steps that can be seen, where people stand.
    private let visible: Int
    /// Length of the whole band, m.
    let length: Double
    private var onStep: [Int]
    private var entry = 0
    private var untilNextStep = StepBand.pitch
    /// People who stand on it.
    private(set) var people = 0
    /// Way that it has gone since it was new, signed, m.
    private(set) var travelled = 0.0
    private var walkOff = 0.0

    init(rise: Double, inclination: Double) {
        let slope = rise / max(sin(inclination * .pi / 180), 0.01)
        visible = max(Int(slope / Self.pitch), 2)
        // There and back, and round both ends.
        length = 2 * slope + 6
        onStep = [Int](repeating: 0, count: visible)
    }

    /// Mass of the people, kg.
    var load: Double { Double(people) * Self.personMass }

    /// Moves it; `arrivals` is how many people a second want to board.
    mutating func advance(
        _ step: Double, speed: Double, arrivals: Double, _ random: inout RandomStream
    ) {
        travelled += speed * step
        guard abs(speed) > 0.02 else { return leave(step, &random) }
        untilNextStep -= abs(speed) * step
        guard untilNextStep <= 0 else { return }
        untilNextStep += Self.pitch
        // The step that comes into view takes the place of the one that goes out of it.
        people -= onStep[entry]
        let expected = arrivals * Self.pitch / abs(speed)
        // At most two on a step of 1 m width (EN 115-1 annex H reckons with less).
        var boarding = 0
        if random.unit() < expected / 2 { boarding += 1 }
        if random.unit() < expected / 2 { boarding += 1 }
        onStep[entry] = boarding
        people += boarding
        entry = entry + 1 < visible ? entry + 1 : 0
    }

    /// On a standing escalator they walk off.
    private mutating func leave(_ step: Double, _ random: inout RandomStream) {
        guard people > 0 else { return }
        walkOff += step
        guard walkOff > 1 else { return }
        walkOff = 0
        let place = Int(random.uniform(0, Double(visible)))
        for offset in 0..<visible {
            let index = (place + offset) % visible
            if onStep[index] > 0 {
                people -= onStep[index]
                onStep[index] = 0
                return
            }
        }
    }

    /// So many people stand on it at once, spread evenly.
    mutating func fill(_ count: Int) {
        for index in 0..<max(min(count, visible), 0) where onStep[index] == 0 {
            onStep[index] = 1
            people += 1
        }
    }
}
