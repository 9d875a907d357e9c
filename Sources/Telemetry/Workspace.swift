/// Room for one payload with zeros behind it, so that nobody who walks over it has to ask at each
/// step how far it goes.
///
/// Invariant: holds `PayloadLimits.bytes` and the padding; what was never used is never touched.
@safe struct Workspace: ~Copyable {
    private let memory: UnsafeMutableRawBufferPointer

    init() {
        unsafe memory = .allocate(
            byteCount: PayloadLimits.bytes + PayloadLimits.padding, alignment: 64)
    }

    deinit { unsafe memory.deallocate() }

    /// A cursor over a copy of the payload, which is not longer than `PayloadLimits.bytes`. It
    /// stands until the next call.
    func cursor(over payload: UnsafeRawBufferPointer) -> Cursor {
        guard let start = unsafe memory.baseAddress else {
            preconditionFailure("allocated memory has an address")
        }
        unsafe memory.copyMemory(from: payload)
        unsafe (start + payload.count).initializeMemory(
            as: UInt8.self, repeating: 0, count: PayloadLimits.padding)
        return unsafe Cursor(padded: UnsafeRawPointer(start), count: payload.count)
    }
}
