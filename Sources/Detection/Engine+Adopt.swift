// A change of configuration while the engine runs: a new engine takes over from the old one, piece
// by piece. Whoever knows the names says what belongs to what; what nobody hands over is unknown.

extension Engine {
    /// Begins to take over: call once, before the others, on an engine that has done nothing yet.
    public mutating func beginAdopting(from other: borrowing Engine, at now: Instant) {
        counters = other.counters
        lastDecided = other.lastDecided
        wheel.start(at: now)
    }

    /// Takes over a device's clocks and presence.
    public mutating func adopt(
        _ device: Int, from other: borrowing Engine, _ otherDevice: Int
    ) {
        var place = devices[device]
        place.takeClocks(of: other.devices[otherDevice])
        devices[device] = place
    }

    /// Takes over the value of a slot.
    public mutating func adopt(
        slot: Int, of device: Int, from other: borrowing Engine, slot otherSlot: Int,
        of otherDevice: Int
    ) {
        let target = devices[device].spot.slot(slot)
        let source = other.devices[otherDevice].spot.slot(otherSlot)
        slots[target].value = other.slots[source].value
        slots[target].seen = other.slots[source].seen
    }

    /// Takes over what a derivation remembers.
    public mutating func adopt(
        words: Int, of device: Int, from other: borrowing Engine, words otherWords: Int,
        of otherDevice: Int, count: Int
    ) {
        let target = devices[device].spot.word(words)
        let source = other.devices[otherDevice].spot.word(otherWords)
        for index in 0..<count { self.words[target + index] = other.words[source + index] }
    }

    /// Takes over where a rule stands. What stands goes on standing, whatever the rule says now;
    /// a delay that runs goes on only if the rule is the same.
    public mutating func adopt(
        rule: Int, of device: Int, from other: borrowing Engine, rule otherRule: Int,
        of otherDevice: Int, isSame: Bool
    ) {
        let place = devices[device]
        var state = other.states[other.devices[otherDevice].spot.rule(otherRule)]
        if !isSame {
            state.when = .unknown
            state.until = .unknown
            state.accrued = .zero
        }
        states[place.spot.rule(rule)] = state
        if rules[Int(variants[Int(place.spot.variant)].rules.start) + rule].form == .condition {
            devices[device].running.insert(rule)
        }
    }

    /// The device goes on: conditions are asked with what is known now, and its deadlines are set.
    /// A device that was not taken over is awaited from now on.
    public mutating func goOn(_ device: Int, at now: Instant) {
        var place = devices[device]
        let variant = variants[Int(place.spot.variant)]
        if place.presence == .present {
            let time = place.event(for: now)
            for predicate in 0..<Int(variant.predicates.count) {
                answers[place.spot.predicate(predicate)] = answer(predicate, of: place, at: time)
            }
            place.earliestDue = .never
            place.keepDue = .never
            devices[device] = place
            judgeAll(on: device, at: time, decided: now)
            place = devices[device]
            place.earliestDue = earliestDue(of: device)
            devices[device] = place
        }
        arm(device)
    }

    private mutating func answer(_ index: Int, of place: Device, at time: Instant) -> Kleene {
        let predicate = predicates[Int(variants[Int(place.spot.variant)].predicates.start) + index]
        return predicate.form == .elapsed
            ? elapsedAnswer(index, of: place.spot, variants[Int(place.spot.variant)], at: time)
            : predicate.answer(instructions, over: slots, from: Int(place.spot.firstSlot))
    }
}
