import Foundation

/// CPU per message of the agent (receive, decode six signals, detect, release) against
/// `mosquitto_sub -N >/dev/null`, same broker, same load, one after the other, twice.
struct AgainstMosquittoSub {
    private let workshop: Workshop
    private let qos: Int32
    private let rate: Int
    private let seconds: Int
    private let burst: Int

    init(_ workshop: Workshop, qos: Int32, rate: Int, seconds: Int, burst: Int) {
        self.workshop = workshop
        self.qos = qos
        self.rate = rate
        self.seconds = seconds
        self.burst = burst
    }

    func run() throws {
        var agents: [Double] = []
        var subscribers: [Double] = []
        for round in 0..<2 {
            let agent = try workshop.agent(lifts: 100, state: "cpu-\(qos)-\(burst)-\(round)")
            agents.append(try cost(of: agent))
            agent.terminate()
            agent.waitUntilExit()
            let subscriber = Process()
            subscriber.executableURL = URL(fileURLWithPath: "/usr/bin/mosquitto_sub")
            subscriber.arguments = [
                "-p", "\(workshop.port)", "-q", "1", "-t", "telemetry/demo/+/+", "-N",
            ]
            subscriber.standardOutput = FileHandle(forWritingAtPath: "/dev/null")
            try subscriber.run()
            usleep(500_000)
            subscribers.append(try cost(of: subscriber))
            subscriber.terminate()
            subscriber.waitUntilExit()
        }
        let shape = burst == 1 ? "evenly spread" : "in bursts of \(burst)"
        let best = (agents.min() ?? 0, subscribers.min() ?? 0)
        print(
            "QoS \(qos), \(rate) messages a second \(shape) for \(seconds) s, two rounds, the better counts"
        )
        print(String(format: "  agent                             %8.2f us/message", best.0))
        print(String(format: "  mosquitto_sub -N >/dev/null       %8.2f us/message", best.1))
        print(
            String(
                format: "  ratio                             %8.2f    (goal 0.50)", best.0 / best.1)
        )
        try latency()
        print("")
    }

    private func cost(of process: Process) throws -> Double {
        let load = try Load(port: workshop.port, qos: qos)
        let before = ProcessFigures.cpu(process.processIdentifier)
        try load.publish(rate: rate, seconds: seconds, lifts: 100, burst: burst)
        usleep(300_000)
        let used = ProcessFigures.cpu(process.processIdentifier) - before
        return used / Double(rate * seconds)
    }

    /// From the publisher's time stamp to the commit, of hazards among the same load.
    private func latency() throws {
        let state = "latency-\(qos)-\(burst)"
        let agent = try workshop.agent(lifts: 100, state: state)
        // One lift in a hundred messages: the hazards' own lift repeats with the load's period.
        try Load(port: workshop.port, qos: qos)
            .publish(rate: rate, seconds: seconds, lifts: 100, burst: burst, hazards: 40)
        usleep(500_000)
        agent.terminate()
        agent.waitUntilExit()
        let show = Process()
        let pipe = Pipe()
        show.executableURL = URL(fileURLWithPath: workshop.binary)
        show.arguments = ["ledger", "show", workshop.directory + "/\(state)/ledger.sqlite"]
        show.standardOutput = pipe
        try show.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        show.waitUntilExit()
        let latencies = data.split(separator: UInt8(ascii: "\n")).compactMap {
            Self.latency(of: Data($0))
        }
        .sorted()
        guard !latencies.isEmpty else { return print("  no hazards were raised") }
        func share(_ part: Double) -> Double {
            latencies[min(latencies.count - 1, Int(part * Double(latencies.count)))]
        }
        print(
            String(
                format: "  publish → committed hazard        p50 %.1f ms, p99 %.1f ms (%d hazards)",
                share(0.5), share(0.99), latencies.count))
    }

    private static func latency(of line: Data) -> Double? {
        guard let entry = try? JSONSerialization.jsonObject(with: line) as? [String: Any],
            entry["kind"] as? String == "hazard.raised",
            let body = entry["body"] as? [String: Any], let at = body["at"] as? String,
            let recorded = entry["recorded"] as? String, let from = seconds(at),
            let to = seconds(recorded)
        else { return nil }
        return (to - from) * 1_000
    }

    /// Seconds within the day: enough for differences of milliseconds.
    private static func seconds(_ text: String) -> Double? {
        let parts = text.dropLast().split(separator: "T")
        guard parts.count == 2 else { return nil }
        let numbers = parts[1].split(separator: ":").compactMap { Double($0) }
        guard numbers.count == 3 else { return nil }
        return numbers[0] * 3_600 + numbers[1] * 60 + numbers[2]
    }
}
