import Detection
public import RuleLanguage

/// Counts raises for the rules that watch how often other rules raise.
///
/// The raises themselves are stored, since a rule may look back over a month.
public struct RepetitionCounter: Sendable {
    private var raises: [HazardPlace: [Instant]] = [:]

    /// An empty counter.
    public init() {}

    /// Gives back a stored raise.
    public mutating func restore(_ raise: PastRaise) {
        raises[raise.place, default: []].append(raise.at)
    }

    /// Counts a raise and returns the rules of the same equipment that now have enough.
    ///
    /// - Parameter rules: the rules of the equipment's kind.
    public mutating func count(
        _ raise: PastRaise, among rules: [Rule], into batch: inout CommitBatch
    ) -> [Int] {
        var full: [Int] = []
        var longest: Duration?
        for (index, rule) in rules.enumerated() {
            guard case .repetition(let causes, let count, let window) = rule.watch,
                causes.contains(raise.place.rule)
            else { continue }
            if longest == nil { remember(raise, into: &batch) }
            longest = max(longest ?? .zero, window)
            let sum = causes.reduce(0) { sum, cause in
                let place = HazardPlace(equipment: raise.place.equipment, rule: cause)
                return sum + (raises[place] ?? []).count { raise.at - $0 < window }
            }
            if sum >= count { full.append(index) }
        }
        if let longest { forget(raise.place, from: raise.at, beyond: longest, into: &batch) }
        return full
    }

    private mutating func remember(_ raise: PastRaise, into batch: inout CommitBatch) {
        raises[raise.place, default: []].append(raise.at)
        batch.register.append(.counted(raise))
    }

    private mutating func forget(
        _ place: HazardPlace, from now: Instant, beyond window: Duration,
        into batch: inout CommitBatch
    ) {
        guard let times = raises[place] else { return }
        let kept = times.suffix(SupervisionLimits.repetitions).filter { now - $0 < window }
        guard let first = kept.first, kept.count < times.count else { return }
        raises[place] = kept
        batch.register.append(.forgotten(place, before: first))
    }
}
