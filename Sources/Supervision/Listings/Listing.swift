public import Detection
public import Timestamps

/// A supervised case about one hazard, from its discovery to its end: 挂牌督办.
///
/// Nothing but the fold of its steps: the ledger's entries, taken one after another, give the same
/// case again.
public struct Listing: Sendable, Equatable {
    /// The case's number within the site: `2026-0007`.
    public let id: String
    /// Where it stands.
    public private(set) var stage: ListingStage
    /// What its steps have said, the newest of each field.
    public private(set) var facts: ListingDetails
    /// Its steps so far, oldest first.
    public private(set) var steps: [ListingEvent]
    /// How far it has been taken up the hierarchy because it is overdue.
    public private(set) var escalation = Escalation.none
    /// Whether the equipment is out of use on account of it.
    public private(set) var isUseStopped = false
    /// Re-checks that it has failed.
    public private(set) var failedRechecks = 0
    /// When it entered each stage, the last time.
    private(set) var entered: [ListingStage: Instant]
    /// The last time that each step was taken.
    private(set) var taken: [ListingVerb: Instant]
    /// Clocks that have run out: `recheck@2026-11-26T16:00:00…`.
    private(set) var missed: [String] = []

    /// Steps of an overdue case, mildest first.
    public enum Escalation: Int, Sendable, Comparable, CaseIterable {
        case none
        /// The unit is reminded.
        case reminded
        /// The superior level takes it up.
        case superior
        /// Licence or use is at stake; the head of the unit is called in.
        case licence

        /// Whether `left` is the milder one.
        public static func < (left: Escalation, right: Escalation) -> Bool {
            left.rawValue < right.rawValue
        }

        /// In Chinese, as forms have it.
        public var chinese: String {
            switch self {
            case .none: "无"
            case .reminded: "已催办"
            case .superior: "提级督办"
            case .licence: "约谈、停用"
            }
        }

        /// In English.
        public var english: String {
            switch self {
            case .none: "none"
            case .reminded: "reminded"
            case .superior: "taken up by the superior level"
            case .licence: "licence or use at stake"
            }
        }
    }

    /// Begins a case; `nil` when the step does not begin one.
    public init?(beginning event: ListingEvent) {
        guard event.verb == .detected else { return nil }
        id = event.listing
        stage = .detected
        facts = event.details
        steps = [event]
        entered = [.detected: event.at]
        taken = [.detected: event.at]
    }

    /// When it was discovered.
    public var detectedAt: Instant { steps[0].at }

    /// The equipment.
    public var equipment: String { facts[.equipment] ?? "" }

    /// The rule whose hazard began it; `nil` for what a person has found.
    public var rule: String? { facts[.rule] }

    /// The day by which the hazard has to be gone.
    public var deadline: CivilDate? { facts.date(.deadline) }

    /// Whether two re-checks or more have failed: criticism and the key list follow (Quanzhou).
    public var isOnKeyList: Bool { failedRechecks >= 2 }

    /// Whether the deadline has passed with the hazard still there.
    public var isOverdue: Bool {
        missed.contains { $0.hasPrefix(ListingClock.rectify.rawValue + "@") }
    }

    /// Whether something is left to do: it has not ended, or the equipment is still out of use.
    public var isOpen: Bool { stage.isOpen || isUseStopped }

    /// Why a step cannot be taken now; `nil` when it can.
    public func refusal(of event: ListingEvent) -> Refusal? {
        guard event.verb.stages.contains(stage) else {
            let possible = Self.commands(in: stage).joined(separator: ", ")
            let step = event.verb.command ?? event.verb.rawValue
            return Refusal(
                "\(id) is \(stage.rawValue) \(stage.chinese): \(step) is not possible; "
                    + (possible.isEmpty ? "its life has ended" : "possible are \(possible)"))
        }
        switch event.verb {
        case .judged where event.details.flag(.major) && event.details[.clause] == nil:
            return Refusal("a major hazard is judged by a clause: give --clause")
        case .rechecked: return refusal(ofRecheck: event)
        case .extensionRequested:
            guard let old = deadline, let new = event.details.date(.newDeadline), new > old else {
                return Refusal("the new deadline must lie after the old one, \(describedDeadline)")
            }
        case .useStopped where isUseStopped:
            return Refusal("\(equipment) is out of use already")
        case .useResumed where !isUseStopped:
            return Refusal("\(equipment) is not out of use on account of \(id)")
        case .merged where event.details[.into] == id:
            return Refusal("\(id) cannot be merged into itself")
        default: break
        }
        return nil
    }

    private var describedDeadline: String { deadline.map(\.description) ?? "which is not set" }

    /// Two people look, and none of them at his own work.
    private func refusal(ofRecheck event: ListingEvent) -> Refusal? {
        let names = event.details.persons.map(Self.normalised)
        guard Set(names).count >= 2 else {
            return Refusal(
                "a re-check takes at least two different people: --persons A --persons B")
        }
        let own = [facts[.responsible], steps.last { $0.verb == .acceptanceRequested }?.actor]
        if let same = event.details.persons.first(where: { name in
            own.contains { $0.map(Self.normalised) == Self.normalised(name) }
        }) {
            return Refusal("\(same) answers for the rectification and cannot re-check it")
        }
        return nil
    }

    private static func normalised(_ name: String) -> String {
        name.lowercased().filter { !$0.isWhitespace }
    }

    /// The commands that are possible in a stage.
    public static func commands(in stage: ListingStage) -> [String] {
        ListingVerb.allCases.filter { $0.stages.contains(stage) }.compactMap(\.command)
    }

    /// Takes a step.
    ///
    /// - Throws: a refusal, and nothing has changed.
    public mutating func take(_ event: ListingEvent) throws(Refusal) {
        if let refusal = refusal(of: event) { throw refusal }
        steps.append(event)
        taken[event.verb] = event.at
        switch event.verb {
        case .clockMissed: return miss(event)
        case .seenAgain, .absorbed: return
        case .extensionDecided: decideExtension(event)
        default: facts.merge(event.details)
        }
        switch event.verb {
        case .rechecked where !event.details.flag(.passed): failedRechecks += 1
        case .useStopped: isUseStopped = true
        // Merged, the other case keeps it out of use; transferred, another authority does.
        case .useResumed, .merged, .transferred: isUseStopped = false
        case .listed: missed.removeAll { $0.hasPrefix(ListingClock.rectify.rawValue + "@") }
        default: break
        }
        let next = stage(after: event)
        if next != stage {
            stage = next
            entered[next] = event.at
        }
    }

    private mutating func miss(_ event: ListingEvent) {
        guard let clock = event.details[.clock], let due = event.details[.due] else { return }
        missed.append("\(clock)@\(due)")
        if let level = ListingClock(rawValue: clock)?.escalation {
            escalation = max(escalation, level)
        }
    }

    private mutating func decideExtension(_ event: ListingEvent) {
        if event.details.flag(.granted) { facts[.deadline] = facts[.newDeadline] }
        // What is asked for is only known while it is asked for.
        facts[.newDeadline] = nil
    }

    private func stage(after event: ListingEvent) -> ListingStage {
        switch event.verb {
        case .detected: .detected
        case .verified: .verified
        case .registered: .registered
        case .judged: event.details.flag(.major) ? .judged : .ordinary
        case .listed: .listed
        case .announced: .announced
        case .planned: stage == .listed ? .listed : .rectifying
        case .progressed: stage == .extensionRequested ? stage : .rectifying
        case .extensionRequested: .extensionRequested
        case .extensionDecided: .rectifying
        case .acceptanceRequested: .acceptanceRequested
        case .rechecked: event.details.flag(.passed) ? .rechecked : .rectifying
        case .delisted: .delisted
        case .endAnnounced: .closed
        case .falseAlarm: .falseAlarm
        case .transferred: .transferred
        case .merged: .merged
        case .seenAgain, .reported, .filed, .useStopped, .useResumed, .penalised, .absorbed,
            .clockMissed:
            stage
        }
    }
}
