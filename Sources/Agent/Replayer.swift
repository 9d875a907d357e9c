public import Configuration
public import Detection
import Glibc
import Ledger
import LedgerStore
import Line
public import Supervision

/// Runs a capture through the same line as the agent, as fast as it can.
public struct Replayer {
    private let configuration: SiteConfiguration
    private let ledgerPath: String?

    /// Bytes read at a time.
    private static let chunk = 1 << 20
    /// Records after which changes are committed; a live batch has at most as many messages.
    private static let recordsPerCommit = 1_024

    /// What a replay did.
    public struct Summary: Sendable {
        /// Records read.
        public var records = 0
        /// Messages that the line did not take.
        public var rejected: UInt64 = 0
        /// Transitions.
        public var transitions = 0
        /// When the first message arrived; `nil` for an empty capture.
        public var first: Instant?
        /// When the last one arrived.
        public var last: Instant?
    }

    /// Makes a replayer; with `ledgerPath` the transitions are committed there.
    public init(configuration: SiteConfiguration, ledgerPath: String?) {
        self.configuration = configuration
        self.ledgerPath = ledgerPath
    }

    /// Replays the records of an open file and hands each change of a hazard to `output`.
    ///
    /// - Throws: with the line's number when a line is no record; what came before it stands.
    public func run(
        descriptor: Int32, output: (HazardChange) -> Void
    ) throws(AgentFailure) -> Summary {
        var run: Run?
        var summary = Summary()
        var reader = LineReader(descriptor: descriptor, chunk: Self.chunk)
        while true {
            let next: ArraySlice<UInt8>?
            do throws(AgentFailure) {
                next = try reader.next()
            } catch {
                _ = try run?.commit(output)
                throw error
            }
            guard let text = next else { break }
            guard !text.isEmpty else { continue }
            let record: CaptureRecord
            do throws(CaptureRecord.Invalid) {
                record = try CaptureRecord(line: text)
            } catch {
                _ = try run?.commit(output)
                throw AgentFailure(.negative, "line \(reader.number): \(error.message)")
            }
            if run == nil {
                run = try Run(configuration, ledgerPath: ledgerPath, start: record.at)
            }
            run?.receive(record)
            summary.records += 1
            summary.first = summary.first ?? record.at
            summary.last = max(summary.last ?? record.at, record.at)
            if summary.records % Self.recordsPerCommit == 0 {
                summary.transitions += try run?.commit(output) ?? 0
            }
        }
        summary.transitions += try run?.commit(output) ?? 0
        summary.rejected = run?.rejected ?? 0
        return summary
    }

    /// A line and, if wanted, a ledger.
    private final class Run {
        private var line: Line
        private let store: LedgerStore?
        private var last: Instant

        init(
            _ configuration: SiteConfiguration, ledgerPath: String?, start: Instant
        ) throws(AgentFailure) {
            line = Line(plan: configuration.plan, at: start)
            last = start
            do throws(StoreFailure) {
                store = try ledgerPath.map { path throws(StoreFailure) in
                    try LedgerStore(path: path, configurationHash: configuration.hash)
                }
                if let stored = try store?.storedState() {
                    line.restore(stored)
                }
            } catch {
                throw AgentFailure(error)
            }
            line.start(at: start)
        }

        var rejected: UInt64 { line.counters.rejected }

        func receive(_ record: CaptureRecord) {
            last = max(last, record.at)
            var topic = record.topic
            topic.withUTF8 { topic in
                unsafe record.payload.withUnsafeBytes { payload in
                    unsafe line.receive(
                        arrival: record.at, topic: UnsafeRawBufferPointer(topic),
                        payload: payload)
                }
            }
        }

        func commit(_ output: (HazardChange) -> Void) throws(AgentFailure) -> Int {
            guard line.hasChanges else { return 0 }
            let (batch, changes) = line.takeBatch()
            if let store {
                do throws(StoreFailure) {
                    // The wall time of a replayed entry is the capture's, so that two replays
                    // write the same ledger.
                    _ = try store.commit(batch, recorded: last)
                } catch {
                    throw AgentFailure(error)
                }
            }
            for change in changes { output(change) }
            return changes.count
        }
    }
}

/// Cuts a file into lines.
struct LineReader {
    private let descriptor: Int32
    private let chunk: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    /// Number of the line handed out last, from 1.
    private(set) var number = 0

    init(descriptor: Int32, chunk: Int) {
        self.descriptor = descriptor
        self.chunk = chunk
    }

    /// The next line without its break; `nil` at the end.
    mutating func next() throws(AgentFailure) -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                number += 1
                return buffer[start..<end]
            }
            searched = buffer.count
            if isAtEnd {
                guard start < buffer.count else { return nil }
                defer { start = buffer.count }
                number += 1
                return buffer[start...]
            }
            let before = start
            try fill()
            searched -= before - start
        }
    }

    private mutating func fill() throws(AgentFailure) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        guard buffer.count <= CaptureRecord.lineLimit else {
            throw AgentFailure(
                .negative, "line \(number + 1): longer than \(CaptureRecord.lineLimit) bytes")
        }
        let kept = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: chunk))
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe read(descriptor, bytes.baseAddress.map { unsafe $0 + kept }, chunk)
        }
        buffer.removeLast(chunk - max(count, 0))
        if count < 0 { throw AgentFailure(.negative, "the capture cannot be read") }
        if count == 0 { isAtEnd = true }
    }
}
