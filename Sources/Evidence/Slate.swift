import Detection

/// Where writing goes on, in the first 32 bytes of a slate.
struct SlateHeader: BitwiseCopyable {
    static let size = 32

    /// Time of the newest row; on a side that has just been begun, of the newest since.
    var last = Instant.distantPast
    /// Bytes written on each side.
    private var usedBytes: (UInt16, UInt16) = (0, 0)
    /// Where the newest list of signals begins on the active side; 0: there is none yet.
    var list: UInt16 = 0
    /// How many signals it has.
    var listCount: UInt16 = 0
    /// Whether the last row is what the engine holds, so that the next may be told by differences.
    var isHeld = false
    /// The active side, 0 or 1.
    var side = 0

    /// Bytes written on the active side.
    var used: Int {
        get { used(on: side) }
        set {
            if side == 0 { usedBytes.0 = UInt16(newValue) } else { usedBytes.1 = UInt16(newValue) }
        }
    }

    /// Bytes written on a side.
    func used(on side: Int) -> Int { side == 0 ? Int(usedBytes.0) : Int(usedBytes.1) }
}

/// The memory of one slate.
///
/// Invariant: points at `FlightRecorder.slate` bytes, which live as long as the recorder; made by
/// the recorder alone. What is read or written lies within one side.
@safe struct Slate {
    private let base: UnsafeMutableRawPointer

    init(_ base: UnsafeMutableRawPointer) { unsafe self.base = base }

    var header: SlateHeader {
        get { unsafe base.load(as: SlateHeader.self) }
        nonmutating set { unsafe base.storeBytes(of: newValue, as: SlateHeader.self) }
    }

    /// One byte of a side.
    subscript(side: Int, index: Int) -> UInt8 {
        precondition(index >= 0 && index < FlightRecorder.side, "within the side")
        return unsafe base.load(fromByteOffset: Self.start(of: side) + index, as: UInt8.self)
    }

    /// Copies a row to its place.
    func put(_ row: UnsafeMutablePointer<UInt8>, count: Int, on side: Int, at index: Int) {
        precondition(
            index >= 0 && count >= 0 && index + count <= FlightRecorder.side, "within the side")
        unsafe (base + Self.start(of: side) + index).copyMemory(from: row, byteCount: count)
    }

    /// The list of signals of the last row: a slot and a code for each.
    func list(of header: SlateHeader) -> UnsafePointer<UInt8> {
        precondition(
            Int(header.list) + 2 * Int(header.listCount) <= FlightRecorder.side, "within the side")
        let list = unsafe base + Self.start(of: header.side) + Int(header.list)
        return unsafe UnsafePointer(list.assumingMemoryBound(to: UInt8.self))
    }

    func copy(_ other: Slate) {
        unsafe base.copyMemory(from: other.base, byteCount: FlightRecorder.slate)
    }

    private static func start(of side: Int) -> Int {
        SlateHeader.size + (side & 1) * FlightRecorder.side
    }
}

/// How a reading is written: with so many decimals, raw, or not at all.
enum ReadingCode {
    static let mostDecimals: UInt8 = 7
    static let raw: UInt8 = 8
    static let suspect: UInt8 = 9
    static let missing: UInt8 = 10
}

/// A number as a whole one of its last decimal.
enum Decimal {
    static let powers: InlineArray<8, Double> = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7]

    /// The whole number that `value` is at so many decimals; `nil` when it is none, or is too
    /// large to come back to the last bit.
    @inline(__always)
    static func mantissa(_ value: Double, _ decimals: UInt8) -> Int64? {
        let power = powers[Int(decimals)]
        let scaled = value * power
        guard abs(scaled) < 0x1p51 else { return nil }
        // Adding one and a half times 2^52 leaves no bits for a fraction: rounds to nearest.
        let rounded = (scaled + 0x1.8p52) - 0x1.8p52
        // Compared bit by bit: −0 is not 0.
        guard (rounded / power).bitPattern == value.bitPattern else { return nil }
        return Int64(rounded)
    }

    /// The whole number that a value is of which that is known.
    @inline(__always)
    static func known(_ value: Double, _ decimals: UInt8) -> Int64 {
        Int64((value * powers[Int(decimals)] + 0x1.8p52) - 0x1.8p52)
    }

    static func value(_ mantissa: Int64, _ decimals: UInt8) -> Double {
        Double(mantissa) / powers[Int(decimals)]
    }
}
