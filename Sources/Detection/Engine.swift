// The detection engine: readings in, transitions out.
//
// The picture: a long bench of boxes, one per piece of equipment. A box holds the last value of
// every signal, a lamp for every comparison, and a stop-watch for every rule. A message changes
// some values; only the lamps wired to those values are looked at again, and only the rules wired
// to lamps that changed. Everything the boxes need was cut from one block of memory at the start:
// the loop owns no array, class or dictionary and cannot allocate (scripts/verify-detection).

import CHint

/// Finds hazards: three-valued conditions, delays, silence, clock faults, late readings.
///
/// Pure: time comes in with every call, transitions go out through `takeTransitions`. The same
/// calls give the same transitions, in the same order, whatever the machine or the speed.
public struct Engine: ~Copyable {
    // The program, copied into the block.
    let variants: Table<Variant>
    let derivations: Table<Derivation>
    let constants: Table<Double>
    let predicates: Table<Predicate>
    let instructions: Table<Instruction>
    let terms: Table<Term>
    let rules: Table<RuleProgram>
    let slotReaders: Table<SlotReaders>
    let gates: Table<SlotGate>
    let dependents: Table<Extent>
    let dependentIndices: Table<UInt16>

    // The bench.
    let devices: Table<Device>
    /// Last value of each slot, and when it was read.
    let slots: Table<Slot>
    /// The cell that the value of each slot lies in.
    let cells: Table<UInt8>
    /// What the derivations remember.
    let words: Table<Word>
    /// Last answer of each predicate.
    let answers: Table<Kleene>
    /// Stop-watch of each rule.
    let states: Table<RuleState>

    var wheel: DeadlineWheel
    var due: DueHeap
    let waiting: Table<Transition>
    var waitingCount = 0
    /// The latest moment at which something was decided; decisions never go back in time.
    var lastDecided = Instant.distantPast

    /// What happened to rows so far.
    public internal(set) var counters = EngineCounters()

    /// Bytes that an engine of this program and equipment needs.
    public static func bytes(for program: borrowing Program, variantOf equipment: [UInt32]) -> Int {
        var arena = Arena()
        _ = Layout(&arena, program, variantOf: equipment)
        return arena.used
    }

    /// Makes an engine in `block`, which must be at least `bytes(for:variantOf:)` long, outlive the
    /// engine and belong to nothing else. Every signal starts unknown.
    public init(
        program: borrowing Program, variantOf equipment: [UInt32],
        in block: UnsafeMutableRawBufferPointer, startingAt now: Instant
    ) {
        precondition(equipment.count <= Limits.equipment, "more equipment than Limits.equipment")
        precondition(MemoryLayout<Device>.stride % 64 == 0, "a device begins with a cache line")
        var arena = unsafe Arena(block)
        guard let layout = Layout(&arena, program, variantOf: equipment) else {
            preconditionFailure("the engine's block of memory has no address")
        }
        variants = layout.variants
        derivations = layout.derivations
        constants = layout.constants
        predicates = layout.predicates
        instructions = layout.instructions
        terms = layout.terms
        rules = layout.rules
        slotReaders = layout.slotReaders
        gates = layout.gates
        dependents = layout.dependents
        dependentIndices = layout.dependentIndices
        devices = layout.devices
        slots = layout.slots
        cells = layout.cells
        words = layout.words
        answers = layout.answers
        states = layout.states
        wheel = layout.wheel
        due = layout.due
        waiting = layout.waiting
        copyProgram(program)
        placeDevices(equipment, startingAt: now)
    }

    /// Says that a message of a device is about to come, so that its place comes near meanwhile.
    public func expect(_ device: Int) {
        // Invariant: an address inside the block; nothing is read or written.
        unsafe tocsin_hint_soon(devices.run(from: device, count: 1))
    }

    /// Says which signals a message is about to bring, for the same end.
    public func expect(_ cells: Span<Cell>, on device: Int) {
        let spot = devices[device].spot
        let variant = variants[Int(spot.variant)]
        unsafe tocsin_hint_soon(self.cells.run(from: spot.slot(0), count: 1))
        for index in cells.indices {
            let slot = Int(cells[index].slot)
            unsafe tocsin_hint_soon(slots.run(from: spot.slot(slot), count: 1))
            let gate = gates[Int(variant.slotReaders) + slot]
            guard gate.asks == SlotGate.rate else { continue }
            let rate = derivations[Int(variant.derivations.start) + Int(gate.rate)]
            unsafe tocsin_hint_soon(words.run(from: spot.word(Int(rate.firstWord)), count: 1))
            unsafe tocsin_hint_soon(slots.run(from: spot.slot(Int(rate.output)), count: 1))
        }
    }

    /// Where a rule stands, for storing it with a transition.
    public func state(of rule: Int, on device: Int) -> RuleState {
        states[devices[device].spot.rule(rule)]
    }

    /// Copies the last values of the signals of some cells, NaN while unknown, to `values`, which
    /// has room for them.
    public func copyValues(
        of cells: Span<Cell>, on device: Int, to values: UnsafeMutablePointer<Double>
    ) {
        let first = devices[device].spot.slot(0)
        for index in cells.indices {
            unsafe values[index] = slots[first + Int(cells[index].slot)].value
        }
    }

    /// The last value of a signal; `nil` while it is unknown, as it is while the device is silent.
    public func value(of slot: Int, on device: Int) -> Double? {
        let value = slots[devices[device].spot.slot(slot)].value
        return value.isNaN ? nil : value
    }

    /// Whether the values of some cells are those that it holds.
    public func holds(_ cells: Span<Cell>, on device: Int) -> Bool {
        let first = devices[device].spot.slot(0)
        for index in cells.indices {
            let cell = cells[index]
            let held = slots[first + Int(cell.slot)].value
            let isHeld =
                cell.quality == .good
                ? held.bitPattern == cell.value.bitPattern : held.isNaN
            if !isHeld { return false }
        }
        return true
    }

    /// Hands out the transitions since the last call, oldest first, and forgets them.
    public mutating func takeTransitions(_ body: (Transition) -> Void) {
        for index in 0..<waitingCount { body(waiting[index]) }
        waitingCount = 0
    }

    /// Whether transitions wait to be taken.
    public var hasTransitions: Bool { waitingCount > 0 }

    mutating func report(
        _ change: Change, rule: Int, on device: Int, at: Instant, decided: Instant
    ) {
        precondition(waitingCount < waiting.count, "transitions must be taken between rows")
        let place = devices[device].spot
        let program = rules[Int(variants[Int(place.variant)].rules.start) + rule]
        waiting[waitingCount] = Transition(
            equipment: UInt32(device), rule: UInt16(rule), change: change, at: at,
            decided: decided, raisedAt: states[place.rule(rule)].raisedAt,
            value: slots[place.slot(Int(program.valueSlot))].value)
        waitingCount += 1
    }

    private func placeDevices(_ equipment: [UInt32], startingAt now: Instant) {
        var slot = 0
        var word = 0
        var predicate = 0
        var rule = 0
        for index in 0..<equipment.count {
            let variant = variants[Int(equipment[index])]
            let spot = Spot(
                variant: equipment[index], firstSlot: UInt32(slot), firstWord: UInt32(word),
                firstPredicate: UInt32(predicate), firstRule: UInt32(rule))
            devices[index] = Device(at: spot, start: now)
            // A comparison of constants reads no signal: this is the only time that it is asked.
            for leaf in 0..<Int(variant.predicates.count) {
                answers[predicate + leaf] = predicates[Int(variant.predicates.start) + leaf]
                    .answer(instructions, over: slots, from: slot)
            }
            slot += Int(variant.slotCount)
            word += Int(variant.wordCount)
            predicate += Int(variant.predicates.count)
            rule += Int(variant.rules.count)
        }
    }

    private mutating func copyProgram(_ program: borrowing Program) {
        for index in 0..<program.variants.count { variants[index] = program.variants[index] }
        for index in 0..<program.derivations.count {
            derivations[index] = program.derivations[index]
        }
        for index in 0..<program.constants.count { constants[index] = program.constants[index] }
        for index in 0..<program.predicates.count { predicates[index] = program.predicates[index] }
        for index in 0..<program.instructions.count {
            instructions[index] = program.instructions[index]
        }
        for index in 0..<program.terms.count { terms[index] = program.terms[index] }
        for index in 0..<program.rules.count { rules[index] = program.rules[index] }
        for index in 0..<program.slotReaders.count {
            slotReaders[index] = program.slotReaders[index]
        }
        for index in 0..<program.dependents.count { dependents[index] = program.dependents[index] }
        for index in 0..<program.dependentIndices.count {
            dependentIndices[index] = program.dependentIndices[index]
        }
        for index in 0..<program.variants.count {
            let variant = variants[index]
            for slot in 0..<Int(variant.slotCount) {
                let place = Int(variant.slotReaders) + slot
                let readers = slotReaders[place]
                gates[place] = SlotGate(readers, rate: onlyRate(among: readers, variant))
            }
        }
    }

    /// The rate that follows a slot if nothing else does; `nil` otherwise.
    private func onlyRate(among readers: SlotReaders, _ variant: Variant) -> UInt16? {
        var found: UInt16?
        for reader in readers.onReading.indices {
            let index = dependentIndices[reader]
            switch derivations[Int(variant.derivations.start) + Int(index)].form {
            case .age: continue
            case .rate where found == nil: found = index
            case .program, .rate, .lowpass, .mean, .minimum, .maximum, .stuck, .changed, .count,
                .held, .dwell, .impact, .steep, .afterLow, .reversal, .slope:
                return nil
            }
        }
        return found
    }
}

/// What the engine did with rows, for the operator's counters.
public struct EngineCounters: Sendable, BitwiseCopyable {
    /// Rows of which at least one reading was new.
    public var accepted: UInt64 = 0
    /// Readings taken in.
    public var readings: UInt64 = 0
    /// Rows and messages that were old or had been seen.
    public var late: UInt64 = 0
    /// Single old readings inside rows that were accepted.
    public var lateReadings: UInt64 = 0
    /// Messages missing according to the sequence numbers.
    public var sequenceGaps: UInt64 = 0
    /// Rows whose event time was replaced by the arrival time because the device's clock is off.
    public var skewed: UInt64 = 0
    /// Readings without a usable value (suspect or missing).
    public var unusable: UInt64 = 0

    /// All zero.
    public init() {}
}
