import Glibc

/// A block of memory that an engine or a recorder works in.
///
/// A large one is asked for in huge pages: a message touches a few lines far apart, and with small
/// pages the look-ups of their addresses would cost as much as the lines. The kernel may decline.
@safe public struct WorkingMemory: ~Copyable {
    /// The bytes; they belong to one owner, which must not be used after this is gone.
    public let bytes: UnsafeMutableRawBufferPointer

    /// A huge page of x86-64, and of AArch64 with small pages of 4 KiB.
    private static let hugePage = 2 << 20

    /// Takes `count` bytes from the system.
    public init(count: Int) {
        let isLarge = count >= 2 * Self.hugePage
        let whole = isLarge ? (count + Self.hugePage - 1) / Self.hugePage * Self.hugePage : count
        unsafe bytes = .allocate(byteCount: whole, alignment: isLarge ? Self.hugePage : 64)
        // Advice only: without huge pages it is as right, and slower.
        if isLarge { unsafe madvise(bytes.baseAddress, whole, MADV_HUGEPAGE) }
    }

    deinit { unsafe bytes.deallocate() }
}
