import Foundation
import Testing

@testable import Simulation

@Suite struct PayloadTests {
    @Test(
        "numbers are written with all their decimals, rounded, and zero has no sign",
        arguments: [
            (0.0, 0, "0"), (0, 3, "0.000"), (-0.0004, 3, "0.000"), (-0.0005, 3, "-0.001"),
            (1.9996, 3, "2.000"), (12.5, 1, "12.5"), (-7, 0, "-7"), (0.05, 2, "0.05"),
            (123_456.789, 3, "123456.789"), (9.99, 1, "10.0"), (1e9, 2, "1000000000.00"),
        ])
    func numbers(value: Double, decimals: Int, text: String) {
        var writer = PayloadWriter()
        writer.number(value, decimals: decimals)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
    }

    @Test("whole numbers are written to their last digit, whatever their size")
    func integers() {
        for value in [0, 9, 10, -1, 99, 100, 1_767_225_600_000, Int.max, Int.min] {
            var writer = PayloadWriter()
            writer.integer(value)
            #expect(String(decoding: writer.bytes, as: UTF8.self) == "\(value)")
        }
    }

    @Test("a writer that is used again, and one that has to grow, writes the same")
    func growth() {
        var writer = PayloadWriter()
        for _ in 0..<3 {
            writer.clear()
            for _ in 0..<3_000 { writer.number(1.25, decimals: 2) }
            #expect(writer.bytes.count == 12_000)
            #expect(Set(writer.bytes) == Set("1.25".utf8))
        }
    }

    @Test("a lift may write the running data of GB/T 24476, with its codes and China's time")
    func runningData() throws {
        var simulator = try Simulator(
            Scenario(
                name: "n", about: Bilingual("a", "一"), site: "s", seed: 1, duration: 240,
                startHour: 11,
                units: [.init(id: "30106401002015000001", model: "lift", payload: .gbt24476)]))
        var doors: Set<Int> = []
        var count = 0
        while let message = simulator.next() {
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(message.payload)) as? [String: Any])
            #expect(object["registerNumber"] as? String == "30106401002015000001")
            #expect(object["Service_Mode"] as? Int == 1)
            #expect([0, 1].contains(object["Car_Status"] as? Int))
            doors.insert(object["Door_Status"] as? Int ?? -1)
            let stamp = object["Time_Stamps"] as? String ?? ""
            #expect(stamp.hasPrefix("2026-01-01 08:0") && stamp.count == 19)
            count += 1
        }
        #expect(count >= 239 && doors.isSubset(of: [1, 2, 3, 4, 5]) && doors.count >= 2)
    }

    @Test("only a lift tells running data of GB/T 24476")
    func notForRopeways() {
        let scenario = Scenario(
            name: "n", about: Bilingual("a", "一"), site: "s", seed: 1, duration: 30,
            units: [.init(id: "r", model: "gondola", payload: .gbt24476)])
        #expect(throws: Simulator.Unusable.self) { _ = try Simulator(scenario) }
    }
}
