import Foundation
import Simulation
import Testing
import TocsinTestKit

/// The ends of every range that a data sheet gives: whatever a scenario may say, a model neither
/// traps nor tells what is no number.
@Suite struct ExtremesTests {
    /// A machine with something wrong from second 10 to second 90, mended afterwards.
    private static func scenario(
        _ sheet: DataSheet, _ causes: [Injection.Cause], _ parameters: [String: Double] = [:]
    ) -> Scenario {
        let injections =
            causes.isEmpty
            ? [] : [Injection(unit: "m", causes: causes, at: 10, lasts: 80, expects: [])]
        return Scenario(
            name: "ends", about: Bilingual("ends", "端值"), site: "s", seed: 3, duration: 110,
            startHour: 11, units: [.init(id: "m", model: sheet.model, parameters: parameters)],
            injections: injections)
    }

    /// A signal that is a number.
    private static func signal(_ sheet: DataSheet) -> String? {
        sheet.signals.first {
            if case .number = $0.form { return true }
            return false
        }?.name
    }

    /// The names that a message tells, and whether it tells of one that it has no value.
    private static func names(_ payload: [UInt8]) throws -> (names: Set<String>, isHollow: Bool) {
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(payload)) as? [String: Any])
        let isHollow = object.values.contains { value in
            value is NSNull || (value as? [Any])?.contains { $0 is NSNull } == true
        }
        return (Set(object.keys), isHollow)
    }

    /// What a healthy machine tells in every message.
    private static func usual(_ sheet: DataSheet) throws -> Set<String> {
        var simulator = try Simulator(scenario(sheet, []))
        var usual: Set<String>?
        while let message = simulator.next() {
            let told = try names(message.payload).names
            usual = usual?.intersection(told) ?? told
        }
        return try #require(usual)
    }

    /// Runs it; all that is told is told in numbers, and in the end all that is usual.
    private static func check(
        _ scenario: Scenario, _ usual: Set<String>, _ what: String
    ) throws {
        #expect(scenario.problems.isEmpty, "\(what)")
        var simulator = try Simulator(scenario)
        var told: Set<String> = []
        while let message = simulator.next() {
            let (names, isHollow) = try names(message.payload)
            #expect(!isHollow, "\(what): a signal has no value")
            told = names
        }
        let missing = usual.subtracting(told)
        #expect(missing.isEmpty, "\(what): \(missing) is told no more")
    }

    @Test(
        "every fault in the least and in the greatest of its sizes",
        arguments: Models.sheets.map(\.model))
    func faults(model: String) throws {
        let sheet = try #require(Models.sheet(model))
        let usual = try Self.usual(sheet)
        for fault in FaultSheet.all(of: sheet) {
            guard let range = fault.size?.range else { continue }
            for size in [range.lowerBound, range.upperBound] {
                let isSensor = SensorFault(rawValue: fault.name) != nil
                let cause = Injection.Cause(
                    fault: fault.name, size: size, signal: isSensor ? Self.signal(sheet) : nil)
                try Self.check(
                    Self.scenario(sheet, [cause]), usual,
                    "\(sheet.model), \(fault.name) of \(size)")
            }
        }
    }

    @Test(
        "every number in the least and in the greatest of its values",
        arguments: Models.sheets.map(\.model))
    func parameters(model: String) throws {
        let sheet = try #require(Models.sheet(model))
        let usual = try Self.usual(sheet)
        for parameter in sheet.parameters {
            for value in [parameter.range.lowerBound, parameter.range.upperBound] {
                try Self.check(
                    Self.scenario(sheet, [], [parameter.name: value]), usual,
                    "\(sheet.model), \(parameter.name) of \(value)")
            }
        }
    }

    @Test("a size beyond the range is refused with the range, and so is one that means nothing")
    func refused() {
        func problem(_ fault: String, _ size: Double?, signal: String? = nil) -> String {
            Lift.sheet.problem(of: .init(fault: fault, size: size, signal: signal)) ?? ""
        }
        #expect(problem("storm", 61).contains("between 0.0 and 60.0"))
        #expect(problem("storm", -.leastNonzeroMagnitude).contains("between"))
        #expect(problem("storm", .nan).contains("between"))
        #expect(problem("storm", 60).isEmpty && problem("storm", nil).isEmpty)
        #expect(problem("silence", 2).contains("it has no size"))
        #expect(problem("sensor_bias", 1, signal: "door.car").contains("is a state"))
        #expect(problem("sensor_stuck", nil, signal: "door.car").isEmpty)
        #expect(problem("sensor_bias", 1, signal: "car.speed").isEmpty)
    }
}
