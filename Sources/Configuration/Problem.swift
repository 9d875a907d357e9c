/// Something wrong in a configuration file, where, and what to do about it.
public struct Problem: Sendable, Equatable, CustomStringConvertible {
    /// The file, as it was named.
    public var file: String
    /// Line, from 1; 0 when the file as a whole is meant.
    public var line: Int
    /// Column, from 1.
    public var column: Int
    /// What is wrong, with the remedy.
    public var message: String

    /// Makes a problem.
    public init(file: String, line: Int, column: Int, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// `file:line:column: error: message`, which editors understand.
    public var description: String {
        line > 0 ? "\(file):\(line):\(column): error: \(message)" : "\(file): error: \(message)"
    }
}

/// All that is wrong with a configuration. The old one, if any, stays in force.
public struct InvalidConfiguration: Error, Sendable {
    /// Every problem, in the order of the files.
    public var problems: [Problem]

    package init(problems: [Problem]) { self.problems = problems }
}

/// Collects problems while files are read, so that all of them are reported at once.
package final class Problems {
    package private(set) var all: [Problem] = []

    package init() {}

    package func add(_ message: String, in file: String, line: Int, column: Int) {
        let problem = Problem(file: file, line: line, column: column, message: message)
        // A file that is read for two kinds finds the same fault twice.
        if !all.contains(problem) { all.append(problem) }
    }

    package func add(_ message: String, in file: String) {
        add(message, in: file, line: 0, column: 0)
    }
}
