import Foundation
import Simulation
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

private func demo() throws -> Scenario {
    try Scenario.load(root.appendingPathComponent("simulators/scenarios/demo.yaml").path)
}

private func number(_ name: String, in readings: [(name: String, value: SensorValue)]) -> Double? {
    guard case .number(let number, _) = readings.first(where: { $0.name == name })?.value else {
        return nil
    }
    return number
}

@Suite struct SimulatorTests {
    @Test("the same seed gives the same messages, another seed others")
    func seeds() throws {
        func payloads(seed: UInt64) throws -> [String] {
            var scenario = try demo()
            scenario.seed = seed
            scenario.duration = 20
            scenario.faults = []
            var simulator = Simulator(scenario)
            var payloads: [String] = []
            while let message = simulator.next() {
                payloads.append(message.topic + message.payload(startNanoseconds: 0))
            }
            return payloads
        }
        let first = try payloads(seed: 1)
        #expect(first.count > 300)
        #expect(try payloads(seed: 1) == first)
        #expect(try payloads(seed: 2) != first)
    }

    @Test("without faults the lift keeps its rated speed and reaches it")
    func liftSpeed() throws {
        var lift = LiftModel(
            parameters: MachineParameters(values: ["rated_speed": 1.75]),
            random: SeededGenerator(seed: 9))
        var fastest = 0.0
        for _ in 0..<60_000 {
            lift.advance(by: 0.01)
            if let speed = number("car.speed", in: lift.readings()) {
                fastest = max(fastest, abs(speed))
            }
        }
        #expect(fastest > 1.74 && fastest < 1.79)
    }

    @Test("the coaster's train is never faster than its energy at the crest allows")
    func coasterEnergy() {
        var coaster = CoasterModel(
            parameters: MachineParameters(values: [:]), random: SeededGenerator(seed: 9))
        var fastest = 0.0
        var lowest = Double.infinity
        for _ in 0..<12_000 {
            coaster.advance(by: 0.01)
            if let speed = number("train.speed", in: coaster.readings()) {
                fastest = max(fastest, speed)
                lowest = min(lowest, speed)
            }
        }
        // v² = 2 g h + v0² with h = 29 m from the crest at 5.5 m/s; noise of 0.03 m/s on top.
        let bound = (2 * 9.80665 * 29 + 5.5 * 5.5).squareRoot() + 0.15
        #expect(fastest < bound && fastest > 0.9 * bound)
        #expect(lowest > -0.2)
    }

    @Test("at rest the rider feels one g downwards")
    func restingGravity() {
        var coaster = CoasterModel(
            parameters: MachineParameters(values: [:]), random: SeededGenerator(seed: 4))
        var total = 0.0
        for _ in 0..<200 {
            coaster.advance(by: 0.01)
            if let force = number("seat.accelZ", in: coaster.readings()) {
                total += force
            }
        }
        #expect(abs(total / 200 - 1) < 0.01)
    }

    @Test(
        "a scenario that names what does not exist is refused",
        arguments: [
            ("fault: door_unlocked", "fault: door_unlokked"),
            ("equipment: lift-2", "equipment: lift-9"),
            ("kind: coaster", "kind: rocket"),
        ])
    func badScenario(good: String, bad: String) throws {
        let text = try String(
            contentsOf: root.appendingPathComponent("simulators/scenarios/demo.yaml"),
            encoding: .utf8)
        let path = NSTemporaryDirectory() + "scenario-\(UUID()).yaml"
        try text.replacingOccurrences(of: good, with: bad)
            .write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: Scenario.Invalid.self) { try Scenario.load(path) }
    }
}

@Suite struct JudgeTests {
    private static func line(_ rule: String, _ equipment: String, _ at: String) -> Data {
        Data(
            #"{"at":"\#(at)","equipment":"\#(equipment)","rule":"\#(rule)","state":"raised"}"#.utf8)
    }

    @Test("a missed fault, a late one and a false hazard each spoil the verdict")
    func spoiled() throws {
        var scenario = try demo()
        scenario.faults = [
            .init(
                equipment: "ropeway-1", fault: "derailment", at: 10, lasts: 5,
                expects: [.init(rule: "ropeway.derailment", within: 2)])
        ]
        let truth = GroundTruth(
            scenario: scenario, startNanoseconds: 1_767_225_600_000_000_000, messages: 1)
        func verdict(_ lines: [Data]) -> Judge.Verdict {
            var judge = Judge(truth: truth)
            for line in lines { judge.hear(line) }
            return judge.verdict()
        }
        let good = Self.line("ropeway.derailment", "ropeway-1", "2026-01-01T00:00:10.5Z")
        #expect(verdict([good]).isPerfect)
        #expect(!verdict([]).isPerfect)
        #expect(
            !verdict([Self.line("ropeway.derailment", "ropeway-1", "2026-01-01T00:00:12.5Z")])
                .isPerfect)
        let extra = Self.line("lift.overspeed", "lift-1", "2026-01-01T00:00:11Z")
        #expect(verdict([good, extra]).unexpected.count == 1)
    }
}
