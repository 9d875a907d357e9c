public import Ledger

/// Cases as the ledger tells them, open and ended.
public struct ListingHistory: Sendable {
    /// The cases, in the order of their beginning.
    public private(set) var listings: [Listing] = []
    /// Steps that could not be taken, so that they are not lost in silence.
    public private(set) var problems: [String] = []

    /// Takes the entries of cases, in the order of the ledger.
    public init(_ entries: [JSONValue]) {
        var places: [String: Int] = [:]
        for entry in entries {
            let name = entry["id"]?.text ?? "an entry"
            guard let event = ListingEvent(entry: entry) else {
                problems.append("\(name) is no step of a listing")
                continue
            }
            guard let place = places[event.listing] else {
                guard let listing = Listing(beginning: event) else {
                    problems.append("\(name): the case has no beginning")
                    continue
                }
                places[event.listing] = listings.count
                listings.append(listing)
                continue
            }
            do throws(Refusal) {
                try listings[place].take(event)
            } catch {
                problems.append("\(name): \(error.message)")
            }
        }
    }
}
