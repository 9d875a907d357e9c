/// A fixed run of elements inside the engine's block of memory.
///
/// Every access is checked against the count, in release too, so code that uses tables needs no
/// unsafe construct of its own.
///
/// Invariant: the block handed to `Engine.init` outlives the engine, and each table covers a part
/// of it that no other table covers. `Arena` is the only maker of tables.
@safe struct Table<Element: BitwiseCopyable> {
    private let base: UnsafeMutablePointer<Element>
    let count: Int

    init(base: UnsafeMutablePointer<Element>, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    subscript(index: Int) -> Element {
        get {
            precondition(
                UInt(bitPattern: index) < UInt(bitPattern: count), "Table index out of range")
            return unsafe base[index]
        }
        nonmutating _modify {
            precondition(
                UInt(bitPattern: index) < UInt(bitPattern: count), "Table index out of range")
            yield &(unsafe base[index])
        }
    }
}

extension Table {
    /// The address of a run of elements, for the loop; both ends are checked, so that what lies
    /// within the run needs no check of its own.
    ///
    /// Invariant: whoever takes it stays within `count` elements, and the block outlives it.
    @inline(__always)
    func run(from start: Int, count: Int) -> UnsafeMutablePointer<Element> {
        precondition(
            start >= 0 && count >= 0 && start <= self.count - count, "Table run out of range")
        return unsafe base + start
    }
}

/// Hands out tables from one block of memory, in order.
///
/// Without a block it only measures, so the size that the caller has to provide is computed by
/// the very code that later takes it.
@safe struct Arena {
    private let base: UnsafeMutableRawPointer?
    private let capacity: Int
    private(set) var used = 0

    /// Measures without memory.
    init() {
        unsafe base = nil
        capacity = .max
    }

    init(_ block: UnsafeMutableRawBufferPointer) {
        unsafe base = block.baseAddress
        capacity = block.count
    }

    /// The next `count` elements, each set to `value`; `nil` while only measuring.
    mutating func table<Element: BitwiseCopyable>(
        _ count: Int, filledWith value: Element
    ) -> Table<Element>? {
        // A cache line: the loop counts on where a device's lines begin.
        let alignment = 64
        let start = (used + alignment - 1) / alignment * alignment
        used = start + Swift.max(count, 1) * MemoryLayout<Element>.stride
        guard let base = unsafe base else { return nil }
        precondition(used <= capacity, "the engine's block is smaller than Engine.bytes(for:)")
        let first = unsafe (base + start).bindMemory(
            to: Element.self, capacity: Swift.max(count, 1))
        unsafe first.initialize(repeating: value, count: Swift.max(count, 1))
        return unsafe Table(base: first, count: count)
    }
}
