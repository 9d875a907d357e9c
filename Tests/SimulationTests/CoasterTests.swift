import Foundation
import Simulation
import Testing

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
