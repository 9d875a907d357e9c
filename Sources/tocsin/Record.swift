import Agent
import ArgumentParser
import Detection
import Glibc
import Synchronization

/// `tocsin record`: writes what arrives to a capture.
struct Record: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Record a site's telemetry to a capture, until Ctrl-C or --seconds.")

    @OptionGroup var shared: SharedOptions
    @OptionGroup var place: PlaceOptions

    @Option(name: .long, help: "Stop after this many seconds.")
    var seconds: Int?

    @Argument(help: "The file to write; - for standard output.")
    var capture: String

    func run() throws {
        var site = try shared.load()
        try place.apply(to: &site)
        let descriptor = capture == "-" ? 1 : open(capture, O_WRONLY | O_CREAT | O_TRUNC, 0o640)
        guard descriptor >= 0 else {
            throw shared.fail(AgentFailure(.negative, "\(capture): cannot be written"))
        }
        signal(SIGINT) { _ in Interruption.flag.store(true, ordering: .relaxed) }
        signal(SIGTERM) { _ in Interruption.flag.store(true, ordering: .relaxed) }
        let clock = LineClock()
        let end = seconds.map { clock.now() + .seconds(Int64($0)) }
        let buffer = LineBuffer(descriptor: descriptor)
        do throws(AgentFailure) {
            let count = try Recorder(configuration: site).run(
                isDone: {
                    buffer.flush()
                    if let end, clock.now() >= end { return true }
                    return Interruption.flag.load(ordering: .relaxed)
                }, output: { buffer.add($0) })
            buffer.flush()
            Output.error("\(count) messages recorded")
        } catch {
            buffer.flush()
            throw shared.fail(error)
        }
    }
}

/// Set by a signal handler.
enum Interruption {
    static let flag = Atomic(false)
}
