import ArgumentParser
import Foundation

extension TocsinSim {
    /// JSON for other programs, on one line; texts are escaped, keys sorted.
    static func json(_ object: [String: Any]) throws -> String {
        let data = try JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        return String(decoding: data, as: UTF8.self)
    }

    /// Writes a text to a file that a person named.
    static func write(_ text: String, to path: String) throws {
        // In place: a file that is moved there would take the place of a device such as /dev/null.
        do {
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        } catch {
            throw failure("\(path): cannot be written: \(error.localizedDescription)", 65)
        }
    }
}
