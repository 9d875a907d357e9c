import AlertFeed
import Configuration
import Detection
import Ledger
import LedgerStore
import Logging
import MQTTTransport

/// The thread that delivers alerts.
///
/// Not Sendable: made and used on one thread.
final class FeedLoop {
    private let channel: MQTTChannel
    private let context: FeedContext

    init(_ context: FeedContext) throws(AgentFailure) {
        self.context = context
        do throws(StoreFailure) {
            channel = try MQTTChannel(
                plan: context.plan,
                ledger: LedgerReader(path: context.ledgerPath),
                store: FeedStore(path: context.feedPath),
                surroundings: .init(
                    now: { [clock = context.clock] in clock.now() },
                    status: { [board = context.board, clock = context.clock] in
                        board.current.message(at: clock.now()).orderedBytes
                    },
                    wait: { [wake = context.wake] socket, wantsWrite, milliseconds in
                        wake.wait(
                            socket: socket, reads: true, writes: wantsWrite,
                            milliseconds: milliseconds)
                    },
                    report: { [log = context.log] in
                        log.log(level: $1 ? .warning : .info, "alert channel: \($0)")
                    },
                    progressed: {
                        [board = context.board, clock = context.clock] cursor, isWaiting in
                        let now = clock.now()
                        board.update {
                            if !isWaiting {
                                $0.alertsWaitingSince = nil
                            } else if $0.alertsWaitingSince == nil || $0.feedPosition != cursor {
                                $0.alertsWaitingSince = now
                            }
                            $0.feedPosition = cursor
                            $0.feedBeat = now
                        }
                    }))
        } catch {
            throw AgentFailure(error)
        }
    }

    func run() throws(AgentFailure) {
        while !context.stop.isSet {
            do throws(StoreFailure) {
                try channel.turn()
            } catch {
                // A cursor that cannot be written (no space) makes repetitions, not losses: the
                // feed tries again. That it still turns is told to the watchdog by the next turn.
                context.log.error("alert feed: \(error)")
                context.wake.wait(socket: -1, reads: false, writes: false, milliseconds: 1_000)
            }
        }
        let status = context.board.current.message(at: context.clock.now(), state: "stopped")
        do throws(StoreFailure) {
            try channel.close(finalStatus: status.orderedBytes)
        } catch {
            context.log.error("alert feed: \(error)")
        }
    }
}

/// What the feed's thread needs; handed over once.
struct FeedContext: Sendable {
    var plan: MQTTChannel.Plan
    var ledgerPath: String
    var feedPath: String
    var clock: LineClock
    var board: StatusBoard
    var wake: WakeHandle
    var stop: StopFlag
    var log: Logger
}
