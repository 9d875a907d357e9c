import Detection
import Supervision

extension LineLoop {
    /// Does what people have asked for since the last turn; they hear of it once it is committed.
    func answerPeople() throws(AgentFailure) {
        for pending in desk.take() {
            let reply: ControlReply
            do throws(Refusal) {
                reply = ControlReply(
                    isDone: true, message: try line.obey(pending.request, at: clock.now()))
            } catch {
                reply = ControlReply(isDone: false, message: error.message)
            }
            try commitChanges()
            pending.reply(reply)
        }
    }
}
