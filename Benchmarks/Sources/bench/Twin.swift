import CTwin
import Detection

/// The engine's compiled tables, handed to the twin in C.
final class Twin {
    private let variants: [twin_variant]
    private let predicates: [twin_predicate]
    private let instructions: [twin_instruction]
    private let terms: [UInt16]
    private let rules: [twin_rule]
    private let readers: [twin_readers]
    private let users: [twin_extent]
    private let indices: [UInt16]
    private let constants: [Double]
    private let twin: OpaquePointer

    /// `program` must not have derived signals.
    init(_ program: Program, variantOf equipment: [UInt32]) {
        func extent(_ extent: Extent) -> twin_extent {
            twin_extent(start: extent.start, count: extent.count)
        }
        variants = program.variants.map {
            twin_variant(
                slots: $0.slotCount, predicates: $0.predicates.count, rules: $0.rules.count,
                first_predicate: $0.predicates.start, first_rule: $0.rules.start,
                first_reader: $0.slotReaders, first_user: $0.predicateDependents)
        }
        predicates = program.predicates.map { predicate in
            let form: UInt8 =
                switch predicate.form {
                case .slot: 0
                case .absoluteSlot: 1
                case .program, .elapsed: 2
                }
            let comparison =
                form == 2 ? 0 : predicate.comparison.rawValue - Opcode.less.rawValue
            return twin_predicate(
                limit: predicate.limit, code: extent(predicate.code), slot: predicate.slot,
                form: form, comparison: comparison)
        }
        instructions = program.instructions.map {
            twin_instruction(
                constant: $0.constant, slot: $0.slot, opcode: $0.opcode.rawValue)
        }
        terms = program.terms.map(\.code)
        rules = program.rules.map {
            twin_rule(
                delay: $0.delay.nanoseconds, clear_delay: $0.clearDelay.nanoseconds,
                when: extent($0.when), until: extent($0.until), suppressed: extent($0.suppressed),
                inhibits: extent($0.inhibits), is_condition: $0.form == .condition ? 1 : 0,
                accumulates: $0.accumulates ? 1 : 0,
                clears_itself: $0.clearing == .automatic ? 1 : 0)
        }
        readers = program.slotReaders.map {
            twin_readers(
                cells: extent($0.cells), comparisons: extent($0.comparisons),
                programs: extent($0.programs))
        }
        users = program.dependents.map(extent)
        indices = program.dependentIndices
        constants = program.constants
        twin = twin_make(
            twin_program(
                variants: Self.keep(variants), predicates: Self.keep(predicates),
                instructions: Self.keep(instructions), terms: Self.keep(terms),
                rules: Self.keep(rules), readers: Self.keep(readers), users: Self.keep(users),
                indices: Self.keep(indices), constants: Self.keep(constants)),
            equipment, UInt32(equipment.count))
    }

    deinit { twin_free(twin) }

    var changes: UInt64 { twin_changes(twin) }

    func feed(
        _ device: Int, at time: Instant, _ slots: UnsafeBufferPointer<UInt16>,
        _ values: UnsafePointer<Double>
    ) {
        twin_feed(
            twin, UInt32(device), time.nanoseconds, slots.baseAddress, values,
            UInt32(slots.count))
    }

    func flush(at time: Instant) { twin_flush(twin, time.nanoseconds) }

    /// A copy that lives as long as the program.
    private static func keep<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
        let copy = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
        copy.initialize(from: elements, count: elements.count)
        return UnsafePointer(copy)
    }
}
