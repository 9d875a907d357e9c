public import Detection

/// Turns the rules of a profile, with one set of parameter values, into the engine's flat tables.
///
/// A compiler is fed one variant after another and grows one `Program` that all of them share.
public struct Compiler {
    private var program = Program(
        variants: [], derivations: [], constants: [], predicates: [], instructions: [], terms: [],
        rules: [], slotReaders: [], dependents: [], dependentIndices: [])
    // Of the variant being compiled:
    private var predicates: [Predicate] = []
    private var slotsOfPredicate: [Set<UInt16>] = []
    private var rulesOfPredicate: [[UInt16]] = []
    private var consequencesOfRule: [[UInt16]] = []

    /// Makes a compiler with an empty program.
    public init() {}

    /// The program so far.
    public var result: Program { program }

    /// Something that stops a rule from being compiled for these parameters.
    public struct Problem: Error, Sendable {
        /// The rule.
        public var rule: String
        /// What is wrong.
        public var diagnostic: Diagnostic
    }

    /// Adds a variant of `profile` with these parameter values and returns its index.
    ///
    /// Every rule must have passed the checker. Reports every rule that cannot be compiled, for
    /// instance because a parameter is missing or a delay comes out negative.
    public mutating func add(
        _ profile: Profile, parameters: [String: Double]
    ) -> Result<Int, ProblemList> {
        var folder = Folder(vocabulary: profile.vocabulary, parameters: parameters)
        let firstPredicate = program.predicates.count
        predicates = []
        slotsOfPredicate = []
        rulesOfPredicate = []
        consequencesOfRule = Array(repeating: [], count: profile.rules.count)
        var compiled: [RuleProgram] = []
        var problems: [Problem] = []
        for (index, rule) in profile.rules.enumerated() {
            do throws(Diagnostic) {
                // Its place must stay: other rules and the store count on it.
                let isInForce = profile.vocabulary.missing(for: rule, in: parameters).isEmpty
                compiled.append(
                    isInForce
                        ? try compile(rule, at: index, of: profile, with: &folder)
                        : idle(rule))
            } catch {
                problems.append(Problem(rule: rule.id, diagnostic: error))
            }
        }
        guard problems.isEmpty else { return .failure(ProblemList(problems: problems)) }

        for (cause, consequences) in consequencesOfRule.enumerated() {
            compiled[cause].inhibits = Extent(
                start: program.dependentIndices.count, count: consequences.count)
            program.dependentIndices += consequences
        }
        let inhibitions = consequencesOfRule.reduce(0) { $0 + $1.count }
        let firstRule = program.rules.count
        program.rules += compiled
        program.predicates += predicates
        let predicateDependents = program.dependents.count
        for users in rulesOfPredicate { program.dependents.append(append(users)) }
        let elapsed = predicates.indices.filter { predicates[$0].form == .elapsed }
        let elapsedUses = elapsed.reduce(0) { $0 + rulesOfPredicate[$1].count }
        if let problem = excess(of: elapsedUses, inhibitions, in: profile) {
            return .failure(ProblemList(problems: [problem]))
        }
        let elapsedList = append(elapsed.map { UInt16($0) })
        let silences = append(
            compiled.indices.filter { compiled[$0].form == .silence }.map { UInt16($0) })
        let (derivations, wordCount) = append(folder.derived)
        let slotReaders = program.slotReaders.count
        let derivedReaders = DerivedReaders(folder.derived)
        for slot in 0..<folder.derived.slotCount {
            program.slotReaders.append(readers(of: UInt16(slot), derivedReaders))
        }
        func indices(of form: Derivation.Form) -> [UInt16] {
            folder.derived.all.indices.filter { folder.derived.all[$0].form == form }
                .map { UInt16($0) }
        }
        let counts = append(indices(of: .count))
        let ages = append(indices(of: .age))
        program.variants.append(
            Variant(
                slotCount: folder.derived.slotCount, derivations: derivations,
                wordCount: wordCount, elapsed: elapsedList,
                changesPerDeadline: 3 * compiled.count + 2 * elapsedUses + 4 * inhibitions,
                predicates: Extent(start: firstPredicate, count: predicates.count),
                rules: Extent(start: firstRule, count: compiled.count),
                slotReaders: slotReaders, counts: counts, ages: ages, silences: silences,
                predicateDependents: predicateDependents,
                silentAfter: profile.silentAfter, skewLimit: profile.skewLimit))
        return .success(program.variants.count - 1)
    }

    /// Every problem of a variant.
    public struct ProblemList: Error, Sendable {
        /// In the order of the rules.
        public var problems: [Problem]
    }

    /// What is too much for the engine, if anything.
    private func excess(
        of elapsedUses: Int, _ inhibitions: Int, in profile: Profile
    ) -> Problem? {
        let rule = profile.rules.last?.id ?? ""
        if elapsedUses > Limits.elapsedUses {
            return Problem(
                rule: rule,
                diagnostic: Diagnostic(
                    offset: 0, "more than \(Limits.elapsedUses) uses of age and held"))
        }
        if inhibitions > Limits.inhibitions {
            return Problem(
                rule: rule,
                diagnostic: Diagnostic(
                    offset: 0,
                    "more than \(Limits.inhibitions) causes under inhibited_by in one profile"))
        }
        return nil
    }

    /// Who reads a slot.
    private mutating func readers(of slot: UInt16, _ derived: DerivedReaders) -> SlotReaders {
        let readers = predicates.indices.filter { slotsOfPredicate[$0].contains(slot) }
        let comparisons = readers.filter {
            predicates[$0].form == .slot || predicates[$0].form == .absoluteSlot
        }
        let own = derived.readers(of: slot)
        let cells = Cells.cut(by: comparisons.map { predicates[$0] } + own.comparisons)
        let cellsExtent = Extent(start: program.constants.count, count: cells.count)
        program.constants += cells
        return SlotReaders(
            cells: cellsExtent, comparisons: append(comparisons.map { UInt16($0) }),
            programs: append(
                readers.filter { !comparisons.contains($0) }.map { UInt16($0) }),
            onCell: append(own.onCell), onChange: append(own.onChange),
            onReading: append(own.onReading), isFollowed: own.isFollowed)
    }

    /// Adds the derived signals of a variant; says how many words they remember.
    private mutating func append(_ derived: DerivedSignals) -> (Extent, wordCount: Int) {
        let first = program.derivations.count
        var wordCount = 0
        for (index, signal) in derived.all.enumerated() {
            var emitter = Emitter()
            if let expression = signal.program { emitter.emit(expression) }
            program.derivations.append(
                Derivation(
                    form: signal.form, input: signal.input,
                    output: UInt16(derived.slotCount - derived.all.count + index),
                    window: signal.window, firstWord: wordCount,
                    code: Extent(
                        start: program.instructions.count, count: emitter.instructions.count),
                    constants: Extent(
                        start: program.constants.count, count: signal.constants.count)))
            program.instructions += emitter.instructions
            program.constants += signal.constants
            wordCount += signal.form.words
        }
        return (Extent(start: first, count: derived.all.count), wordCount)
    }

    private mutating func append(_ indices: [UInt16]) -> Extent {
        let extent = Extent(start: program.dependentIndices.count, count: indices.count)
        program.dependentIndices += indices
        return extent
    }

    /// A rule that is not in force: an empty condition never holds.
    private func idle(_ rule: Rule) -> RuleProgram {
        let none = Extent(start: program.terms.count, count: 0)
        return RuleProgram(
            form: .condition, clearing: rule.clearing, accumulates: rule.accumulates, valueSlot: 0,
            delay: .zero, clearDelay: .zero, keepAfter: .zero, when: none, until: none,
            suppressed: none, inhibits: none)
    }

    private mutating func compile(
        _ rule: Rule, at index: Int, of profile: Profile, with folder: inout Folder
    ) throws(Diagnostic) -> RuleProgram {
        let none = Extent(start: program.terms.count, count: 0)
        let delay = try duration(rule.delay, with: &folder)
        let clearDelay = try duration(rule.clearDelay, with: &folder)
        let isShort = delay < Limits.persistedDelay
        let keepAfter = rule.isLifeSafety && isShort ? Duration.zero : Limits.persistedDelay
        switch rule.watch {
        case .silence, .repetition:
            var form = RuleProgram.Form.silence
            if case .repetition = rule.watch { form = .repetition }
            return RuleProgram(
                form: form, clearing: rule.clearing, accumulates: false, valueSlot: 0,
                delay: delay, clearDelay: clearDelay, keepAfter: keepAfter, when: none,
                until: none, suppressed: none, inhibits: none)
        case .condition(let when, let until):
            let condition = try folder.fold(when)
            let whenTerms = try terms(of: condition, for: index)
            let untilTerms =
                if let until {
                    try terms(of: try folder.fold(until), for: index)
                } else {
                    whenTerms + [.not]
                }
            return RuleProgram(
                form: .condition, clearing: rule.clearing, accumulates: rule.accumulates,
                valueSlot: leadingSlot(of: when, in: folder.vocabulary),
                delay: delay, clearDelay: clearDelay, keepAfter: keepAfter,
                when: try append(whenTerms),
                until: try append(untilTerms),
                suppressed: try append(suppression(of: rule, at: index, profile, &folder)),
                inhibits: none)
        }
    }

    /// What makes the rule's hazard none: its own condition, or a cause that stands.
    private mutating func suppression(
        of rule: Rule, at index: Int, _ profile: Profile, _ folder: inout Folder
    ) throws(Diagnostic) -> [Term] {
        var suppression: [Term] = []
        if let condition = rule.suppressedWhen {
            suppression = try terms(of: try folder.fold(condition), for: index)
        }
        for cause in rule.inhibitedBy {
            // Rules are judged in their order, so only an earlier one is decided in time.
            guard let place = profile.rules[..<index].firstIndex(where: { $0.id == cause }) else {
                throw Diagnostic(offset: 0, "inhibited_by: no rule \(cause) stands before this one")
            }
            consequencesOfRule[place].append(UInt16(index))
            suppression += [.standing(place)] + (suppression.isEmpty ? [] : [.or])
        }
        return suppression
    }

    /// The signal whose value a transition reports: the first measurement, else the first signal.
    private func leadingSlot(of when: Expression, in vocabulary: Vocabulary) -> UInt16 {
        let slots = when.names.compactMap { vocabulary.slot(of: $0) }
        let measured = slots.first {
            if case .number = vocabulary.signals[$0].type { return true }
            return false
        }
        return UInt16(measured ?? slots.first ?? 0)
    }

    private func duration(
        _ delay: RuleDelay, with folder: inout Folder
    ) throws(Diagnostic) -> Duration {
        switch delay {
        case .fixed(let duration): return duration
        case .seconds(let formula):
            guard let seconds = try folder.fold(formula).constant, seconds >= 0, seconds < 1e9
            else {
                throw Diagnostic(
                    offset: formula.offset,
                    "a delay must come out between 0 and 1e9 seconds with this equipment's "
                        + "parameters")
            }
            return Duration(nanoseconds: Int64((seconds * 1e9).rounded()))
        }
    }

    private mutating func append(_ terms: [Term]) throws(Diagnostic) -> Extent {
        var depth = 0
        for term in terms {
            if term == .and || term == .or { depth -= 1 } else if term != .not { depth += 1 }
            guard depth <= Limits.booleanDepth else {
                throw Diagnostic(offset: 0, "the condition is nested too deep: simplify it")
            }
        }
        let extent = Extent(start: program.terms.count, count: terms.count)
        program.terms += terms
        return extent
    }

    private mutating func terms(of folded: Folded, for rule: Int) throws(Diagnostic) -> [Term] {
        switch folded {
        case .binary(.and, let left, let right):
            return try terms(of: left, for: rule) + terms(of: right, for: rule) + [.and]
        case .binary(.or, let left, let right):
            return try terms(of: left, for: rule) + terms(of: right, for: rule) + [.or]
        case .unary(.not, let operand):
            return try terms(of: operand, for: rule) + [.not]
        case .constant, .slot, .elapsed, .unary, .binary, .select:
            return [.predicate(try predicate(folded, for: rule))]
        }
    }

    /// The index of the predicate for a leaf, shared with any rule that has the same one.
    private mutating func predicate(_ leaf: Folded, for rule: Int) throws(Diagnostic) -> Int {
        var emitter = Emitter()
        var made = emitter.predicate(leaf)
        guard emitter.depth <= Limits.arithmeticDepth else {
            throw Diagnostic(offset: 0, "the arithmetic is nested too deep: simplify it")
        }
        let known = predicates.firstIndex { existing in
            existing.form == made.form && existing.comparison == made.comparison
                && existing.slot == made.slot && existing.limit == made.limit
                && code(of: existing) == emitter.instructions
        }
        let index = known ?? predicates.count
        if known == nil {
            made.code = Extent(
                start: program.instructions.count, count: emitter.instructions.count)
            program.instructions += emitter.instructions
            predicates.append(made)
            slotsOfPredicate.append(emitter.slots)
            rulesOfPredicate.append([])
            guard predicates.count <= Limits.predicatesPerProfile else {
                throw Diagnostic(offset: 0, "too many comparisons in one profile")
            }
        }
        if rulesOfPredicate[index].last != UInt16(rule) {
            rulesOfPredicate[index].append(UInt16(rule))
        }
        return index
    }

    private func code(of predicate: Predicate) -> [Instruction] {
        let start = Int(predicate.code.start)
        return Array(program.instructions[start..<start + Int(predicate.code.count)])
    }
}
