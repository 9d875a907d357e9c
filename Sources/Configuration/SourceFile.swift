import Foundation
import RuleLanguage
package import Yams

/// A configuration file: its text, its tree, and how to point into it.
package struct SourceFile {
    /// Bytes that a configuration file may have. The largest shipped one has under 40 kB; a
    /// thousand pieces of equipment need about 300 kB.
    static let sizeLimit = 4_000_000

    /// As it was named on the command line or in another file.
    package let name: String
    let data: Data
    private let lines: [Substring]

    /// A file that is no YAML, or `nil` after reporting why not.
    static func readText(_ path: String, _ problems: Problems) -> SourceFile? {
        guard let data = FileManager.default.contents(atPath: path) else {
            problems.add("cannot be read: check that it exists and may be read", in: path)
            return nil
        }
        guard data.count <= sizeLimit, let text = String(data: data, encoding: .utf8) else {
            problems.add("is not UTF-8, or longer than \(sizeLimit) bytes", in: path)
            return nil
        }
        return SourceFile(
            name: path, data: data,
            lines: text.split(separator: "\n", omittingEmptySubsequences: false))
    }

    var text: String { String(decoding: data, as: UTF8.self) }

    /// The file and its root node, or `nil` after reporting why not.
    package static func read(_ path: String, _ problems: Problems) -> (SourceFile, Node)? {
        guard let data = FileManager.default.contents(atPath: path) else {
            problems.add("cannot be read: check that it exists and may be read", in: path)
            return nil
        }
        guard data.count <= sizeLimit, let text = String(data: data, encoding: .utf8) else {
            problems.add("is not UTF-8, or longer than \(sizeLimit) bytes", in: path)
            return nil
        }
        let source = SourceFile(
            name: path, data: data,
            lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        do {
            guard let node = try Yams.compose(yaml: text) else {
                problems.add("is empty", in: path)
                return nil
            }
            return (source, node)
        } catch let error as YamlError {
            source.report(error, to: problems)
        } catch {
            problems.add("is not YAML: \(error)", in: path)
        }
        return nil
    }

    package func report(_ message: String, at node: Node, to problems: Problems) {
        let mark = node.mark
        problems.add(message, in: name, line: mark?.line ?? 0, column: mark?.column ?? 0)
    }

    /// Reports diagnostics of a condition at the characters that they mean.
    func report(_ diagnostics: [Diagnostic], in node: Node, to problems: Problems) {
        for diagnostic in diagnostics {
            let (line, column) = place(of: diagnostic.offset, in: node)
            problems.add(diagnostic.message, in: name, line: line, column: column)
        }
    }

    /// Line and column of a character of a scalar.
    ///
    /// A flow scalar stands on its line, behind its quote if it has one. A block scalar begins on
    /// the line after its `|` or `>`; each of its lines loses the indentation and ends in one
    /// character, whether that stays a line break or becomes a space.
    func place(of offset: Int, in node: Node) -> (line: Int, column: Int) {
        guard let mark = node.mark, let scalar = node.scalar else { return (0, 0) }
        switch scalar.style {
        case .literal, .folded:
            var line = mark.line
            var rest = offset
            let indentation =
                lines.indices.contains(line)
                ? lines[line].prefix { $0 == " " }.count : 0
            while lines.indices.contains(line) {
                let length = max(0, lines[line].unicodeScalars.count - indentation)
                if rest <= length { return (line + 1, indentation + rest + 1) }
                rest -= length + 1
                line += 1
            }
            return (mark.line, mark.column)
        case .singleQuoted, .doubleQuoted: return (mark.line, mark.column + 1 + offset)
        case .any, .plain: return (mark.line, mark.column + offset)
        }
    }

    private func report(_ error: YamlError, to problems: Problems) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            problems.add(
                "is not valid YAML: \(problem)", in: name, line: mark.line, column: mark.column)
        case .duplicatedKeysInMapping(let duplicates, let context):
            problems.add(
                "the same key twice: \(duplicates.map { "\($0)" }.joined(separator: ", "))",
                in: name, line: context.mark.line, column: context.mark.column)
        case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            problems.add("is not valid YAML: \(error)", in: name)
        @unknown default: problems.add("is not valid YAML: \(error)", in: name)
        }
    }
}
