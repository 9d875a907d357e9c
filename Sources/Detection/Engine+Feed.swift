extension Engine {
    /// Decides, once per message, which clock counts for it and whether its counter is old.
    ///
    /// The caller has advanced the engine to `arrival` and taken its transitions.
    ///
    /// - Parameters:
    ///   - device: index of the equipment.
    ///   - arrival: when the message arrived; never earlier than an earlier call's.
    ///   - newest: the latest of the device's own times of the message's rows; `nil` when it has
    ///     none.
    ///   - sequence: the device's message counter, not negative; `nil` when it has none.
    public mutating func admit(
        _ device: Int, arrival: Instant, newest: Instant?, sequence: Int64?
    ) -> Admission {
        let wasSkewed = devices[device].isSkewed
        let limit = variants[Int(devices[device].spot.variant)].skewLimit
        var wasSetBack = false
        if let newest {
            wasSetBack = devices[device].isSetBack(
                to: newest, arrival: arrival, sequence: sequence, limit: limit)
        }
        let counts = devices[device].deviceClockCounts(
            newest, arrival: arrival, wasSetBack: wasSetBack, limit: limit)
        var admission = Admission(
            arrival: arrival, sequence: sequence, usesDeviceClock: counts,
            offset: newest.map { arrival - $0 } ?? .zero)
        // With arrival times every repetition would look new: stamp and counter have to tell.
        if !counts, devices[device].isRepetition(stamp: newest, sequence: sequence) {
            admission.isLate = true
            counters.late += 1
        } else if let newest {
            devices[device].lastStamp = newest
        }
        if devices[device].isSkewed != wasSkewed || (wasSetBack && !admission.isLate) {
            let event = counts ? newest ?? arrival : arrival
            rebase(device, event: event, arrival: arrival)
        }
        return admission
    }

    /// Applies one row of readings that share an event time.
    ///
    /// - Parameters:
    ///   - device: index of the equipment.
    ///   - admission: what `admit` said of the row's message.
    ///   - stamp: the device's own time of this row; `nil` when it has none.
    ///   - cells: readings by slot of the equipment's kind.
    /// - Returns: whether anything in the row was new.
    /// - Complexity: O(cells + predicates that read them + rules whose predicates changed).
    public mutating func feed(
        _ device: Int, _ admission: Admission, stamp: Instant?, cells: Span<Cell>
    ) -> Verdict {
        guard !admission.isLate else { return .late }
        let arrival = admission.arrival
        let place = devices[device].spot
        let variant = variants[Int(place.variant)]
        let anchor = devices[device].eventAnchor
        let event = admission.event(of: stamp, after: anchor)
        let time = max(event, anchor)
        letTimePass(on: device, variant, through: time, decided: arrival)

        var touched = Set256()
        var steps = Steps()
        let fresh = apply(cells, event: event, to: place, variant, &touched, &steps)
        guard fresh > 0 else {
            counters.late += 1
            return .late
        }
        counters.accepted += 1
        counters.readings += UInt64(fresh)
        let isSkewed = devices[device].isSkewed
        if isSkewed { counters.skewed += 1 }
        if let sequence = admission.sequence {
            devices[device].count(sequence, gaps: &counters.sequenceGaps)
        }
        devices[device].eventAnchor = time
        devices[device].arrivalAnchor = arrival
        let wasPresent = devices[device].presence == .present
        devices[device].presence = .present
        read(isSkewed ? 1 : 0, in: Variant.skewSlot, of: place, variant, &touched, &steps)
        if variant.derivations.count > 0 {
            derive(place, variant, steps, at: time, touching: &touched)
            if variant.elapsed.count > 0 { expectTurns(of: device, place, variant) }
        }

        if wasPresent {
            judge(touched, on: device, at: time, decided: arrival)
        } else {
            // What was known before a silence or a restart is asked again, all of it.
            for rule in 0..<Int(variant.rules.count) {
                judge(rule, on: device, at: time, decided: arrival)
            }
            wheel.bringForward(device, to: arrival + variant.silentAfter)
        }
        if time >= devices[device].keepDue { keepLongRuns(of: device, at: time, decided: arrival) }
        if devices[device].returning < Limits.messagesToReturn { comeBack(device, at: arrival) }
        let due = devices[device].earliestDue
        if due != .never { wheel.bringForward(device, to: devices[device].arrival(for: due)) }
        return .accepted
    }

    /// Lets delays run out up to a row's time. What the device last said holds for `silentAfter`
    /// and no longer, on its own timeline too: a gap in a backlog is as silent as one in life.
    private mutating func letTimePass(
        on device: Int, _ variant: Variant, through time: Instant, decided: Instant
    ) {
        let anchor = devices[device].eventAnchor
        guard anchor != .distantPast else { return }
        if devices[device].presence == .awaited {
            devices[device].earliestDue = earliestDue(of: device)
        }
        let end = min(time, anchor + variant.silentAfter)
        if devices[device].earliestDue <= end {
            runOutDelays(of: device, through: end, decided: decided)
        }
        if end < time, devices[device].presence != .silent {
            forget(device, at: end, decided: decided)
        }
    }

    /// Stores the readings that are newer than the last of their signal; returns how many were.
    private mutating func apply(
        _ cells: Span<Cell>, event: Instant, to place: Spot, _ variant: Variant,
        _ touched: inout Set256, _ steps: inout Steps
    ) -> Int {
        var fresh = 0
        for index in cells.indices {
            let cell = cells[index]
            precondition(cell.slot < variant.slotCount, "a cell's slot belongs to its kind")
            let slot = place.slot(Int(cell.slot))
            guard event > seen[slot] else {
                counters.lateReadings += 1
                continue
            }
            seen[slot] = event
            fresh += 1
            if cell.quality != .good { counters.unusable += 1 }
            read(
                cell.quality == .good ? cell.value : .nan, in: Int(cell.slot), of: place,
                variant, &touched, &steps)
        }
        return fresh
    }

    /// Who reads a slot.
    mutating func readers(of slot: Int, _ variant: Variant) -> SlotReaders {
        slotReaders[Int(variant.slotReaders) + slot]
    }

    /// Stores a reading and notes the derived signals that it concerns.
    mutating func read(
        _ value: Double, in slot: Int, of place: Spot, _ variant: Variant,
        _ touched: inout Set256, _ steps: inout Steps
    ) {
        let isChanged = store(value, in: slot, of: place, variant, &touched)
        let reader = Int(variant.slotReaders) + slot
        guard slotReaders[reader].hasDerivations else { return }
        steps.add(slotReaders[reader].derivations, isChanged: isChanged)
    }

    /// Puts a value (NaN: unknown) into a slot and looks again at what compares it; returns whether
    /// it is another one.
    mutating func store(
        _ value: Double, in slot: Int, of place: Spot, _ variant: Variant,
        _ touched: inout Set256
    ) -> Bool {
        let index = place.slot(slot)
        guard values[index].bitPattern != value.bitPattern else { return false }
        values[index] = value
        let reader = Int(variant.slotReaders) + slot
        if !slotReaders[reader].contains(value, in: cells[index], constants) {
            cells[index] = slotReaders[reader].cell(of: value, constants)
            ask(slotReaders[reader].comparisons, of: place, variant, &touched)
        }
        ask(slotReaders[reader].programs, of: place, variant, &touched)
        return true
    }

    /// Asks predicates again.
    private mutating func ask(
        _ list: Extent, of place: Spot, _ variant: Variant, _ touched: inout Set256
    ) {
        for reader in list.indices {
            let predicate = Int(dependentIndices[reader])
            let answer = predicates[Int(variant.predicates.start) + predicate].answer(
                instructions, over: values, from: Int(place.firstSlot))
            light(predicate, answer, of: place, variant, &touched)
        }
    }

    /// Sets the lamp of a comparison; if that changes it, its rules have to be judged.
    mutating func light(
        _ predicate: Int, _ answer: Kleene, of place: Spot, _ variant: Variant,
        _ touched: inout Set256
    ) {
        let lamp = place.predicate(predicate)
        guard answers[lamp] != answer else { return }
        answers[lamp] = answer
        for user in dependents[Int(variant.predicateDependents) + predicate].indices {
            touched.insert(Int(dependentIndices[user]))
        }
    }

    /// Moves everything that the device's stop-watches remember onto another timeline, when the
    /// arrival time takes over from the device's clock or gives it back.
    private mutating func rebase(_ device: Int, event: Instant, arrival: Instant) {
        guard devices[device].eventAnchor != .distantPast else { return }
        let anchor = event + (devices[device].arrivalAnchor - arrival)
        let shift = anchor - devices[device].eventAnchor
        devices[device].eventAnchor = anchor
        if devices[device].earliestDue != .never {
            devices[device].earliestDue = devices[device].earliestDue + shift
        }
        if devices[device].keepDue != .never {
            devices[device].keepDue = devices[device].keepDue + shift
        }
        let place = devices[device].spot
        let variant = variants[Int(place.variant)]
        for slot in 0..<Int(variant.slotCount) where seen[place.slot(slot)] != .distantPast {
            seen[place.slot(slot)] = seen[place.slot(slot)] + shift
        }
        moveDerived(place, variant, by: shift)
        for rule in 0..<Int(variant.rules.count) {
            let isCondition = rules[Int(variant.rules.start) + rule].form == .condition
            guard isCondition, states[place.rule(rule)].mark != .distantPast else { continue }
            states[place.rule(rule)].mark = states[place.rule(rule)].mark + shift
        }
    }
}

/// Which clock counts for a message.
public struct Admission: Sendable {
    let arrival: Instant
    let sequence: Int64?
    let usesDeviceClock: Bool
    /// From the device's time to the arrival time, by the message's newest row.
    let offset: Duration
    /// Whether the whole message has been seen.
    public internal(set) var isLate = false

    /// The event time of a row. On arrival times the rows keep their spacing and each is newer
    /// than what came before, so that none of a batch is lost.
    func event(of stamp: Instant?, after anchor: Instant) -> Instant {
        let next = anchor + Duration(nanoseconds: 1)
        guard let stamp else { return max(arrival, next) }
        return usesDeviceClock ? stamp : max(stamp + offset, next)
    }
}
