import Foundation
import Synchronization

/// How far a long piece of work has come, in per cent on standard error when that is a terminal.
final class Progress: Sendable {
    private let shown = Mutex(-1)
    private let isShown = isatty(2) == 1

    /// Tells the share that is done, from any thread.
    func show(_ share: Double) {
        guard isShown else { return }
        let percent = Int(100 * min(max(share, 0), 1))
        shown.withLock { shown in
            guard percent > shown else { return }
            shown = percent
            FileHandle.standardError.write(Data("\r\(percent) %".utf8))
        }
    }

    /// Leaves the line as it was.
    func end() {
        guard isShown, shown.withLock({ $0 >= 0 }) else { return }
        FileHandle.standardError.write(Data("\r      \r".utf8))
    }
}
