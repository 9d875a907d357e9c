public import Detection
public import Ledger
import RuleLanguage
public import Supervision
import Timestamps

/// Why a platform cannot be told of an alert.
public struct PlatformFailure: Error, Sendable, Equatable {
    /// The field that it needs and nobody knows.
    public var field: String
    /// Where it was looked for.
    public var path: String

    /// Names a field.
    public init(field: String, path: String) {
        self.field = field
        self.path = path
    }
}

extension PlatformProfile {
    /// An alert as this platform reads it.
    ///
    /// - Parameter reported: when it is sent.
    public func message(
        _ alert: Alert, of subject: AlertSubject, from sender: AlertSender,
        _ attachments: AlertAttachments, reported: Instant
    ) throws(PlatformFailure) -> JSONValue {
        let document = Self.document(alert, subject, sender, attachments, reported)
        return .object(try members(fields, of: document, sender.offset))
    }

    /// Where paths begin: `papers` are columns of the registry, `data` the alert's own fields.
    public static let roots = [
        "id", "hazard", "state", "state_text", "stands", "at", "reported", "equipment", "papers",
        "site", "data", "evidence", "checkpoint",
    ]

    /// What paths lead into.
    static func document(
        _ alert: Alert, _ subject: AlertSubject, _ sender: AlertSender,
        _ attachments: AlertAttachments, _ reported: Instant
    ) -> JSONValue {
        let papers = RegistryField.allCases.compactMap { field in
            subject.papers[field].map { (field.rawValue, JSONValue.text($0)) }
        }
        func bilingual(_ english: String, _ chinese: String) -> JSONValue {
            .object([("en", .text(english)), ("zh", .text(chinese))])
        }
        let state = AlertWords.state(alert.state)
        return .object([
            ("id", .text(alert.id)), ("hazard", .text(alert.hazard)),
            ("state", .text(alert.state)),
            ("state_text", bilingual(state.english, state.chinese)),
            ("stands", .text(alert.stands ? "true" : "false")),
            ("at", .text(RFC3339.format(alert.time))),
            ("reported", .text(RFC3339.format(reported))),
            (
                "equipment",
                .object([
                    ("id", .text(subject.equipment)), ("kind", .text(subject.kind)),
                    ("name", bilingual(subject.name.english, subject.name.chinese)),
                ])
            ), ("papers", .object(papers)),
            (
                "site",
                .object([
                    ("id", .text(sender.site)),
                    ("name", bilingual(sender.name.english, sender.name.chinese)),
                    ("region", sender.region.map { .text($0) } ?? .null),
                    ("status", .text(sender.status.rawValue)),
                ])
            ), ("data", alert.data),
            ("evidence", attachments.evidence.map { .text($0) } ?? .null),
            (
                "checkpoint",
                attachments.checkpoint.map { .text(String(decoding: $0.bytes, as: UTF8.self)) }
                    ?? .null
            ),
        ])
    }

    private func members(
        _ fields: [Field], of document: JSONValue, _ offset: Duration
    ) throws(PlatformFailure) -> [(name: String, value: JSONValue)] {
        var members: [(name: String, value: JSONValue)] = []
        for field in fields {
            switch field.content {
            case .constant(let value): members.append((field.name, value))
            case .value(let lookup):
                if let value = value(of: lookup, in: document, offset) {
                    members.append((field.name, value))
                } else if field.isRequired {
                    throw PlatformFailure(
                        field: field.name, path: lookup.path.joined(separator: "/"))
                }
            case .object(let inner):
                members.append((field.name, .object(try self.members(inner, of: document, offset))))
            case .list(let items):
                var values: [JSONValue] = []
                for item in items {
                    do throws(PlatformFailure) {
                        values.append(.object(try self.members(item, of: document, offset)))
                    } catch {
                        // An item of which something is not known is not told.
                        continue
                    }
                }
                members.append((field.name, .array(values)))
            }
        }
        return members
    }

    /// What a lookup finds; `nil` when nothing is known, or the platform has no code for it.
    private func value(
        of lookup: Lookup, in document: JSONValue, _ offset: Duration
    ) -> JSONValue? {
        var found: JSONValue? = document
        for name in lookup.path { found = found?[name] }
        guard let found, var text = AlertWords.value(found) else { return nil }
        if let table = lookup.table {
            guard let code = table[text] ?? lookup.otherwise else { return nil }
            text = code
        }
        switch lookup.form {
        case .same where lookup.table == nil && lookup.prefix.isEmpty: return found
        case .same, .text: return .text(lookup.prefix + text)
        case .number:
            guard let number = Double(text), number.isFinite else { return nil }
            return .number(number)
        case .date: return RFC3339.parse(text).map { .text(date($0, offset)) }
        case .milliseconds:
            return RFC3339.parse(text).map {
                .number(Double($0.nanoseconds / 1_000_000))
            }
        }
    }

    private func date(_ instant: Instant, _ offset: Duration) -> String {
        // `2026-11-26T20:30:15Z`, on the site's clock.
        let digits = Array(RFC3339.format(instant + offset, digits: 0))
        let parts = [
            ("yyyy", digits[0..<4]), ("MM", digits[5..<7]), ("dd", digits[8..<10]),
            ("HH", digits[11..<13]), ("mm", digits[14..<16]), ("ss", digits[17..<19]),
        ]
        var text = ""
        var rest = dateForm[...]
        while let first = rest.first {
            if let (token, value) = parts.first(where: { rest.hasPrefix($0.0) }) {
                text += String(value)
                rest = rest.dropFirst(token.count)
            } else {
                text.append(first)
                rest = rest.dropFirst()
            }
        }
        return text
    }
}
