import Agent
import ArgumentParser
import Configuration
import Detection
import Glibc
import Ledger
import RuleTesting
import Timestamps

/// `tocsin rules backtest`: what would other rules have made of what was recorded?
struct RulesBacktest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Compare the hazards that two sets of rules find in captures.",
        discussion: """
            Replays each capture through both sets and lists what the new one adds, loses, raises \
            earlier or later, or ends at another time. A set is a directory of rule files, which \
            take the place of the site's, or one with a tocsin.yaml of its own. Exits 1 when, with \
            --strict, a hazard is lost or raised later; 78 when a set is invalid.
            """)

    @OptionGroup var shared: SharedOptions

    @Option(name: .long, help: "The rules as they were.")
    var old: String

    @Option(name: .long, help: "The rules as they shall be.")
    var new: String

    @Flag(name: .long, help: "Exit 1 when a hazard is lost or raised later.")
    var strict = false

    @Argument(help: "Captures, as tocsin record and tocsin-sim make them.")
    var captures: [String]

    func run() throws {
        let sides = try [old, new].map { try load($0) }
        var table = BacktestTable(sides.map(\.plan))
        for capture in captures {
            var episodes: [[Episode]] = []
            for side in sides {
                let (found, span) = try replay(capture, side)
                episodes.append(found)
                if episodes.count == 1 { table.observe(span) }
            }
            let backtest = Backtest(old: episodes[0], new: episodes[1])
            table.count(episodes[0], episodes[1], backtest)
            for difference in backtest.differences { report(difference, capture) }
        }
        table.print(asJSON: shared.json)
        if strict, table.isWorse { throw ExitCode(ExitStatus.negative.rawValue) }
    }

    private func load(_ directory: String) throws -> SiteConfiguration {
        let whole = directory + "/tocsin.yaml"
        do throws(InvalidConfiguration) {
            return access(whole, R_OK) == 0
                ? try SiteConfiguration.load(whole)
                : try SiteConfiguration.load(shared.configurationPath, rules: directory)
        } catch {
            for problem in error.problems { Output.error("\(problem)") }
            throw ExitCode(ExitStatus.configurationInvalid.rawValue)
        }
    }

    private func replay(
        _ capture: String, _ site: SiteConfiguration
    ) throws -> ([Episode], span: Duration) {
        let descriptor = open(capture, O_RDONLY)
        guard descriptor >= 0 else {
            throw shared.fail(AgentFailure(.negative, "\(capture): cannot be read"))
        }
        defer { close(descriptor) }
        var collector = EpisodeCollector()
        do throws(AgentFailure) {
            let summary = try Replayer(configuration: site, ledgerPath: nil)
                .run(descriptor: descriptor) { collector.take($0) }
            guard let first = summary.first, let last = summary.last else {
                return ([], .zero)
            }
            return (collector.episodes, last - first)
        } catch {
            throw shared.fail(AgentFailure(error.status, "\(capture): \(error.message)"))
        }
    }

    private func report(_ difference: Backtest.Difference, _ capture: String) {
        let episode = difference.episode
        let (sign, word, chinese, seconds) = Self.words(difference)
        guard !shared.json else {
            Output.line(
                .object([
                    ("capture", .text(capture)), ("difference", .text(word)),
                    ("equipment", .text(episode.equipment)), ("rule", .text(episode.rule)),
                    ("at", .text(RFC3339.format(episode.begin))),
                    ("seconds", seconds.map { .number($0) } ?? .null),
                ]))
            return
        }
        let amount = seconds.map { " \(BacktestTable.rounded($0)) s" } ?? ""
        Output.line(
            "\(sign) \(RFC3339.format(episode.begin)) \(episode.equipment) \(episode.rule): "
                + "\(word) \(chinese)\(amount)")
    }

    /// The sign, the words and the number of seconds of a difference: of an episode that only one
    /// side has, how long it stood.
    private static func words(
        _ difference: Backtest.Difference
    ) -> (sign: String, String, chinese: String, Double?) {
        switch difference {
        case .added(let episode): ("+", "added", "新增，持续", episode.seconds)
        case .lost(let episode): ("-", "lost", "丢失，持续", episode.seconds)
        case .moved(let old, let new):
            new.begin < old.begin
                ? ("<", "earlier", "提前", (old.begin - new.begin).seconds)
                : (">", "later", "推迟", (new.begin - old.begin).seconds)
        case .stretched(let old, let new):
            (new.end ?? .never) > (old.end ?? .never)
                ? ("~", "ends later", "结束推迟", Self.between(old.end, new.end))
                : ("~", "ends earlier", "结束提前", Self.between(new.end, old.end))
        }
    }

    private static func between(_ first: Instant?, _ second: Instant?) -> Double? {
        guard let first, let second else { return nil }
        return (second - first).seconds
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(nanoseconds) / 1e9 }
}

extension Episode {
    fileprivate var seconds: Double? { end.map { ($0 - begin).seconds } }
}
