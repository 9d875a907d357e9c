/// Capacities of the detection engine, each with its reason.
///
/// A rule set or a payload that would exceed one is refused when it is loaded or decoded, so the
/// loop itself never meets a limit.
public enum Limits {
    /// Slots (signals and derived signals) of one kind of equipment. The largest catalogue entry,
    /// a lift with every contact, needs about 60; a slot costs 16 bytes per equipment.
    public static let slotsPerKind = 256

    /// Rules of one profile. The full lift catalogue has about 70; the dirty set of one message is
    /// a fixed 256 bits on the stack.
    public static let rulesPerProfile = 256

    /// Predicates (comparisons) of one profile; a rule has two to six.
    public static let predicatesPerProfile = 2_048

    /// Depth of the arithmetic stack. Written expressions rarely pass 5.
    public static let arithmeticDepth = 16

    /// Depth of the boolean stack: one bit of a 64-bit word each.
    public static let booleanDepth = 64

    /// Pieces of equipment of one engine: indices are 32 bits, and a site has tens, a test 100,000.
    public static let equipment = 1_000_000

    /// Rules that hang on comparisons of times (`held`, `age`), counted once for each comparison.
    /// Each can change its rule twice more at one deadline, and all must fit into
    /// `pendingTransitions`.
    public static let elapsedUses = 512

    /// Pairs of a cause and a consequence that it inhibits, in one profile. The end of a cause asks
    /// its consequences again, which must fit into `pendingTransitions` with everything else.
    public static let inhibitions = 128

    /// Transitions that wait for the caller. One row can cause a handful per rule (delays that end
    /// before it, the change itself, keeping a run), so this holds several rows' worst case.
    public static let pendingTransitions = 4_096

    /// A delay that has run for this long is kept across a restart. Engineering default: a shorter
    /// run is re-established by the next readings sooner than a restart takes, and keeping every
    /// run would write to the disk at each stop of a lift.
    public static let persistedDelay = Duration.seconds(10)

    /// Highest step back of a sequence number that still counts as an old message; a larger one
    /// means that the device has started again. Engineering default: at ten messages a second a
    /// broker queue holds 10,000 messages for a quarter of an hour.
    public static let sequenceWindow: Int64 = 10_000

    /// How far the times of one device's messages may be out of the order of its counter, as when
    /// an urgent message overtakes a batch of samples. Beyond it the clock was set back.
    /// Engineering default: batches are a second or two long.
    public static let disorder = Duration.seconds(5)

    /// How far a counter must have come for 0 or 1 to mean that the device has started again, and
    /// not that one of its first messages is repeated. Engineering default.
    public static let restartWindow: Int64 = 64

    /// How much slower an accumulated delay shrinks than it grows, so that an intermittent
    /// condition that stands a fifth of the time or more still arrives. Engineering default.
    public static let accumulateDecay: Int64 = 4

    /// Messages that a device must send after a silence before the silence is over
    /// (reference L51: "restore needs 3 good messages"). Engineering default.
    public static let messagesToReturn: UInt8 = 3
}
