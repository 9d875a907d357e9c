import Detection

/// When the derived signals of a variant have to look at a slot: with every reading, with every
/// other value, or only when it leaves a cell.
struct DerivedReaders {
    private let derived: DerivedSignals
    /// The slots that each derived signal looks at.
    private let uses: [SlotUse?]
    /// Whether each takes a step with every reading, for itself or for one that builds on it.
    private let isFollowing: [Bool]

    /// Who among them reads one slot, by index.
    struct Readers {
        var onCell: [UInt16] = []
        var onChange: [UInt16] = []
        var onReading: [UInt16] = []
        var isFollowed = false
        /// What cuts the slot's values into cells for those under `onCell`.
        var comparisons: [Predicate] = []
    }

    init(_ derived: DerivedSignals) {
        let uses = derived.all.map { signal in signal.program.map { SlotUse(of: $0) } }
        var following = derived.all.map { $0.form.followsEveryReading }
        let firstSlot = derived.slotCount - derived.all.count
        // What builds on a signal stands behind it.
        for index in derived.all.indices.reversed() where !following[index] {
            let output = UInt16(firstSlot + index)
            for reader in index + 1..<derived.all.count
            where following[reader] && Self.looks(reader, at: output, derived, uses) {
                following[index] = true
            }
        }
        self.derived = derived
        self.uses = uses
        isFollowing = following
    }

    /// Who reads a slot, and when.
    func readers(of slot: UInt16) -> Readers {
        var readers = Readers()
        for (index, signal) in derived.all.enumerated()
        where Self.looks(index, at: slot, derived, uses) {
            if isFollowing[index] || signal.form == .age {
                readers.onReading.append(UInt16(index))
                if isFollowing[index] { readers.isFollowed = true }
            } else if let comparisons = uses[index]?.comparisons(of: slot) {
                readers.onCell.append(UInt16(index))
                readers.comparisons += comparisons
            } else {
                readers.onChange.append(UInt16(index))
            }
        }
        return readers
    }

    private static func looks(
        _ index: Int, at slot: UInt16, _ derived: DerivedSignals, _ uses: [SlotUse?]
    ) -> Bool {
        guard let use = uses[index] else { return derived.all[index].input == slot }
        return use.values.contains(slot) || use.comparisons.contains { $0.slot == slot }
    }
}

extension Derivation.Form {
    /// Whether it takes a step with every reading, also one that repeats the value before. The
    /// others follow from the value, or go on by themselves.
    fileprivate var followsEveryReading: Bool {
        switch self {
        case .rate, .lowpass, .mean, .minimum, .maximum, .stuck, .changed, .dwell, .impact,
            .steep, .afterLow, .reversal, .slope:
            true
        case .program, .count, .held, .age: false
        }
    }
}
