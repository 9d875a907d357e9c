extension Engine {
    /// Applies one row of readings that share an event time.
    ///
    /// The caller has advanced the engine to `arrival` and taken its transitions.
    ///
    /// - Parameters:
    ///   - device: index of the equipment.
    ///   - arrival: when the message arrived; never earlier than an earlier call's.
    ///   - stamped: the device's own time; `nil` when the payload has none.
    ///   - sequence: the device's message counter, not negative; `nil` when it has none.
    ///   - cells: readings by slot of the equipment's kind.
    /// - Returns: whether anything in the row was new.
    /// - Complexity: O(cells + predicates that read them + rules whose predicates changed).
    public mutating func feed(
        _ device: Int, arrival: Instant, event stamped: Instant?, sequence: Int64?,
        cells: Span<Cell>
    ) -> Verdict {
        var place = devices[device]
        let variant = variants[Int(place.variant)]
        if stamped == nil, let sequence, Self.isOld(sequence, after: place.lastSequence) {
            counters.late += 1
            return .late
        }
        let wasSkewed = place.isSkewed
        let event = place.eventTime(
            stamped, arrival: arrival, sequence: sequence, limit: variant.skewLimit)
        if place.isSkewed != wasSkewed { rebase(device, &place, event: event, arrival: arrival) }
        let time = max(event, place.eventAnchor)
        if place.earliestDue <= time {
            devices[device] = place
            runOutDelays(of: device, through: time, decided: arrival)
            place.earliestDue = devices[device].earliestDue
        }

        var touched = RuleSet256()
        let fresh = apply(cells, event: event, to: place, variant, touching: &touched)
        guard fresh > 0 else {
            counters.late += 1
            return .late
        }
        counters.accepted += 1
        if place.isSkewed { counters.skewed += 1 }
        if let sequence { place.count(sequence, gaps: &counters.sequenceGaps) }
        place.eventAnchor = time
        place.arrivalAnchor = arrival
        let wasPresent = place.presence == .present
        place.presence = .present
        devices[device] = place

        if !wasPresent || place.isSkewed != wasSkewed {
            store(place.isSkewed ? 1 : 0, in: Variant.skewSlot, of: place, variant, &touched)
        }
        if !touched.isEmpty {
            touched.forEach { judge($0, on: device, at: time, decided: arrival) }
        }
        if place.returning < Limits.messagesToReturn { comeBack(device, at: arrival) }
        if !wasPresent { wheel.bringForward(device, to: arrival + variant.silentAfter) }
        let due = devices[device].earliestDue
        if due != .never { wheel.bringForward(device, to: devices[device].arrival(for: due)) }
        return .accepted
    }

    /// Stores the readings that are newer than the last of their signal; returns how many were.
    private mutating func apply(
        _ cells: Span<Cell>, event: Instant, to place: Device, _ variant: Variant,
        touching touched: inout RuleSet256
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
            store(
                cell.quality == .good ? cell.value : .nan, in: Int(cell.slot), of: place,
                variant, &touched)
        }
        return fresh
    }

    /// Puts a value (NaN: unknown) into a slot and looks again at the comparisons that read it.
    func store(
        _ value: Double, in slot: Int, of place: Device, _ variant: Variant,
        _ touched: inout RuleSet256
    ) {
        let index = place.slot(slot)
        guard values[index].bitPattern != value.bitPattern else { return }
        values[index] = value
        for reader in dependents[Int(variant.slotDependents) + slot].indices {
            let predicate = Int(dependentIndices[reader])
            let answer = predicates[Int(variant.predicates.start) + predicate].answer(
                instructions, over: values, from: Int(place.firstSlot))
            let lamp = place.predicate(predicate)
            guard answers[lamp] != answer else { continue }
            answers[lamp] = answer
            for user in dependents[Int(variant.predicateDependents) + predicate].indices {
                touched.insert(dependentIndices[user])
            }
        }
    }

    /// Whether a counter without a time stamp has been seen. A device that starts again counts
    /// from 0 or 1, or far back.
    private static func isOld(_ sequence: Int64, after last: Int64) -> Bool {
        last >= 0 && sequence <= last && sequence > 1
            && last - sequence < Limits.sequenceWindow
    }

    /// Moves everything that the device's stop-watches remember onto another timeline, when the
    /// arrival time takes over from the device's clock or gives it back.
    private mutating func rebase(
        _ device: Int, _ place: inout Device, event: Instant, arrival: Instant
    ) {
        guard place.presence != .awaited else { return }
        let anchor = event + (place.arrivalAnchor - arrival)
        let shift = anchor - place.eventAnchor
        place.eventAnchor = anchor
        if place.earliestDue != .never { place.earliestDue = place.earliestDue + shift }
        let variant = variants[Int(place.variant)]
        for slot in 0..<Int(variant.slotCount) where seen[place.slot(slot)] != .distantPast {
            seen[place.slot(slot)] = seen[place.slot(slot)] + shift
        }
        for rule in 0..<Int(variant.rules.count) {
            let isCondition = rules[Int(variant.rules.start) + rule].form == .condition
            guard isCondition, states[place.rule(rule)].mark != .distantPast else { continue }
            var state = states[place.rule(rule)]
            state.mark = state.mark + shift
            states[place.rule(rule)] = state
        }
    }
}

extension Device {
    /// Decides which clock counts for a message, and notes when the device's is off.
    ///
    /// A time stamp ahead of the arrival by more than `limit` is off at once. One behind may be a
    /// backlog that the broker kept: it is off only when it stays behind for as long as `limit`
    /// without catching up, or when the clock ran back while the counter ran on.
    mutating func eventTime(
        _ stamped: Instant?, arrival: Instant, sequence: Int64?, limit: Duration
    ) -> Instant {
        guard let stamped else { return arrival }
        let behind = arrival - stamped
        if behind.magnitude <= limit {
            isSkewed = false
            staleSince = .never
            return stamped
        }
        if behind < .zero || isSkewed {
            isSkewed = true
            return arrival
        }
        let ranBack = presence == .present && stamped <= eventAnchor
        if ranBack, let sequence, lastSequence >= 0, sequence > lastSequence {
            isSkewed = true
            return arrival
        }
        let waited = arrival - staleSince
        if staleSince == .never || behind < staleBy - waited / 2 {
            staleSince = arrival
            staleBy = behind
        } else if waited >= limit {
            isSkewed = true
            return arrival
        }
        return stamped
    }

    /// Takes note of a message's counter and of how many are missing before it.
    mutating func count(_ sequence: Int64, gaps: inout UInt64) {
        let missing = sequence - lastSequence - 1
        if lastSequence >= 0, missing > 0, missing < Limits.sequenceWindow {
            gaps += UInt64(missing)
        }
        lastSequence = sequence
    }
}
