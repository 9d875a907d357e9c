/// A step in the life of a listing.
///
/// One table says what each step needs, in which stages it may be taken, and where it leads: the
/// machine, the commands and the documents are all made from it.
public enum ListingVerb: String, Sendable, CaseIterable {
    case detected
    case seenAgain = "seen_again"
    case verified, reported, registered, judged, listed, filed, announced
    case planned, progressed
    case extensionRequested = "extension_requested"
    case extensionDecided = "extension_decided"
    case acceptanceRequested = "acceptance_requested"
    case rechecked, delisted
    case endAnnounced = "end_announced"
    case useStopped = "use_stopped"
    case useResumed = "use_resumed"
    case penalised
    case falseAlarm = "false_alarm"
    case transferred, merged, absorbed
    case clockMissed = "clock_missed"

    /// The kind of its entry in the ledger.
    public var entryKind: String { "listing." + rawValue }

    /// The command that takes it; `nil` for what only the agent says.
    public var command: String? {
        switch self {
        case .detected: "open"
        case .verified: "verify"
        case .reported: "report-up"
        case .registered: "register"
        case .judged: "judge"
        case .listed: "list-up"
        case .filed: "file"
        case .announced: "announce"
        case .planned: "plan"
        case .progressed: "progress"
        case .extensionRequested: "extend"
        case .extensionDecided: "decide-extension"
        case .acceptanceRequested: "request-acceptance"
        case .rechecked: "recheck"
        case .delisted: "delist"
        case .endAnnounced: "announce-end"
        case .useStopped: "stop-use"
        case .useResumed: "resume-use"
        case .penalised: "penalise"
        case .falseAlarm: "false-alarm"
        case .transferred: "transfer"
        case .merged: "merge"
        case .seenAgain, .absorbed, .clockMissed: nil
        }
    }

    /// The stages in which it may be taken. `detected` begins a case and is taken in none.
    public var stages: [ListingStage] {
        switch self {
        case .detected: []
        case .verified: [.detected]
        case .registered: [.verified]
        case .judged: [.registered]
        case .listed: [.judged]
        case .announced: [.listed]
        case .planned: [.listed, .announced, .rectifying]
        case .progressed: [.announced, .rectifying, .extensionRequested]
        case .extensionRequested: [.announced, .rectifying]
        case .extensionDecided: [.extensionRequested]
        case .acceptanceRequested: [.announced, .rectifying, .extensionRequested]
        case .rechecked: [.acceptanceRequested]
        case .delisted: [.rechecked]
        case .endAnnounced: [.delisted]
        case .filed, .penalised: ListingStage.underSupervision
        case .falseAlarm: ListingStage.beforeListing
        case .reported, .transferred: ListingStage.open
        case .merged, .absorbed, .seenAgain:
            ListingStage.beforeListing + ListingStage.underSupervision
        case .useStopped: ListingStage.beforeListing + ListingStage.underSupervision
        // Work Safety Law art. 70: no resumption before a review.
        case .useResumed: [.rechecked, .delisted, .closed, .falseAlarm, .ordinary]
        case .clockMissed: ListingStage.open
        }
    }

    /// What it cannot be taken without.
    public var required: [ListingField] {
        switch self {
        case .detected: [.equipment, .finding, .source]
        case .verified: [.finding]
        case .reported, .filed, .transferred: [.to]
        case .registered: [.unit, .responsible]
        case .judged: [.major]
        case .listed: [.number, .level, .body, .deadline, .demand, .tradeOwner, .authorityOwner]
        case .announced, .endAnnounced: [.place]
        case .planned: [.plan, .measures]
        case .extensionRequested: [.newDeadline, .measures]
        case .extensionDecided: [.granted]
        case .rechecked: [.passed, .persons]
        case .merged: [.into]
        case .absorbed: [.from]
        case .seenAgain: [.hazard]
        case .clockMissed: [.clock, .due]
        case .progressed, .acceptanceRequested, .delisted, .useStopped, .useResumed, .penalised,
            .falseAlarm:
            []
        }
    }

    /// What may be said besides.
    public var optional: [ListingField] {
        switch self {
        case .detected: [.rule, .hazard, .criterion]
        case .judged: [.clause]
        case .listed: [.measures, .planBy, .contact]
        case .planned: [.funds]
        case .progressed, .acceptanceRequested, .rechecked: [.finding]
        case .useStopped: [.measures]
        case .verified, .reported, .registered, .filed, .announced, .extensionRequested,
            .extensionDecided, .delisted, .endAnnounced, .useResumed, .penalised, .falseAlarm,
            .transferred, .merged, .absorbed, .seenAgain, .clockMissed:
            []
        }
    }
}

/// Where a listing stands.
public enum ListingStage: String, Sendable, CaseIterable {
    case detected, verified, registered, judged, listed, announced, rectifying
    case extensionRequested = "extension_requested"
    case acceptanceRequested = "acceptance_requested"
    case rechecked, delisted
    // Ends.
    case closed
    case falseAlarm = "false_alarm"
    /// Judged to be a hazard, but not a major one.
    case ordinary
    case transferred, merged

    /// Stages before the notice.
    public static let beforeListing: [ListingStage] = [.detected, .verified, .registered, .judged]

    /// Stages from the notice to the delisting.
    public static let underSupervision: [ListingStage] = [
        .listed, .announced, .rectifying, .extensionRequested, .acceptanceRequested, .rechecked,
    ]

    /// Stages that are no end.
    public static let open = beforeListing + underSupervision + [.delisted]

    /// Whether it is no end.
    public var isOpen: Bool { Self.open.contains(self) }

    /// The stage in Chinese, as forms have it.
    public var chinese: String {
        switch self {
        case .detected: "发现"
        case .verified: "已核实"
        case .registered: "已登记"
        case .judged: "已判定"
        case .listed: "已挂牌"
        case .announced: "已公告"
        case .rectifying: "整改中"
        case .extensionRequested: "申请延期"
        case .acceptanceRequested: "申请验收"
        case .rechecked: "复查合格"
        case .delisted: "已摘牌"
        case .closed: "已销号"
        case .falseAlarm: "误报撤销"
        case .ordinary: "一般隐患"
        case .transferred: "已移送"
        case .merged: "已并案"
        }
    }
}
