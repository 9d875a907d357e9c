import Foundation
import Testing

let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

/// Where the built programs are: beside the test bundle.
let products =
    Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }?
    .deletingLastPathComponent()
    ?? URL(fileURLWithPath: CommandLine.arguments[0])
    .deletingLastPathComponent()

/// A directory of its own for a test; removed at the end.
final class Workspace {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "tocsin-it-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        // mosquitto, when started as root, becomes its own user and has to get in.
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
        return path + "/" + name
    }

    /// A copy of config/ with replacements in its files.
    func configuration(_ changes: [(file: String, old: String, new: String)] = []) throws -> String
    {
        let copy = path + "/config"
        try FileManager.default.copyItem(
            atPath: root.appendingPathComponent("config").path, toPath: copy)
        for change in changes {
            let file = copy + "/" + change.file
            let text = try String(contentsOfFile: file, encoding: .utf8)
            try #require(text.contains(change.old), "\(change.file) has no \(change.old)")
            try text.replacingOccurrences(of: change.old, with: change.new)
                .write(toFile: file, atomically: true, encoding: .utf8)
        }
        return copy + "/tocsin.yaml"
    }
}

/// A program of ours, started and always ended.
final class Program {
    private let process = Process()
    private let log: String

    init(_ executable: URL, _ arguments: [String], log: String, environment: [String: String] = [:])
        throws
    {
        self.log = log
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = root
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        process.standardError = handle
        process.standardOutput = handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var processID: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    var output: String {
        String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end and returns the exit status; `nil` when it does not end in time.
    func end(within seconds: Double = 15) -> Int32? {
        guard eventually(within: seconds, { !self.process.isRunning }) else { return nil }
        return process.terminationStatus
    }

    func killAndWait() {
        signal(SIGKILL)
        process.waitUntilExit()
    }
}

/// Runs a program to its end and returns status, output and errors.
func run(
    _ name: String, _ arguments: [String], input: String = ""
) throws -> (status: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL =
        name.hasPrefix("/") ? URL(fileURLWithPath: name) : products.appendingPathComponent(name)
    process.arguments = arguments
    process.currentDirectoryURL = root
    let names = (0..<3).map { _ in NSTemporaryDirectory() + "tocsin-io-\(UUID())" }
    defer { for name in names { try? FileManager.default.removeItem(atPath: name) } }
    try input.write(toFile: names[0], atomically: false, encoding: .utf8)
    for name in names.dropFirst() {
        _ = FileManager.default.createFile(atPath: name, contents: nil)
    }
    process.standardInput = FileHandle(forReadingAtPath: names[0])
    process.standardOutput = FileHandle(forWritingAtPath: names[1])
    process.standardError = FileHandle(forWritingAtPath: names[2])
    try process.run()
    process.waitUntilExit()
    return (
        process.terminationStatus, try String(contentsOfFile: names[1], encoding: .utf8),
        try String(contentsOfFile: names[2], encoding: .utf8)
    )
}

/// Looks again and again until something holds; real processes take their time.
func eventually(within seconds: Double = 15, _ condition: () throws -> Bool) rethrows -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
        if try condition() { return true }
        usleep(10_000)
    }
    return try condition()
}
