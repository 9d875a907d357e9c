import Foundation
import Testing

@testable import Simulation

@Suite struct CoasterTests {
    private let gravity = 9.80665

    private func machine(_ given: [String: Double] = [:], seed: UInt64 = 1) -> Coaster {
        Coaster(Parameters(given, for: Coaster.sheet), random: RandomStream(seed: seed))
    }

    @Test func atRestASeatFeelsItsWeightAlone() {
        var values = [Double](repeating: .nan, count: Coaster.sheet.signals.count)
        machine().tellFast(&values)
        #expect(abs(values[0]) < 0.01)
        #expect(abs(values[1]) < 0.01)
        #expect(abs(values[2] - 1) < 0.01)
    }

    /// From the top of the lift to the trim brake nothing drives or brakes a train: what it loses of
    /// height and speed is what wheels and air took, worked out here from their laws.
    @Test func heightSpeedAndLossesAddUp() {
        let track = CoasterTrack.shared
        func height(_ place: Double) -> Double {
            let parts = 200
            return (0..<parts).reduce(0) { sum, part in
                sum + track.seat(place - 5 + 10 * (Double(part) + 0.5) / Double(parts)).height
            } / Double(parts)
        }
        var train = CoasterTrain(position: 130, speed: 6, persons: 24)
        let start = (height: height(130), speed: train.speed)
        var lost = (wheels: 0.0, air: 0.0)
        var lowest = start.height
        while train.position < 520 {
            let (before, speed) = (train.position, train.speed)
            let near = track.near(before)
            train.move(
                train.freeForces(on: track, rolling: 1, north: 0, west: 0), by: 0.005, on: track)
            let way = train.position - before
            lost.wheels += 0.013 * abs(near.head * gravity + speed * speed * near.bendHead) * way
            lost.air += 0.5 * 1.2 * 3.2 / (5_600 + 24 * 75) * speed * speed * way
            lowest = min(lowest, height(train.position))
        }
        let kinetic = (train.speed * train.speed - start.speed * start.speed) / 2
        let potential = gravity * (height(train.position) - start.height)
        let drop = gravity * (start.height - lowest)
        #expect(drop > 250 && lost.wheels > 0.05 * drop && lost.air > 0.05 * drop)
        #expect(abs(kinetic + potential + lost.wheels + lost.air) < 0.005 * drop)
    }

    /// From the crest at 35 m to the valley at 3 m with 2.8 m/s at the start: without losses
    /// v2 = 2 g h + v02; rolling and air may take at most a tenth of the energy.
    @Test func theFirstDropTurnsHeightIntoSpeed() {
        var machine = machine()
        var values = [Double](repeating: .nan, count: Coaster.sheet.signals.count)
        var fastest = 0.0
        for step in 0..<40_000 {
            machine.step(in: WeatherNow())
            if step % 10 == 0 {
                machine.tell(&values)
                fastest = max(fastest, values[3])
            }
        }
        let ideal = (2 * gravity * 32 + 2.8 * 2.8).squareRoot()
        #expect(fastest < ideal)
        #expect(fastest * fastest > 0.9 * ideal * ideal)
    }

    @Test func theSameSeedGivesTheSameBits() {
        var one = machine(seed: 7)
        var two = machine(seed: 7)
        var first = [Double](repeating: 0, count: Coaster.sheet.signals.count)
        var second = first
        for _ in 0..<30_000 {
            one.step(in: WeatherNow())
            two.step(in: WeatherNow())
        }
        one.tell(&first)
        two.tell(&second)
        one.tellFast(&first)
        two.tellFast(&second)
        for index in first.indices {
            #expect(first[index].bitPattern == second[index].bitPattern)
        }
    }
}
