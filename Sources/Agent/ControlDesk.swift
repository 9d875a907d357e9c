import Configuration
import Dispatch
import Synchronization

/// Where requests wait for the line, and those who asked wait for the answer.
final class ControlDesk: Sendable {
    /// What the line's thread can do between two batches.
    enum Work: Sendable {
        /// What a person says about a hazard.
        case obey(HazardRequest)
        /// What a person says about a listing, an incident or a record.
        case note(CaseRequest)
        /// Go on with another configuration, which has been read and found valid.
        case adopt(SiteConfiguration)
        /// Hand out what a piece of equipment said last.
        case readings(String)
        /// Put on record that a configuration was not taken.
        case refuse(String)
    }

    /// One request and the place for its answer.
    final class Pending: Sendable {
        let request: Work
        private let answer = Mutex<ControlReply?>(nil)
        private let answered = DispatchSemaphore(value: 0)

        init(_ request: Work) { self.request = request }

        func reply(_ reply: ControlReply) {
            answer.withLock { $0 = reply }
            answered.signal()
        }

        /// Waits for the answer; `nil` when none came in time.
        func wait(seconds: Int) -> ControlReply? {
            _ = answered.wait(timeout: .now() + .seconds(seconds))
            return answer.withLock { $0 }
        }
    }

    private let pending = Mutex<[Pending]>([])
    private let wake: WakeHandle

    /// Makes a desk whose requests wake the line.
    init(wake: WakeHandle) { self.wake = wake }

    /// Hands a request to the line and waits for its answer.
    func ask(_ request: Work) -> ControlReply {
        let item = Pending(request)
        pending.withLock { $0.append(item) }
        wake.wake()
        return item.wait(seconds: Self.patience)
            ?? ControlReply(
                isDone: false,
                message: "no answer yet: the agent may still do it, see tocsin hazards list")
    }

    /// Everything that waits, oldest first.
    func take() -> [Pending] {
        pending.withLock { items in
            defer { items = [] }
            return items
        }
    }

    /// How long a person waits: a commit waits at most five seconds for SQLite's lock.
    private static let patience = 20
}
