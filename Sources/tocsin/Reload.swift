import Agent
import ArgumentParser
import Ledger

/// `tocsin reload`: let the running agent go on with the configuration as it is now.
struct Reload: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let the running agent read rules, kinds and equipment anew.",
        discussion: """
            What stands goes on standing, and the delays of rules that have not changed go on \
            running. An invalid configuration changes nothing. SIGHUP does the same.
            """)

    @OptionGroup var shared: SharedOptions
    @OptionGroup var state: StateOptions

    func run() throws {
        let reply = try state.ask(.reload, shared, orElse: "start it instead")
        shared.json
            ? Output.line(.object([("done", .boolean(true)), ("message", .text(reply.message))]))
            : Output.line(reply.message)
    }
}
