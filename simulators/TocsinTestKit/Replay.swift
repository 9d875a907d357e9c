import Configuration
import Detection
import Foundation
import Line
import RuleLanguage
import Supervision

extension RuleBook {
    /// Why a capture cannot be replayed.
    public struct BadCapture: Error, Sendable {
        /// The line of the file, from 1; 0 for the file as a whole.
        public var line: Int
        /// For people.
        public var message: String
    }

    /// Puts a capture through the agent's own line, with the equipment of the site's own file.
    ///
    /// Time ends with the last message, as in `tocsin replay`: what is due later is not told. For
    /// tests: the whole file is read at once. `tocsin replay` reads captures of any length.
    /// - Returns: every hazard that was raised; `at` counts from the arrival of the first message.
    /// - Throws: at the first line that is no record.
    public func replay(capture path: String) throws(BadCapture) -> [Finding] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BadCapture(line: 0, message: "\(path): cannot be read")
        }
        var line: Line?
        var start = Instant.distantPast
        var findings: [Finding] = []
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, text) in lines.enumerated() where !text.isEmpty {
            let record: CaptureRecord
            do throws(CaptureRecord.Invalid) {
                record = try CaptureRecord(line: text)
            } catch {
                throw BadCapture(line: index + 1, message: error.message)
            }
            if line == nil {
                start = record.at
                line = Line(plan: configuration.plan, at: start)
                line?.start(at: start)
            }
            var topic = record.topic
            topic.withUTF8 { topic in
                record.payload.withUnsafeBytes { payload in
                    line?.receive(
                        arrival: record.at, topic: UnsafeRawBufferPointer(topic),
                        payload: payload)
                }
            }
            guard line?.hasChanges == true, let changes = line?.takeBatch().changes else {
                continue
            }
            findings += changes.compactMap { Finding($0, since: start) }
        }
        return findings
    }
}

extension Finding {
    /// A hazard that is raised by a change; `nil` when the change is another.
    init?(_ change: HazardChange, since start: Instant) {
        guard change.change == .raised || change.change == .recurred else { return nil }
        self.init(
            equipment: change.equipment, rule: change.rule.id,
            severity: change.rule.severity.rawValue,
            at: Double((change.decided - start).nanoseconds) / 1e9)
    }
}
