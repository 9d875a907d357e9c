import Foundation

/// What was really wrong, and when: written beside a simulation, read by the judge.
public struct GroundTruth: Codable, Sendable {
    /// The scenario.
    public var scenario: Scenario
    /// Its start, in nanoseconds since 1970.
    public var startNanoseconds: Int64
    /// Messages sent.
    public var messages: Int

    /// Writes down a run.
    public init(scenario: Scenario, startNanoseconds: Int64, messages: Int) {
        self.scenario = scenario
        self.startNanoseconds = startNanoseconds
        self.messages = messages
    }

    /// Reads a truth file.
    public static func load(_ path: String) throws(Scenario.Invalid) -> GroundTruth {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .init(message: "\(path): cannot be read")
        }
        do {
            return try JSONDecoder().decode(GroundTruth.self, from: data)
        } catch {
            throw .init(message: "\(path): \(error)")
        }
    }

    /// Writes it to a file.
    public func save(_ path: String) throws(Scenario.Invalid) {
        do {
            try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: path))
        } catch {
            throw .init(message: "\(path): cannot be written: \(error)")
        }
    }
}
