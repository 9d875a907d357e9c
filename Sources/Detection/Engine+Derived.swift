// Derived signals. After a row's readings are in their slots, the derivations that these concern
// take one step each, in the order of the variant's list, so that one can build on another: those
// that follow a course with every reading, the others when a value or its cell is another. Two
// kinds of slot tell a time that goes on by itself (`held`, `age`): the row sets only where they
// count from, and the moment at which a comparison of theirs turns is a deadline.

extension Engine {
    /// Takes the derivations that are due one step on, and those that build on them.
    mutating func derive(_ work: inout Work, on device: Int) {
        if work.time >= devices[device].countDue {
            devices[device].countDue = .never
            for reader in work.variant.counts.indices {
                work.due.insert(Int(dependentIndices[reader]))
            }
        }
        var index = work.due.next(from: 0)
        while index < Set256.end {
            // What builds on it stands behind it in the list.
            step(derivations[Int(work.variant.derivations.start) + index], on: device, &work)
            index = work.due.next(from: index + 1)
        }
        if work.hasSetElapsed { expectTurns(of: device, work.place, work.variant) }
    }

    private mutating func step(
        _ derivation: Derivation, on device: Int, _ work: inout Work
    ) {
        if derivation.form.isElapsed { return stepElapsed(derivation, &work) }
        if derivation.form == .count { return stepCount(derivation, on: device, &work) }
        let output = Int(derivation.output)
        // Without a new value it has still been read, for those who follow its course.
        let value =
            value(of: derivation, at: work.place, time: work.time)
            ?? slots[work.place.slot(output)].value
        read(value, in: output, &work)
    }

    /// The new value of a derived slot, NaN while it is unknown; `nil` leaves it as it is.
    private mutating func value(
        of derivation: Derivation, at place: Spot, time: Instant
    ) -> Double? {
        let input = slots[place.slot(Int(derivation.input))].value
        let first = place.word(Int(derivation.firstWord))
        switch derivation.form {
        case .program:
            return evaluate(
                derivation.code, of: instructions, over: slots, from: Int(place.firstSlot))
        case .rate: return rate(input, first, at: time)
        case .changed: return changed(input, first)
        case .stuck: return stuck(input, first, for: derivation.window, at: time)
        case .lowpass:
            let memory = LowpassMemory(words, at: first, constants, derivation.constants)
            guard !input.isNaN else {
                memory.stop()
                return .nan
            }
            let output = memory.step(input, at: time, period: derivation.window)
            return output.map { $0.isFinite ? $0 : .nan }
        case .mean, .minimum, .maximum:
            return windowed(derivation, input, first, at: time)
        case .dwell, .impact, .steep, .afterLow, .reversal, .slope:
            return follow(derivation, input, first, at: time)
        case .count, .held, .age:
            preconditionFailure("these have steps of their own")
        }
    }

    // Words: whether there was a reading, its time, its value.
    private mutating func rate(_ input: Double, _ first: Int, at time: Instant) -> Double? {
        let hadOne = words[first].count != 0
        let passed = time - words[first + 1].instant
        if hadOne, passed <= .zero, !input.isNaN { return nil }
        let before = words[first + 2].number
        words[first].count = input.isNaN ? 0 : 1
        words[first + 1].instant = time
        words[first + 2].number = input
        guard hadOne, !input.isNaN else { return .nan }
        let rate = (input - before) / (Double(passed.nanoseconds) / 1e9)
        return rate.isFinite ? rate : .nan
    }

    // Words: whether there was a reading, its value.
    private mutating func changed(_ input: Double, _ first: Int) -> Double {
        let hadOne = words[first].count != 0
        let before = words[first + 1].number
        words[first].count = input.isNaN ? 0 : 1
        words[first + 1].number = input
        guard hadOne, !input.isNaN else { return .nan }
        return input == before ? 0 : 1
    }

    // Words: 0 before a reading, 1 before the first change, then 2; time of the last change; value.
    private mutating func stuck(
        _ input: Double, _ first: Int, for window: Duration, at time: Instant
    ) -> Double {
        guard !input.isNaN else {
            words[first].count = 0
            return .nan
        }
        if words[first].count == 0 || words[first + 2].number != input {
            words[first].count = words[first].count == 0 ? 1 : 2
            words[first + 1].instant = time
            words[first + 2].number = input
        }
        if time - words[first + 1].instant >= window { return 1 }
        // Nobody has seen it move yet, nor stand for long enough.
        return words[first].count == 1 ? .nan : 0
    }

    private mutating func windowed(
        _ derivation: Derivation, _ input: Double, _ first: Int, at time: Instant
    ) -> Double {
        let memory = WindowMemory(words, at: first, window: derivation.window)
        if !memory.hasStarted {
            guard !input.isNaN else { return .nan }
            memory.start(at: time)
        }
        let held = memory.held
        let running = memory.current
        memory.advance(to: time) { index, passed in
            guard !held.isNaN else { return }
            var (value, known) = memory.bucket(index)
            value.number = derivation.form.joined(value.number, held, over: passed, known)
            known = known + passed
            memory.set(index, value: value, known: known)
        }
        if memory.current != running { gather(derivation.form, memory) }
        memory.held = input
        guard !input.isNaN, memory.isCovered(at: time, window: derivation.window) else {
            return .nan
        }
        return summary(derivation, memory, now: input)
    }

    /// Puts the full boxes together, so that a reading has to look at the running one only.
    private mutating func gather(_ form: Derivation.Form, _ memory: WindowMemory) {
        var total = Duration.zero
        var result = Word.empty
        for index in WindowMemory.indices where index != memory.running {
            let (value, known) = memory.bucket(index)
            guard known > .zero else { continue }
            result.number =
                total == .zero ? value.number : form.summed(result.number, value.number)
            total = total + known
        }
        memory.full = (result, total)
    }

    /// The window's value; unknown while less than half of the window is known.
    private mutating func summary(
        _ derivation: Derivation, _ memory: WindowMemory, now: Double
    ) -> Double {
        let (full, fullKnown) = memory.full
        let (running, runningKnown) = memory.bucket(memory.running)
        let total = fullKnown + runningKnown
        var result = derivation.form == .mean ? 0 : now
        if fullKnown > .zero { result = derivation.form.summed(result, full.number) }
        if runningKnown > .zero { result = derivation.form.summed(result, running.number) }
        guard total >= derivation.window / 2, total > .zero else { return .nan }
        if derivation.form == .mean { result /= Double(total.nanoseconds) }
        return result.isFinite ? result : .nan
    }

    /// One step of a function that follows the signal from reading to reading.
    private mutating func follow(
        _ derivation: Derivation, _ input: Double, _ first: Int, at time: Instant
    ) -> Double {
        guard !input.isNaN else {
            // All of them begin with whether there was a reading, `dwell` after its corners.
            words[first].count = 0
            if derivation.form == .dwell { words[first + 1].count = 0 }
            return .nan
        }
        let settings = derivation.constants
        let gap = derivation.window
        switch derivation.form {
        case .dwell:
            return DwellMemory(words, at: first, CurveTable(constants, settings))
                .step(input, at: time, longestGap: gap)
        case .impact:
            return ImpactMemory(words, at: first, CurveTable(constants, settings))
                .step(input, at: time, longestGap: gap)
        case .steep:
            return SteepMemory(words, at: first, constants, settings)
                .step(input, at: time, longestGap: gap)
        case .afterLow:
            return AfterLowMemory(words, at: first, constants, settings)
                .step(input, at: time, longestGap: gap)
        case .reversal:
            return ReversalMemory(words, at: first, constants, settings)
                .step(input, at: time, longestGap: gap)
        case .slope:
            return SlopeMemory(words, at: first, constants, settings)
                .step(input, at: time, longestGap: gap)
        case .program, .rate, .lowpass, .mean, .minimum, .maximum, .stuck, .changed, .count,
            .held, .age:
            preconditionFailure("not a function that follows")
        }
    }

    private mutating func stepCount(
        _ derivation: Derivation, on device: Int, _ work: inout Work
    ) {
        let input = slots[work.place.slot(Int(derivation.input))].value
        let memory = CountMemory(
            words, at: work.place.word(Int(derivation.firstWord)), window: derivation.window)
        let (count, nextLoss) = memory.step(input, at: work.time)
        read(count, in: Int(derivation.output), &work)
        // Who follows the course of a count wants to hear of it with every message.
        let isFollowed =
            slotReaders[Int(work.variant.slotReaders) + Int(derivation.output)].isFollowed
        devices[device].countDue = min(
            devices[device].countDue, isFollowed ? .distantPast : nextLoss)
        work.isNews = true
    }

    /// What a silence means: windows, filters and rates start anew; a count keeps what it counted,
    /// and a time that runs is halted.
    mutating func forgetDerived(_ work: inout Work) {
        for index in work.variant.derivations.indices {
            let derivation = derivations[index]
            switch derivation.form {
            case .held: halt(derivation, &work)
            case .age: set(derivation, .nan, since: .never, &work)
            case .count, .program, .impact, .afterLow, .rate, .lowpass, .mean, .minimum, .maximum,
                .stuck, .changed, .dwell, .steep, .reversal, .slope:
                startAnew(derivation, &work)
                put(.nan, in: Int(derivation.output), &work)
            }
        }
    }

    /// What follows a signal's course from reading to reading starts anew where the course is
    /// broken. Windows and running times go on: they are told by the clock, and a break of seconds
    /// must not cost a day's mean.
    mutating func startCoursesAnew(_ work: inout Work) {
        for index in work.variant.derivations.indices {
            let derivation = derivations[index]
            switch derivation.form {
            case .held, .age, .count, .program, .mean, .minimum, .maximum, .stuck, .changed: break
            case .impact, .afterLow, .rate, .lowpass, .dwell, .steep, .reversal, .slope:
                startAnew(derivation, &work)
                put(.nan, in: Int(derivation.output), &work)
            }
        }
    }

    private mutating func startAnew(_ derivation: Derivation, _ work: inout Work) {
        let first = work.place.word(Int(derivation.firstWord))
        switch derivation.form {
        case .held, .age, .count, .program: break
        // What has been found is not undone.
        case .impact, .afterLow: words[first].count = 0
        case .rate, .lowpass, .mean, .minimum, .maximum, .stuck, .changed, .dwell, .steep,
            .reversal, .slope:
            for word in 0..<derivation.form.words { words[first + word] = .empty }
        }
    }

    /// Moves what the derivations remember onto another timeline.
    mutating func moveDerived(_ place: Spot, _ variant: Variant, by shift: Duration) {
        for index in variant.derivations.indices {
            let derivation = derivations[index]
            let first = place.word(Int(derivation.firstWord))
            switch derivation.form {
            case .program, .changed: break
            case .rate, .stuck: words[first + 1].instant = words[first + 1].instant + shift
            case .lowpass:
                LowpassMemory(words, at: first, constants, derivation.constants).move(by: shift)
            case .mean, .minimum, .maximum:
                WindowMemory(words, at: first, window: derivation.window).move(by: shift)
            case .count:
                CountMemory(words, at: first, window: derivation.window).move(by: shift)
            case .dwell:
                DwellMemory(words, at: first, CurveTable(constants, derivation.constants))
                    .move(by: shift)
            case .impact:
                ImpactMemory(words, at: first, CurveTable(constants, derivation.constants))
                    .move(by: shift)
            case .steep:
                SteepMemory(words, at: first, constants, derivation.constants).move(by: shift)
            case .afterLow:
                AfterLowMemory(words, at: first, constants, derivation.constants).move(by: shift)
            case .reversal:
                ReversalMemory(words, at: first, constants, derivation.constants).move(by: shift)
            case .slope:
                SlopeMemory(words, at: first, constants, derivation.constants).move(by: shift)
            case .held, .age: break  // They count from `seen`, which moves with the slots.
            }
        }
    }
}

extension Derivation.Form {
    /// What two parts of a window make together.
    fileprivate func summed(_ left: Double, _ right: Double) -> Double {
        switch self {
        case .mean: left + right
        case .minimum: Swift.min(left, right)
        default: Swift.max(left, right)
        }
    }

    /// A bucket's value with `held` for `passed` more; `known` is how much it holds already.
    ///
    /// The mean's bucket is the integral over nanoseconds.
    fileprivate func joined(
        _ value: Double, _ held: Double, over passed: Duration, _ known: Duration
    ) -> Double {
        switch self {
        case .mean: value + held * Double(passed.nanoseconds)
        case .minimum: known == .zero ? held : Swift.min(value, held)
        default: known == .zero ? held : Swift.max(value, held)
        }
    }
}
