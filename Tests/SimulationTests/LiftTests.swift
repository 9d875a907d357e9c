import Foundation
import Simulation
import Testing

/// Checks of the lift's physics against closed forms.
@Suite("Lift physics")
struct LiftTests {
    private static let gravity = 9.80665

    private func place(of signal: String) throws -> Int {
        try #require(Lift.sheet.signals.firstIndex { $0.name == signal })
    }

    private func place(ofFault fault: String) throws -> Int {
        try #require(Lift.sheet.faults.firstIndex { $0.name == fault })
    }

    private func makeLift(_ parameters: [String: Double] = [:], seed: UInt64 = 1) -> Lift {
        Lift(Parameters(parameters, for: Lift.sheet), random: RandomStream(seed: seed))
    }

    @Test("A healthy lift at rest feels no acceleration and stands at its sill")
    func rest() throws {
        var lift = makeLift(["population": 0.001])
        var values = [Double](repeating: .nan, count: Lift.sheet.signals.count)
        for _ in 0..<500 { lift.step(in: WeatherNow()) }
        lift.tell(&values)
        lift.tellFast(&values)
        #expect(values[try place(of: "car.accel")] == 0)
        #expect(abs(values[try place(of: "car.levelError")]) < 0.1)
        #expect(values[try place(of: "car.speed")] == 0)
        #expect(values[try place(of: "chain.safety")] == 1)
    }

    /// A full run takes H / v + v / a + a / j, and what the regulator adds to level the car.
    @Test("The longest run takes as long as jerk, acceleration and speed ask for")
    func travelTime() throws {
        // Before the brake test the empty car goes from its main floor, the highest, to the lowest.
        var lift = makeLift(["population": 0.001, "main_floor": 15])
        let test = try place(ofFault: "brake_test_run")
        lift.set(fault: test, size: 1)
        var values = [Double](repeating: .nan, count: Lift.sheet.signals.count)
        let position = try place(of: "car.position")
        let speed = try place(of: "car.speed")
        var began = 0.0
        var ended = 0.0
        for tick in 0..<3000 {
            lift.step(in: WeatherNow())
            lift.tell(&values)
            let time = Double(tick) * 0.02
            if began == 0, values[speed] < -0.005 { began = time }
            if began > 0, ended == 0, values[position] < 0.01, abs(values[speed]) < 0.01 {
                ended = time
            }
        }
        let expected = 49.5 / 1.75 + 1.75 / 0.9 + 0.9 / 1.2
        #expect(ended - began > expected - 0.3)
        #expect(ended - began < expected + 1.2)
    }

    /// Both brake sets against the heavier counterweight: a = (F - q Q g) / m.
    @Test("The empty car going up stops as the brake's force and the masses ask for")
    func brakeDistance() throws {
        var lift = makeLift(["population": 0.001])
        lift.set(fault: try place(ofFault: "brake_test_run"), size: 1)
        for _ in 0..<3000 { lift.step(in: WeatherNow()) }
        var values = [Double](repeating: .nan, count: Lift.sheet.signals.count)
        lift.tell(&values)
        let brake = 1.6 * 0.8 * 1000 * Self.gravity
        let imbalance = 0.45 * 1000 * Self.gravity
        let deceleration = (brake - imbalance) / (1200 + 1650 + 800)
        // The counterweight pulls on until the lining grips, 0.12 to 0.22 s after the current.
        let rise = imbalance / (1200 + 1650 + 800)
        let late = 0.17
        let speed = 1.75 + rise * late
        let expected = 1.75 * late + rise * late * late / 2 + speed * speed / (2 * deceleration)
        let measured = values[try place(of: "brake.stopDistance")]
        #expect(abs(measured - expected) < 0.12 * expected)
    }

    @Test("The same seed gives the same bits")
    func determinism() throws {
        var first = makeLift(seed: 7)
        var second = makeLift(seed: 7)
        var one = [Double](repeating: 0, count: Lift.sheet.signals.count)
        var two = one
        for _ in 0..<30_000 {
            first.step(in: WeatherNow())
            second.step(in: WeatherNow())
        }
        first.tell(&one)
        second.tell(&two)
        #expect(one.map(\.bitPattern) == two.map(\.bitPattern))
    }

    /// Euler and Eytelwein: the empty car needs a ratio of (P + qQ) / P = 1.375 at rest.
    @Test("Ropes hold the resting car above, and lose it below, the ratio of the weights")
    func traction() throws {
        let needed = log(1.375) / 0.80
        for (factor, holds) in [(needed * 1.05, true), (needed * 0.95, false)] {
            var lift = makeLift(["population": 0.001])
            lift.set(fault: try place(ofFault: "rope_greasy"), size: factor)
            for _ in 0..<250 { lift.step(in: WeatherNow()) }
            var values = [Double](repeating: .nan, count: Lift.sheet.signals.count)
            lift.tell(&values)
            #expect((abs(values[try place(of: "car.position")]) < 0.01) == holds)
        }
    }
}
