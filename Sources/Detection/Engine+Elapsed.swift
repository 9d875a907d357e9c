// Times that go on by themselves. An elapsed slot holds 0 (it does not run, and stands at zero), 1
// or 2 (it runs) or NaN (unknown). At 2, and always for `held`, `seen` of the slot is the moment
// from which it counts; an age at 1 counts from the last reading of its signal, so that a reading
// which says nothing new need not touch it. A comparison of such a slot turns exactly once while it
// runs, at a moment that is known beforehand.

extension Engine {
    /// One step of `held` or `age`, after a reading of its input.
    mutating func stepElapsed(_ derivation: Derivation, _ work: inout Work) {
        let input = slots[work.place.slot(Int(derivation.input))].value
        let output = work.place.slot(Int(derivation.output))
        guard derivation.form == .held else {
            // Only a usable reading makes a signal young again.
            guard !input.isNaN else { return }
            guard slots[output].value != 1 || hasTurned(derivation, work.place, work.variant)
            else { return }
            return set(derivation, 1, since: work.time, &work)
        }
        if input.isNaN { return halt(derivation, &work) }
        let halted = work.place.word(Int(derivation.firstWord))
        if input == 0 {
            words[halted].count = 0
            return set(derivation, 0, since: work.time, &work)
        }
        guard slots[output].value != 1 else { return }
        let before = Duration(nanoseconds: words[halted].count)
        words[halted].count = 0
        set(derivation, 1, since: work.time + (.zero - before), &work)
    }

    /// Unknown halts a running time: it goes on from there when the input is true again.
    mutating func halt(_ derivation: Derivation, _ work: inout Work) {
        let slot = work.place.slot(Int(derivation.output))
        if slots[slot].value == 1 {
            words[work.place.word(Int(derivation.firstWord))].count =
                (work.time - slots[slot].seen).nanoseconds
        }
        set(derivation, .nan, since: .never, &work)
    }

    /// Before an unusable reading of a slot is stored: its ages go on from the last usable one.
    mutating func holdAges(of slot: Int, _ work: inout Work) {
        let readers = slotReaders[Int(work.variant.slotReaders) + slot].onReading
        for reader in readers.indices {
            let index = Int(work.variant.derivations.start) + Int(dependentIndices[reader])
            let output = work.place.slot(Int(derivations[index].output))
            guard derivations[index].form == .age, slots[output].value == 1 else { continue }
            slots[output] = Slot(value: 2, seen: slots[work.place.slot(slot)].seen)
        }
    }

    /// Sets an elapsed slot and looks again at the comparisons that read it.
    mutating func set(
        _ derivation: Derivation, _ running: Double, since origin: Instant, _ work: inout Work
    ) {
        let slot = work.place.slot(Int(derivation.output))
        slots[slot] = Slot(value: running, seen: origin)
        work.hasSetElapsed = true
        work.isNews = true
        let readers = slotReaders[Int(work.variant.slotReaders) + Int(derivation.output)].programs
        for reader in readers.indices {
            let predicate = Int(dependentIndices[reader])
            let answer = elapsedAnswer(
                predicate, of: work.place, work.variant, at: work.time)
            light(predicate, answer, &work)
        }
    }

    /// From when an elapsed slot that runs counts.
    private mutating func origin(of slot: UInt16, _ place: Spot, _ variant: Variant) -> Instant {
        let first = Int(variant.slotCount) - Int(variant.derivations.count)
        let derivation = derivations[Int(variant.derivations.start) + Int(slot) - first]
        let output = slots[place.slot(Int(slot))]
        return derivation.form == .age && output.value == 1
            ? slots[place.slot(Int(derivation.input))].seen : output.seen
    }

    /// Whether a comparison of the derivation has turned, so that its next step is news.
    private mutating func hasTurned(
        _ derivation: Derivation, _ place: Spot, _ variant: Variant
    ) -> Bool {
        let readers = slotReaders[Int(variant.slotReaders) + Int(derivation.output)].programs
        for reader in readers.indices {
            let index = Int(dependentIndices[reader])
            let comparison = predicates[Int(variant.predicates.start) + index].comparison
            if answers[place.predicate(index)] == Kleene(comparison.holdsBeyond) { return true }
        }
        return false
    }

    /// Whether an age has turned something: then every reading of its signal is news.
    mutating func hasTurnedAge(_ place: Spot) -> Bool {
        let variant = variants[Int(place.variant)]
        for index in variant.ages.indices {
            let derivation = derivations[
                Int(variant.derivations.start) + Int(dependentIndices[index])]
            if hasTurned(derivation, place, variant) { return true }
        }
        return false
    }

    /// The answer of an elapsed comparison at `time`.
    mutating func elapsedAnswer(
        _ index: Int, of place: Spot, _ variant: Variant, at time: Instant
    ) -> Kleene {
        let predicate = predicates[Int(variant.predicates.start) + index]
        let running = slots[place.slot(Int(predicate.slot))].value
        if running.isNaN { return .unknown }
        if running == 0 { return Kleene(compare(predicate.comparison, 0, predicate.limit)) }
        let hasTurned =
            time >= turningPoint(of: predicate, since: origin(of: predicate.slot, place, variant))
        return Kleene(hasTurned == predicate.comparison.holdsBeyond)
    }

    /// When a running comparison turns. Its limit is in nanoseconds.
    private mutating func turningPoint(of predicate: Predicate, since origin: Instant) -> Instant {
        let limit = Int64(predicate.limit)
        let isStrict = predicate.comparison == .greater || predicate.comparison == .lessOrEqual
        return origin + Duration(nanoseconds: isStrict ? limit + 1 : limit)
    }

    /// When a comparison next turns while nothing is read; `never` if none will.
    mutating func nextTurn(of place: Spot, _ variant: Variant) -> Instant {
        var earliest = Instant.never
        for reader in variant.elapsed.indices {
            let index = Int(dependentIndices[reader])
            earliest = min(earliest, turningPoint(of: index, place, variant))
        }
        return earliest
    }

    /// Turns the comparisons whose moment is `time` and asks their rules again, once.
    mutating func turn(on device: Int, at time: Instant, decided: Instant) {
        let place = devices[device].spot
        let variant = variants[Int(place.variant)]
        var work = Work(place, variant, at: time)
        for reader in variant.elapsed.indices {
            let index = Int(dependentIndices[reader])
            guard turningPoint(of: index, place, variant) == time else { continue }
            let comparison = predicates[Int(variant.predicates.start) + index].comparison
            light(index, Kleene(comparison.holdsBeyond), &work)
        }
        judge(work.touched, on: device, at: time, decided: decided)
    }

    /// Makes sure that the device is woken when a comparison turns.
    mutating func expectTurns(of device: Int, _ place: Spot, _ variant: Variant) {
        let turn = nextTurn(of: place, variant)
        devices[device].earliestDue = min(devices[device].earliestDue, turn)
    }

    /// When a comparison turns that runs and has not turned yet, else `never`.
    private mutating func turningPoint(
        of index: Int, _ place: Spot, _ variant: Variant
    ) -> Instant {
        let predicate = predicates[Int(variant.predicates.start) + index]
        let slot = place.slot(Int(predicate.slot))
        let turned = Kleene(predicate.comparison.holdsBeyond)
        guard slots[slot].value >= 1, answers[place.predicate(index)] != turned else {
            return .never
        }
        return turningPoint(of: predicate, since: origin(of: predicate.slot, place, variant))
    }
}

extension Opcode {
    /// Whether the comparison holds for values beyond its limit: `>` and `>=` of the six.
    fileprivate var holdsBeyond: Bool {
        switch self {
        case .greater, .greaterOrEqual: true
        case .less, .lessOrEqual: false
        case .constant, .slot, .negate, .absolute, .not, .add, .subtract, .multiply, .divide,
            .minimum, .maximum, .equal, .notEqual, .and, .or, .assume, .select:
            preconditionFailure("an elapsed time is compared by order")
        }
    }
}
