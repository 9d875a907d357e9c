/// How far a reading can be trusted.
public enum Quality: UInt8, Sendable, BitwiseCopyable {
    /// A finite value within its physical range.
    case good
    /// A value came but cannot be believed (out of physical range, wrong type, unknown label).
    case suspect
    /// The device says that it has no value (`null`).
    case missing
}

/// One signal's part of a row of readings that share an event time.
///
/// A value exists only with good quality: the decoder turns everything else into quality, and the
/// engine takes everything else as unknown.
public struct Cell: Sendable, BitwiseCopyable {
    /// The value in the signal's declared unit; booleans 0 or 1, enumerations by code; finite.
    public var value: Double
    /// The slot of the signal within its kind.
    public var slot: UInt16
    /// How far the value can be trusted.
    public var quality: Quality

    /// A reading of good quality. `value` must be finite.
    public init(slot: UInt16, value: Double) {
        precondition(value.isFinite, "a reading's value is finite; the decoder rejects the rest")
        self.value = value
        self.slot = slot
        self.quality = .good
    }

    /// A reading without a usable value.
    public init(slot: UInt16, lacking quality: Quality) {
        self.value = 0
        self.slot = slot
        self.quality = quality
    }
}

/// What became of a row.
public enum Verdict: UInt8, Sendable, BitwiseCopyable {
    /// At least one reading was newer than the last of its signal.
    case accepted
    /// Every reading was old, or the sequence number had been seen: a redelivery or a late message.
    case late
}
