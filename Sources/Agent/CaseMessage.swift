import Ledger
import Supervision
import Timestamps

// Requests to the casebook, as JSON.

extension CaseRequest {
    /// What `do` says.
    static let word = "casebook"

    /// The request as one object.
    var json: JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("do", .text(Self.word)), ("actor", .text(actor)), ("reason", .text(reason)),
        ]
        switch command {
        case .listing(let verb, let id, let details):
            members += [
                ("listing", .text(verb.rawValue)), ("id", id.map { .text($0) } ?? .null),
                (
                    "details",
                    .object(details.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
                ),
            ]
        case .incident(.count(let count), let id):
            members += [
                ("incident", .text("count")), ("id", .text(id)),
                ("persons", .number(Double(count))),
            ]
        case .incident(.end, let id): members += [("incident", .text("end")), ("id", .text(id))]
        case .incident(.report(let authority), let id):
            members += [
                ("incident", .text("report")), ("id", .text(id)), ("to", .text(authority)),
            ]
        case .log(let field, let equipment, let date):
            members += [
                ("log", .text(field.rawValue)), ("equipment", .text(equipment)),
                ("on", .text("\(date)")),
            ]
        }
        return .object(members)
    }

    /// Reads a request.
    init(_ value: JSONValue) throws(Refusal) {
        func text(_ name: String) throws(Refusal) -> String {
            guard let text = value[name]?.text else { throw Refusal("\(name) must be a text") }
            return text
        }
        self.init(
            try Self.command(value, text), actor: try text("actor"), reason: try text("reason"))
    }

    private static func command(
        _ value: JSONValue, _ text: (String) throws(Refusal) -> String
    ) throws(Refusal) -> Casebook.Command {
        if let word = value["listing"]?.text {
            guard let verb = ListingVerb(rawValue: word) else {
                throw Refusal("there is no step \(word): do the versions differ?")
            }
            var details: [String: JSONValue] = [:]
            for member in value["details"]?.members ?? [] { details[member.name] = member.value }
            return .listing(verb, value["id"]?.text, details)
        }
        switch value["incident"]?.text {
        case "count":
            guard let count = value["persons"]?.number.flatMap({ Int(exactly: $0) }) else {
                throw Refusal("persons must be a whole number")
            }
            return .incident(.count(count), try text("id"))
        case "end": return .incident(.end, try text("id"))
        case "report": return .incident(.report(to: try text("to")), try text("id"))
        case .some(let other):
            throw Refusal("there is no word \(other) about incidents: do the versions differ?")
        case nil: break
        }
        let name = try text("log")
        guard let field = RegistryField(rawValue: name) else {
            throw Refusal("the registry has no column \(name)")
        }
        guard let date = CivilDate(try text("on")) else {
            throw Refusal("on must be a date such as 2026-11-26")
        }
        return .log(field, equipment: try text("equipment"), on: date)
    }
}
