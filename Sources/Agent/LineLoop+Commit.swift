import Configuration
import Detection
import Ledger
import LedgerStore
import Line
import Logging
import MQTTTransport
import RuleLanguage
import Supervision
import Timestamps

extension LineLoop {
    /// Makes everything that waits durable. Returns only when it is, or throws to end the agent.
    ///
    /// With no space left it waits here: no acknowledgement leaves and nothing more is read, so
    /// the broker keeps what we cannot. It tries again once a second and goes on by itself.
    func commitChanges() throws(AgentFailure) {
        guard line.hasChanges || !notes.isEmpty else { return }
        var (batch, changes) = line.takeBatch()
        batch.entries = notes + batch.entries
        notes.removeAll()
        var blockedSince: Instant?
        while true {
            do throws(StoreFailure) {
                let receipt = try store.commit(batch, recorded: clock.now())
                if receipt.added > 0 { feedWake.wake() }
                break
            } catch {
                // Without room at start nothing can be promised; later we wait for it.
                let reason: String
                switch error {
                case .full(let text), .inUse(let text): reason = text
                case .corrupt, .unusable: throw AgentFailure(error)
                }
                guard isStarted, !stop.isSet else { throw AgentFailure(error) }
                if blockedSince == nil {
                    let now = clock.now()
                    blockedSince = now
                    board.update { $0.ledgerBlockedSince = now }
                    log.critical(
                        "no space for the ledger, or the medium refuses: intake waits: \(reason)")
                }
                board.update { [clock] in $0.lineBeat = clock.now() }
                wake.wait(socket: -1, reads: false, writes: false, milliseconds: 1_000)
            }
        }
        for change in changes {
            log.notice(
                "hazard \(change.change.word)",
                metadata: [
                    "hazard.equipment": "\(change.equipment)", "hazard.rule": "\(change.rule.id)",
                    "hazard.severity": "\(change.rule.severity.rawValue)",
                ])
        }
        if let blockedSince { endBlock(since: blockedSince) }
    }

    private func endBlock(since: Instant) {
        let now = clock.now()
        board.update { $0.ledgerBlockedSince = nil }
        log.notice("the ledger takes entries again")
        note(
            "agent.ledger_blocked",
            .object([
                ("from", .text(RFC3339.format(since))), ("until", .text(RFC3339.format(now))),
            ]), at: now)
    }
}
