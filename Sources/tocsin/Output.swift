import Glibc
import Ledger

/// Standard output and error, in whole lines.
enum Output {
    static func line(_ text: String) { write(Array(text.utf8) + [UInt8(ascii: "\n")], to: 1) }

    static func line(_ bytes: [UInt8]) { write(bytes + [UInt8(ascii: "\n")], to: 1) }

    static func line(_ value: JSONValue) { line(value.orderedBytes) }

    static func error(_ text: String) { write(Array(text.utf8) + [UInt8(ascii: "\n")], to: 2) }

    static func error(_ value: JSONValue) {
        write(value.orderedBytes + [UInt8(ascii: "\n")], to: 2)
    }

    static func text(_ text: String) { write(Array(text.utf8), to: 1) }

    static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                // The reader has gone, as in `tocsin replay … | head`: nobody is left to tell.
                exit(errno == EPIPE ? 0 : 1)
            }
            written += count
        }
    }
}

/// Collects lines and writes them in large pieces.
final class LineBuffer {
    private let descriptor: Int32
    private var bytes: [UInt8] = []

    init(descriptor: Int32 = 1) { self.descriptor = descriptor }

    func add(_ line: [UInt8]) {
        bytes += line
        bytes.append(UInt8(ascii: "\n"))
        if bytes.count > 1 << 16 { flush() }
    }

    func flush() {
        Output.write(bytes, to: descriptor)
        bytes.removeAll(keepingCapacity: true)
    }
}
