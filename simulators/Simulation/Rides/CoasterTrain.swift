/// A train of the coaster: a mass on the track, its length averaged.
struct CoasterTrain: Sendable {
    /// The middle of the train, metres along the track.
    var position: Double
    /// m/s along the track.
    var speed = 0.0
    /// Change of speed in the last step, m/s2.
    var acceleration = 0.0
    /// People aboard.
    var persons = 0.0
    /// Whether it may leave where the control holds it.
    var isReleased = false
    /// Metres back on the lift since it was last going up.
    var rollback = 0.0
    /// Whether it is in the station and the station's cycle has it.
    var isBerthed = false

    /// Mass of an empty train, kg; six cars with four seats each (typical).
    static let emptyMass = 5600.0
    /// Of one person, kg.
    static let personMass = 75.0
    /// Coefficient of rolling resistance of polyurethane wheels (typical, 0.01 to 0.02).
    static let rolling = 0.013
    /// Drag area, m2.
    static let dragArea = 3.2

    /// What moves it now, kg.
    var mass: Double { Self.emptyMass + Self.personMass * persons }

    /// What acts along the track: what pushes in one direction, and what holds against any motion.
    struct Forces {
        /// m/s2 forward.
        var push = 0.0
        /// m/s2 against the motion, at rest at most as much as `push`.
        var friction = 0.0
    }

    /// Gravity, rolling resistance and drag of the air at this place.
    func freeForces(
        on track: CoasterTrack, rolling: Double, north: Double, west: Double
    ) -> Forces {
        let near = track.near(position)
        let normal = abs(near.head * 9.80665 + speed * speed * near.bendHead)
        // The wind's component along the track; `north` and `west` are where it blows to.
        let air = speed - near.north * north - near.west * west
        let drag = 0.5 * 1.2 * Self.dragArea / mass * air * abs(air)
        // Wind does not move a train that stands.
        let wind = abs(speed) < 0.02 ? 0 : drag
        return Forces(
            push: -9.80665 * track.trainClimb(position) - wind,
            friction: Self.rolling * rolling * normal)
    }

    /// Moves it on by a step (semi-implicit Euler, friction last so that it never turns it round).
    mutating func move(_ forces: Forces, by time: Double, on track: CoasterTrack) {
        let driven = speed + forces.push * time
        let held = forces.friction * time
        let next = abs(driven) <= held ? 0 : driven > 0 ? driven - held : driven + held
        acceleration = (next - speed) / time
        speed = next
        position = track.wrapped(position + speed * time)
    }

    /// Share of a zone's brake or motor that the train covers: its magnets are `reach` metres long.
    func cover(_ zone: ClosedRange<Double>, reach: Double) -> Double {
        let entered = (position - zone.lowerBound) / reach + 0.5
        let left = (zone.upperBound - position) / reach + 0.5
        return min(max(min(entered, left), 0), 1)
    }
}
