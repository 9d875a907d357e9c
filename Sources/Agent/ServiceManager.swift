import Glibc

/// Tells systemd how we are: ready, alive, stopping. Does nothing when not started by systemd.
struct ServiceManager: Sendable {
    private let address: String?
    /// How often systemd wants to hear from us; `nil` without a watchdog.
    let watchdogMicroseconds: UInt64?

    init(environment: [String: String]) {
        address = environment["NOTIFY_SOCKET"]
        watchdogMicroseconds = environment["WATCHDOG_USEC"].flatMap { UInt64($0) }
    }

    /// Sends a state such as `READY=1`.
    func notify(_ state: String) {
        guard let address, !address.isEmpty else { return }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        var path = Array(address.utf8)
        // '@' stands for an abstract address, whose first byte is zero.
        if path[0] == UInt8(ascii: "@") { path[0] = 0 }
        let capacity = MemoryLayout.size(ofValue: name.sun_path)
        guard path.count < capacity else { return }
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: path) }
        let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path).map { $0 + path.count } ?? 0
        let socket = socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        let bytes = Array(state.utf8)
        unsafe withUnsafePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = unsafe sendto(
                    socket, bytes, bytes.count, Int32(MSG_NOSIGNAL), address,
                    socklen_t(length))
            }
        }
    }
}
