import GRDB
import Glibc

/// Why the ledger could not be opened, read or written.
public enum StoreFailure: Error, Sendable, Equatable {
    /// No space is left, or the medium refuses writes for now: nothing was written; try again.
    case full(String)
    /// The file is damaged or is no ledger: stop and look.
    case corrupt(String)
    /// Another process has the ledger.
    case inUse(String)
    /// The file or its directory cannot be used: permissions, missing directory, wrong version.
    case unusable(String)

    init(_ error: DatabaseError, at path: String) {
        let text = "\(path): \(error.message ?? "SQLite error \(error.resultCode.rawValue)")"
        switch error.resultCode {
        case .SQLITE_FULL, .SQLITE_IOERR: self = .full(text)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(text)
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .inUse(text)
        default: self = .unusable(text)
        }
    }

    /// What an error of the database at `path` means.
    public init(_ error: any Error, at path: String) {
        if let failure = error as? StoreFailure {
            self = failure
        } else if let error = error as? DatabaseError {
            self.init(error, at: path)
        } else if let error = error as? RowDecodingError {
            self = .corrupt("\(path): a row cannot be read: \(error)")
        } else {
            self = .unusable("\(path): \(error)")
        }
    }
}

/// What the last system call that failed said.
enum SystemFailure {
    static var last: String { unsafe String(cString: strerror(errno)) }
}
