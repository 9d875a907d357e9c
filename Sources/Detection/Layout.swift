/// How an engine's block of memory is divided. The same code measures and divides.
struct Layout {
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
    let devices: Table<Device>
    let slots: Table<Slot>
    let cells: Table<UInt8>
    let words: Table<Word>
    let answers: Table<Kleene>
    let states: Table<RuleState>
    let wheel: DeadlineWheel
    let due: DueHeap
    let waiting: Table<Transition>

    /// Divides the arena, or returns `nil` after measuring when the arena has no memory.
    init?(_ arena: inout Arena, _ program: borrowing Program, variantOf equipment: [UInt32]) {
        var slotCount = 0
        var wordCount = 0
        var predicateAnswers = 0
        var ruleStates = 0
        for index in 0..<equipment.count {
            let variant = program.variants[Int(equipment[index])]
            slotCount += Int(variant.slotCount)
            wordCount += Int(variant.wordCount)
            predicateAnswers += Int(variant.predicates.count)
            ruleStates += Int(variant.rules.count)
        }
        let empty = Extent(start: 0, count: 0)
        let variants = arena.table(
            program.variants.count,
            filledWith: Variant(
                slotCount: 0, derivations: empty, wordCount: 0, elapsed: empty,
                changesPerDeadline: 0, predicates: empty, rules: empty, slotReaders: 0,
                counts: empty, ages: empty, silences: empty, predicateDependents: 0,
                silentAfter: .zero,
                skewLimit: .zero))
        let derivations = arena.table(
            program.derivations.count,
            filledWith: Derivation(
                form: .program, input: 0, output: 0, window: .zero, firstWord: 0, code: empty,
                constants: empty))
        let constants = arena.table(program.constants.count, filledWith: Double.nan)
        let predicates = arena.table(
            program.predicates.count,
            filledWith: Predicate(form: .slot, comparison: .less, slot: 0, limit: 0, code: empty))
        let instructions = arena.table(
            program.instructions.count, filledWith: Instruction(.constant))
        let terms = arena.table(program.terms.count, filledWith: Term.and)
        let rules = arena.table(
            program.rules.count,
            filledWith: RuleProgram(
                form: .condition, clearing: .automatic, accumulates: false, valueSlot: 0,
                delay: .zero, clearDelay: .zero, keepAfter: .zero, when: empty, until: empty,
                suppressed: empty, inhibits: empty))
        let slotReaders = arena.table(
            program.slotReaders.count,
            filledWith: SlotReaders(
                cells: empty, comparisons: empty, programs: empty, onCell: empty,
                onChange: empty, onReading: empty, isFollowed: true))
        let gates = arena.table(program.slotReaders.count, filledWith: SlotGate.closed)
        let dependents = arena.table(program.dependents.count, filledWith: empty)
        let indices = arena.table(program.dependentIndices.count, filledWith: UInt16(0))
        let devices = arena.table(equipment.count, filledWith: Device.nowhere)
        let slots = arena.table(slotCount, filledWith: Slot.unknown)
        let cells = arena.table(slotCount, filledWith: SlotReaders.noCell)
        let words = arena.table(wordCount, filledWith: Word.empty)
        let answers = arena.table(predicateAnswers, filledWith: Kleene.unknown)
        let states = arena.table(ruleStates, filledWith: RuleState.initial)
        let wheel = DeadlineWheel(&arena, equipment: equipment.count)
        let due = DueHeap(&arena, equipment: equipment.count)
        let waiting = arena.table(
            Limits.pendingTransitions, filledWith: Transition.none)
        guard let variants, let derivations, let constants, let predicates, let instructions,
            let terms, let rules,
            let slotReaders, let gates, let dependents, let indices, let devices, let slots,
            let cells, let words, let answers, let states, let wheel, let due, let waiting
        else { return nil }
        self.variants = variants
        self.derivations = derivations
        self.constants = constants
        self.predicates = predicates
        self.instructions = instructions
        self.terms = terms
        self.rules = rules
        self.slotReaders = slotReaders
        self.gates = gates
        self.dependents = dependents
        self.dependentIndices = indices
        self.devices = devices
        self.slots = slots
        self.cells = cells
        self.words = words
        self.answers = answers
        self.states = states
        self.wheel = wheel
        self.due = due
        self.waiting = waiting
    }
}

extension Transition {
    /// Fills memory before use; never handed out.
    static var none: Transition {
        Transition(
            equipment: 0, rule: 0, change: .cleared, at: .distantPast, decided: .distantPast,
            raisedAt: .distantPast, value: .nan)
    }
}
