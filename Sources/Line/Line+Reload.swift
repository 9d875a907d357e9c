public import Detection
import Evidence
import RuleLanguage
import Supervision
import Telemetry

/// What a change of configuration changed.
public struct PlanDifference: Sendable, Equatable {
    /// Rules and equipment by id.
    public var rulesAdded: [String] = []
    /// Rules that are gone.
    public var rulesRemoved: [String] = []
    /// Rules that say something else now.
    public var rulesChanged: [String] = []
    /// Equipment that is new.
    public var equipmentAdded: [String] = []
    /// Equipment that is gone.
    public var equipmentRemoved: [String] = []
    /// Equipment with other parameters, or of another kind, name or topic.
    public var equipmentChanged: [String] = []
    /// Kinds with other signals, parameters, ranges or times.
    public var kindsChanged: [String] = []
    /// Curves that are new, gone or have other points.
    public var curvesChanged: [String] = []
    /// Parts of the supervision that are different: the registry's equipment by id.
    public var supervisionChanged: [String] = []

    /// Compares two plans.
    public init(from old: SitePlan, to new: SitePlan) {
        let before = Self.distinctRules(of: old)
        let after = Self.distinctRules(of: new)
        for rule in after {
            if let known = before.first(where: { $0.id == rule.id }) {
                if known != rule { rulesChanged.append(rule.id) }
            } else {
                rulesAdded.append(rule.id)
            }
        }
        rulesRemoved = before.map(\.id).filter { id in !after.contains { $0.id == id } }
        let oldIDs = old.equipment.map(\.id)
        let newIDs = new.equipment.map(\.id)
        equipmentAdded = newIDs.filter { !oldIDs.contains($0) }
        equipmentRemoved = oldIDs.filter { !newIDs.contains($0) }
        equipmentChanged = newIDs.filter { id in
            guard let first = old.equipment.first(where: { $0.id == id }),
                let second = new.equipment.first(where: { $0.id == id })
            else { return false }
            return first.parameters != second.parameters || first.topic != second.topic
                || first.name != second.name
                || old.profiles[first.kind].kind != new.profiles[second.kind].kind
        }
        for (index, profile) in new.profiles.enumerated() {
            guard let known = old.profiles.firstIndex(where: { $0.kind == profile.kind }) else {
                continue
            }
            let other = old.profiles[known]
            let isSame =
                profile.vocabulary.signals == other.vocabulary.signals
                && profile.vocabulary.parameters == other.vocabulary.parameters
                && profile.silentAfter == other.silentAfter && profile.skewLimit == other.skewLimit
                && new.schemas[index].signals == old.schemas[known].signals
            if !isSame { kindsChanged.append(profile.kind) }
        }
        supervisionChanged = Self.differences(old.supervision, new.supervision)
        curvesChanged = Self.differences(
            old.profiles.first?.vocabulary.curves ?? [], new.profiles.first?.vocabulary.curves ?? []
        )
    }

    /// The rules of all kinds, one that several kinds share once.
    private static func distinctRules(of plan: SitePlan) -> [Rule] {
        var seen: Set<String> = []
        return plan.profiles.flatMap(\.rules).filter { seen.insert($0.id).inserted }
    }

    private static func differences(
        _ old: SupervisionPlan, _ new: SupervisionPlan
    ) -> [String] {
        let parts = [
            ("calendar", old.calendar == new.calendar), ("terms", old.terms == new.terms),
            ("criteria", old.criteria == new.criteria),
            ("incidents", old.incidents == new.incidents), ("records", old.records == new.records),
        ].filter { !$0.1 }.map(\.0)
        let ids = (new.registry.records + old.registry.records).map(\.equipment)
        var seen: Set<String> = []
        return parts
            + ids.filter {
                seen.insert($0).inserted && old.registry[$0] != new.registry[$0]
            }.map { "registry:\($0)" }
    }

    /// The ids of curves that are not in both lists, or not the same.
    private static func differences(_ old: [Curve], _ new: [Curve]) -> [String] {
        let changed = new.filter { curve in !old.contains(curve) }.map(\.id)
        let gone = old.map(\.id).filter { id in !new.contains { $0.id == id } }
        return changed + gone
    }
}

extension PlanDifference: CustomStringConvertible {
    /// Whether nothing is different.
    public var isEmpty: Bool {
        lists.allSatisfy(\.ids.isEmpty)
    }

    /// For people: what is different.
    public var description: String {
        lists.filter { !$0.ids.isEmpty }
            .map { "\($0.title): \($0.ids.joined(separator: ", "))" }.joined(separator: "\n")
    }

    /// What is different, with a key for machines and a title for people.
    public var lists: [(key: String, title: String, ids: [String])] {
        [
            ("rules_added", "rules added 新增规则", rulesAdded),
            ("rules_removed", "rules removed 删除规则", rulesRemoved),
            ("rules_changed", "rules changed 修改规则", rulesChanged),
            ("equipment_added", "equipment added 新增设备", equipmentAdded),
            ("equipment_removed", "equipment removed 删除设备", equipmentRemoved),
            ("equipment_changed", "equipment changed 修改设备", equipmentChanged),
            ("kinds_changed", "kinds changed 修改设备类型", kindsChanged),
            ("curves_changed", "curves changed 修改限值曲线", curvesChanged),
            ("supervision_changed", "supervision changed 修改督办设置", supervisionChanged),
        ]
    }
}

extension Line {
    /// Takes over from a line with another plan, between two batches: what is known stays known,
    /// what stands goes on standing, and the delays of rules that have not changed go on running.
    /// What no longer has a rule is kept aside (`homeless`).
    ///
    /// The old line must have been advanced to `now`, and its batch taken; it is of no more use.
    public mutating func adopt(_ old: inout Line, at now: Instant) {
        lastArrival = max(now, old.lastArrival)
        takeBooks(of: &old)
        engine.beginAdopting(from: old.engine, at: lastArrival)
        var known: [VariantPair: Correspondence] = [:]
        for device in plan.equipment.indices {
            if let before = old.device(plan.equipment[device].id),
                old.plan.profiles[old.plan.equipment[before].kind].kind
                    == profile(of: device).kind
            {
                adopt(device, from: old, before, &known)
            }
            restoreHomeless(on: device)
            engine.goOn(device, at: lastArrival)
            collect()
        }
        keepHomeless(of: old)
    }

    private struct VariantPair: Hashable {
        var new: UInt32
        var old: UInt32
    }

    private mutating func adopt(
        _ device: Int, from old: borrowing Line, _ before: Int,
        _ known: inout [VariantPair: Correspondence]
    ) {
        let profile = profile(of: device)
        let oldProfile = old.profile(of: before)
        let pair = VariantPair(
            new: plan.variantOfEquipment[device], old: old.plan.variantOfEquipment[before])
        let same =
            known[pair]
            ?? Correspondence(
                of: Int(pair.new), in: plan.program, profile.vocabulary.signals.map(\.name),
                with: Int(pair.old), in: old.plan.program,
                oldProfile.vocabulary.signals.map(\.name))
        known[pair] = same
        engine.adopt(device, from: old.engine, before)
        // Recorded readings go by slot, and a recorded difference by what the engine holds.
        if profile.vocabulary.signals == oldProfile.vocabulary.signals {
            recorder.adopt(device, from: old.recorder, before)
        }
        for slot in same.slots {
            engine.adopt(slot: slot.new, of: device, from: old.engine, slot: slot.old, of: before)
        }
        for words in same.words {
            engine.adopt(
                words: words.new, of: device, from: old.engine, words: words.old, of: before,
                count: words.count)
        }
        let parameters = profile.vocabulary.completed(plan.equipment[device].parameters)
        let oldParameters = oldProfile.vocabulary.completed(
            old.plan.equipment[before].parameters)
        for (index, rule) in profile.rules.enumerated() where isInForce(rule, on: device) {
            guard let earlier = oldProfile.rules.firstIndex(where: { $0.id == rule.id }) else {
                continue
            }
            let isSame = rule.continues(
                oldProfile.rules[earlier], in: profile.vocabulary, with: parameters,
                after: oldProfile.vocabulary, with: oldParameters)
            engine.adopt(
                rule: index, of: device, from: old.engine, rule: earlier, of: before,
                isSame: isSame)
            // A delay that is not taken over must not come back with a restart.
            if !isSame { touch(index, on: device) }
        }
    }

    /// A rule that comes back finds what it left.
    private mutating func restoreHomeless(on device: Int) {
        let id = plan.equipment[device].id
        var left: [StoredRuleState] = []
        for item in homeless {
            if item.equipment == id, let rule = rule(item.rule, of: device) {
                engine.restore(item.state, of: rule, on: device)
            } else {
                left.append(item)
            }
        }
        homeless = left
    }

    /// What stood or ran under rules or on equipment that are gone.
    private mutating func keepHomeless(of old: borrowing Line) {
        for before in old.plan.equipment.indices {
            let id = old.plan.equipment[before].id
            let device = device(id)
            for (index, rule) in old.profile(of: before).rules.enumerated() {
                if let device, self.rule(rule.id, of: device) != nil { continue }
                let state = old.engine.state(of: index, on: before)
                guard !state.isAtRest else { continue }
                homeless.append(StoredRuleState(equipment: id, rule: rule.id, state: state))
            }
        }
    }
}
