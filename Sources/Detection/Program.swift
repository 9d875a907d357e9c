// What the rule compiler hands to the engine: flat arrays of small fixed-size records that refer
// to each other by index. Nothing here is a tree, a class or a name; names stay with the compiler.

/// A run of consecutive records in one of the program's arrays.
public struct Extent: Sendable, BitwiseCopyable {
    /// Index of the first record.
    public var start: UInt32
    /// Number of records.
    public var count: UInt32

    /// A run of `count` records from `start`.
    public init(start: Int, count: Int) {
        self.start = UInt32(start)
        self.count = UInt32(count)
    }

    var indices: Range<Int> { Int(start)..<Int(start) + Int(count) }
}

/// One step of an arithmetic program on a stack of doubles.
public struct Instruction: Sendable, BitwiseCopyable, Equatable {
    /// What to do.
    public var opcode: Opcode
    /// The slot to load, for `.slot`.
    public var slot: UInt16
    /// The number to push, for `.constant`.
    public var constant: Double

    /// Makes one step.
    public init(_ opcode: Opcode, slot: UInt16 = 0, constant: Double = 0) {
        self.opcode = opcode
        self.slot = slot
        self.constant = constant
    }
}

/// Operations of the arithmetic stack. Comparisons and connectives push 1 or 0, or unknown.
public enum Opcode: UInt8, Sendable, BitwiseCopyable {
    case constant, slot
    case negate, absolute, not
    case add, subtract, multiply, divide, minimum, maximum
    case less, lessOrEqual, greater, greaterOrEqual, equal, notEqual
    case and, or
    /// The left one, or the right one while the left is unknown.
    case assume
    /// Pops else, then and condition; pushes the chosen one.
    case select
}

/// One comparison, the leaf of every condition. Its last answer is kept per equipment.
public struct Predicate: Sendable, BitwiseCopyable {
    /// How the left side is found.
    public enum Form: UInt8, Sendable, BitwiseCopyable {
        /// The slot's value against `limit`.
        case slot
        /// The absolute value of the slot against `limit`.
        case absoluteSlot
        /// The program's result: true when not zero. `comparison` and `limit` are not used.
        case program
        /// An elapsed slot against `limit` in nanoseconds; one of `<`, `<=`, `>`, `>=`.
        case elapsed
    }

    /// How the left side is found.
    public var form: Form
    /// The comparison: one of `.less` to `.notEqual`.
    public var comparison: Opcode
    /// The slot of the left side.
    public var slot: UInt16
    /// The constant right side.
    public var limit: Double
    /// The instructions of the program form.
    public var code: Extent

    /// Makes a predicate.
    public init(form: Form, comparison: Opcode, slot: UInt16, limit: Double, code: Extent) {
        self.form = form
        self.comparison = comparison
        self.slot = slot
        self.limit = limit
        self.code = code
    }
}

/// One step of a boolean program: push a predicate's answer, or combine.
public struct Term: Sendable, BitwiseCopyable, Equatable {
    /// The encoded step: a predicate's index within its variant, or one of the operators.
    public var code: UInt16

    /// Pushes the answer of a predicate, by its index within the variant.
    public static func predicate(_ index: Int) -> Term { Term(code: UInt16(index)) }
    /// Combines the two topmost answers.
    public static var and: Term { Term(code: 0xFFFF) }
    /// Combines the two topmost answers.
    public static var or: Term { Term(code: 0xFFFE) }
    /// Turns the topmost answer round.
    public static var not: Term { Term(code: 0xFFFD) }
    /// Pushes whether another rule stands on the same equipment, by its index within the variant.
    public static func standing(_ rule: Int) -> Term {
        Term(code: standingMark | UInt16(rule))
    }

    /// Whether it pushes the answer of a predicate.
    var isPredicate: Bool { code < Self.standingMark }

    /// The rule of a `standing` term; `nil` for any other.
    var standingRule: Int? {
        code & 0xFF00 == Self.standingMark ? Int(code & 0xFF) : nil
    }

    /// Beyond every predicate's index (`Limits.predicatesPerProfile`), below the operators; a
    /// rule's index fits into eight bits (`Limits.rulesPerProfile`).
    private static let standingMark: UInt16 = 0x8000
}

/// How a hazard ends. Nothing in the engine invents an acknowledgement or a release.
public enum Clearing: UInt8, Sendable, BitwiseCopyable {
    /// By itself, once the clear condition has stood long enough.
    case automatic
    /// Once the clear condition has stood and a person has acknowledged, in either order.
    case acknowledge
    /// Only by an inspector's release, and only after the clear condition has stood.
    case release
}

/// One rule, compiled for one variant.
public struct RuleProgram: Sendable, BitwiseCopyable {
    /// What the rule watches.
    public enum Form: UInt8, Sendable, BitwiseCopyable {
        /// A condition over signals, timed by event time.
        case condition
        /// No message for `delay`, timed by arrival.
        case silence
        /// How often other rules raise. Whoever counts calls `Engine.raise`.
        case repetition
    }

    /// What the rule watches.
    public var form: Form
    /// How it ends.
    public var clearing: Clearing
    /// Whether an interrupted delay shrinks slowly instead of starting anew.
    public var accumulates: Bool
    /// The slot whose value a transition reports.
    public var valueSlot: UInt16
    /// How long `when` must stand before the hazard is raised; for silence, how long nothing came.
    public var delay: Duration
    /// How long `until` must stand before the hazard is cleared.
    public var clearDelay: Duration
    /// How long a delay must have run to be kept across a restart. Nothing for short delays of
    /// life-safety rules: their conditions are rare, and no crash may swallow them.
    public var keepAfter: Duration
    /// The condition that raises, as terms.
    public var when: Extent
    /// The condition that clears, as terms.
    public var until: Extent
    /// While this is true the hazard is suppressed by design, as terms; empty: never.
    public var suppressed: Extent
    /// The rules whose suppression asks whether this one stands, in `dependentIndices`.
    public var inhibits: Extent

    /// Makes a compiled rule.
    public init(
        form: Form, clearing: Clearing, accumulates: Bool, valueSlot: UInt16,
        delay: Duration, clearDelay: Duration, keepAfter: Duration, when: Extent, until: Extent,
        suppressed: Extent, inhibits: Extent
    ) {
        self.form = form
        self.clearing = clearing
        self.accumulates = accumulates
        self.valueSlot = valueSlot
        self.delay = delay
        self.clearDelay = clearDelay
        self.keepAfter = keepAfter
        self.when = when
        self.until = until
        self.suppressed = suppressed
        self.inhibits = inhibits
    }
}

/// A kind of equipment with one set of parameter values: the rules with their limits folded in.
///
/// Equipment with equal parameters share a variant; an override makes a variant of its own, so the
/// loop never looks at a parameter.
public struct Variant: Sendable, BitwiseCopyable {
    /// Number of slots, derived ones last. Slot 0 is `clock.skewed`, which the engine writes.
    public var slotCount: UInt32
    /// The derived signals, each after those that it builds on.
    public var derivations: Extent
    /// Words that the derivations remember for one piece of equipment.
    public var wordCount: UInt32
    /// The comparisons of elapsed slots, in `dependentIndices`.
    public var elapsed: Extent
    /// Transitions that one deadline can cause at most; see `Limits.pendingTransitions`.
    public var changesPerDeadline: UInt32
    /// The predicates of this variant.
    public var predicates: Extent
    /// The rules of this variant.
    public var rules: Extent
    /// First of its slots' entries in `slotReaders`.
    public var slotReaders: UInt32
    /// The derived signals that fall by themselves, in `dependentIndices`.
    public var counts: Extent
    /// The ages among the derived signals, in `dependentIndices`.
    public var ages: Extent
    /// The silence rules, in `dependentIndices`.
    public var silences: Extent
    /// One extent per predicate in `predicateDependents`: the rules that use it.
    public var predicateDependents: UInt32
    /// Without a message for this long the device is silent and its signals are unknown.
    public var silentAfter: Duration
    /// A difference between event and arrival time beyond this is a clock fault.
    public var skewLimit: Duration

    /// Makes a variant.
    public init(
        slotCount: Int, derivations: Extent, wordCount: Int, elapsed: Extent,
        changesPerDeadline: Int, predicates: Extent, rules: Extent, slotReaders: Int,
        counts: Extent, ages: Extent, silences: Extent,
        predicateDependents: Int, silentAfter: Duration, skewLimit: Duration
    ) {
        self.slotCount = UInt32(slotCount)
        self.derivations = derivations
        self.wordCount = UInt32(wordCount)
        self.elapsed = elapsed
        self.changesPerDeadline = UInt32(changesPerDeadline)
        self.predicates = predicates
        self.rules = rules
        self.slotReaders = UInt32(slotReaders)
        self.counts = counts
        self.ages = ages
        self.silences = silences
        self.predicateDependents = UInt32(predicateDependents)
        self.silentAfter = silentAfter
        self.skewLimit = skewLimit
    }

    /// The slot that the engine itself writes: 1 while the device's clock is off, else 0.
    public static let skewSlot = 0
}

/// The compiled tables of all variants, as the rule compiler laid them out.
///
/// Indices in one array point into the others. The compiler keeps them in range; the engine's
/// tables check every access again. The engine copies the arrays and keeps none of them.
public struct Program: Sendable {
    /// Kinds of equipment with their parameters folded in.
    public var variants: [Variant]
    /// Derived signals of all variants.
    public var derivations: [Derivation]
    /// Coefficients of the derivations.
    public var constants: [Double]
    /// Predicates of all variants.
    public var predicates: [Predicate]
    /// Arithmetic of the predicates and derivations that need it.
    public var instructions: [Instruction]
    /// Boolean programs of all rules.
    public var terms: [Term]
    /// Rules of all variants.
    public var rules: [RuleProgram]
    /// Who reads each slot, per variant.
    public var slotReaders: [SlotReaders]
    /// Per variant one extent for each predicate, into `dependentIndices`: the rules that use it.
    public var dependents: [Extent]
    /// Predicate indices (for slots) and rule indices (for predicates and for rules that inhibit
    /// others), within their variant.
    public var dependentIndices: [UInt16]

    /// Groups the compiler's arrays.
    public init(
        variants: [Variant], derivations: [Derivation], constants: [Double],
        predicates: [Predicate], instructions: [Instruction], terms: [Term],
        rules: [RuleProgram], slotReaders: [SlotReaders], dependents: [Extent],
        dependentIndices: [UInt16]
    ) {
        self.variants = variants
        self.derivations = derivations
        self.constants = constants
        self.predicates = predicates
        self.instructions = instructions
        self.terms = terms
        self.rules = rules
        self.slotReaders = slotReaders
        self.dependents = dependents
        self.dependentIndices = dependentIndices
    }
}
