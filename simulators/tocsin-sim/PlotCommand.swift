public import ArgumentParser
import Foundation
import Simulation
public import TocsinTestKit

/// `tocsin-sim plot`: a picture of a machine of a scenario.
struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draw signals, limits, faults and hazards of a scenario, as SVG or PNG.",
        discussion: """
            Needs gnuplot and, for Chinese, a font that has it; scripts/bootstrap installs both: \
            scripts/bootstrap gnuplot-nox fonts-droid-fallback
            """)

    @OptionGroup var rules: RuleOptions

    @Argument(help: "The scenario file, or FILE#TRIAL for a trial of a file of trials.")
    var scenario: String

    @Option(name: [.short, .long], help: "The picture, ending in .svg or .png.")
    var out: String

    @Option(
        help: "The machine. Default: the first of which something is expected, or with a fault.")
    var equipment: String?

    @Option(help: "Signals, separated by commas. Default: those of the rules that must be raised.")
    var signals: String?

    @Option(help: "The language: en, zh or both.")
    var language: Plot.Language = .both

    @Option(help: "Another seed than the scenario's; of a trial, 0 unless told.")
    var seed: UInt64?

    @Flag(help: "Print what was drawn, on standard error, as JSON.")
    var json = false

    func validate() throws {
        guard out.hasSuffix(".svg") || out.hasSuffix(".png") else {
            throw ValidationError("--out must end in .svg or .png")
        }
        let directory = (out as NSString).deletingLastPathComponent
        guard FileManager.default.isWritableFile(atPath: directory.isEmpty ? "." : directory)
        else { throw ValidationError("--out: \(directory) is no directory that can be written") }
    }

    func run() throws {
        let book = try rules.load()
        let scenario = try read(book)
        let plot: Plot
        let progress = Progress()
        do {
            plot = try book.picture(
                of: scenario, unit: equipment,
                signals: signals?.split(separator: ",").map(String.init) ?? []
            ) { progress.show($0 / scenario.duration) }
        } catch let error as Simulator.Unusable {
            throw TocsinSim.failure(error.problems.joined(separator: "\n"), 65)
        } catch let error as RuleBook.Undrawable {
            throw TocsinSim.failure(error.message, 64)
        } catch let error as RuleBook.Unfit {
            throw TocsinSim.failure(error.problems.joined(separator: "\n"), 78)
        }
        progress.end()
        try draw(plot)
    }

    private func read(_ book: RuleBook) throws -> Scenario {
        let parts = scenario.split(separator: "#", maxSplits: 1)
        guard parts.count == 2 else {
            var scenario = try rules.scenario(self.scenario, book)
            if let seed { scenario.seed = seed }
            return scenario
        }
        let file = try TrialFile.read(String(parts[0]), book)
        guard let trial = file.trials.first(where: { $0.id == parts[1] }) else {
            let known = file.trials.map(\.id).joined(separator: ", ")
            throw TocsinSim.failure("there is no trial \(parts[1]): there are \(known)", 64)
        }
        return trial.scenario(seed: seed ?? 0)
    }

    private func draw(_ plot: Plot) throws {
        let data = NSTemporaryDirectory() + "tocsin-plot-\(UUID().uuidString).dat"
        let scriptPath = data + ".gnuplot"
        defer {
            for path in [data, scriptPath] { unlink(path) }
        }
        let terminal: Plot.Terminal = out.hasSuffix(".svg") ? .svg : .png
        let made = plot.script(terminal, in: language, output: out, data: data)
        do {
            try made.data.write(toFile: data, atomically: false, encoding: .utf8)
            try made.script.write(toFile: scriptPath, atomically: false, encoding: .utf8)
        } catch {
            throw TocsinSim.failure("\(data): cannot be written: \(error)", 65)
        }
        let gnuplot = Process()
        gnuplot.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gnuplot.arguments = ["gnuplot", scriptPath]
        do {
            try gnuplot.run()
        } catch {
            throw TocsinSim.failure("gnuplot cannot be started: \(error)", 69)
        }
        gnuplot.waitUntilExit()
        switch gnuplot.terminationStatus {
        case 0: break
        case 127:
            throw TocsinSim.failure(
                "gnuplot is not installed: scripts/bootstrap gnuplot-nox fonts-droid-fallback", 69)
        default: throw TocsinSim.failure("gnuplot could not draw \(out): see above", 65)
        }
        TocsinSim.note(
            json
                ? try TocsinSim.json([
                    "picture": out, "panels": plot.panels.map(\.title.en),
                    "hazards": plot.marks.map { ["title": $0.name.en, "at": $0.at] },
                ])
                : "\(out): \(plot.panels.count) panels, \(plot.marks.count) hazards")
    }
}

extension Plot.Language: ExpressibleByArgument {}
