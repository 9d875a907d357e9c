import Foundation

/// Measures the line against its rivals in one run, and prints a table.
///
///     bench TOCSIN-BINARY [SECONDS [SECTION…]]
///
///     bench count decode|line|busy       (under callgrind, see scripts/instructions)
///
/// A section is detection, curves, decode, memory, ledger, footprint or broker; all of them when
/// none is named.
@main
struct Bench {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 2 else {
            print("usage: bench TOCSIN-BINARY [SECONDS [SECTION…]]")
            exit(64)
        }
        if arguments[1] == "count" {
            try Instructions.run(arguments.count > 2 ? arguments[2] : "line")
            return
        }
        let seconds = arguments.count > 2 ? Int(arguments[2]) ?? 8 : 8
        let sections = arguments.dropFirst(3)
        func wants(_ section: String) -> Bool { sections.isEmpty || sections.contains(section) }
        let workshop = try Workshop(binary: arguments[1])
        defer { workshop.close() }
        print("machine     \(Machine.description)")
        print("")
        if wants("detection") { try DetectionAlone(workshop).run() }
        if sections.contains("resident") { try DetectionAlone(workshop).run(upTo: 1_000) }
        if wants("curves") { try CurveAlone(workshop).run() }
        if wants("decode") { try DecodeAlone(workshop).run() }
        if wants("memory") { try InMemory(workshop).run() }
        if wants("ledger") { try LedgerAlone(workshop, seconds: Double(seconds)).run() }
        if wants("footprint") { try Footprint(workshop).run() }
        guard wants("broker") else { return }
        for qos in [Int32(0), 1] {
            // Independent devices spread evenly; a gateway that polls them sends bursts.
            for burst in [1, 20] {
                try AgainstMosquittoSub(
                    workshop, qos: qos, rate: 20_000, seconds: seconds, burst: burst
                ).run()
            }
        }
    }
}

/// What it was measured on.
enum Machine {
    static var description: String {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = text.split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
        let kernel =
            (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? ""
        return
            "\(model ?? "unknown"), \(ProcessInfo.processInfo.activeProcessorCount) cores, Linux "
            + kernel.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// What the kernel says about a process.
enum ProcessFigures {
    /// User and system time in microseconds.
    static func cpu(_ process: Int32) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        // Behind the command in parentheses: utime and stime are fields 14 and 15 of the line.
        let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
        else { return 0 }
        return (user + system) * 1e6 / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Resident memory in MB.
    static func resident(_ process: Int32) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS") } ?? ""
        return (line.split(separator: " ").compactMap { Double($0) }.first ?? 0) / 1_024
    }
}
