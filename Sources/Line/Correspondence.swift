import Detection

/// What of an old variant is the same in a new one.
///
/// Signals correspond by name; a derived signal corresponds to one that is computed in the same way
/// from what corresponds. Derived signals stand after those that they build on, so one pass does.
struct Correspondence {
    /// New slot and old slot.
    private(set) var slots: [(new: Int, old: Int)] = []
    /// First new word, first old word, and how many.
    private(set) var words: [(new: Int, old: Int, count: Int)] = []

    init(
        of variant: Int, in program: Program, _ signals: [String], with oldVariant: Int,
        in oldProgram: Program, _ oldSignals: [String]
    ) {
        var oldSlot: [UInt16: UInt16] = [:]
        for (new, name) in signals.enumerated() {
            guard let old = oldSignals.firstIndex(of: name) else { continue }
            oldSlot[UInt16(new)] = UInt16(old)
            slots.append((new, old))
        }
        let candidates = oldProgram.derivations[oldProgram.variants[oldVariant].derivations.range]
        for derivation in program.derivations[program.variants[variant].derivations.range] {
            let same = candidates.first { old in
                old.form == derivation.form && old.window == derivation.window
                    && (derivation.form == .program || oldSlot[derivation.input] == old.input)
                    && program.constants[derivation.constants.range].elementsEqual(
                        oldProgram.constants[old.constants.range])
                    && program.instructions[derivation.code.range].elementsEqual(
                        oldProgram.instructions[old.code.range],
                        by: { Self.isSame($0, $1, oldSlot) })
            }
            guard let same else { continue }
            oldSlot[derivation.output] = same.output
            slots.append((Int(derivation.output), Int(same.output)))
            words.append(
                (Int(derivation.firstWord), Int(same.firstWord), derivation.form.words))
        }
    }

    private static func isSame(
        _ new: Instruction, _ old: Instruction, _ oldSlot: [UInt16: UInt16]
    ) -> Bool {
        guard new.opcode == old.opcode else { return false }
        return new.opcode == .slot
            ? oldSlot[new.slot] == old.slot
            : new.constant.bitPattern == old.constant.bitPattern
    }
}

extension Extent {
    fileprivate var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
}
