// What people say, and what a restart brings back.

/// What became of a person's word.
public enum CommandOutcome: UInt8, Sendable, BitwiseCopyable {
    /// Noted; the hazard stands on.
    case noted
    /// The hazard is over; a transition says so.
    case cleared
    /// Nothing stands that this word could apply to.
    case notStanding
    /// The clear condition has not stood yet, so it cannot be released.
    case stillActive
    /// This rule does not end that way.
    case notApplicable
}

extension Engine {
    /// A person has seen the hazard. Ends it if it had returned and its rule asks for no more.
    public mutating func acknowledge(_ rule: Int, on device: Int, at now: Instant) -> CommandOutcome {
        let (program, index) = find(rule, on: device)
        var state = states[index]
        switch state.phase {
        case .normal: return .notStanding
        case .raised:
            state.acknowledged = true
            states[index] = state
            return .noted
        case .returned:
            state.acknowledged = true
            guard program.clearing == .acknowledge else {
                states[index] = state
                return .noted
            }
            return end(state, index, rule, on: device, at: now)
        }
    }

    /// An inspector releases a latched hazard whose clear condition has stood.
    public mutating func release(_ rule: Int, on device: Int, at now: Instant) -> CommandOutcome {
        let (program, index) = find(rule, on: device)
        guard program.clearing == .release else { return .notApplicable }
        switch states[index].phase {
        case .normal: return .notStanding
        case .raised: return .stillActive
        case .returned: return end(states[index], index, rule, on: device, at: now)
        }
    }

    /// Puts a rule back to where it stood before a restart. Call before `resume`.
    public mutating func restore(_ state: RuleState, of rule: Int, on device: Int) {
        let (program, index) = find(rule, on: device)
        states[index] = state
        if program.form == .silence, state.phase == .raised {
            var place = devices[device]
            place.returning = 0
            devices[device] = place
        }
    }

    /// Says up to where a device's readings had been taken in before a restart: what comes again
    /// from before is late. Call before `resume`.
    public mutating func restore(
        _ watermark: Watermark, on device: Int, at now: Instant
    ) {
        var place = devices[device]
        place.eventAnchor = watermark.event
        place.arrivalAnchor = now
        place.lastSequence = watermark.sequence
        devices[device] = place
    }

    /// Says when a slot's last reading had been taken in before a restart.
    public mutating func restore(seen event: Instant, in slot: Int, on device: Int) {
        seen[devices[device].slot(slot)] = event
    }

    /// Up to where the device's readings have been taken in.
    public func watermark(of device: Int) -> Watermark {
        Watermark(event: devices[device].eventAnchor, sequence: devices[device].lastSequence)
    }

    /// When the last reading of a slot was taken in; `nil` before the first.
    public func lastSeen(_ slot: Int, on device: Int) -> Instant? {
        let event = seen[devices[device].slot(slot)]
        return event == .distantPast ? nil : event
    }

    /// Starts the clocks: arms every device's deadlines from `now` on. Call once, after `init` and
    /// any `restore`.
    public mutating func resume(at now: Instant) {
        for device in 0..<devices.count {
            var place = devices[device]
            place.arrivalAnchor = now
            place.earliestDue = earliestDue(of: device)
            devices[device] = place
        }
        lastDecided = now
        armAll(startingAt: now)
    }

    private mutating func end(
        _ state: RuleState, _ index: Int, _ rule: Int, on device: Int, at now: Instant
    ) -> CommandOutcome {
        var state = state
        state.phase = .normal
        state.accrued = .zero
        state.mark = max(state.mark, devices[device].event(for: now))
        states[index] = state
        report(.cleared, rule: rule, on: device, at: state.mark, decided: now)
        return .cleared
    }

    private func find(_ rule: Int, on device: Int) -> (RuleProgram, Int) {
        let place = devices[device]
        let variant = variants[Int(place.variant)]
        precondition(rule < Int(variant.rules.count), "the rule belongs to the variant")
        return (rules[Int(variant.rules.start) + rule], place.rule(rule))
    }
}

/// Up to where a device's messages have been taken in.
public struct Watermark: Sendable, BitwiseCopyable, Equatable {
    /// Event time of the newest row.
    public var event: Instant
    /// The newest sequence number; -1 when there is none.
    public var sequence: Int64

    /// Makes a watermark.
    public init(event: Instant, sequence: Int64) {
        self.event = event
        self.sequence = sequence
    }
}
