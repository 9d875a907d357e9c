import Foundation
import Synchronization
import Testing

/// A TCP proxy that can stop forwarding without closing anything, as a cut cable does.
final class Proxy: Sendable {
    let port: Int
    private let listener: Int32
    private let cut = Switch()

    /// On or off, for several threads.
    private final class Switch: Sendable {
        private let state = Atomic(false)
        var isOn: Bool {
            get { state.load(ordering: .acquiring) }
            set { state.store(newValue, ordering: .releasing) }
        }
    }

    var isCut: Bool {
        get { cut.isOn }
        set { cut.isOn = newValue }
    }

    init(to target: Int) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.address(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        try #require(bound)
        port = Int(UInt16(bigEndian: address.sin_port))
        self.listener = listener
        Thread { [cut] in Self.acceptAll(listener, target) { cut.isOn } }.start()
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private static func acceptAll(
        _ listener: Int32, _ target: Int, isCut: @escaping @Sendable () -> Bool
    ) {
        while true {
            let client = accept(listener, nil, nil)
            guard client >= 0 else { return }
            let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = address(target)
            let isUp = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isUp else { close(client); close(server); continue }
            for (from, to) in [(client, server), (server, client)] {
                Thread { forward(from, to, isCut: isCut) }.start()
            }
        }
    }

    private static func forward(_ from: Int32, _ to: Int32, isCut: () -> Bool) {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        var wasCut = false
        while true {
            let count = read(from, &bytes, bytes.count)
            if count <= 0 { break }
            // What arrives during a cut is gone, and the connection with it.
            if isCut() { wasCut = true }
            if wasCut { continue }
            var sent = 0
            while sent < count {
                let step = bytes[sent..<count].withUnsafeBytes {
                    write(to, $0.baseAddress, $0.count)
                }
                if step <= 0 { return }
                sent += step
            }
        }
        shutdown(to, Int32(SHUT_RDWR))
    }

    private static func address(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }
}
