// One message's readings. Nearly all of them say what is known already: the value stays between
// the same limits, nothing is due, the clock is right. Such a message takes the short way, a few
// instructions a reading; whatever is more than that is done by `finish`, for those readings alone.

extension Engine {
    /// Takes in a message of one row: `admit` and `feed` in one.
    ///
    /// The caller has advanced the engine to `arrival` and taken its transitions.
    /// - Complexity: as `feed`; a message that brings nothing new costs a few instructions a
    ///   reading.
    public mutating func take(
        _ device: Int, arrival: Instant, stamp: Instant?, sequence: Int64?, cells: Span<Cell>
    ) -> Verdict {
        if let stamp, let verdict = takeQuickly(device, arrival, stamp, sequence, cells) {
            return verdict
        }
        return takeThoroughly(
            device, arrival: arrival, stamp: stamp, sequence: sequence, cells: cells)
    }

    /// As `take`, always the long way; the tests hold the short way against it.
    mutating func takeThoroughly(
        _ device: Int, arrival: Instant, stamp: Instant?, sequence: Int64?, cells: Span<Cell>
    ) -> Verdict {
        let admission = admit(device, arrival: arrival, newest: stamp, sequence: sequence)
        guard !admission.isLate else { return .late }
        return feedThoroughly(device, admission, stamp: stamp, cells: cells)
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
        if admission.usesDeviceClock, let stamp,
            let verdict = takeQuickly(
                device, admission.arrival, stamp, admission.sequence, cells)
        {
            return verdict
        }
        return feedThoroughly(device, admission, stamp: stamp, cells: cells)
    }

    /// The short way, if the row may take it: `nil` when it has to take the long one.
    @inline(__always)
    private mutating func takeQuickly(
        _ device: Int, _ arrival: Instant, _ stamp: Instant, _ sequence: Int64?,
        _ cells: Span<Cell>
    ) -> Verdict? {
        // Invariant: both point at one element each, checked here, and are not used after it.
        let place = unsafe devices.run(from: device, count: 1)
        let variant = unsafe variants.run(from: Int(place.pointee.spot.variant), count: 1)
        let behind = arrival.nanoseconds &- stamp.nanoseconds
        let limit = unsafe variant.pointee.skewLimit.nanoseconds
        // `attention` comes first: while it is not `distantPast` the anchor is a real time, and
        // the differences below cannot wrap.
        guard
            unsafe stamp < place.pointee.attention, unsafe stamp > place.pointee.eventAnchor,
            unsafe stamp.nanoseconds &- place.pointee.eventAnchor.nanoseconds
                <= variant.pointee.silentAfter.nanoseconds,
            behind <= limit, behind >= 0 &- limit,
            unsafe behind >= place.pointee.slack.nanoseconds, cells.count <= 64
        else { return nil }
        unsafe place.pointee.eventAnchor = stamp
        unsafe place.pointee.arrivalAnchor = arrival
        if let sequence {
            if unsafe sequence == place.pointee.lastSequence &+ 1 {
                unsafe place.pointee.lastSequence = sequence
            } else {
                unsafe place.pointee.count(sequence, gaps: &counters.sequenceGaps)
            }
        }
        counters.accepted &+= 1
        counters.readings &+= UInt64(cells.count)
        let news = unsafe storeQuiet(
            cells, at: stamp, firstSlot: Int(place.pointee.spot.firstSlot),
            slotCount: Int(variant.pointee.slotCount), firstGate: Int(variant.pointee.slotReaders))
        guard news != 0 else { return .accepted }
        // What is left is most often a rate of change that is no news either.
        let rest = storeQuietRates(news, of: cells, on: device, at: stamp)
        if rest != 0 { finish(rest, of: cells, on: device, at: stamp, arrival: arrival) }
        return .accepted
    }

    /// Stores the readings that nobody has to look at; returns one bit for each of the others.
    ///
    /// All are newer than anything that was read of this device.
    @inline(__always)
    private mutating func storeQuiet(
        _ cells: Span<Cell>, at event: Instant, firstSlot: Int, slotCount: Int, firstGate: Int
    ) -> UInt64 {
        // Invariant: `slotCount` elements each, checked here; an index is compared with it before
        // it is used. A cell's number lies within the list that `SlotReaders.cell(of:)` took it
        // from, or is that of unknown values, which every list begins with.
        let slots = unsafe self.slots.run(from: firstSlot, count: slotCount)
        let places = unsafe self.cells.run(from: firstSlot, count: slotCount)
        let gates = unsafe self.gates.run(from: firstGate, count: slotCount)
        let limits = unsafe constants.run(from: 0, count: constants.count)
        var news: UInt64 = 0
        for index in cells.indices {
            let cell = unsafe cells[unchecked: index]
            let slot = Int(cell.slot)
            precondition(slot < slotCount, "a cell's slot belongs to its kind")
            let gate = unsafe gates[slot]
            let lower = Int(gate.firstCell) &+ Int(unsafe places[slot])
            let isSame = unsafe slots[slot].value == cell.value
            let asked =
                gate.asks & (isSame ? ~SlotGate.changed : ~0)
            guard cell.quality == .good, asked == 0,
                unsafe limits[lower] <= cell.value, unsafe cell.value < limits[lower &+ 1]
            else {
                news |= 1 &<< UInt64(index)
                continue
            }
            unsafe slots[slot] = Slot(value: cell.value, seen: event)
        }
        return news
    }

    /// Does what the short way leaves: the readings that somebody has to look at.
    @inline(never)
    private mutating func finish(
        _ news: UInt64, of cells: Span<Cell>, on device: Int, at time: Instant, arrival: Instant
    ) {
        let place = devices[device].spot
        var work = Work(place, variants[Int(place.variant)], at: time)
        var news = news
        while news != 0 {
            store(cells[news.trailingZeroBitCount], event: time, &work)
            news &= news &- 1
        }
        derive(&work, on: device)
        guard work.isNews else { return }
        judge(work.touched, on: device, at: time, decided: arrival)
        if time >= devices[device].keepDue { keepLongRuns(of: device, at: time, decided: arrival) }
        look(after: device)
    }

    /// Stores those of the readings whose rates of change alone are asked for and are no news
    /// either; returns the others.
    @inline(never)
    private mutating func storeQuietRates(
        _ news: UInt64, of cells: Span<Cell>, on device: Int, at time: Instant
    ) -> UInt64 {
        // Invariants as in `takeQuickly` and `storeQuiet`. The compiler gave a rate its three words
        // and its output slot within those of the device.
        let spot = unsafe devices.run(from: device, count: 1).pointee.spot
        let variant = unsafe variants.run(from: Int(spot.variant), count: 1)
        let slotCount = unsafe Int(variant.pointee.slotCount)
        let slots = unsafe self.slots.run(from: Int(spot.firstSlot), count: slotCount)
        let places = unsafe self.cells.run(from: Int(spot.firstSlot), count: slotCount)
        let gates = unsafe self.gates.run(
            from: Int(variant.pointee.slotReaders), count: slotCount)
        let limits = unsafe constants.run(from: 0, count: constants.count)
        let derived = unsafe derivations.run(
            from: Int(variant.pointee.derivations.start),
            count: Int(variant.pointee.derivations.count))
        let words = unsafe self.words.run(
            from: Int(spot.firstWord), count: Int(variant.pointee.wordCount))

        var left = news
        var rest = news
        while left != 0 {
            let bit = left & (0 &- left)
            let cell = cells[left.trailingZeroBitCount]
            left &= left &- 1
            let slot = Int(cell.slot)
            let gate = unsafe gates[slot]
            let cellLimits = unsafe limits + Int(gate.firstCell) + Int(places[slot])
            guard gate.asks == SlotGate.rate, cell.quality == .good,
                unsafe cellLimits[0] <= cell.value, unsafe cell.value < cellLimits[1]
            else { continue }
            let rate = unsafe derived + Int(gate.rate)
            let memory = unsafe words + Int(rate.pointee.firstWord)
            let passed = unsafe time.nanoseconds &- memory[1].instant.nanoseconds
            guard unsafe memory[0].count != 0, passed > 0 else { continue }
            let change = unsafe (cell.value - memory[2].number) / (Double(passed) / 1e9)
            let output = unsafe Int(rate.pointee.output)
            let outputGate = unsafe gates[output]
            let outputLimits = unsafe limits + Int(outputGate.firstCell) + Int(places[output])
            guard outputGate.asks == 0, change.isFinite, unsafe outputLimits[0] <= change,
                unsafe change < outputLimits[1]
            else { continue }
            unsafe memory[1].instant = time
            unsafe memory[2].number = cell.value
            unsafe slots[output].value = change
            unsafe slots[slot] = Slot(value: cell.value, seen: time)
            rest &= ~bit
        }
        return rest
    }

    /// The long way: whatever may be due, late, silent or in doubt is asked for.
    private mutating func feedThoroughly(
        _ device: Int, _ admission: Admission, stamp: Instant?, cells: Span<Cell>
    ) -> Verdict {
        let arrival = admission.arrival
        let place = devices[device].spot
        let variant = variants[Int(place.variant)]
        let anchor = devices[device].eventAnchor
        let event = admission.event(of: stamp, after: anchor)
        let time = max(event, anchor)
        letTimePass(on: device, variant, through: time, decided: arrival)

        var work = Work(place, variant, at: time)
        let isBroken = devices[device].isBroken
        var fresh = 0
        for index in cells.indices {
            let slot = place.slot(Int(cells[index].slot))
            precondition(cells[index].slot < variant.slotCount, "a cell's slot belongs to its kind")
            guard event > slots[slot].seen else {
                counters.lateReadings += 1
                continue
            }
            fresh += 1
            if isBroken, fresh == 1 { startCoursesAnew(&work) }
            store(cells[index], event: event, &work)
        }
        guard fresh > 0 else {
            counters.late += 1
            noteBreak(on: device, sequence: admission.sequence)
            return .late
        }
        devices[device].isBroken = false
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
        read(isSkewed ? 1 : 0, in: Variant.skewSlot, &work)
        derive(&work, on: device)
        if wasPresent {
            judge(work.touched, on: device, at: time, decided: arrival)
        } else {
            // What was known before a silence or a restart is asked again, all of it.
            judgeAll(on: device, at: time, decided: arrival)
            wheel.bringForward(device, to: arrival + variant.silentAfter)
        }
        if time >= devices[device].keepDue { keepLongRuns(of: device, at: time, decided: arrival) }
        if devices[device].returning < Limits.messagesToReturn { comeBack(device, at: arrival) }
        look(after: device)
        return .accepted
    }

    /// A late row of a message whose counter runs on is no repetition: the device's clock was set
    /// back, by too little to be called off, and what it says is lost until its time has caught up.
    private mutating func noteBreak(on device: Int, sequence: Int64?) {
        guard let sequence, devices[device].lastSequence >= 0,
            sequence > devices[device].lastSequence
        else { return }
        devices[device].isBroken = true
        devices[device].attention = .distantPast
    }

    /// After a row: sees to it that the wheel wakes the device in time, and says what the next
    /// message may leave out.
    private mutating func look(after device: Int) {
        let due = devices[device].earliestDue
        if due != .never { wheel.bringForward(device, to: devices[device].arrival(for: due)) }
        settleAttention(device)
    }

    /// Says from which event time on the device's messages have to be looked at as a whole. Called
    /// whenever one of the moments may have changed.
    mutating func settleAttention(_ device: Int) {
        let place = devices[device]
        guard place.mayTakeQuickly, !hasTurnedAge(place.spot) else {
            devices[device].attention = .distantPast
            return
        }
        devices[device].attention = min(min(place.earliestDue, place.keepDue), place.countDue)
        devices[device].slack =
            place.earliestDue == .never
            ? .unlimited : wheel.deadline(of: device) - place.earliestDue
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
}

/// What one row has set in motion so far.
struct Work {
    let place: Spot
    let variant: Variant
    /// The time that the row brings the device to.
    let time: Instant
    /// Rules of which a comparison changed.
    var touched = Set256()
    /// Whether anything but values and what derived signals remember has changed.
    var isNews = false
    /// Derived signals that have a step to take.
    var due = Set256()
    /// Whether a time that goes on by itself began, ended or was set back.
    var hasSetElapsed = false

    init(_ place: Spot, _ variant: Variant, at time: Instant) {
        self.place = place
        self.variant = variant
        self.time = time
    }
}
