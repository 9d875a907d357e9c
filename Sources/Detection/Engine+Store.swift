// A value goes into its slot; those who watch the slot are asked as far as it concerns them.

extension Engine {
    /// Stores a reading that is newer than the last of its slot.
    mutating func store(_ cell: Cell, event: Instant, _ work: inout Work) {
        let slot = work.place.slot(Int(cell.slot))
        let isUsable = cell.quality == .good
        if !isUsable {
            counters.unusable += 1
            holdAges(of: Int(cell.slot), &work)
        }
        slots[slot].seen = event
        read(isUsable ? cell.value : .nan, in: Int(cell.slot), &work)
    }

    /// Puts a reading (NaN: unknown) into a slot and asks everybody whom it concerns, those too
    /// who want to hear of a reading that says the same as before.
    mutating func read(_ value: Double, in slot: Int, _ work: inout Work) {
        put(value, in: slot, &work)
        let reader = Int(work.variant.slotReaders) + slot
        add(slotReaders[reader].onReading, to: &work)
    }

    /// Puts a value (NaN: unknown) into a slot and asks those whom another value concerns.
    mutating func put(_ value: Double, in slot: Int, _ work: inout Work) {
        let index = work.place.slot(slot)
        // In no cell, nobody may have been asked about this value: it was taken over from another
        // engine, or it is unknown, which `assume` turns into something. Asking twice does no harm.
        guard
            slots[index].value.bitPattern != value.bitPattern
                || cells[index] == SlotReaders.noCell
        else { return }
        slots[index].value = value
        let readers = slotReaders[Int(work.variant.slotReaders) + slot]
        let lower = Int(readers.cells.start) + Int(cells[index])
        if !(constants[lower] <= value && value < constants[lower + 1]) {
            cells[index] = readers.cell(of: value, constants)
            ask(readers.comparisons, &work)
            add(readers.onCell, to: &work)
        }
        ask(readers.programs, &work)
        add(readers.onChange, to: &work)
    }

    private mutating func add(_ derivations: Extent, to work: inout Work) {
        for reader in derivations.indices { work.due.insert(Int(dependentIndices[reader])) }
    }

    /// Asks predicates again.
    private mutating func ask(_ list: Extent, _ work: inout Work) {
        for reader in list.indices {
            let predicate = Int(dependentIndices[reader])
            let answer = predicates[Int(work.variant.predicates.start) + predicate].answer(
                instructions, over: slots, from: Int(work.place.firstSlot))
            light(predicate, answer, &work)
        }
    }

    /// Sets the lamp of a comparison; if that changes it, its rules have to be judged.
    mutating func light(_ predicate: Int, _ answer: Kleene, _ work: inout Work) {
        let lamp = work.place.predicate(predicate)
        guard answers[lamp] != answer else { return }
        answers[lamp] = answer
        work.isNews = true
        for user in dependents[Int(work.variant.predicateDependents) + predicate].indices {
            work.touched.insert(Int(dependentIndices[user]))
        }
    }
}
