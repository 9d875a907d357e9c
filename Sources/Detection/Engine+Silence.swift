// Time without messages: delays that run out between two readings, and devices that fall silent.

extension Engine {
    /// Lets time pass up to `now`: delays run out, silent devices are noticed.
    ///
    /// Returns `false` when transitions have to be taken before it can go on; call it again then.
    /// The order of the transitions depends on the deadlines alone (time, then equipment), not on
    /// how often this is called.
    public mutating func advance(to now: Instant) -> Bool {
        if due.count == 0, !wheel.isDue(at: now) { return true }
        if due.count == 0 { wheel.takeDue(at: now, into: &due) }
        while let (device, moment) = due.first {
            let variant = variants[Int(devices[device].spot.variant)]
            guard waitingCount + Int(variant.changesPerDeadline) <= waiting.count else {
                return false
            }
            due.removeFirst()
            let actual = nextDeadline(of: device)
            if actual <= moment { expire(device, at: moment) }
            let next = nextDeadline(of: device)
            guard next > now else {
                due.push(device, due: next)
                continue
            }
            wheel.arm(device, at: next)
            settleAttention(device)
        }
        lastDecided = max(lastDecided, now)
        return true
    }

    /// When `advance` next has something to do, at most `horizon` after `now`.
    public func nextDeadline(after now: Instant, within horizon: Duration) -> Instant {
        min(wheel.nextLook, now + horizon)
    }

    /// Arms every device; called when the engine is made or restored.
    mutating func armAll(startingAt now: Instant) {
        wheel.start(at: now)
        for device in 0..<devices.count { wheel.arm(device, at: nextDeadline(of: device)) }
    }

    /// Sets one device's deadline.
    mutating func arm(_ device: Int) { wheel.arm(device, at: nextDeadline(of: device)) }

    /// The earliest of: a delay's end, a silence rule's limit, the kind's silence.
    private mutating func nextDeadline(of device: Int) -> Instant {
        let place = devices[device]
        let variant = variants[Int(place.spot.variant)]
        var earliest = place.arrival(for: place.earliestDue)
        if place.presence != .silent {
            earliest = min(earliest, place.arrivalAnchor + variant.silentAfter)
        }
        for index in variant.silences.indices {
            let rule = Int(dependentIndices[index])
            let program = rules[Int(variant.rules.start) + rule]
            guard states[place.spot.rule(rule)].phase != .raised else { continue }
            earliest = min(earliest, place.arrivalAnchor + program.delay)
        }
        return earliest
    }

    /// Does what is due on one device at `moment`, on the arrival timeline.
    private mutating func expire(_ device: Int, at moment: Instant) {
        let place = devices[device]
        let variant = variants[Int(place.spot.variant)]
        let event = place.event(for: moment)
        lastDecided = max(lastDecided, moment)
        if place.earliestDue <= event {
            runOutDelays(of: device, through: event, decided: moment)
        }
        for index in variant.silences.indices {
            let rule = Int(dependentIndices[index])
            let program = rules[Int(variant.rules.start) + rule]
            guard place.arrivalAnchor + program.delay <= moment else { continue }
            raiseSilence(rule, on: device, at: moment)
        }
        if place.presence != .silent, place.arrivalAnchor + variant.silentAfter <= moment {
            fallSilent(device, at: event, decided: moment)
        }
    }

    private mutating func raiseSilence(_ rule: Int, on device: Int, at moment: Instant) {
        var place = devices[device]
        var state = states[place.spot.rule(rule)]
        guard state.phase != .raised else { return }
        let change: Change = state.phase == .normal ? .raised : .recurred
        if state.phase == .normal { state.raisedAt = moment }
        state.phase = .raised
        state.acknowledged = false
        states[place.spot.rule(rule)] = state
        place.returning = 0
        devices[device] = place
        report(change, rule: rule, on: device, at: moment, decided: moment)
    }

    /// Nothing came for too long: the device is silent.
    private mutating func fallSilent(_ device: Int, at event: Instant, decided: Instant) {
        var place = devices[device]
        place.presence = .silent
        place.returning = 0
        devices[device] = place
        forget(device, at: event, decided: decided)
    }

    /// What was known is known no more: every signal is unknown, and every rule is asked again.
    mutating func forget(_ device: Int, at event: Instant, decided: Instant) {
        let place = devices[device]
        let variant = variants[Int(place.spot.variant)]
        var work = Work(place.spot, variant, at: event)
        for slot in 0..<Int(variant.slotCount) - Int(variant.derivations.count) {
            put(.nan, in: slot, &work)
        }
        forgetDerived(&work)
        judgeAll(on: device, at: event, decided: decided)
        var after = devices[device]
        after.earliestDue = earliestDue(of: device)
        after.countDue = .distantPast
        after.attention = .distantPast
        devices[device] = after
    }

    /// One more message after a silence; after enough of them the silence is over.
    mutating func comeBack(_ device: Int, at arrival: Instant) {
        var place = devices[device]
        place.returning += 1
        devices[device] = place
        guard place.returning == Limits.messagesToReturn else { return }
        let variant = variants[Int(place.spot.variant)]
        for index in variant.silences.indices {
            let rule = Int(dependentIndices[index])
            let program = rules[Int(variant.rules.start) + rule]
            var state = states[place.spot.rule(rule)]
            guard state.phase == .raised else { continue }
            let isOver =
                program.clearing == .automatic
                || (program.clearing == .acknowledge && state.acknowledged)
            state.phase = isOver ? .normal : .returned
            states[place.spot.rule(rule)] = state
            report(
                isOver ? .cleared : .returned, rule: rule, on: device, at: arrival,
                decided: arrival)
        }
        wheel.bringForward(device, to: nextDeadline(of: device))
    }

    /// The earliest event time at which a running delay ends or a comparison turns.
    mutating func earliestDue(of device: Int) -> Instant {
        let place = devices[device]
        let variant = variants[Int(place.spot.variant)]
        var earliest = Instant.never
        var rule = place.running.next(from: 0)
        while rule < Set256.end {
            let program = rules[Int(variant.rules.start) + rule]
            earliest = min(earliest, states[place.spot.rule(rule)].due(program))
            rule = place.running.next(from: rule + 1)
        }
        return min(earliest, nextTurn(of: place.spot, variant))
    }
}
