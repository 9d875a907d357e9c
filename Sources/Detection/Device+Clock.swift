// Which clock counts, and what is a repetition: the questions that a message raises before any of
// its readings is looked at.

extension Device {
    /// Decides which clock counts for a message, and notes when the device's is off.
    ///
    /// A time stamp ahead of the arrival by more than `limit` is off at once. One behind may be a
    /// backlog that the broker kept: it is off only when it stays behind for as long as `limit`
    /// without catching up, or when it was set back (`isSetBack`). One that was set back to a time
    /// within the limit is right again.
    mutating func deviceClockCounts(
        _ stamped: Instant?, arrival: Instant, wasSetBack: Bool, limit: Duration
    ) -> Bool {
        guard let stamped else { return false }
        let behind = arrival - stamped
        if behind.magnitude <= limit {
            isSkewed = false
            staleSince = .never
            return true
        }
        if behind < .zero || isSkewed {
            isSkewed = true
            return false
        }
        if wasSetBack {
            isSkewed = true
            return false
        }
        // What was old before a pause says nothing of what comes after it.
        if arrival - staleLast > limit { staleSince = .never }
        staleLast = arrival
        let waited = arrival - staleSince
        if staleSince == .never || behind < staleBy - waited / 2 {
            staleSince = arrival
            staleBy = behind
        } else if waited >= limit {
            isSkewed = true
            lastStamp = .distantPast
            return false
        }
        return true
    }

    /// Whether the device's clock was set back: its time lies before what has been taken in, and
    /// that is no backlog.
    ///
    /// While the device is heard that takes a counter that runs on, and `Limits.disorder` of
    /// messages that do not catch up, as a backlog behind a live message does. After a silence
    /// longer than `limit` a time within the limit proves it at once: what was taken in before
    /// must have been ahead.
    mutating func isSetBack(
        to stamped: Instant, arrival: Instant, sequence: Int64?, limit: Duration
    ) -> Bool {
        guard eventAnchor != .distantPast else { return false }
        let behind = arrival - stamped
        if presence == .silent, behind.magnitude <= limit, arrival - arrivalAnchor > limit {
            return stamped <= eventAnchor
        }
        guard let sequence, lastSequence >= 0, sequence > lastSequence,
            stamped + Limits.disorder < eventAnchor
        else {
            if stamped >= eventAnchor { backSince = .never }
            return false
        }
        let waited = arrival - backSince
        if backSince == .never || behind < backBy - waited / 2 {
            backSince = arrival
            backBy = behind
            return false
        }
        guard waited >= Limits.disorder else { return false }
        backSince = .never
        return true
    }

    /// Whether a message whose own time does not count has been seen, by counter and stamp.
    ///
    /// A device that starts again counts from 0 or 1, or far back; and one that was silent is
    /// heard whatever it counts, since being blind is worse than hearing something twice.
    func isRepetition(stamp: Instant?, sequence: Int64?) -> Bool {
        if presence == .silent { return false }
        let isOldCounter = sequence.map { isOld($0) }
        if let stamp, stamp <= lastStamp { return isOldCounter ?? true }
        return stamp == nil && isOldCounter ?? false
    }

    private func isOld(_ sequence: Int64) -> Bool {
        guard lastSequence >= 0, sequence <= lastSequence else { return false }
        return !isRestart(sequence)
    }

    private func isRestart(_ sequence: Int64) -> Bool {
        lastSequence - sequence >= (sequence <= 1 ? Limits.restartWindow : Limits.sequenceWindow)
    }

    /// Takes note of an accepted message's counter and of how many are missing before it.
    mutating func count(_ sequence: Int64, gaps: inout UInt64) {
        let missing = sequence - lastSequence - 1
        if lastSequence >= 0, missing > 0, missing < Limits.sequenceWindow {
            gaps += UInt64(missing)
        }
        // After a silence the device counts as it likes.
        if sequence > lastSequence || isRestart(sequence) || presence == .silent {
            lastSequence = sequence
        }
    }
}
