import Foundation

/// A message of a simulated site.
public struct SimulatedMessage: Sendable {
    /// Nanoseconds from the start.
    public var offsetNanoseconds: Int64
    /// The topic.
    public var topic: String
    /// The payload without its time stamp: everything after `{"ts":<ms>,`.
    let body: String

    /// The payload for a simulation that started at this many nanoseconds since 1970.
    public func payload(startNanoseconds: Int64) -> String {
        let microseconds = (startNanoseconds + offsetNanoseconds) / 1_000
        let fraction = String(microseconds % 1_000 + 1_000).dropFirst()
        return "{\"ts\":\(microseconds / 1_000).\(fraction),\(body)"
    }
}

/// The machines of one scenario in fixed steps: the same seed gives the same messages.
public struct Simulator {
    /// Seconds of one step of the physics.
    public static let step = 0.01

    private struct Unit {
        var machine: any Machine
        var topic: String
        var id: String
        var stepsPerMessage: Int
        var sequence = 0
        var isSilent = false
    }

    private let scenario: Scenario
    private var units: [Unit]
    private var tick = 0
    private let ticks: Int
    private var waiting: [SimulatedMessage] = []

    /// Makes the machines of a scenario, at rest at its start.
    public init(_ scenario: Scenario) {
        self.scenario = scenario
        ticks = Int((scenario.duration / Self.step).rounded())
        units = scenario.equipment.map { unit in
            let machine = Fleet.make(
                unit.kind, MachineParameters(values: unit.parameters),
                SeededGenerator(seed: scenario.seed, for: unit.id))
            return Unit(
                machine: machine,
                topic: "telemetry/\(scenario.site)/\(unit.kind)/\(unit.id)", id: unit.id,
                stepsPerMessage: Int((Fleet.period(of: unit.kind) / Self.step).rounded()))
        }
    }

    /// The next message; `nil` at the end of the scenario.
    public mutating func next() -> SimulatedMessage? {
        while waiting.isEmpty {
            guard tick < ticks else { return nil }
            advance()
        }
        return waiting.removeFirst()
    }

    private mutating func advance() {
        tick += 1
        let now = Double(tick) * Self.step
        for fault in scenario.faults {
            let isStart = tick == Int((fault.at / Self.step).rounded())
            let isEnd = tick == Int(((fault.at + fault.lasts) / Self.step).rounded())
            guard isStart || isEnd, let unit = units.firstIndex(where: { $0.id == fault.equipment })
            else { continue }
            if fault.fault == "silence" {
                units[unit].isSilent = isStart
            } else {
                units[unit].machine.set(fault.fault, isOn: isStart)
            }
        }
        for index in units.indices {
            units[index].machine.advance(by: Self.step)
            // Each unit reports at its own moment, as real ones do.
            guard tick % units[index].stepsPerMessage == index % units[index].stepsPerMessage
            else { continue }
            let readings = units[index].machine.readings()
            units[index].sequence += 1
            guard !units[index].isSilent else { continue }
            waiting.append(
                SimulatedMessage(
                    offsetNanoseconds: Int64((now * 1e9).rounded()), topic: units[index].topic,
                    body: "\"seq\":\(units[index].sequence)," + Self.text(readings) + "}"))
        }
    }

    private static func text(_ readings: [(name: String, value: SensorValue)]) -> String {
        readings.map { name, value in
            switch value {
            case .number(let number, let decimals):
                "\"\(name)\":" + fixed(number, decimals: decimals)
            case .boolean(let flag): "\"\(name)\":\(flag)"
            case .label(let label): "\"\(name)\":\"\(label)\""
            }
        }.joined(separator: ",")
    }

    /// A number with so many decimals, the same on every machine.
    static func fixed(_ number: Double, decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { value, _ in value * 10 }
        let scaled = Int64((abs(number) * scale).rounded())
        let sign = number < 0 && scaled != 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(scaled) }
        let digits = String(scaled)
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }
}

/// The kinds of machines that can be simulated.
public enum Fleet {
    /// The faults of each kind.
    public static var faults: [String: [String]] {
        [
            LiftModel.kind: LiftModel.faults, RopewayModel.kind: RopewayModel.faults,
            CoasterModel.kind: CoasterModel.faults,
        ]
    }

    static func period(of kind: String) -> Double {
        switch kind {
        case LiftModel.kind: LiftModel.period
        case RopewayModel.kind: RopewayModel.period
        default: CoasterModel.period
        }
    }

    static func make(
        _ kind: String, _ parameters: MachineParameters, _ random: SeededGenerator
    ) -> any Machine {
        switch kind {
        case LiftModel.kind: LiftModel(parameters: parameters, random: random)
        case RopewayModel.kind: RopewayModel(parameters: parameters, random: random)
        default: CoasterModel(parameters: parameters, random: random)
        }
    }
}
