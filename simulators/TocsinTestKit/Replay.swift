import Configuration
import Foundation
import Line

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
        let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var listener: Listener?
        for (index, text) in lines.enumerated() where !text.isEmpty {
            let record: CaptureRecord
            do throws(CaptureRecord.Invalid) {
                record = try CaptureRecord(line: text)
            } catch {
                throw BadCapture(line: index + 1, message: error.message)
            }
            if listener == nil { listener = Listener(configuration.plan, at: record.at) }
            listener?.receive(record.payload, topic: record.topic, at: record.at)
        }
        return listener?.findings ?? []
    }
}
