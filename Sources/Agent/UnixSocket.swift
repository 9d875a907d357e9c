import Glibc

/// A Unix stream socket, closed with the last reference. Sends and takes lines.
final class UnixSocket: Sendable {
    let descriptor: Int32

    /// Why a socket cannot be used.
    struct Failure: Error {
        var code: Int32
        var text: String { unsafe String(cString: strerror(code)) }
    }

    /// Bytes of a line at most. A request has two texts of 500 characters.
    static let lineLimit = 16_384
    /// Bytes of an answer at most: `Line.mostRecentReadings` with names of the greatest length.
    static let answerLimit = 1_048_576

    /// How long the other side may take for a line.
    static let patience = timeval(tv_sec: 5, tv_usec: 0)

    private init(descriptor: Int32) throws(Failure) {
        guard descriptor >= 0 else { throw Failure(code: errno) }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    private static func make() throws(Failure) -> UnixSocket {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        return try UnixSocket(descriptor: socket(AF_UNIX, kind, 0))
    }

    /// Listens at a path that nobody else uses; what a crash left there is removed.
    static func listening(at path: String) throws(Failure) -> UnixSocket {
        let listener = try make()
        _ = unsafe unlink(path)
        unsafe try listener.with(path) { unsafe bind(listener.descriptor, $0, $1) }
        // For the service's owner and group, whatever the umask; its directory keeps others out.
        guard unsafe chmod(path, 0o660) == 0 else { throw Failure(code: errno) }
        guard listen(listener.descriptor, 8) == 0 else { throw Failure(code: errno) }
        return listener
    }

    /// Connects to a path, with patience for reads and writes.
    static func connected(to path: String) throws(Failure) -> UnixSocket {
        let socket = try make()
        unsafe try socket.with(path) { unsafe connect(socket.descriptor, $0, $1) }
        return socket
    }

    /// The next who connects, once `poll` said that there is one.
    func accept() throws(Failure) -> UnixSocket {
        let peer = try UnixSocket(descriptor: Glibc.accept(descriptor, nil, nil))
        _ = fcntl(peer.descriptor, F_SETFD, FD_CLOEXEC)
        peer.setPatience(Self.patience)
        return peer
    }

    /// How long to wait for the other side.
    func setPatience(_ time: timeval) {
        var time = time
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            _ = unsafe setsockopt(
                descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// Sends a line.
    func send(_ line: [UInt8]) throws(Failure) {
        let bytes = line + [UInt8(ascii: "\n")]
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes[sent...].withUnsafeBytes {
                unsafe Glibc.send(
                    descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failure(code: errno) }
            sent += count
        }
    }

    /// Takes a line, without its break.
    func receive(limit: Int = lineLimit) throws(Failure) -> [UInt8] {
        var line: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while line.count <= limit {
            let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
            guard count >= 0 else { throw Failure(code: errno) }
            guard count > 0 else { throw Failure(code: ECONNRESET) }
            line += chunk[..<count]
            if let end = line.firstIndex(of: UInt8(ascii: "\n")) { return Array(line[..<end]) }
        }
        throw Failure(code: EMSGSIZE)
    }

    private func with(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(Failure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < room else { throw Failure(code: ENAMETOOLONG) }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let code = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0 else { throw Failure(code: errno) }
    }
}
