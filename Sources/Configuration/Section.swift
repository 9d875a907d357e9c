public import Detection
package import RuleLanguage
package import Yams

/// A mapping of a YAML file that is being read. Every key must be asked for: what nobody asked
/// for is reported as unknown, because a misspelt key that is silently ignored is a hazard.
package final class Section {
    package let source: SourceFile
    private let node: Node
    private let members: [(key: String, keyNode: Node, value: Node)]
    private var asked: Set<String> = []
    private let problems: Problems

    /// The mapping in `node`; reports and reads as empty when it is something else.
    package init(_ node: Node, in source: SourceFile, _ problems: Problems) {
        self.source = source
        self.node = node
        self.problems = problems
        if let mapping = node.mapping {
            members = mapping.map { ($0.key.string ?? "", $0.key, $0.value) }
        } else {
            members = []
            source.report("expected a mapping (key: value)", at: node, to: problems)
        }
    }

    /// The line on which it begins, from 1.
    package var line: Int { node.mark?.line ?? 0 }

    /// The keys, in order.
    package var keys: [String] { members.map(\.key) }

    /// The node under a key, whatever it is; asking makes the key known.
    package func node(_ key: String) -> Node? {
        asked.insert(key)
        return members.first { $0.key == key }?.value
    }

    package func has(_ key: String) -> Bool { members.contains { $0.key == key } }

    /// Reports at the key's value, or at the section when the key is absent.
    package func report(_ message: String, at key: String? = nil) {
        let place = key.flatMap { key in members.first { $0.key == key }?.value } ?? node
        source.report(message, at: place, to: problems)
    }

    /// Reports every key that nobody asked for.
    package func finish() {
        for member in members where !asked.contains(member.key) {
            let known = asked.sorted()
            source.report(
                "unknown key \(member.key): the keys here are \(known.joined(separator: ", "))",
                at: member.keyNode, to: problems)
        }
    }

    package func required(_ key: String) -> Node? {
        guard let node = node(key) else {
            report("\(key) is missing")
            return nil
        }
        return node
    }

    package func text(_ key: String) -> String? {
        guard let node = required(key) else { return nil }
        return scalar(node, key)
    }

    package func optionalText(_ key: String) -> String? {
        guard let node = node(key) else { return nil }
        return scalar(node, key)
    }

    private func scalar(_ node: Node, _ key: String) -> String? {
        guard let text = node.scalar?.string, !text.isEmpty else {
            source.report("\(key) must be a text", at: node, to: problems)
            return nil
        }
        return text
    }

    package func number(_ key: String) -> Double? {
        guard let node = required(key) else { return nil }
        return number(in: node, key)
    }

    package func number(in node: Node, _ key: String) -> Double? {
        guard let text = node.scalar?.string, let value = Double(text), value.isFinite else {
            source.report("\(key) must be a number", at: node, to: problems)
            return nil
        }
        return value
    }

    package func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = required(key) else { return nil }
        guard let text = node.scalar?.string, let value = Int(text), range.contains(value) else {
            source.report(
                "\(key) must be a whole number from \(range.lowerBound) to \(range.upperBound)",
                at: node, to: problems)
            return nil
        }
        return value
    }

    package func boolean(_ key: String) -> Bool? {
        guard let node = required(key) else { return nil }
        return boolean(in: node, key)
    }

    package func optionalBoolean(_ key: String) -> Bool? {
        guard let node = node(key) else { return nil }
        return boolean(in: node, key)
    }

    private func boolean(in node: Node, _ key: String) -> Bool? {
        switch node.scalar?.string {
        case "true": return true
        case "false": return false
        default:
            source.report("\(key) must be true or false", at: node, to: problems)
            return nil
        }
    }

    package func choice<Choice: CaseIterable & RawRepresentable<String>>(_ key: String) -> Choice? {
        guard let text = text(key) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        report("\(key) must be one of \(words)", at: key)
        return nil
    }

    package func duration(_ key: String) -> Duration? {
        guard let text = text(key) else { return nil }
        guard let duration = Self.duration(text) else {
            report("\(key) must be a duration such as 100ms, 2s, 10min or 8h", at: key)
            return nil
        }
        return duration
    }

    package func bilingual(_ key: String) -> BilingualText? {
        guard let section = section(key) else { return nil }
        defer { section.finish() }
        guard let english = section.text("en"), let chinese = section.text("zh") else {
            return nil
        }
        return BilingualText(english: english, chinese: chinese)
    }

    package func section(_ key: String) -> Section? {
        guard let node = required(key) else { return nil }
        return Section(node, in: source, problems)
    }

    package func optionalSection(_ key: String) -> Section? {
        guard let node = node(key) else { return nil }
        return Section(node, in: source, problems)
    }

    /// The mappings of a list.
    package func sections(_ key: String) -> [Section] {
        guard let node = required(key) else { return [] }
        guard let list = node.sequence else {
            source.report("\(key) must be a list", at: node, to: problems)
            return []
        }
        return list.map { Section($0, in: source, problems) }
    }

    /// The texts of a list.
    package func texts(_ key: String) -> [String] {
        guard let node = required(key) else { return [] }
        guard let list = node.sequence else {
            source.report("\(key) must be a list of texts", at: node, to: problems)
            return []
        }
        return list.compactMap { scalar($0, key) }
    }

    /// Members of this mapping, for mappings whose keys are names.
    package var named: [(name: String, section: Section)] {
        members.map { member in
            asked.insert(member.key)
            return (member.key, Section(member.value, in: source, problems))
        }
    }

    static func duration(_ text: String) -> Duration? { Duration(written: text) }
}

extension Duration {
    /// A length of time as rules and command lines write it: `100ms`, `2s`, `10min`, `8h`, `7d`.
    public init?(written text: String) {
        let units: [(String, Double)] = [
            ("ms", 1e6), ("min", 60e9), ("s", 1e9), ("h", 3_600e9), ("d", 86_400e9),
        ]
        for (unit, nanoseconds) in units where text.hasSuffix(unit) {
            guard let count = Double(text.dropLast(unit.count)), count >= 0,
                count * nanoseconds < 1e18
            else { return nil }
            self.init(nanoseconds: Int64((count * nanoseconds).rounded()))
            return
        }
        return nil
    }
}
