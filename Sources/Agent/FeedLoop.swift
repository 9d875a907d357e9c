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
    /// Signs what goes out; `nil` when the ledger has no key.
    private let signer: CheckpointSigner?
    private var nextKeeping = Instant.distantPast
    /// A checkpoint is kept beside the ledger this often: what was cut since the last one shows
    /// in the checkpoints of the alerts alone.
    private static let keepEvery = Duration.seconds(1)

    init(_ context: FeedContext) throws(AgentFailure) {
        self.context = context
        do throws(StoreFailure) {
            let signer = try context.key.map { key throws(StoreFailure) in
                try CheckpointSigner(key: key, files: context.files)
            }
            self.signer = signer
            channel = try MQTTChannel(
                plan: context.plan,
                ledger: LedgerReader(path: context.files.ledger),
                store: FeedStore(path: context.feedPath),
                surroundings: .init(
                    now: { [clock = context.clock] in clock.now() },
                    checkpoint: { () throws(StoreFailure) in try signer?.sign() },
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
                try keepCheckpoint()
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
            try signer?.keep()
        } catch {
            context.log.error("alert feed: \(error)")
        }
    }

    private func keepCheckpoint() throws(StoreFailure) {
        let now = context.clock.now()
        guard now >= nextKeeping else { return }
        nextKeeping = now + Self.keepEvery
        try signer?.keep()
    }
}

/// What the feed's thread needs; handed over once.
struct FeedContext: Sendable {
    var plan: MQTTChannel.Plan
    var files: LedgerFiles
    var key: LedgerKey?
    var feedPath: String
    var clock: LineClock
    var board: StatusBoard
    var wake: WakeHandle
    var stop: StopFlag
    var log: Logger
}
