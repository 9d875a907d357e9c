import Detection
import Foundation
import Logging
import ServiceLifecycle
import Synchronization

/// Runs a body on a thread of its own and waits for its end.
func onOwnThread(
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

/// Says once whether the line has the ledger open.
final class StartSignal: Sendable {
    private typealias Waiting = CheckedContinuation<Bool, Never>
    private let state = Mutex<(outcome: Bool?, waiting: [Waiting])>((nil, []))

    /// Says it; only the first word counts.
    func settle(isOpen: Bool) {
        let (waiting, outcome) = state.withLock { state in
            if state.outcome == nil { state.outcome = isOpen }
            defer { state.waiting = [] }
            return (state.waiting, state.outcome ?? isOpen)
        }
        for continuation in waiting { continuation.resume(returning: outcome) }
    }

    /// Waits for it.
    func isOpen() async -> Bool {
        await withCheckedContinuation { continuation in
            let outcome = state.withLock { state in
                if state.outcome == nil { state.waiting.append(continuation) }
                return state.outcome
            }
            if let outcome { continuation.resume(returning: outcome) }
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
        defer { ready.settle(isOpen: false) }
        try await onOwnThread(named: "line", stop: context.stop, wake: context.wake) {
            [context, ready, manager] () throws(AgentFailure) in
            let loop = try LineLoop(context) { result in
                guard case .success = result else { return }
                manager.notify("READY=1")
                context.log.notice("watching")
            }
            ready.settle(isOpen: true)
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
        guard await ready.isOpen() else {
            // The line's failure ends the agent; ending first would hide its reason.
            do {
                try await gracefulShutdown()
            } catch {
                // Cancelled with the group: just as well.
            }
            return
        }
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
        let interval = manager.watchdogMicroseconds.map { $0 / 4 } ?? 1_000_000
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
        // Before the first turn the ledger is being read; systemd's start timeout watches that.
        guard status.lineBeat != .distantPast, status.feedBeat != .distantPast else { return }
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
