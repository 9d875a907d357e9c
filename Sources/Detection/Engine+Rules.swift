// The stop-watch of a rule. One function settles what has passed, one asks the conditions again,
// one acts when the time is full. Every change of a hazard goes through `act`.

extension Engine {
    /// Asks the conditions of rules again, in their order, and of those that they explained.
    ///
    /// Rules explain later ones only, and a later one is asked when all before it have been: what
    /// explains it may have changed in the same row.
    mutating func judge(_ rules: Set256, on device: Int, at time: Instant, decided: Instant) {
        var rules = rules
        var rule = rules.next(from: 0)
        while rule < Set256.end {
            if judge(rule, on: device, at: time, decided: decided) {
                addConsequences(of: rule, on: device, to: &rules)
            }
            rule = rules.next(from: rule + 1)
        }
    }

    /// Asks the conditions of all rules again.
    mutating func judgeAll(on device: Int, at time: Instant, decided: Instant) {
        let count = Int(variants[Int(devices[device].spot.variant)].rules.count)
        for rule in 0..<count { _ = judge(rule, on: device, at: time, decided: decided) }
    }

    /// What a rule explained has to stand for itself when it stands no longer.
    private mutating func addConsequences(
        of rule: Int, on device: Int, to rules: inout Set256
    ) {
        let variant = variants[Int(devices[device].spot.variant)]
        for index in self.rules[Int(variant.rules.start) + rule].inhibits.indices {
            rules.insert(Int(dependentIndices[index]))
        }
    }

    /// Asks a rule's conditions again at `time`, because a comparison changed. Returns whether it
    /// stood and stands no longer.
    private mutating func judge(
        _ rule: Int, on device: Int, at time: Instant, decided: Instant
    ) -> Bool {
        let place = devices[device].spot
        let program = rules[Int(variants[Int(place.variant)].rules.start) + rule]
        guard program.form == .condition else { return false }
        var state = states[place.rule(rule)]
        state.settle(program, to: time)
        let before = state
        state.when = truth(of: program.when, on: place)
        state.until = truth(of: program.until, on: place)
        state.settle(program, to: time)
        let hasEnded = act(&state, program, rule, on: device, at: time, decided: decided)
        let isLong = state.isLongRun(program)
        states[place.rule(rule)] = state
        // What a restart would find must not go on running after it has stopped.
        if before.phase == state.phase, state.isKept, state.course != before.course {
            report(.timing, rule: rule, on: device, at: time, decided: decided)
        }
        let due = state.due(program)
        guard due != .never else { return hasEnded }
        devices[device].running.insert(rule)
        devices[device].earliestDue = min(devices[device].earliestDue, due)
        if isLong, !state.isKept {
            devices[device].keepDue = min(devices[device].keepDue, state.keepDue(program))
        }
        return hasEnded
    }

    /// Reports the delays that have run for long enough to be kept for a restart.
    mutating func keepLongRuns(of device: Int, at time: Instant, decided: Instant) {
        let place = devices[device].spot
        let variant = variants[Int(place.variant)]
        let running = devices[device].running
        var keepDue = Instant.never
        var rule = running.next(from: 0)
        while rule < Set256.end {
            let program = rules[Int(variant.rules.start) + rule]
            var state = states[place.rule(rule)]
            if !state.isKept, state.isLongRun(program) {
                if state.keepDue(program) <= time {
                    state.settle(program, to: time)
                    state.isKept = true
                    states[place.rule(rule)] = state
                    report(.timing, rule: rule, on: device, at: time, decided: decided)
                } else {
                    keepDue = min(keepDue, state.keepDue(program))
                }
            }
            rule = running.next(from: rule + 1)
        }
        devices[device].keepDue = keepDue
    }

    /// Lets every delay of the device run out that ends at or before `time`, in order of time.
    mutating func runOutDelays(of device: Int, through time: Instant, decided: Instant) {
        let place = devices[device].spot
        let variant = variants[Int(place.variant)]
        // What has to be asked again once all that ends at the same moment has ended.
        var explained = Set256()
        var explainedAt = Instant.never
        while true {
            var earliest = Instant.never
            var chosen = -1
            var rule = devices[device].running.next(from: 0)
            while rule < Set256.end {
                let due = states[place.rule(rule)].due(rules[Int(variant.rules.start) + rule])
                if due == .never { devices[device].running.remove(rule) }
                if due < earliest {
                    earliest = due
                    chosen = rule
                }
                rule = devices[device].running.next(from: rule + 1)
            }
            let turning = nextTurn(of: place, variant)
            let next = min(earliest, turning)
            devices[device].earliestDue = next
            if next > explainedAt {
                judge(
                    explained, on: device, at: explainedAt,
                    decided: moment(of: explainedAt, on: device, atMost: decided))
                explained = Set256()
                explainedAt = .never
                continue
            }
            guard next <= time else { return }
            let moment = moment(of: next, on: device, atMost: decided)
            // What is full at the moment at which its condition turns has been full in time.
            guard earliest <= turning else {
                turn(on: device, at: turning, decided: moment)
                continue
            }
            let program = rules[Int(variant.rules.start) + chosen]
            var state = states[place.rule(chosen)]
            state.settle(program, to: earliest)
            let hasEnded = act(
                &state, program, chosen, on: device, at: earliest, decided: moment)
            states[place.rule(chosen)] = state
            guard hasEnded, program.inhibits.count > 0 else { continue }
            addConsequences(of: chosen, on: device, to: &explained)
            explainedAt = earliest
        }
    }

    /// When the line knows of what happens at an event time.
    private func moment(of event: Instant, on device: Int, atMost decided: Instant) -> Instant {
        max(min(decided, devices[device].arrival(for: event)), lastDecided)
    }

    /// Raises, clears or returns the hazard if its time is full. Returns whether it stood and
    /// stands no longer.
    private mutating func act(
        _ state: inout RuleState, _ program: RuleProgram, _ rule: Int, on device: Int,
        at time: Instant, decided: Instant
    ) -> Bool {
        // Its name on record: later than the change before, even if a clock was set back. What
        // runs from here on runs from `time`.
        let stamp = max(time, state.lastChange + Duration(nanoseconds: 1))
        let place = devices[device].spot
        let stood = state.phase.stands
        let change: Change
        switch state.phase {
        case .normal:
            guard state.when == .yes, state.accrued >= program.delay else { return false }
            state.raisedAt = stamp
            state.acknowledged = false
            let isSuppressed = truth(of: program.suppressed, on: place) == .yes
            state.phase = isSuppressed ? .suppressed : .raised
            change = isSuppressed ? .suppressed : .raised
        case .returned:
            guard state.when == .yes, state.accrued >= program.delay else { return false }
            state.acknowledged = false
            state.phase = .raised
            change = .recurred
        case .raised:
            guard state.mayClear, state.accrued >= program.clearDelay else { return false }
            let isOver =
                program.clearing == .automatic
                || (program.clearing == .acknowledge && state.acknowledged)
            state.phase = isOver ? .normal : .returned
            change = isOver ? .cleared : .returned
        case .suppressed:
            if state.mayClear, state.accrued >= program.clearDelay {
                state.phase = .normal
                change = .lapsed
            } else {
                // An unknown reason is no reason: then the hazard comes out.
                guard state.when == .yes, truth(of: program.suppressed, on: place) != .yes else {
                    return false
                }
                state.phase = .raised
                change = .raised
            }
        }
        state.accrued = .zero
        state.mark = time
        state.lastChange = stamp
        state.isKept = false
        states[place.rule(rule)] = state
        report(change, rule: rule, on: device, at: stamp, decided: decided)
        return stood && !state.phase.stands
    }

    /// Runs a boolean program over the device's lamps; an empty one is false.
    private mutating func truth(of code: Extent, on place: Spot) -> Kleene {
        guard code.count > 0 else { return .no }
        let variant = unsafe variants.run(from: Int(place.variant), count: 1)
        // Invariant: the compiler's terms name predicates and rules of their own variant, so their
        // numbers lie within the runs.
        let program = unsafe terms.run(from: Int(code.start), count: Int(code.count))
        let lamps = unsafe answers.run(
            from: Int(place.firstPredicate), count: Int(variant.pointee.predicates.count))
        var stack = KleeneStack()
        for index in 0..<Int(code.count) {
            let term = unsafe program[index]
            if term.isPredicate {
                stack.push(unsafe lamps[Int(term.code)])
                continue
            }
            switch term {
            case .and: stack.and()
            case .or: stack.or()
            case .not: stack.not()
            default:
                guard let other = term.standingRule else {
                    preconditionFailure("a term that the compiler writes")
                }
                stack.push(Kleene(states[place.rule(other)].phase.stands))
            }
        }
        return stack.top
    }
}

extension RuleState.Phase {
    /// Whether the condition stands, as a hazard or suppressed, and so explains its consequences.
    var stands: Bool { self == .raised || self == .suppressed }
}

extension RuleState {
    /// Whether the clear delay runs: the way out is open and the way in is not.
    var mayClear: Bool { until == .yes && when != .yes }

    /// What the passing of time does to the running delay.
    enum Course { case grows, shrinks, stands }

    /// Whether the running delay grows, shrinks (or is gone), or stands while nothing is known.
    var course: Course {
        switch phase {
        case .normal, .returned:
            switch when {
            case .yes: return .grows
            case .no: return .shrinks
            case .unknown: return .stands
            }
        case .raised, .suppressed:
            if mayClear { return .grows }
            return until == .no || when == .yes ? .shrinks : .stands
        }
    }

    /// Whether part of a delay has passed, or is passing.
    var isRunning: Bool { course == .grows || accrued > .zero }

    /// Counts the time since `mark` to the side that the conditions were on.
    mutating func settle(_ program: RuleProgram, to time: Instant) {
        let passed = max(time - mark, .zero)
        mark = max(mark, time)
        switch course {
        case .grows: accrued = accrued + passed
        case .stands: break
        case .shrinks:
            let mayLinger = !phase.stands && program.accumulates
            accrued = mayLinger ? max(accrued - passed / Limits.accumulateDecay, .zero) : .zero
        }
    }

    /// When the running delay will be full; `never` when none runs.
    func due(_ program: RuleProgram) -> Instant {
        switch phase {
        case .normal, .returned:
            return when == .yes ? mark + (program.delay - accrued) : .never
        case .raised, .suppressed:
            return mayClear ? mark + (program.clearDelay - accrued) : .never
        }
    }

    /// When the running delay has lasted long enough to be kept.
    func keepDue(_ program: RuleProgram) -> Instant { mark + (program.keepAfter - accrued) }

    /// Whether a delay runs that is long enough to be worth keeping.
    func isLongRun(_ program: RuleProgram) -> Bool {
        switch phase {
        case .normal, .returned:
            return when == .yes && program.delay > .zero && program.delay >= program.keepAfter
        case .raised, .suppressed:
            return mayClear && program.clearDelay >= Limits.persistedDelay
        }
    }
}
