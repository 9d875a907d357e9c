public import Detection
import Glibc

/// The line's clock: UTC as it was at start, carried on by the boot clock.
///
/// It never jumps and never runs back, and it goes on through suspend: silence and delays are
/// counted on it. When somebody sets the wall clock it drifts from it by that much, which
/// `wallClockStep` tells.
public struct LineClock: Sendable {
    private let offset: Int64

    /// Reads both clocks once.
    public init() { offset = Self.read(CLOCK_REALTIME) - Self.read(CLOCK_BOOTTIME) }

    /// Now.
    public func now() -> Instant { Instant(nanoseconds: Self.read(CLOCK_BOOTTIME) + offset) }

    /// How far the wall clock has been moved since the start.
    public func wallClockStep() -> Duration {
        Duration(nanoseconds: Self.read(CLOCK_REALTIME) - now().nanoseconds)
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
