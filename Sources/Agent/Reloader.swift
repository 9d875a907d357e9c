public import Configuration
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the configuration anew and hands it to the line, which goes on with it between two
/// batches. Reading and compiling happen on the asking thread; the line only takes over.
struct Reloader: Sendable {
    /// Reads the configuration as it was read at start.
    let load: ConfigurationSource
    let desk: ControlDesk
    let log: Logger

    func reload() -> ControlReply {
        do throws(InvalidConfiguration) {
            let reply = desk.ask(.adopt(try load.read()))
            log.log(level: reply.isDone ? .notice : .error, "reload: \(reply.message)")
            return reply
        } catch {
            let problems = error.problems.map { "\($0)" }
            for problem in problems { log.error("reload: \(problem)") }
            let text = problems.joined(separator: "\n")
            let count = "\(problems.count) problem\(problems.count == 1 ? "" : "s")"
            // On record before anybody is told.
            _ = desk.ask(.refuse("\(count), the first: \(problems.first ?? "")"))
            return ControlReply(isDone: false, message: "\(text)\n\(count): nothing was changed")
        }
    }
}

/// Where the agent's configuration comes from, at start and at each reload.
public struct ConfigurationSource: Sendable {
    /// Reads it.
    public var read: @Sendable () throws(InvalidConfiguration) -> SiteConfiguration

    /// Makes a source.
    public init(
        read: @escaping @Sendable () throws(InvalidConfiguration) -> SiteConfiguration
    ) {
        self.read = read
    }
}

/// Reloads at SIGHUP.
struct ReloadService: Service, CustomStringConvertible {
    var description: String { "reload" }

    let reloader: Reloader

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) {
                // It is logged whatever came of it; a signal has nobody to answer.
                _ = reloader.reload()
            }
        }
    }
}
