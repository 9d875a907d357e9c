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
    public mutating func acknowledge(_ rule: Int, on device: Int, at now: Instant) -> CommandOutcome
    {
        let (program, index) = find(rule, on: device)
        var state = states[index]
        switch state.phase {
        case .normal, .suppressed: return .notStanding
        case .raised:
            note(&state, index, rule, on: device, at: now)
            return .noted
        case .returned:
            note(&state, index, rule, on: device, at: now)
            guard program.clearing == .acknowledge, isBack(state, program, device) else {
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
        case .normal, .suppressed: return .notStanding
        case .raised: return .stillActive
        case .returned:
            guard isBack(states[index], program, device) else { return .stillActive }
            return end(states[index], index, rule, on: device, at: now)
        }
    }

    /// Raises a repetition rule, because other rules have raised often enough.
    ///
    /// There is no condition that could clear it, so it waits for a person from the start.
    public mutating func raise(_ rule: Int, on device: Int, at time: Instant, decided: Instant) {
        let (program, index) = find(rule, on: device)
        precondition(program.form == .repetition, "only a repetition is raised by its counter")
        var state = states[index]
        let change: Change = state.phase == .normal ? .raised : .recurred
        state.lastChange = max(time, state.lastChange + Duration(nanoseconds: 1))
        state.mark = max(state.mark, time)
        if state.phase == .normal { state.raisedAt = state.lastChange }
        state.phase = .returned
        state.acknowledged = false
        states[index] = state
        report(change, rule: rule, on: device, at: state.lastChange, decided: decided)
    }

    /// Whether the equipment is back in its limits now, as far as is known.
    private mutating func isBack(
        _ state: RuleState, _ program: RuleProgram, _ device: Int
    ) -> Bool {
        switch program.form {
        case .condition: state.mayClear
        case .silence: devices[device].presence == .present
        case .repetition: true
        }
    }

    /// Remembers the acknowledgement, across a restart too.
    private mutating func note(
        _ state: inout RuleState, _ index: Int, _ rule: Int, on device: Int, at now: Instant
    ) {
        state.acknowledged = true
        states[index] = state
        report(.timing, rule: rule, on: device, at: devices[device].event(for: now), decided: now)
    }

    /// Puts a rule back to where it stood before a restart. Call before `resume`.
    public mutating func restore(_ state: RuleState, of rule: Int, on device: Int) {
        let (program, index) = find(rule, on: device)
        states[index] = state
        states[index].isKept = state.isRunning
        if program.form == .condition { devices[device].running.insert(rule) }
        if program.form == .silence, state.phase == .raised {
            var place = devices[device]
            place.returning = 0
            devices[device] = place
        }
    }

    /// Hands out where a rule stands for storing it, and remembers that it is stored: from now on
    /// a change of its course is reported, so that the stored state never goes stale.
    public mutating func stateToStore(of rule: Int, on device: Int) -> RuleState {
        let (_, index) = find(rule, on: device)
        states[index].isKept = states[index].isRunning
        return states[index]
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
        slots[devices[device].spot.slot(slot)].seen = event
    }

    /// Up to where the device's readings have been taken in.
    public func watermark(of device: Int) -> Watermark {
        Watermark(event: devices[device].eventAnchor, sequence: devices[device].lastSequence)
    }

    /// When the last reading of a slot was taken in; `nil` before the first.
    public func lastSeen(_ slot: Int, on device: Int) -> Instant? {
        let event = slots[devices[device].spot.slot(slot)].seen
        return event == .distantPast ? nil : event
    }

    /// Starts the clocks: arms every device's deadlines from `now` on. Call once, after `init` and
    /// any `restore`.
    public mutating func resume(at now: Instant) {
        for device in 0..<devices.count {
            var place = devices[device]
            place.arrivalAnchor = now
            // Delays that were running go on with the first message, not without one.
            place.earliestDue = .never
            devices[device] = place
            bringBack(device, notLaterThan: now)
        }
        lastDecided = now
        armAll(startingAt: now)
    }

    /// A gateway whose clock starts behind must not take everything for old that was stored when
    /// the clock was right: what lies in the future is brought back to `now`.
    private mutating func bringBack(_ device: Int, notLaterThan now: Instant) {
        var place = devices[device]
        let variant = variants[Int(place.spot.variant)]
        guard place.eventAnchor > now + variant.skewLimit else { return }
        place.eventAnchor = now
        devices[device] = place
        for slot in 0..<Int(variant.slotCount) {
            slots[place.spot.slot(slot)].seen = min(slots[place.spot.slot(slot)].seen, now)
        }
        for rule in 0..<Int(variant.rules.count) {
            var state = states[place.spot.rule(rule)]
            state.mark = min(state.mark, now)
            state.lastChange = min(state.lastChange, now)
            states[place.spot.rule(rule)] = state
        }
    }

    private mutating func end(
        _ state: RuleState, _ index: Int, _ rule: Int, on device: Int, at now: Instant
    ) -> CommandOutcome {
        let (program, _) = find(rule, on: device)
        let ended = program.form == .silence ? now : devices[device].event(for: now)
        var state = state
        state.phase = .normal
        state.accrued = .zero
        state.mark = max(state.mark, ended)
        state.lastChange = max(ended, state.lastChange + Duration(nanoseconds: 1))
        states[index] = state
        report(.cleared, rule: rule, on: device, at: state.lastChange, decided: now)
        return .cleared
    }

    private mutating func find(_ rule: Int, on device: Int) -> (RuleProgram, Int) {
        let place = devices[device]
        let variant = variants[Int(place.spot.variant)]
        precondition(rule < Int(variant.rules.count), "the rule belongs to the variant")
        return (rules[Int(variant.rules.start) + rule], place.spot.rule(rule))
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
