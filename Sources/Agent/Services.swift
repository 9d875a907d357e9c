import Detection
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Runs a body on a thread of its own and waits for its end.
private func onOwnThread(
    named name: String, stop: StopFlag, wake: WakeHandle,
    _ body: @escaping @Sendable () throws(AgentFailure) -> Void
) async throws {
    try await withTaskCancellationOrGracefulShutdownHandler {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                do throws(AgentFailure) {
                    try body()
                    continuation.resume()
                } catch {
                    continuation.resume(throwing: error)
                }
            }
            thread.name = name
            thread.stackSize = 4 << 20
            thread.start()
        }
    } onCancelOrGracefulShutdown: {
        stop.set()
        wake.wake()
    }
}

/// Says once that the line has opened the ledger and has its subscription.
final class StartSignal: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>(
        (false, []))

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// The line's thread as a service.
struct LineService: Service, CustomStringConvertible {
    var description: String { "line" }

    let context: LineContext
    let ready: StartSignal
    let manager: ServiceManager

    func run() async throws {
        defer { ready.open() }
        try await onOwnThread(named: "line", stop: context.stop, wake: context.wake) {
            [context, ready, manager] () throws(AgentFailure) in
            let loop = try LineLoop(context) { result in
                guard case .success = result else { return }
                manager.notify("READY=1")
                context.log.notice("watching")
            }
            ready.open()
            try loop.run()
            manager.notify("STOPPING=1")
        }
    }
}

/// The feed's thread as a service; starts once the ledger is there.
struct FeedService: Service, CustomStringConvertible {
    var description: String { "feed" }

    let context: FeedContext
    let ready: StartSignal

    func run() async throws {
        await ready.wait()
        guard FileManager.default.fileExists(atPath: context.ledgerPath) else { return }
        try await onOwnThread(named: "feed", stop: context.stop, wake: context.wake) {
            [context] () throws(AgentFailure) in
            try FeedLoop(context).run()
        }
    }
}

/// Tells systemd that we live, only while both threads turn.
struct WatchdogService: Service, CustomStringConvertible {
    var description: String { "watchdog" }

    let manager: ServiceManager
    let board: StatusBoard
    let clock: LineClock
    let log: Logger

    /// How long a thread may take for one turn. The longest wait in `poll` is one second and a
    /// commit waits at most five for SQLite's lock.
    private static let patience = Duration.seconds(10)

    func run() async throws {
        let interval = manager.watchdogMicroseconds.map { $0 / 2 } ?? 1_000_000
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await Task.sleep(for: .microseconds(Int64(interval)))
                } catch {
                    // Asked to stop: the ordinary end of a watchdog.
                    return
                }
                beat()
            }
        }
    }

    private func beat() {
        let status = board.current
        let now = clock.now()
        let isLineStuck = now - status.lineBeat > Self.patience
        let isFeedStuck = now - status.feedBeat > Self.patience
        if isLineStuck || isFeedStuck {
            log.error(
                "a thread has stopped turning",
                metadata: ["watchdog.line": "\(!isLineStuck)", "watchdog.feed": "\(!isFeedStuck)"])
            return
        }
        manager.notify("WATCHDOG=1")
    }
}
