import Foundation
import MQTTTransport

/// A directory, a broker and a site of many lifts for the measurements.
final class Workshop {
    let directory: String
    let binary: String
    let port: Int

    init(binary: String) throws {
        self.binary = binary
        directory = NSTemporaryDirectory() + "tocsin-bench-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        chmod(directory, 0o755)
        // Not through Process: that would wait for the broker too, which lives on.
        guard system("scripts/broker '\(directory)' </dev/null") == 0 else {
            throw Failure(message: "the broker did not start")
        }
        let text = try String(contentsOfFile: directory + "/port", encoding: .utf8)
        port = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    func close() {
        if let text = try? String(contentsOfFile: directory + "/pid", encoding: .utf8),
            let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
        {
            kill(pid, SIGTERM)
        }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// The site's file for so many lifts, with the shipped kinds and rules, or only the first of
    /// the rules for any lift.
    func site(lifts: Int, rules count: Int? = nil) throws -> String {
        let path = directory + "/site-\(lifts)-\(count ?? 0)"
        if !FileManager.default.fileExists(atPath: path) {
            try FileManager.default.copyItem(atPath: "config", toPath: path)
            let shipped = try String(contentsOfFile: path + "/tocsin.yaml", encoding: .utf8)
            let head = shipped.components(separatedBy: "equipment:\n")[0]
                .replacingOccurrences(of: "catalogue: catalogue.yaml\n", with: "")
            // A hazard that comes and goes with its signal, so that many can be timed.
            let rules = path + "/rules/lift.yaml"
            try String(contentsOfFile: rules, encoding: .utf8)
                .replacingOccurrences(
                    of: "clear_after: 2s\n    flapping: accumulate\n    clear: release",
                    with: "clear_after: 0s\n    flapping: accumulate\n    clear: auto"
                )
                .write(toFile: rules, atomically: true, encoding: .utf8)
            if let count { try keep(count, path) }
            let list = (0..<lifts).map { index in
                """
                  - id: l\(index)
                    kind: lift
                    name: {en: Lift \(index), zh: 电梯\(index)}
                    parameters: {rated_speed: \(1.0 + Double(index % 10) / 10), rated_load: 1000, \
                full_travel_time: 32, safety_gear: progressive}
                """
            }
            try (head + "equipment:\n" + list.joined(separator: "\n") + "\n")
                .write(toFile: path + "/tocsin.yaml", atomically: true, encoding: .utf8)
        }
        return path + "/tocsin.yaml"
    }

    /// Leaves the first rules of lift.yaml and no others.
    private func keep(_ count: Int, _ path: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: path + "/rules")
        where name != "lift.yaml" {
            try FileManager.default.removeItem(atPath: path + "/rules/" + name)
        }
        let file = path + "/rules/lift.yaml"
        let parts = try String(contentsOfFile: file, encoding: .utf8)
            .components(separatedBy: "  - id: ")
        try parts.prefix(count + 1).joined(separator: "  - id: ")
            .write(toFile: file, atomically: true, encoding: .utf8)
    }

    /// The agent on such a site, watching.
    func agent(lifts: Int, rules: Int? = nil, state: String) throws -> Process {
        let agent = Process()
        agent.executableURL = URL(fileURLWithPath: binary)
        agent.arguments = [
            "run", "--config", try site(lifts: lifts, rules: rules), "--broker",
            "127.0.0.1:\(port)",
            "--state-dir", directory + "/" + state, "--log-level", "error",
        ]
        try agent.run()
        usleep(1_500_000)
        guard agent.isRunning else { throw Failure(message: "the agent did not start") }
        return agent
    }

    struct Failure: Error { var message: String }
}

/// A message with a time stamp, a counter and six signals, about 150 bytes.
enum Message {
    /// Of a lift that runs through a shaft with its doors closed, once a second.
    static func running(microseconds: Int64, sequence: Int) -> String {
        let fraction = String(microseconds % 1_000 + 1_000).dropFirst()
        return
            "{\"ts\":\(microseconds / 1_000).\(fraction),\"seq\":\(sequence),\"car.speed\":0.99\(sequence % 4),"
            + "\"car.position\":\(10 + sequence % 16).5,\"car.doorZone\":false,\"car.load\":40.\(sequence % 4),"
            + "\"door.car\":\"closed\",\"mr.temp\":22.\(sequence % 4)}"
    }

    /// Of a lift that does something else with every message.
    static func restless(microseconds: Int64, sequence: Int) -> String {
        let fraction = String(microseconds % 1_000 + 1_000).dropFirst()
        return
            "{\"ts\":\(microseconds / 1_000).\(fraction),\"seq\":\(sequence),\"car.speed\":0.\(sequence % 10),"
            + "\"car.position\":\(sequence % 30).5,\"car.doorZone\":true,\"car.load\":\(sequence % 60),"
            + "\"door.car\":\"closed\",\"mr.temp\":22.\(sequence % 10)}"
    }
}
