// Times that go on by themselves. An elapsed slot holds 0 (it does not run, and stands at zero),
// 1 (it runs) or NaN (unknown); `seen` of the slot is the moment from which it counts. A comparison
// of such a slot turns exactly once while it runs, at a moment that is known beforehand.

extension Engine {
    /// One step of `held` or `age`, after a reading of its input.
    mutating func stepElapsed(
        _ derivation: Derivation, of place: Spot, _ variant: Variant, at time: Instant,
        _ touched: inout Set256
    ) {
        let input = values[place.slot(Int(derivation.input))]
        guard derivation.form == .held else {
            // Only a usable reading makes a signal young again.
            guard !input.isNaN else { return }
            return set(derivation, 1, since: time, of: place, variant, at: time, &touched)
        }
        if input.isNaN { return halt(derivation, of: place, variant, at: time, &touched) }
        let halted = place.word(Int(derivation.firstWord))
        if input == 0 {
            words[halted].count = 0
            return set(derivation, 0, since: time, of: place, variant, at: time, &touched)
        }
        guard values[place.slot(Int(derivation.output))] != 1 else { return }
        let before = Duration(nanoseconds: words[halted].count)
        words[halted].count = 0
        set(
            derivation, 1, since: time + (.zero - before), of: place, variant, at: time, &touched)
    }

    /// Unknown halts a running time: it goes on from there when the input is true again.
    mutating func halt(
        _ derivation: Derivation, of place: Spot, _ variant: Variant, at time: Instant,
        _ touched: inout Set256
    ) {
        let slot = place.slot(Int(derivation.output))
        if values[slot] == 1 {
            words[place.word(Int(derivation.firstWord))].count = (time - seen[slot]).nanoseconds
        }
        set(derivation, .nan, since: .never, of: place, variant, at: time, &touched)
    }

    /// Sets an elapsed slot and looks again at the comparisons that read it.
    mutating func set(
        _ derivation: Derivation, _ running: Double, since origin: Instant, of place: Spot,
        _ variant: Variant, at time: Instant, _ touched: inout Set256
    ) {
        let slot = place.slot(Int(derivation.output))
        values[slot] = running
        seen[slot] = origin
        for reader in readers(of: Int(derivation.output), variant).programs.indices {
            let predicate = Int(dependentIndices[reader])
            let answer = elapsedAnswer(predicate, of: place, variant, at: time)
            light(predicate, answer, of: place, variant, &touched)
        }
    }

    /// The answer of an elapsed comparison at `time`.
    mutating func elapsedAnswer(
        _ index: Int, of place: Spot, _ variant: Variant, at time: Instant
    ) -> Kleene {
        let predicate = predicates[Int(variant.predicates.start) + index]
        let running = values[place.slot(Int(predicate.slot))]
        if running.isNaN { return .unknown }
        if running == 0 { return Kleene(compare(predicate.comparison, 0, predicate.limit)) }
        let hasTurned =
            time >= turningPoint(of: predicate, since: seen[place.slot(Int(predicate.slot))])
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
        var touched = Set256()
        for reader in variant.elapsed.indices {
            let index = Int(dependentIndices[reader])
            guard turningPoint(of: index, place, variant) == time else { continue }
            let comparison = predicates[Int(variant.predicates.start) + index].comparison
            light(index, Kleene(comparison.holdsBeyond), of: place, variant, &touched)
        }
        judge(touched, on: device, at: time, decided: decided)
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
        guard values[slot] == 1, answers[place.predicate(index)] != turned else { return .never }
        return turningPoint(of: predicate, since: seen[slot])
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
