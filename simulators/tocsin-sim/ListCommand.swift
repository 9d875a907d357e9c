import ArgumentParser
import Foundation
import Simulation

/// `tocsin-sim list`: what can be simulated.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the models and their faults.")

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        if json {
            var models: [String: Any] = [:]
            for sheet in Models.sheets {
                models[sheet.model] = [
                    "kind": sheet.kind, "faults": sheet.faults.map(\.name),
                ]
            }
            let all: [String: Any] = [
                "models": models, "weather": WeatherFault.allCases.map(\.rawValue),
                "sensors": SensorFault.allCases.map(\.rawValue),
                "links": LinkFault.allCases.map(\.rawValue),
            ]
            print(try TocsinSim.json(all))
            return
        }
        for sheet in Models.sheets {
            print("\(sheet.model) (\(sheet.kind)): \(sheet.title.en) \(sheet.title.zh)")
            print(folded(sheet.faults.map(\.name)))
        }
        print("at every machine 各型设备通用")
        print(folded(FaultSheet.ofAnyMachine.map(\.name)))
        print("tocsin-sim describe MODEL tells more. 详见 tocsin-sim describe 型号")
    }

    private func folded(_ words: [String]) -> String {
        var lines = ["   "]
        for word in words {
            if lines[lines.count - 1].count + word.count > 96 { lines.append("   ") }
            lines[lines.count - 1] += " " + word
        }
        return lines.joined(separator: "\n")
    }
}
