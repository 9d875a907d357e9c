import Agent
import ArgumentParser
import Configuration
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
        var site = try shared.load()
        state.apply(to: &site)
        let reply: ControlReply
        do throws(AgentFailure) {
            guard
                let answer = try ControlClient.ask(.reload, stateDirectory: site.stateDirectory)
            else {
                throw AgentFailure(
                    .negative, "no agent runs on \(site.stateDirectory): start it instead")
            }
            reply = answer
            guard reply.isDone else { throw AgentFailure(.negative, reply.message) }
        } catch {
            throw shared.fail(error)
        }
        shared.json
            ? Output.line(.object([("done", .boolean(true)), ("message", .text(reply.message))]))
            : Output.line(reply.message)
    }
}
