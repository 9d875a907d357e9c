import Detection
public import Ledger
public import Supervision

/// What a person says about a hazard.
public struct HazardRequest: Sendable, Equatable {
    /// What is asked for.
    public var command: HazardCommand
    /// Which hazard.
    public var place: HazardPlace
    /// Who says it.
    public var actor: String
    /// Why.
    public var reason: String

    /// Makes a request.
    public init(_ command: HazardCommand, at place: HazardPlace, actor: String, reason: String) {
        self.command = command
        self.place = place
        self.actor = actor
        self.reason = reason
    }
}

/// What a person asks of the casebook: a step of a listing, a word about an incident, a record.
public struct CaseRequest: Sendable, Equatable {
    /// What is asked for.
    public var command: Casebook.Command
    /// Who says it.
    public var actor: String
    /// Why.
    public var reason: String

    /// Makes a request.
    public init(_ command: Casebook.Command, actor: String, reason: String) {
        self.command = command
        self.actor = actor
        self.reason = reason
    }
}

/// What a person asks of the running agent, as one line of JSON over the control socket.
public enum ControlRequest: Sendable, Equatable {
    /// Something about a hazard.
    case hazard(HazardRequest)
    /// Read the configuration anew.
    case reload
    /// What a piece of equipment said last.
    case readings(String)
    /// Something about a listing, an incident or a record.
    case casebook(CaseRequest)

    /// The bytes of the line, without its break.
    public var bytes: [UInt8] {
        switch self {
        case .reload: return JSONValue.object([("do", .text("reload"))]).orderedBytes
        case .readings(let equipment):
            return JSONValue.object([
                ("do", .text("readings")), ("equipment", .text(equipment)),
            ]).orderedBytes
        case .casebook(let request): return request.json.orderedBytes
        case .hazard(let request):
            var members: [(name: String, value: JSONValue)] = [
                ("do", .text(request.command.verb)),
                ("equipment", .text(request.place.equipment)),
                ("rule", .text(request.place.rule)), ("actor", .text(request.actor)),
                ("reason", .text(request.reason)),
            ]
            if case .shelve(let until) = request.command {
                // Nanoseconds as text: a JSON number would round them.
                members.append(("until", .text("\(until.nanoseconds)")))
            }
            return JSONValue.object(members).orderedBytes
        }
    }

    /// Reads a line.
    public init(_ bytes: [UInt8]) throws(Refusal) {
        let value: JSONValue
        do {
            value = try JSONReader.read(bytes)
        } catch {
            throw Refusal("the request is no JSON")
        }
        func text(_ name: String) throws(Refusal) -> String {
            guard let text = value[name]?.text else { throw Refusal("\(name) must be a text") }
            return text
        }
        let command: HazardCommand
        switch try text("do") {
        case "reload":
            self = .reload
            return
        case "readings":
            self = .readings(try text("equipment"))
            return
        case CaseRequest.word:
            self = .casebook(try CaseRequest(value))
            return
        case HazardCommand.acknowledge.verb: command = .acknowledge
        case HazardCommand.release.verb: command = .release
        case HazardCommand.unshelve.verb: command = .unshelve
        case HazardCommand.shelve(until: .never).verb:
            guard let until = Int64(try text("until")) else {
                throw Refusal("until must be nanoseconds")
            }
            command = .shelve(until: Instant(nanoseconds: until))
        default: throw Refusal("there is no such request: do the versions differ?")
        }
        self = .hazard(
            HazardRequest(
                command,
                at: HazardPlace(equipment: try text("equipment"), rule: try text("rule")),
                actor: try text("actor"), reason: try text("reason")))
    }
}

/// What the agent answers, as one line of JSON.
public struct ControlReply: Sendable, Equatable {
    /// Whether it was done.
    public var isDone: Bool
    /// For people: what was done, or why not.
    public var message: String
    /// What was asked for, row by row.
    public var rows: [JSONValue]

    /// Makes a reply.
    public init(isDone: Bool, message: String, rows: [JSONValue] = []) {
        self.isDone = isDone
        self.message = message
        self.rows = rows
    }

    var bytes: [UInt8] {
        JSONValue.object([
            ("done", .boolean(isDone)), ("message", .text(message)), ("rows", .array(rows)),
        ]).orderedBytes
    }

    init(_ bytes: [UInt8]) throws {
        let value = try JSONReader.read(bytes)
        isDone = value["done"] == .boolean(true)
        message = value["message"]?.text ?? ""
        rows = []
        if case .array(let rows)? = value["rows"] { self.rows = rows }
    }
}
