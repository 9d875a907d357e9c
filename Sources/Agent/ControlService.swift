import Glibc
import Logging
import ServiceLifecycle
import Supervision

/// Listens beside the ledger for what people ask, one after another. Who may connect is decided by
/// the permissions of the state directory and the socket.
struct ControlService: Service, CustomStringConvertible {
    var description: String { "control" }

    let path: String
    let desk: ControlDesk
    let reloader: Reloader
    let ready: StartSignal
    let stop: StopFlag
    let wake: WakeHandle
    let log: Logger

    /// The socket's file in a state directory.
    static func path(in stateDirectory: String) -> String { stateDirectory + "/control.sock" }

    func run() async throws {
        // Only who has the ledger may take over its socket.
        guard await ready.isOpen() else {
            do {
                try await gracefulShutdown()
            } catch {
                // Cancelled with the group: just as well.
            }
            return
        }
        try await onOwnThread(named: "control", stop: stop, wake: wake) {
            () throws(AgentFailure) in try serve()
        }
    }

    private func serve() throws(AgentFailure) {
        let listener: UnixSocket
        do throws(UnixSocket.Failure) {
            listener = try UnixSocket.listening(at: path)
        } catch {
            throw AgentFailure(
                .ledgerUnusable, "\(path): nobody could acknowledge anything: \(error.text)")
        }
        defer { _ = unsafe unlink(path) }
        while !stop.isSet {
            wake.wait(socket: listener.descriptor, reads: true, writes: false, milliseconds: 1_000)
            guard isReadable(listener.descriptor) else { continue }
            do throws(UnixSocket.Failure) {
                try answer(try listener.accept())
            } catch {
                // Whoever goes away or stays silent hurts nobody but himself.
                log.debug("a request over the control socket broke off: \(error.text)")
            }
        }
    }

    private func answer(_ peer: UnixSocket) throws(UnixSocket.Failure) {
        let line = try peer.receive()
        let reply: ControlReply
        do throws(Refusal) {
            switch try ControlRequest(line) {
            case .reload: reply = reloader.reload()
            case .hazard(let request): reply = desk.ask(.obey(request))
            case .readings(let equipment): reply = desk.ask(.readings(equipment))
            case .casebook(let request): reply = desk.ask(.note(request))
            }
        } catch {
            reply = ControlReply(isDone: false, message: error.message)
        }
        try peer.send(reply.bytes)
    }

    private func isReadable(_ descriptor: Int32) -> Bool {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&item, 1, 0) > 0
    }
}

/// Asks the running agent over its control socket.
public enum ControlClient {
    /// The agent's answer; `nil` when no agent listens there.
    public static func ask(
        _ request: ControlRequest, stateDirectory: String
    ) throws(AgentFailure) -> ControlReply? {
        let path = ControlService.path(in: stateDirectory)
        let bytes: [UInt8]
        do throws(UnixSocket.Failure) {
            let socket = try UnixSocket.connected(to: path)
            // Longer than the agent lets anybody wait.
            socket.setPatience(timeval(tv_sec: 60, tv_usec: 0))
            try socket.send(request.bytes)
            bytes = try socket.receive(limit: UnixSocket.answerLimit)
        } catch {
            // Nobody listens: no agent, or one that has just ended.
            if [ENOENT, ECONNREFUSED].contains(error.code) { return nil }
            throw AgentFailure(.ledgerUnusable, "\(path): \(error.text)")
        }
        do {
            return try ControlReply(bytes)
        } catch {
            throw AgentFailure(.software, "\(path): the agent's answer cannot be read")
        }
    }
}
