import Detection
import RuleLanguage
import Testing

@testable import Evidence

/// An engine without rules and a recorder beside it, as the line has them.
private final class Desk {
    static let signals = 60
    private static let start = Instant(nanoseconds: 1_767_225_600_000_000_000)
    private let engineMemory: UnsafeMutableRawBufferPointer
    private let recorderMemory: UnsafeMutableRawBufferPointer
    private var engine: Engine
    private(set) var recorder: FlightRecorder
    /// Every row that was recorded, as it ought to come back.
    private(set) var written: [RecordedRow] = []

    init() {
        let profile = Profile(
            kind: "test",
            vocabulary: Vocabulary(
                signals: (1..<Self.signals).map {
                    .init(name: "s\($0)", type: .number(unit: ""))
                }, parameters: []),
            rules: [], silentAfter: .seconds(60), skewLimit: .seconds(30))
        var compiler = Compiler()
        guard case .success = compiler.add(profile, parameters: [:]) else {
            preconditionFailure("a kind without rules compiles")
        }
        let program = compiler.result
        engineMemory = .allocate(
            byteCount: Engine.bytes(for: program, variantOf: [0, 0]), alignment: 64)
        engine = Engine(
            program: program, variantOf: [0, 0], in: engineMemory, startingAt: Self.start)
        engine.resume(at: Self.start)
        recorderMemory = .allocate(
            byteCount: FlightRecorder.bytes(equipment: 2), alignment: 64)
        recorder = FlightRecorder(equipment: 2, in: recorderMemory)
    }

    deinit {
        engineMemory.deallocate()
        recorderMemory.deallocate()
    }

    static func at(_ nanoseconds: Int64) -> Instant {
        start + Duration(nanoseconds: nanoseconds)
    }

    /// A row on the second piece of equipment; the first says nothing.
    func take(_ cells: [Cell], at nanoseconds: Int64) {
        let event = Self.at(nanoseconds)
        while !engine.advance(to: event) {}
        recorder.record(1, at: event, cells.span, before: engine)
        _ = engine.take(1, arrival: event, stamp: event, sequence: nil, cells: cells.span)
        recorder.confirm(1, cells.span, after: engine)
        for part in stride(from: 0, to: cells.count, by: FlightRecorder.cellsAtOnce) {
            let readings = cells[part..<min(part + FlightRecorder.cellsAtOnce, cells.count)].map {
                RecordedRow.Reading(
                    slot: $0.slot, value: $0.quality == .good ? $0.value : nil,
                    quality: $0.quality)
            }
            written.append(RecordedRow(event: event, readings: readings))
        }
    }

}

private struct Random {
    var state: UInt64
    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}

@Suite struct FlightRecorderTests {
    @Test("eight signals a second are kept for more than half a minute, each to the last bit")
    func halfMinute() {
        let desk = Desk()
        var random = Random(state: 7)
        for second in 0..<300 {
            let cells = (1...8).map { slot in
                // A decimal of up to three places that wanders, as sensors have it.
                let scale = [1.0, 10, 100, 1_000][slot % 4]
                let whole = (Double(slot) * 20 * scale).rounded() + Double(random.below(41) - 20)
                return Cell(slot: UInt16(slot), value: whole / scale)
            }
            desk.take(cells, at: Int64(second) * 1_000_000_000 + Int64(random.below(1_000)) * 1_000)
            let rows = desk.recorder.rows(of: 1)
            #expect(rows == Array(desk.written.suffix(rows.count)), "\(second) s")
            #expect(rows.count >= min(second + 1, 31), "\(second) s: \(rows.count) rows")
        }
    }

    @Test("whatever comes, what is read back is what was recorded last", arguments: UInt64(1)...60)
    func anything(seed: UInt64) {
        let desk = Desk()
        var random = Random(state: seed &* 7_919)
        var now: Int64 = 0
        var signals = Array(1...8)
        for _ in 0..<400 {
            switch random.below(30) {
            case 0: now += Int64(random.below(1_000)) * 1_000_000_000
            case 1: now -= Int64(random.below(2_000)) * 1_000_000
            case 2: break
            default: now += Int64(random.below(2_000_000_000))
            }
            now = max(now, 0)
            switch random.below(12) {
            case 0: signals = (1..<Desk.signals).filter { _ in random.below(3) == 0 }
            case 1: signals = Array(1..<Desk.signals)
            case 2, 3: signals = Array(1...8)
            default: break
            }
            let cells = signals.map { slot -> Cell in
                switch random.below(40) {
                case 0: return Cell(slot: UInt16(slot), lacking: .missing)
                case 1: return Cell(slot: UInt16(slot), lacking: .suspect)
                case 2: return Cell(slot: UInt16(slot), value: Double(bitPattern: 0x8000 << 48))
                case 3: return Cell(slot: UInt16(slot), value: 1 / Double(random.below(97) + 2))
                case 4: return Cell(slot: UInt16(slot), value: Double(random.below(9)) * 1e300)
                default:
                    return Cell(
                        slot: UInt16(slot), value: Double(random.below(20_000) - 9_000) / 100)
                }
            }
            if cells.isEmpty { continue }
            desk.take(cells, at: now)
            let rows = desk.recorder.rows(of: 1)
            #expect(!rows.isEmpty && rows == Array(desk.written.suffix(rows.count)), "seed \(seed)")
        }
        #expect(desk.recorder.rows(of: 0).isEmpty)
    }

    @Test("another recorder takes over what stands on a slate")
    func adopted() {
        let desk = Desk()
        for second in 0..<50 {
            desk.take(
                [Cell(slot: 3, value: Double(second) / 10)], at: Int64(second) * 1_000_000_000)
        }
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: FlightRecorder.bytes(equipment: 1), alignment: 64)
        defer { memory.deallocate() }
        var other = FlightRecorder(equipment: 1, in: memory)
        other.adopt(0, from: desk.recorder, 1)
        #expect(other.rows(of: 0) == desk.written)
    }
}
