import Glibc

/// Wakes a thread that waits in `poll`: the line after a request to stop, the feed after a commit.
public final class WakeHandle: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    /// Makes a handle.
    public init() {
        var ends: [Int32] = [-1, -1]
        let code = unsafe pipe(&ends)
        precondition(code == 0, "no file descriptors left")
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// Wakes the waiting thread, now or at its next wait.
    public func wake() {
        var byte: UInt8 = 1
        // A full pipe means that a wake-up is waiting already.
        _ = unsafe write(writeEnd, &byte, 1)
    }

    /// Waits until the socket is ready, somebody wakes us, or time is up.
    ///
    /// - Parameters:
    ///   - socket: the socket; -1 for none.
    ///   - reads: whether to wait for something to read.
    ///   - writes: whether to wait for room to write.
    ///   - milliseconds: how long at most.
    public func wait(socket: Int32, reads: Bool, writes: Bool, milliseconds: Int32) {
        let wanted = (reads ? Int16(POLLIN) : 0) | (writes ? Int16(POLLOUT) : 0)
        var descriptors = [
            pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wanted == 0 ? -1 : socket, events: wanted, revents: 0),
        ]
        _ = unsafe poll(&descriptors, 2, milliseconds)
        if descriptors[0].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 64)
            while unsafe read(readEnd, &bytes, 64) > 0 {}
        }
    }
}
