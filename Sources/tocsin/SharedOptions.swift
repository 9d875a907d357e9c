import Agent
import ArgumentParser
import Configuration
import Foundation
import Ledger

/// Where the configuration is and how results are printed.
struct SharedOptions: ParsableArguments {
    @Option(
        name: .long,
        help:
            "The site's file. Default: $TOCSIN_CONFIG, config/tocsin.yaml, /etc/tocsin/tocsin.yaml."
    )
    var config: String?

    @Flag(name: .long, help: "Print results and errors as JSON.")
    var json = false

    var configurationPath: String {
        if let config { return config }
        if let path = ProcessInfo.processInfo.environment["TOCSIN_CONFIG"] { return path }
        let local = "config/tocsin.yaml"
        return FileManager.default.fileExists(atPath: local) ? local : "/etc/tocsin/tocsin.yaml"
    }

    /// Reads the configuration or ends with every problem printed.
    func load() throws -> SiteConfiguration {
        do throws(InvalidConfiguration) {
            return try SiteConfiguration.load(configurationPath)
        } catch {
            if json {
                Output.error(
                    .object([
                        ("error", .text("the configuration is invalid")),
                        ("exit", .number(Double(ExitStatus.configurationInvalid.rawValue))),
                        (
                            "problems",
                            .array(
                                error.problems.map { problem in
                                    .object([
                                        ("file", .text(problem.file)),
                                        ("line", .number(Double(problem.line))),
                                        ("column", .number(Double(problem.column))),
                                        ("message", .text(problem.message)),
                                    ])
                                })
                        ),
                    ]))
            } else {
                for problem in error.problems { Output.error("\(problem)") }
                let count = error.problems.count
                Output.error("\(count) problem\(count == 1 ? "" : "s"): nothing was started")
            }
            throw ExitCode(ExitStatus.configurationInvalid.rawValue)
        }
    }

    /// Ends with a failure printed.
    func fail(_ failure: AgentFailure) -> ExitCode {
        if json {
            Output.error(
                .object([
                    ("error", .text(failure.message)),
                    ("exit", .number(Double(failure.status.rawValue))),
                ]))
        } else {
            Output.error("tocsin: \(failure.message)")
        }
        return ExitCode(failure.status.rawValue)
    }
}

/// The state directory, for commands that need no broker.
struct StateOptions: ParsableArguments {
    @Option(name: .long, help: "State directory, instead of the configuration's.")
    var stateDir: String?

    /// Applies the override.
    func apply(to configuration: inout SiteConfiguration) {
        if let stateDir { configuration.stateDirectory = stateDir }
    }

    /// What the running agent answers to a request that it alone can do; ends with the failure
    /// printed when none runs, which is said with `remedy`, or when it refuses.
    func ask(
        _ request: ControlRequest, _ shared: SharedOptions, orElse remedy: String
    ) throws -> ControlReply {
        var site = try shared.load()
        apply(to: &site)
        do throws(AgentFailure) {
            guard
                let reply = try ControlClient.ask(request, stateDirectory: site.stateDirectory)
            else {
                throw AgentFailure(
                    .negative, "no agent runs on \(site.stateDirectory): \(remedy)")
            }
            guard reply.isDone else { throw AgentFailure(.negative, reply.message) }
            return reply
        } catch {
            throw shared.fail(error)
        }
    }
}

extension StateOptions {
    /// Says what a person says to the running agent, or does it `offline`, on the ledger itself,
    /// when none runs; prints what was done.
    func say(
        _ request: ControlRequest, _ site: SiteConfiguration, _ shared: SharedOptions,
        offline: () throws(AgentFailure) -> ControlReply
    ) throws {
        let reply: ControlReply
        do throws(AgentFailure) {
            if let answer = try ControlClient.ask(request, stateDirectory: site.stateDirectory) {
                reply = answer
            } else {
                reply = try offline()
            }
            guard reply.isDone else { throw AgentFailure(.negative, reply.message) }
        } catch {
            throw shared.fail(error)
        }
        if shared.json {
            Output.line(.object([("done", .boolean(true)), ("message", .text(reply.message))]))
        } else {
            Output.line(reply.message)
        }
    }
}

/// Ways to the broker and the state that a command line may override.
struct PlaceOptions: ParsableArguments {
    @Option(name: .long, help: "Broker as HOST:PORT, instead of the configuration's.")
    var broker: String?

    @Option(name: .long, help: "State directory, instead of the configuration's.")
    var stateDir: String?

    func validate() throws {
        guard let broker else { return }
        guard Self.split(broker) != nil else {
            throw ValidationError("--broker must be HOST:PORT, found '\(broker)'")
        }
    }

    /// Applies the overrides; another broker is held to the same rule as the configured one.
    func apply(to configuration: inout SiteConfiguration) throws {
        override(&configuration)
        guard configuration.broker.tls != nil || configuration.broker.isLoopback else {
            throw ValidationError(
                "a broker that is not on this machine needs tls in the configuration")
        }
    }

    /// Applies the overrides once more, to a configuration that was read anew.
    func override(_ configuration: inout SiteConfiguration) {
        if let (host, port) = broker.flatMap(Self.split) {
            configuration.broker.host = host
            configuration.broker.port = port
        }
        if let stateDir { configuration.stateDirectory = stateDir }
    }

    private static func split(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
            let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port)
        else { return nil }
        return (String(text[..<colon]), port)
    }
}
