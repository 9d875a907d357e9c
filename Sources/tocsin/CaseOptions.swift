import Agent
import ArgumentParser
import Configuration
import Ledger
import LedgerStore
import Supervision

/// Who says something to the casebook, and why.
struct SayOptions: ParsableArguments {
    @OptionGroup var shared: SharedOptions
    @OptionGroup var state: StateOptions

    @Option(name: .long, help: "Who says it; goes into the ledger.")
    var actor: String

    @Option(name: .long, help: "Why; goes into the ledger.")
    var reason: String

    /// The site, with the state directory that was named.
    func load() throws -> SiteConfiguration {
        var site = try shared.load()
        state.apply(to: &site)
        return site
    }

    /// Says it to the running agent, or to the ledger when none runs.
    func say(_ command: Casebook.Command, _ site: SiteConfiguration) throws {
        let request = CaseRequest(command, actor: actor, reason: reason)
        try state.say(.casebook(request), site, shared) { () throws(AgentFailure) in
            try PeopleOffline.obey(request, site)
        }
    }
}

/// Where a case is read from.
struct ReadOptions: ParsableArguments {
    @OptionGroup var shared: SharedOptions
    @OptionGroup var state: StateOptions

    /// The site and its ledger.
    func open() throws -> (site: SiteConfiguration, ledger: LedgerReader) {
        var site = try shared.load()
        state.apply(to: &site)
        return (site, try Self.ledger(of: site, shared))
    }

    /// A site's ledger.
    static func ledger(of site: SiteConfiguration, _ shared: SharedOptions) throws -> LedgerReader {
        try read(shared) { () throws(StoreFailure) in
            try LedgerReader(path: LedgerFiles(site.stateDirectory).ledger)
        }
    }

    /// Ends with the failure printed.
    func read<Result>(_ body: () throws(StoreFailure) -> Result) throws -> Result {
        try Self.read(shared, body)
    }

    private static func read<Result>(
        _ shared: SharedOptions, _ body: () throws(StoreFailure) -> Result
    ) throws -> Result {
        do throws(StoreFailure) {
            return try body()
        } catch {
            throw shared.fail(AgentFailure(error))
        }
    }

    /// The cases that the ledger tells; what it tells wrongly goes to standard error.
    func listings(_ ledger: LedgerReader, isOpenOnly: Bool) throws -> [Listing] {
        let entries = try read { () throws(StoreFailure) in
            try ledger.threads("listing", isOpenOnly: isOpenOnly)
        }
        return Self.listings(entries)
    }

    /// One case.
    static func listing(
        _ id: String, _ ledger: LedgerReader, _ shared: SharedOptions
    ) throws -> Listing {
        let entries = try read(shared) { () throws(StoreFailure) in
            try ledger.thread(ListingRegister.thread(of: id))
        }
        guard let listing = listings(entries).first else {
            throw shared.fail(AgentFailure(.negative, "there is no case \(id)"))
        }
        return listing
    }

    private static func listings(_ entries: [JSONValue]) -> [Listing] {
        let history = ListingHistory(entries)
        for problem in history.problems { Output.error("tocsin: \(problem)") }
        return history.listings
    }
}

/// A yes or a no on the command line.
enum Answer: String, ExpressibleByArgument, CaseIterable {
    case yes, no

    var value: JSONValue { .boolean(self == .yes) }
}

/// Collects what a step says.
struct Details {
    private(set) var values: [String: JSONValue] = [:]

    /// Adds a text; nothing when none was given.
    mutating func add(_ field: ListingField, _ text: String?) {
        if let text { values[field.rawValue] = .text(text) }
    }

    mutating func add(_ field: ListingField, _ answer: Answer) {
        values[field.rawValue] = answer.value
    }

    mutating func add(_ field: ListingField, _ people: [String]) {
        values[field.rawValue] = .array(people.map { .text($0) })
    }
}
