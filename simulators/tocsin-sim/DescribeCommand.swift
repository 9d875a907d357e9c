import ArgumentParser
import Foundation
import Simulation

/// `tocsin-sim describe`: a model's data sheet.
struct DescribeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Describe a model: what is computed, its numbers, signals and faults.")

    @Argument(help: "The model, as tocsin-sim list names it.")
    var model: String

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        guard let sheet = Models.sheet(model) else {
            let known = Models.sheets.map(\.model).joined(separator: ", ")
            throw TocsinSim.failure(
                "there is no model \(model): the models are \(known)", 64)
        }
        if json { return print(try TocsinSim.json(Self.object(sheet))) }
        print("\(sheet.model): \(sheet.title.en) \(sheet.title.zh), kind \(sheet.kind)")
        print(sheet.about)
        var rhythm = "steps of \(milliseconds(sheet.step)), a message every "
        rhythm += milliseconds(sheet.period)
        if sheet.fastPeriod > 0 {
            rhythm += ", fast signals every \(milliseconds(sheet.fastPeriod))"
        }
        print(rhythm)
        print("\nnumbers 参数")
        for parameter in sheet.parameters {
            let usual = parameter.usual.map { "\($0)" } ?? "must be given"
            let range = "\(parameter.range.lowerBound) to \(parameter.range.upperBound)"
            print(
                row(parameter.name, 26, "\(usual) \(parameter.unit)", 18, range, 20)
                    + parameter.about)
        }
        print("\nsignals 信号")
        for signal in sheet.signals {
            let noise = signal.noise > 0 ? "noise \(signal.noise)" : ""
            print(row(signal.name, 26, form(signal), 18, noise, 20))
        }
        print("\nfaults 故障")
        for fault in FaultSheet.all(of: sheet) {
            print(row(fault.name, 26) + "\(fault.title.en) \(fault.title.zh)")
            guard let size = fault.size else { continue }
            print(
                row("", 26) + "size: \(size.meaning), usually \(size.usual), "
                    + "\(size.range.lowerBound) to \(size.range.upperBound)")
        }
    }

    private static func object(_ sheet: DataSheet) -> [String: Any] {
        [
            "model": sheet.model, "kind": sheet.kind, "about": sheet.about,
            "title": ["en": sheet.title.en, "zh": sheet.title.zh], "step_s": sheet.step,
            "period_s": sheet.period, "fast_period_s": sheet.fastPeriod,
            "parameters": sheet.parameters.map { parameter -> [String: Any] in
                var object: [String: Any] = [
                    "name": parameter.name, "unit": parameter.unit, "about": parameter.about,
                    "range": [parameter.range.lowerBound, parameter.range.upperBound],
                ]
                object["usual"] = parameter.usual
                return object
            },
            "signals": sheet.signals.map { ["name": $0.name, "noise": $0.noise] },
            "faults": FaultSheet.all(of: sheet).map { fault -> [String: Any] in
                var object: [String: Any] = [
                    "name": fault.name, "title": ["en": fault.title.en, "zh": fault.title.zh],
                ]
                if let size = fault.size {
                    object["size"] = [
                        "meaning": size.meaning, "usual": size.usual,
                        "range": [size.range.lowerBound, size.range.upperBound],
                    ]
                }
                return object
            },
        ]
    }

    private func form(_ signal: SignalSheet) -> String {
        switch signal.form {
        case .number(let decimals): signal.isFast ? "fast number" : "number, \(decimals) decimals"
        case .boolean: "true, false"
        case .label(let labels): labels.joined(separator: ", ")
        }
    }

    private func milliseconds(_ seconds: Double) -> String {
        "\(Int((seconds * 1_000).rounded())) ms"
    }

    private func row(_ cells: Any...) -> String {
        var line = "  "
        var index = 0
        while index + 1 < cells.count {
            let text = "\(cells[index])"
            let width = cells[index + 1] as? Int ?? 0
            line += text + String(repeating: " ", count: max(1, width - text.count))
            index += 2
        }
        return line
    }
}
