/// People who want to ride: they come by the hour, wait, press buttons, board and leave.
///
/// Counts per floor only; where somebody goes is drawn as they board.
struct LiftTraffic {
    /// Share of the building's people that come in within an hour, by hour of the day: an office
    /// with hotel floors; up-peak, lunch, down-peak and quiet nights as in CIBSE Guide D, scaled.
    private static let incoming = [
        0.010, 0.006, 0.004, 0.004, 0.006, 0.02, 0.08, 0.30, 0.55, 0.35, 0.15, 0.15,
        0.30, 0.40, 0.20, 0.12, 0.10, 0.10, 0.12, 0.10, 0.08, 0.06, 0.04, 0.02,
    ]
    /// Share that goes out.
    private static let outgoing = [
        0.006, 0.004, 0.004, 0.004, 0.010, 0.03, 0.06, 0.12, 0.12, 0.10, 0.12, 0.20,
        0.45, 0.25, 0.12, 0.12, 0.25, 0.50, 0.45, 0.20, 0.10, 0.06, 0.03, 0.02,
    ]
    /// Share that goes from floor to floor.
    private static let between = [
        0.002, 0.001, 0.001, 0.001, 0.002, 0.01, 0.02, 0.05, 0.10, 0.15, 0.15, 0.12,
        0.08, 0.10, 0.15, 0.15, 0.12, 0.08, 0.05, 0.03, 0.02, 0.01, 0.01, 0.005,
    ]
    /// Mean mass of a person, kg (EN 81-20: 75 kg).
    static let personMass = 75.0

    private let floors: Int
    private let mainFloor: Int
    private let population: Double
    private let startHour: Double
    private var random: RandomStream
    private var untilNext = 0.0
    private var waitingUp: [Int]
    private var waitingDown: [Int]
    private var riding: [Int]
    /// Floors with somebody who waits to go up, one bit each.
    private(set) var upCalls: UInt64 = 0
    /// Floors with somebody who waits to go down.
    private(set) var downCalls: UInt64 = 0
    /// Floors that somebody in the car wants.
    private(set) var carCalls: UInt64 = 0
    /// People in the car.
    private(set) var inCar = 0
    /// Their mass, kg.
    private(set) var loadMass = 0.0

    init(_ parameters: Parameters, random: RandomStream) {
        floors = Int(parameters["floors"])
        mainFloor = min(Int(parameters["main_floor"]), floors - 1)
        population = parameters["population"]
        startHour = parameters["start_hour"]
        self.random = random
        waitingUp = [Int](repeating: 0, count: floors)
        waitingDown = waitingUp
        riding = waitingUp
        let rates = Self.rates(at: Int(startHour) % 24)
        untilNext = min(self.random.waiting(3600 / (population * rates.total)), 600)
    }

    /// Shares of the building's people that come in, go out and ride at all within an hour.
    private static func rates(at hour: Int) -> (into: Double, out: Double, total: Double) {
        (incoming[hour], outgoing[hour], incoming[hour] + outgoing[hour] + between[hour])
    }

    /// Lets people come for one step.
    mutating func advance(_ step: Double, time: Double) {
        untilNext -= step
        guard untilNext <= 0 else { return }
        let hour = Int((startHour + time / 3600).truncatingRemainder(dividingBy: 24))
        let (into, out, total) = Self.rates(at: hour)
        // Not longer than ten minutes, so that the next hour's rate is seen in time.
        let wait = random.waiting(3600 / (population * total))
        untilNext = min(wait, 600)
        guard wait <= 600 else { return }
        let draw = random.unit() * total
        let other = floorBesides(mainFloor)
        if draw < into {
            addWaiting(at: mainFloor, isUp: other > mainFloor)
        } else if draw < into + out {
            addWaiting(at: other, isUp: mainFloor > other)
        } else {
            let origin = floorBesides(mainFloor)
            addWaiting(at: origin, isUp: floorBesides(origin) > origin)
        }
    }

    /// So many come at once to a floor and all want to go the same way.
    mutating func addGroup(_ count: Int, at floor: Int) {
        for _ in 0..<count { addWaiting(at: floor, isUp: floor < floors - 1) }
    }

    /// Whether somebody in the car wants to leave here.
    func wantsToLeave(at floor: Int) -> Bool { riding[floor] > 0 }

    /// Whether somebody waits here to go this way.
    func waits(at floor: Int, isUp: Bool) -> Bool {
        isUp ? waitingUp[floor] > 0 : waitingDown[floor] > 0
    }

    /// One person leaves at this floor.
    mutating func leave(at floor: Int) {
        guard riding[floor] > 0 else { return }
        riding[floor] -= 1
        if riding[floor] == 0 { carCalls &= ~(1 << UInt64(floor)) }
        removeOne()
    }

    /// One person boards and presses the button of a floor that lies that way.
    mutating func board(at floor: Int, isUp: Bool) {
        let target: Int
        if isUp {
            waitingUp[floor] -= 1
            if waitingUp[floor] == 0 { upCalls &= ~(1 << UInt64(floor)) }
            target = Int(random.uniform(Double(floor + 1), Double(floors)))
        } else {
            waitingDown[floor] -= 1
            if waitingDown[floor] == 0 { downCalls &= ~(1 << UInt64(floor)) }
            // Most who go down go out.
            let isOut = floor > mainFloor && random.unit() < 0.8
            target = isOut ? mainFloor : Int(random.uniform(0, Double(floor)))
        }
        riding[target] += 1
        carCalls |= 1 << UInt64(target)
        inCar += 1
        loadMass = Double(inCar) * Self.personMass
    }

    /// The last who came steps out again, as the car is too full, and takes the stairs.
    mutating func stepBack() {
        for floor in stride(from: floors - 1, through: 0, by: -1) where riding[floor] > 0 {
            leave(at: floor)
            return
        }
    }

    private mutating func removeOne() {
        inCar -= 1
        loadMass = Double(inCar) * Self.personMass
    }

    private mutating func addWaiting(at floor: Int, isUp: Bool) {
        // Nobody joins a crowd of thirty; they take another lift or the stairs.
        guard waitingUp[floor] + waitingDown[floor] < 30 else { return }
        if isUp {
            waitingUp[floor] += 1
            upCalls |= 1 << UInt64(floor)
        } else {
            waitingDown[floor] += 1
            downCalls |= 1 << UInt64(floor)
        }
    }

    private mutating func floorBesides(_ floor: Int) -> Int {
        let drawn = Int(random.uniform(0, Double(floors - 1)))
        return drawn >= floor ? drawn + 1 : drawn
    }
}
