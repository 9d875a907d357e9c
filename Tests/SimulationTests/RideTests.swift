import Foundation
import Simulation
import Testing

@Suite struct RideTests {
    private let gravity = 9.80665

    private func values<M: Machine>(_ type: M.Type) -> [Double] {
        [Double](repeating: .nan, count: M.sheet.signals.count)
    }

    private func rest<M: Machine>(_ type: M.Type) -> Double {
        let machine = M(Parameters([:], for: M.sheet), random: RandomStream(seed: 1))
        var told = values(type)
        machine.tellFast(&told)
        return told[2]
    }

    @Test func atRestASeatFeelsItsWeight() {
        #expect(abs(rest(DropTower.self) - 1) < 1e-9)
        #expect(abs(rest(Pendulum.self) - 1) < 1e-9)
        #expect(abs(rest(ChairSwing.self) - 1) < 1e-9)
    }

    /// At most the speed of a free fall through the stroke that is not braked and half of the entry
    /// of the fins; at least nine tenths of that of the free part.
    @Test func aFreeFallIsAsFastAsItsHeight() {
        var machine = DropTower(
            Parameters([:], for: DropTower.sheet), random: RandomStream(seed: 3))
        var told = values(DropTower.self)
        var fastest = 0.0
        for step in 0..<50_000 {
            machine.step(in: WeatherNow())
            if step % 10 == 0 {
                machine.tell(&told)
                fastest = max(fastest, -told[3])
            }
        }
        let free = (2 * gravity * 55 * 0.48).squareRoot()
        #expect(fastest > 0.9 * free)
        #expect(fastest < (2 * gravity * 55 * 0.72).squareRoot())
    }

    /// In steady turning tan(a) = w2 (r0 + l sin a) / g, with the service turning of 0.88 rad/s,
    /// 7 m to the hanger and 6 m of chain; the seat then feels 1 / cos(a).
    @Test func aChairHangsWhereGravityAndCircleWant() {
        var angle = 0.5
        for _ in 0..<200 { angle = atan(0.88 * 0.88 * (7 + 6 * sin(angle)) / gravity) }
        var machine = ChairSwing(
            Parameters([:], for: ChairSwing.sheet), random: RandomStream(seed: 3))
        var told = values(ChairSwing.self)
        var (angles, forces, count) = (0.0, 0.0, 0.0)
        for _ in 0..<50_000 {
            machine.step(in: WeatherNow())
            machine.tell(&told)
            machine.tellFast(&told)
            // At the top and neither faster nor slower: steady turning.
            guard told[5] > 29_900, abs(told[0]) < 0.001 else { continue }
            angles += told[4]
            forces += told[2]
            count += 1
        }
        #expect(count > 1000)
        #expect(abs(angles / count - angle * 180 / .pi) < 0.5)
        #expect(abs(forces / count - 1 / cos(angle)) < 0.03)
    }
}
