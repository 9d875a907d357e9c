/// A list of fixed capacity that is used again and again: emptying it costs nothing, and adding to
/// it cannot allocate.
///
/// Invariant: `base` holds `capacity` elements, of which the first `count` are initialised, and is
/// freed with the buffer. Memory that was never used is never touched.
@safe public struct Buffer<Element: BitwiseCopyable>: ~Copyable {
    private let base: UnsafeMutablePointer<Element>
    private let capacity: Int
    /// Number of elements.
    public private(set) var count = 0

    init(capacity: Int) {
        unsafe base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { unsafe base.deallocate() }

    /// The element at an index below `count`.
    public subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "an index of the buffer")
        return unsafe base[index]
    }

    /// All elements, in an array of their own; for tools and tests.
    public var array: [Element] { unsafe Array(elements) }

    /// The elements in place: they stand until the buffer is changed.
    public var elements: UnsafeBufferPointer<Element> {
        unsafe UnsafeBufferPointer(start: base, count: count)
    }

    /// Adds an element. The callers hold the limits, so a full buffer is a mistake of theirs.
    @inline(__always)
    mutating func append(_ element: Element) {
        precondition(count < capacity, "the buffer is full")
        unsafe (base + count).initialize(to: element)
        count &+= 1
    }

    mutating func removeAll() { count = 0 }
}
