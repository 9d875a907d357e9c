import Foundation
import Simulation
import Testing

@Suite struct SensorsTests {
    private static let sheet = DataSheet(
        model: "bench", kind: "bench", title: Bilingual("Bench", "台"), about: "", step: 0.01,
        period: 0.1, fastPeriod: 0.01, parameters: [],
        signals: [
            .number("speed", decimals: 3, noise: 0.02), .number("load", decimals: 0, noise: 3),
            .boolean("open"), .label("mode", ["normal", "inspection"]),
            .number("count", decimals: 0), .fast("accel", decimals: 3, noise: 0.05),
        ], faults: [])

    private static func sensors(seed: UInt64 = 1) -> SensorArray {
        SensorArray(sheet, random: RandomStream(seed: seed, for: "sensors"))
    }

    private static let truth = [1.5, 400, 1, 1, 12, 0.25]
    private var told = [Double](repeating: .nan, count: 6)

    @Test("noise has its mean, deviation, kurtosis and tails")
    mutating func gaussian() {
        var sensors = Self.sensors()
        let count = 100_000
        var sums = (first: 0.0, second: 0.0, fourth: 0.0, beyond: 0, farBeyond: 0)
        for _ in 0..<count {
            sensors.measureFast(Self.truth, into: &told, at: 0)
            let x = (told[5] - 0.25) / 0.05
            sums.first += x
            sums.second += x * x
            sums.fourth += x * x * x * x
            if abs(x) > 2.01 { sums.beyond += 1 }
            if abs(x) > 3.51 { sums.farBeyond += 1 }
        }
        let total = Double(count)
        // Bounds of about four standard errors. Told in steps of 0.02 deviations: the limits lie
        // between two of them.
        #expect(abs(sums.first / total) < 0.013)
        #expect(abs(sums.second / total - 1) < 0.018)
        #expect(abs(sums.fourth / total - 3) < 0.13)
        #expect(abs(Double(sums.beyond) / total / erfc(2.01 / 2.0.squareRoot()) - 1) < 0.06)
        #expect(abs(Double(sums.farBeyond) / total / erfc(3.51 / 2.0.squareRoot()) - 1) < 0.6)
    }

    @Test("values are rounded to their decimals, states are told as they are")
    mutating func rounding() {
        var sensors = Self.sensors()
        for _ in 0..<100 {
            sensors.measure(Self.truth, into: &told, at: 0)
            #expect(told[0] == Double(String(format: "%.3f", told[0])))
            #expect(told[1] == told[1].rounded())
            #expect(Array(told[2...4]) == [1, 1, 12])
            #expect(told[5].isNaN)
        }
    }

    @Test("what is not measured now is missing")
    mutating func missing() {
        var sensors = Self.sensors()
        sensors.measure([.nan, 400, .nan, 1, 12, 0], into: &told, at: 0)
        #expect(told[0].isNaN && told[2].isNaN && told[1].isFinite)
    }

    @Test("bias and drift add what they say")
    mutating func biasAndDrift() {
        var healthy = Self.sensors()
        var faulty = Self.sensors()
        var reference = told
        faulty.set(.bias, on: 4, size: 7)
        faulty.set(.drift, on: 0, size: -0.25)
        for second in 0..<20 {
            healthy.measure(Self.truth, into: &reference, at: 100 + Double(second))
            faulty.measure(Self.truth, into: &told, at: 100 + Double(second))
            #expect(told[4] == 19)
            #expect(abs(told[0] - (reference[0] - 0.25 * Double(second))) < 1e-9)
        }
        faulty.set(.bias, on: 4, size: nil)
        faulty.set(.drift, on: 0, size: nil)
        healthy.measure(Self.truth, into: &reference, at: 130)
        faulty.measure(Self.truth, into: &told, at: 130)
        #expect(told.prefix(5) == reference.prefix(5))
    }

    @Test("a stuck sensor tells what it told last, and the others are not touched")
    mutating func stuck() {
        var healthy = Self.sensors()
        var faulty = Self.sensors()
        var reference = told
        faulty.measure(Self.truth, into: &told, at: 0)
        healthy.measure(Self.truth, into: &reference, at: 0)
        let last = told[0]
        faulty.set(.stuck, on: 0, size: 1)
        for _ in 0..<50 {
            faulty.measure([9, 400, 1, 1, 12, 0], into: &told, at: 1)
            healthy.measure([9, 400, 1, 1, 12, 0], into: &reference, at: 1)
            #expect(told[0] == last)
            #expect(told[1] == reference[1])
        }
    }

    @Test("added noise adds its variance")
    mutating func noise() {
        var sensors = Self.sensors()
        sensors.set(.noise, on: 5, size: 0.12)
        var squares = 0.0
        for _ in 0..<40_000 {
            sensors.measureFast(Self.truth, into: &told, at: 0)
            squares += (told[5] - 0.25) * (told[5] - 0.25)
        }
        #expect(abs((squares / 40_000).squareRoot() - 0.13) < 0.0019)
    }

    @Test("dropout and invalid are told apart, also of a state")
    mutating func dropoutAndInvalid() {
        var sensors = Self.sensors()
        sensors.set(.dropout, on: 2, size: 1)
        sensors.set(.invalid, on: 0, size: 1)
        sensors.measure(Self.truth, into: &told, at: 0)
        #expect(told[2].isNaN && told[0] == Sensor.invalid && told[3] == 1)
        sensors.set(.dropout, on: 0, size: 1)
        sensors.measure(Self.truth, into: &told, at: 0)
        #expect(told[0].isNaN)
        for fault in SensorFault.allCases {
            sensors.set(fault, on: 0, size: nil)
            sensors.set(fault, on: 2, size: nil)
        }
        sensors.measure(Self.truth, into: &told, at: 0)
        #expect(told[2] == 1 && abs(told[0] - 1.5) < 0.2)
    }
}
