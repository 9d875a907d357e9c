import Foundation
import Simulation
import Testing

/// Checks of the escalator's physics against closed forms.
@Suite("Escalator physics")
struct EscalatorTests {
    private func place(of signal: String) throws -> Int {
        try #require(Escalator.sheet.signals.firstIndex { $0.name == signal })
    }

    private func place(ofFault fault: String) throws -> Int {
        try #require(Escalator.sheet.faults.firstIndex { $0.name == fault })
    }

    private func makeEscalator(_ parameters: [String: Double]) -> Escalator {
        Escalator(Parameters(parameters, for: Escalator.sheet), random: RandomStream(seed: 1))
    }

    @Test("An empty escalator runs at its nominal speed, its handrails a little ahead")
    func nominal() throws {
        var escalator = makeEscalator(["visitors": 0, "standby_after": 3600])
        for _ in 0..<1500 { escalator.step(in: WeatherNow()) }
        var values = [Double](repeating: .nan, count: Escalator.sheet.signals.count)
        escalator.tell(&values)
        #expect(abs(values[try place(of: "step.speed")] - 0.5) < 0.001)
        #expect(abs(values[try place(of: "handrail.leftSpeed")] - 0.505) < 0.001)
    }

    /// s = v t + v^2 / 2a with a = (brake + friction) / m: 10 m of slope are 25 steps of 120 kg.
    @Test("The empty escalator stops as brake, friction and masses ask for")
    func stopDistance() throws {
        var escalator = makeEscalator(["visitors": 0, "standby_after": 3600])
        for _ in 0..<1500 { escalator.step(in: WeatherNow()) }
        escalator.set(fault: try place(ofFault: "operator_stop"), size: 1)
        for _ in 0..<250 { escalator.step(in: WeatherNow()) }
        var values = [Double](repeating: .nan, count: Escalator.sheet.signals.count)
        escalator.tell(&values)
        let mass = 2_500.0 + 26_000
        let friction = 1_500.0
        let brake = 1.2 * 25 * 120 * 9.80665 * 0.5
        // Friction alone slows it until the brake has fallen in.
        let early = friction / mass
        let speed = 0.5 - early * 0.2
        let deceleration = (brake + friction) / mass
        let expected = 0.5 * 0.2 - early * 0.02 + speed * speed / (2 * deceleration)
        #expect(abs(values[try place(of: "stop.distance")] - expected) < 0.02)
        #expect(abs(values[try place(of: "stop.deceleration")] - deceleration) < 0.02)
    }

    /// With 24 persons, the band alone and no auxiliary brake: a = g sin 30 m / M - friction / M.
    @Test("With its chain parted and the auxiliary brake dead the loaded band runs back")
    func chainParts() throws {
        var escalator = makeEscalator(["visitors": 0, "standby_after": 3600])
        for _ in 0..<1500 { escalator.step(in: WeatherNow()) }
        escalator.set(fault: try place(ofFault: "auxiliary_dead"), size: 1)
        escalator.set(fault: try place(ofFault: "crowd"), size: 24)
        escalator.set(fault: try place(ofFault: "chain_parted"), size: 1)
        // Up at 0.5 m/s, slowed by weight and friction, then back under weight less friction.
        let load = 24 * 75.0
        let pull = load * 9.80665 / 2
        let up = 0.5 / ((pull + 1_500) / (2_500 + load))
        let down = 0.3 / ((pull - 1_500) / (2_500 + load))
        for _ in 0..<Int(((up + down) / 0.02).rounded()) { escalator.step(in: WeatherNow()) }
        var values = [Double](repeating: .nan, count: Escalator.sheet.signals.count)
        escalator.tell(&values)
        #expect(abs(values[try place(of: "step.speed")] + 0.3) < 0.08)
    }
}
