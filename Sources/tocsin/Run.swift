import Agent
import ArgumentParser
import Configuration
import Detection
import Logging

/// `tocsin run`: the agent.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the agent: watch a site until asked to stop.")

    @OptionGroup var shared: SharedOptions
    @OptionGroup var place: PlaceOptions

    @Option(name: .long, help: "Seconds that the broker may be unreachable at start.")
    var startWait: Int = 30

    @Option(name: .long, help: "Log level: debug, info, notice, warning, error.")
    var logLevel: String = "notice"

    func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level must be debug, info, notice, warning or error")
        }
        guard (0...86_400).contains(startWait) else {
            throw ValidationError("--start-wait must be 0 to 86400 seconds")
        }
    }

    func run() async throws {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var log = Logger(label: "tocsin")
        log.logLevel = Logger.Level(rawValue: logLevel) ?? .notice
        var site = try shared.load()
        try place.apply(to: &site)
        let (path, place) = (shared.configurationPath, place)
        let source = ConfigurationSource { () throws(InvalidConfiguration) in
            var site = try SiteConfiguration.load(path)
            place.override(&site)
            return site
        }
        let agent = AgentRuntime(
            configuration: site, source: source, log: log, startWait: .seconds(Int64(startWait)))
        do throws(AgentFailure) {
            try await agent.run()
        } catch {
            throw shared.fail(error)
        }
    }
}
