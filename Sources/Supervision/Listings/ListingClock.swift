public import Detection
import Timestamps

/// A deadline in the life of a listing.
public enum ListingClock: String, Sendable, CaseIterable {
    case verify, report, list, file, announce, plan, progress
    case decideExtension = "decide_extension"
    case rectify
    case rectifySuperior = "rectify_superior"
    case rectifyLicence = "rectify_licence"
    case recheck
    case announceEnd = "announce_end"

    /// How far the case is taken up when it runs out.
    var escalation: Listing.Escalation? {
        switch self {
        case .rectify: .reminded
        case .rectifySuperior: .superior
        case .rectifyLicence: .licence
        case .verify, .report, .list, .file, .announce, .plan, .progress, .decideExtension,
            .recheck, .announceEnd:
            nil
        }
    }

    /// What it waits for, in English.
    public var english: String {
        switch self {
        case .verify: "somebody verifies the hazard"
        case .report: "the verified hazard is reported to the authority"
        case .list: "the judged hazard is listed"
        case .file: "the listing is filed upward"
        case .announce: "the listing is announced"
        case .plan: "the unit files its plan"
        case .progress: "the unit reports progress"
        case .decideExtension: "the extension is decided"
        case .rectify: "the hazard is gone"
        case .rectifySuperior: "the overdue hazard is gone, or the superior level takes it up"
        case .rectifyLicence: "the overdue hazard is gone, or licence and use are at stake"
        case .recheck: "two people re-check"
        case .announceEnd: "the end is announced"
        }
    }

    /// What it waits for, in Chinese.
    public var chinese: String {
        switch self {
        case .verify: "核实隐患"
        case .report: "向监管部门报告"
        case .list: "挂牌"
        case .file: "报上级备案"
        case .announce: "公告"
        case .plan: "报送整改方案"
        case .progress: "报告整改进展"
        case .decideExtension: "批复延期"
        case .rectify: "完成整改"
        case .rectifySuperior: "逾期整改（提级督办）"
        case .rectifyLicence: "逾期整改（约谈、停用）"
        case .recheck: "复查"
        case .announceEnd: "公告摘牌"
        }
    }
}

/// How long each step of a listing may take. Where no rule is named it is an engineering default
/// of this project; a site's own rules win.
public struct ListingTerms: Sendable, Equatable {
    /// Hours to verify a hazard whose rule is critical. Engineering default.
    public var verifyHours = 4
    /// Working days to verify any other. Engineering default.
    public var verifyDays = 1
    /// Hours to report a verified major hazard: the law says "at once" (Special Equipment Safety
    /// Law art. 63, Work Safety Law art. 41); the figure is an engineering default.
    public var reportHours = 1
    /// Working days from judgement to listing. Engineering default.
    public var listDays = 1
    /// Working days to file the listing upward (Qingdao 2012).
    public var fileDays = 3
    /// Working days to announce it (Qingdao 2012).
    public var announceDays = 5
    /// Working days for the plan, where the notice names no date. Engineering default.
    public var planDays = 10
    /// Days between two reports of progress. Engineering default; quarterly is common practice.
    public var progressDays = 7
    /// Working days before the deadline until which an extension may be asked for (Ningbo: 15,
    /// Qingdao: 20).
    public var extensionDays = 15
    /// Working days to decide on it (Qingdao 2012).
    public var decisionDays = 10
    /// Longest time from listing to deadline, in days (Qingdao 2012: one year).
    public var longestDays = 365
    /// Working days from the request to the re-check (Order 57 of 2022, art. 29).
    public var recheckDays = 10
    /// Working days to announce the end (Qingdao 2012).
    public var announceEndDays = 5
    /// Days overdue until the superior level takes it up. Engineering default after Hubei.
    public var superiorDays = 7
    /// Days overdue until licence and use are at stake. Engineering default after Hubei, Quanzhou.
    public var licenceDays = 30

    /// The defaults.
    public init() {}
}

extension Listing {
    /// A clock that runs.
    public struct RunningClock: Sendable, Equatable {
        /// Which.
        public var clock: ListingClock
        /// When it runs out.
        public var due: Instant

        var key: String { "\(clock.rawValue)@\(RFC3339.format(due))" }
    }

    /// The clocks that run and have not run out yet, soonest first.
    public func clocks(_ calendar: WorkCalendar, _ terms: ListingTerms) -> [RunningClock] {
        allClocks(calendar, terms).filter { !missed.contains($0.key) }
            .sorted { ($0.due, $0.clock.rawValue) < ($1.due, $1.clock.rawValue) }
    }

    private func allClocks(_ calendar: WorkCalendar, _ terms: ListingTerms) -> [RunningClock] {
        var clocks: [RunningClock] = []
        func run(_ clock: ListingClock, until due: Instant) {
            clocks.append(RunningClock(clock: clock, due: due))
        }
        func since(_ stage: ListingStage) -> Instant { entered[stage] ?? detectedAt }
        switch stage {
        case .detected:
            let isUrgent = facts[.source] == ListingRegister.criticalSource
            run(
                .verify,
                until: isUrgent
                    ? detectedAt + .seconds(Int64(terms.verifyHours) * 3_600)
                    : calendar.end(ofWorkday: terms.verifyDays, after: detectedAt))
        case .judged:
            run(.list, until: calendar.end(ofWorkday: terms.listDays, after: since(.judged)))
        case .listed:
            run(
                .announce, until: calendar.end(ofWorkday: terms.announceDays, after: since(.listed))
            )
        case .extensionRequested:
            run(
                .decideExtension,
                until: calendar.end(
                    ofWorkday: terms.decisionDays, after: since(.extensionRequested)))
        case .acceptanceRequested:
            run(
                .recheck,
                until: calendar.end(
                    ofWorkday: terms.recheckDays, after: since(.acceptanceRequested)))
        case .delisted:
            run(
                .announceEnd,
                until: calendar.end(ofWorkday: terms.announceEndDays, after: since(.delisted)))
        case .verified, .registered, .announced, .rectifying, .rechecked: break
        case .closed, .falseAlarm, .ordinary, .transferred, .merged: return []
        }
        if let verified = taken[.verified], taken[.reported] == nil {
            run(.report, until: verified + .seconds(Int64(terms.reportHours) * 3_600))
        }
        guard let listed = taken[.listed], stage != .rechecked, stage != .delisted else {
            return clocks
        }
        if taken[.filed] == nil {
            run(.file, until: calendar.end(ofWorkday: terms.fileDays, after: listed))
        }
        if taken[.planned] == nil {
            let named = facts.date(.planBy).map { $0.end(offset: calendar.offset) }
            run(.plan, until: named ?? calendar.end(ofWorkday: terms.planDays, after: listed))
        }
        guard stage != .acceptanceRequested else { return clocks }
        runProgress(calendar, terms, listed, &clocks)
        if let deadline {
            run(.rectify, until: deadline.end(offset: calendar.offset))
            for (clock, days) in [
                (ListingClock.rectifySuperior, terms.superiorDays),
                (.rectifyLicence, terms.licenceDays),
            ] {
                run(clock, until: deadline.adding(days: days).end(offset: calendar.offset))
            }
        }
        return clocks
    }

    /// Reports of progress come again and again: each one that is missed is missed once, and the
    /// next is due a period later.
    private func runProgress(
        _ calendar: WorkCalendar, _ terms: ListingTerms, _ listed: Instant,
        _ clocks: inout [RunningClock]
    ) {
        let last = max(listed, taken[.progressed] ?? listed, taken[.planned] ?? listed)
        var due = calendar.end(ofDay: terms.progressDays, after: last)
        while missed.contains(RunningClock(clock: .progress, due: due).key) {
            due = calendar.end(ofDay: terms.progressDays - 1, after: due)
        }
        clocks.append(RunningClock(clock: .progress, due: due))
    }
}
