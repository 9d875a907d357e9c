import Agent
import ArgumentParser
import Configuration
import Console
import Detection
import Glibc
import Ledger
import Synchronization

/// `tocsin watch`: the site live on the terminal.
struct Watch: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show readings per second and hazards live, until Ctrl-C or --seconds.")

    @OptionGroup var shared: SharedOptions
    @OptionGroup var place: PlaceOptions

    @Option(name: .long, help: "Stop after this many seconds.")
    var seconds: Int?

    func run() throws {
        var site = try shared.load()
        try place.apply(to: &site)
        signal(SIGINT) { _ in Interruption.flag.store(true, ordering: .relaxed) }
        signal(SIGTERM) { _ in Interruption.flag.store(true, ordering: .relaxed) }
        let isTerminal = isatty(1) == 1
        let clock = LineClock()
        let start = clock.now()
        var view = LiveView(style: Style(hasColour: isTerminal))
        let watcher = Watcher(configuration: site)
        let json = shared.json
        do throws(AgentFailure) {
            try watcher.run(
                isDone: {
                    let isOver = seconds.map { clock.now() >= start + .seconds(Int64($0)) }
                    return isOver ?? false || Interruption.flag.load(ordering: .relaxed)
                },
                heard: { message in
                    if json { return Output.line(message.value) }
                    switch message {
                    case .alert(let event):
                        guard let line = view.alert(event) else { return }
                        Output.text((isTerminal ? "\r\u{1B}[K" : "") + line + "\n")
                    case .state(let state): view.state(state)
                    case .status(let status):
                        view.status(
                            status, at: Double((clock.now() - start).nanoseconds) / 1e9)
                    }
                    if isTerminal { Output.text("\r\u{1B}[K" + view.summary) }
                })
        } catch {
            throw shared.fail(error)
        }
        if !json { Output.text((isTerminal ? "\r\u{1B}[K" : "") + view.summary + "\n") }
    }
}
