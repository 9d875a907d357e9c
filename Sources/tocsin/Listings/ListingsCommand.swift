import ArgumentParser
import Configuration
import Ledger
import Line
import Supervision

/// `tocsin listings`: listed supervision, from discovery to delisting.
struct ListingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "listings",
        abstract: "Listed supervision (挂牌督办): cases, their steps and their clocks.",
        discussion: """
            The agent proposes a case for a hazard that matches a criterion; people take every \
            step after that. Each step is an entry of the ledger with its actor and reason; what \
            the case's stage does not allow is refused, with what it does allow.
            """,
        subcommands: [
            ListingsList.self, ListingsShow.self, ListingsDocument.self, Open.self, Verify.self,
            ReportUp.self, Register.self, Judge.self, ListUp.self, File.self, Announce.self,
            Plan.self, Progress.self, Extend.self, DecideExtension.self, RequestAcceptance.self,
            Recheck.self, Delist.self, AnnounceEnd.self, StopUse.self, ResumeUse.self,
            Penalise.self, FalseAlarm.self, Transfer.self, Merge.self,
        ])
}

/// A step of a listing as a command.
protocol ListingStep: ParsableCommand {
    static var verb: ListingVerb { get }
    var step: StepOptions { get }
    func add(to details: inout Details)
}

extension ListingStep {
    func run() throws {
        var details = Details()
        add(to: &details)
        try step.words.say(
            .listing(Self.verb, step.listing, details.values), try step.words.load())
    }

    func add(to details: inout Details) {}

    static func configure(_ abstract: String, _ discussion: String = "") -> CommandConfiguration {
        CommandConfiguration(
            commandName: verb.command, abstract: abstract, discussion: discussion)
    }
}

/// Which case, who and why.
struct StepOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The case, such as 2026-0007.", valueName: "case"))
    var listing: String

    @OptionGroup var words: SayOptions
}

extension ListingsCommand {
    struct Open: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open a case about something a person has found (发现).")

        @Argument(help: "The equipment.")
        var equipment: String
        @Option(help: "What was found.")
        var finding: String
        @Option(help: "Where it comes from: inspection, complaint, self-inspection, …")
        var source: String
        @Option(help: "The clause that it may match.")
        var criterion: String?
        @OptionGroup var words: SayOptions

        func run() throws {
            var details = Details()
            details.add(.equipment, equipment)
            details.add(.finding, finding)
            details.add(.source, source)
            details.add(.criterion, criterion)
            try words.say(.listing(.detected, nil, details.values), try words.load())
        }
    }

    struct Verify: ListingStep {
        static let verb = ListingVerb.verified
        static let configuration = configure("Say what was found on the spot (核实).")

        @OptionGroup var step: StepOptions
        @Option(help: "What was found.")
        var finding: String

        func add(to details: inout Details) { details.add(.finding, finding) }
    }

    struct ReportUp: ListingStep {
        static let verb = ListingVerb.reported
        static let configuration = configure(
            "Say that it has been reported to the authority (报告).")

        @OptionGroup var step: StepOptions
        @Option(help: "To whom.")
        var to: String

        func add(to details: inout Details) { details.add(.to, to) }
    }

    struct Register: ListingStep {
        static let verb = ListingVerb.registered
        static let configuration = configure(
            "Register the case with the unit that answers for it (登记).",
            "Unit and responsible person come from the registry unless they are given.")

        @OptionGroup var step: StepOptions
        @Option(help: "The unit. Default: the registry's using unit.")
        var unit: String?
        @Option(help: "Its main responsible person. Default: the registry's.")
        var responsible: String?

        func run() throws {
            let site = try step.words.load()
            let record = try step.record(site)
            var details = Details()
            details.add(.unit, unit ?? record?[.usingUnit])
            details.add(.responsible, responsible ?? record?[.responsible])
            try step.words.say(.listing(Self.verb, step.listing, details.values), site)
        }
    }

    struct Judge: ListingStep {
        static let verb = ListingVerb.judged
        static let configuration = configure(
            "Judge whether it is a major hazard, and by which clause (判定).")

        @OptionGroup var step: StepOptions
        @Option(help: "Whether it is a major hazard.")
        var major: Answer
        @Option(help: "The clause: GB 45067-2024 4.6 b).")
        var clause: String?

        func add(to details: inout Details) {
            details.add(.major, major)
            details.add(.clause, clause)
        }
    }

    struct ListUp: ListingStep {
        static let verb = ListingVerb.listed
        static let configuration = configure(
            "List it: number, level, body, demand, deadline, and both owners (挂牌).",
            "Both owners (一岗双责) come from the registry unless they are given.")

        @OptionGroup var step: StepOptions
        @Option(help: "The notice's number: 字〔2026〕第7号.")
        var number: String
        @Option(help: "Level: county, city, province.")
        var level: String
        @Option(help: "The body that lists it.")
        var body: String
        @Option(help: "By when the hazard has to be gone: 2026-12-31.")
        var deadline: String
        @Option(help: "What has to be done.")
        var demand: String
        @Option(help: "Trade department and person. Default: the registry's.")
        var tradeOwner: String?
        @Option(help: "Special-equipment authority and person. Default: the registry's.")
        var authorityOwner: String?
        @Option(help: "What protects people until then.")
        var measures: String?
        @Option(help: "By when the plan has to be filed.")
        var planBy: String?
        @Option(help: "Hotline or e-mail for the announcement.")
        var contact: String?

        func run() throws {
            let site = try step.words.load()
            let record = try step.record(site)
            var details = Details()
            details.add(.number, number)
            details.add(.level, level)
            details.add(.body, body)
            details.add(.deadline, deadline)
            details.add(.demand, demand)
            details.add(
                .tradeOwner,
                tradeOwner ?? record?.owner(.tradeDepartment, .tradePerson))
            details.add(
                .authorityOwner, authorityOwner ?? record?.owner(.authority, .authorityPerson))
            details.add(.measures, measures)
            details.add(.planBy, planBy)
            details.add(.contact, contact)
            try step.words.say(.listing(Self.verb, step.listing, details.values), site)
        }
    }

    struct File: ListingStep {
        static let verb = ListingVerb.filed
        static let configuration = configure("Say that the listing is filed upward (备案).")

        @OptionGroup var step: StepOptions
        @Option(help: "With whom.")
        var to: String

        func add(to details: inout Details) { details.add(.to, to) }
    }

    struct Announce: ListingStep {
        static let verb = ListingVerb.announced
        static let configuration = configure("Say where the listing is announced (公告).")

        @OptionGroup var step: StepOptions
        @Option(help: "Where: website, newspaper, notice board.")
        var place: String

        func add(to details: inout Details) { details.add(.place, place) }
    }

    struct Plan: ListingStep {
        static let verb = ListingVerb.planned
        static let configuration = configure("File the unit's plan (整改方案).")

        @OptionGroup var step: StepOptions
        @Option(help: "Goals, methods, who, until when.")
        var plan: String
        @Option(help: "What protects people meanwhile.")
        var measures: String
        @Option(help: "The money.")
        var funds: String?

        func add(to details: inout Details) {
            details.add(.plan, plan)
            details.add(.measures, measures)
            details.add(.funds, funds)
        }
    }

    struct Progress: ListingStep {
        static let verb = ListingVerb.progressed
        static let configuration = configure(
            "Report progress (整改进展).", "The progress itself is the --reason.")

        @OptionGroup var step: StepOptions
        @Option(help: "What is found now.")
        var finding: String?

        func add(to details: inout Details) { details.add(.finding, finding) }
    }

    struct Extend: ListingStep {
        static let verb = ListingVerb.extensionRequested
        static let configuration = configure("Ask for a later deadline (申请延期).")

        @OptionGroup var step: StepOptions
        @Option(help: "The new deadline: 2026-12-31.")
        var newDeadline: String
        @Option(help: "What protects people meanwhile.")
        var measures: String

        func add(to details: inout Details) {
            details.add(.newDeadline, newDeadline)
            details.add(.measures, measures)
        }
    }

    struct DecideExtension: ListingStep {
        static let verb = ListingVerb.extensionDecided
        static let configuration = configure("Decide on a later deadline (批复延期).")

        @OptionGroup var step: StepOptions
        @Option(help: "Whether it is granted.")
        var granted: Answer

        func add(to details: inout Details) { details.add(.granted, granted) }
    }

    struct RequestAcceptance: ListingStep {
        static let verb = ListingVerb.acceptanceRequested
        static let configuration = configure("Say that the hazard is gone (申请验收).")

        @OptionGroup var step: StepOptions
        @Option(help: "What was done.")
        var finding: String?

        func add(to details: inout Details) { details.add(.finding, finding) }
    }

    struct Recheck: ListingStep {
        static let verb = ListingVerb.rechecked
        static let configuration = configure(
            "Re-check it, by at least two people who do not answer for the work (复查).")

        @OptionGroup var step: StepOptions
        @Option(help: "Whether it passed.")
        var passed: Answer
        @Option(help: "Who looked; at least twice.")
        var persons: [String]
        @Option(help: "What they found.")
        var finding: String?

        func add(to details: inout Details) {
            details.add(.passed, passed)
            details.add(.persons, persons)
            details.add(.finding, finding)
        }
    }

    struct Delist: ListingStep {
        static let verb = ListingVerb.delisted
        static let configuration = configure("Take it off the list (摘牌).")

        @OptionGroup var step: StepOptions
    }

    struct AnnounceEnd: ListingStep {
        static let verb = ListingVerb.endAnnounced
        static let configuration = configure("Say where its end is announced (公告销号).")

        @OptionGroup var step: StepOptions
        @Option(help: "Where: the same medium.")
        var place: String

        func add(to details: inout Details) { details.add(.place, place) }
    }

    struct StopUse: ListingStep {
        static let verb = ListingVerb.useStopped
        static let configuration = configure("Say that the equipment is out of use (停用).")

        @OptionGroup var step: StepOptions
        @Option(help: "How it is kept out of use: sealed, locked, power cut.")
        var measures: String?

        func add(to details: inout Details) { details.add(.measures, measures) }
    }

    struct ResumeUse: ListingStep {
        static let verb = ListingVerb.useResumed
        static let configuration = configure(
            "Say that it may be used again, after a re-check (恢复使用).")

        @OptionGroup var step: StepOptions
    }

    struct Penalise: ListingStep {
        static let verb = ListingVerb.penalised
        static let configuration = configure("Say that a penalty case is opened (立案).")

        @OptionGroup var step: StepOptions
    }

    struct FalseAlarm: ListingStep {
        static let verb = ListingVerb.falseAlarm
        static let configuration = configure("End a case that is none, before it is listed (误报撤销).")

        @OptionGroup var step: StepOptions
    }

    struct Transfer: ListingStep {
        static let verb = ListingVerb.transferred
        static let configuration = configure("Hand the case to another body (移送).")

        @OptionGroup var step: StepOptions
        @Option(help: "To whom.")
        var to: String

        func add(to details: inout Details) { details.add(.to, to) }
    }

    struct Merge: ListingStep {
        static let verb = ListingVerb.merged
        static let configuration = configure("Go on with it in another case (并案).")

        @OptionGroup var step: StepOptions
        @Option(help: "The case that takes it up.")
        var into: String

        func add(to details: inout Details) { details.add(.into, into) }
    }
}

extension StepOptions {
    /// What the registry says about the case's equipment.
    func record(_ site: SiteConfiguration) throws -> RegistryRecord? {
        let ledger = try ReadOptions.ledger(of: site, words.shared)
        let found = try ReadOptions.listing(listing, ledger, words.shared)
        return site.plan.supervision.registry[found.equipment]
    }
}

extension RegistryRecord {
    /// A department and its person.
    func owner(_ department: RegistryField, _ person: RegistryField) -> String? {
        guard let name = self[department] else { return nil }
        return self[person].map { "\(name), \($0)" } ?? name
    }
}
