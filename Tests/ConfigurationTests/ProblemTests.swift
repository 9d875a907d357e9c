import Configuration
import Foundation
import Testing

/// A copy of config/ with one change; removed at the end.
final class Copy {
    let directory = NSTemporaryDirectory() + "tocsin-config-\(UUID())"

    init(_ file: String? = nil, replacing old: String = "", with new: String = "") throws {
        try FileManager.default.copyItem(
            atPath: root.appendingPathComponent("config").path, toPath: directory)
        guard let file else { return }
        let path = directory + "/" + file
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains(old), "\(file) does not contain \(old)")
        let first = try #require(text.range(of: old))
        try text.replacingCharacters(in: first, with: new)
            .write(toFile: path, atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// `file:line:column message` for each problem.
    func problems() -> [String] {
        do throws(InvalidConfiguration) {
            _ = try SiteConfiguration.load(directory + "/tocsin.yaml")
            return []
        } catch {
            return error.problems.map { problem in
                let file = problem.file.replacingOccurrences(of: directory + "/", with: "")
                return "\(file):\(problem.line):\(problem.column) \(problem.message)"
            }
        }
    }
}

@Suite struct ProblemTests {
    /// What is changed, what the problem must point at in the changed file, and what it must say.
    private static let mistakes:
        [(file: String, old: String, new: String, at: String, message: String)] = [
            (
                "rules/lift.yaml", "abs(car.speed) >= 1.15", "abs(car.sped) >= 1.15", "car.sped)",
                "this kind of equipment has no signal or parameter car.sped: did you mean car.speed?"
            ),
            (
                "rules/lift.yaml", "inhibited_by: [lift.door_lock_open_in_travel]",
                "inhibited_by: [lift.silent]", "[lift.silent]",
                "no rule lift.silent stands before this one in the file: a cause must come first"
            ),
            (
                "rules/lift.yaml", "silence: max(3 * period, 60)",
                "suppressed_when: car.doorZone\n    silence: max(3 * period, 60)",
                "id: lift.silent",
                "only a condition can be suppressed: no data is never no hazard, and what was suppressed is not counted"
            ),
            (
                "rules/amusement.yaml", "dwell('f2291.x.plus'", "dwell('f2291.x.pluss'",
                "'f2291.x.pluss'",
                "there is no curve 'f2291.x.pluss': did you mean 'f2291.x.plus'?"
            ),
            (
                "curves/f2291.yaml", "[[0.2, 3], [1, 3], [2, 2]]", "[[0.2, 3], [1, 3], [2, 4]]",
                "[[0.2, 3], [1, 3], [2, 4]]", "the limits must not rise"
            ),
            (
                "kinds/lift.yaml", "period: 1s", "period: 0s", "0s",
                "period must be longer than nothing"
            ),
            (
                "rules/lift.yaml", "silence: max(3 * period, 60)", "silence: 0.0s", "0.0s",
                "silence must be longer than nothing"
            ),
            (
                "rules/lift.yaml", ": rated_speed <= 1.0 ? 1.5", ": rated_sped <= 1.0 ? 1.5",
                "rated_sped <",
                "this kind of equipment has no signal or parameter rated_sped: did you mean rated_speed?"
            ),
            (
                "rules/lift.yaml", "for: 100ms", "for: soon", "soon",
                "this kind of equipment has no signal or parameter soon: declare it in the kind's file"
            ),
            (
                "rules/lift.yaml", "severity: critical", "severity: dreadful", "dreadful",
                "severity must be one of info, warning, major, critical"
            ),
            (
                "rules/lift.yaml", "clear: release", "celar: release", "celar",
                "unknown key celar: the keys here are catalogue, clear, clear_after, confidence, flapping, for, guidance, id, inhibited_by, life_safety, listing, severity, source, suppressed_when, title, until, when"
            ),
            ("rules/lift.yaml", "zh: 轿厢超速", "cn: 轿厢超速", "{en: Car overspeed", "zh is missing"),
            (
                "rules/ropeway.yaml", "profile: ropeway", "profile: ropewy", "ropewy",
                "there is no kind ropewy: the kinds are coaster, escalator, lift, ride, ropeway"
            ),
            (
                "kinds/lift.yaml", "range: [-25, 25]", "range: [25, -25]", "[25, -25]",
                "range must be [lowest, highest]"
            ),
            (
                "kinds/lift.yaml", "period: 1s", "period: 1 second", "1 second",
                "period must be a duration such as 100ms, 2s, 10min or 8h"
            ),
            (
                "tocsin.yaml", "registration_code: \"30106401002015000002\"", "period: 40s", "40s",
                "period must be longer than nothing and at most half of the kind's silent_after"
            ),
            (
                "tocsin.yaml", "registration_code: \"30106401002015000002\"",
                "registration_code: \"30106401002015000003\"", "\"30106401002015000003",
                "the registry has 30106401002015000002 for lift-2: one of the two is wrong"
            ),
            (
                "tocsin.yaml", "port: 1883", "port: 99999", "99999",
                "port must be a whole number from 1 to 65535"
            ),
            (
                "tocsin.yaml", "host: 127.0.0.1", "host: 10.1.2.3", "10.1.2.3",
                "a broker that is not on this machine needs tls (loopback is 127.0.0.1, ::1 or localhost)"
            ),
            (
                "tocsin.yaml", "id: lift-2\n", "id: lift-1 \n", "lift-1 \n",
                "the equipment lift-1 stands twice"
            ),
            (
                "tocsin.yaml", "rated_speed: 1.75, rated_load: 1000", "rated_load: 1000",
                "id: lift-1",
                "rule lift.overspeed: needs the parameter rated_speed, which is not given"
            ),
            (
                "tocsin.yaml", "rated_speed: 1.75", "rated_speed: 175", "175,",
                "rated_speed must lie between 0.1 and 20.0 m/s"
            ),
            (
                "tocsin.yaml", "safety_gear: progressive", "safety_gear: progresive", "progresive",
                "safety_gear must be one of instantaneous, captive_roller, progressive"
            ),
            (
                "tocsin.yaml", "telemetry/{site}/{kind}/{equipment}", "telemetry/+/{equipment}",
                "telemetry/+",
                "a level of the topic is empty or a wildcard"
            ),
            (
                "platforms/lift-iot.yaml", "from: papers/rescue_code", "from: paper/rescue_code",
                "paper/rescue_code",
                "there is no paper: a way begins with id, hazard, state, state_text, stands, at, reported, equipment, papers, site, data, evidence, checkpoint"
            ),
            (
                "platforms/lift-iot.yaml", "is: S04}", "is: S04, from: id}", "{name: alarmChannel",
                "a field has one of is, from, list, object"
            ),
            (
                "platforms/lift-iot.yaml", "as: date, required: true}\n  - {name: floor",
                "as: day, required: true}\n  - {name: floor", "day,",
                "as must be one of same, text, number, date, milliseconds"
            ),
            (
                "tocsin.yaml", "status: test", "status: real", "real",
                "status must be one of actual, exercise, system, test"
            ),
            (
                "tocsin.yaml", "latitude: 37.46", "latitude: 137.46", "137.46",
                "latitude must lie between -90.0 and 90.0"
            ),
            (
                "kinds/lift.yaml", "tell: [car.floor", "tell: [car.flor", "[car.flor",
                "there is no signal car.flor"
            ),
            (
                "tocsin.yaml", "site:\n  id: demo", "site:\n  id: de mo", "de mo",
                "id must be 1 to 64 letters, digits, - or _: it becomes a topic level"
            ),
        ]

    @Test("each mistake is named with its place and its remedy", arguments: 0..<mistakes.count)
    func named(index: Int) throws {
        let mistake = Self.mistakes[index]
        let copy = try Copy(mistake.file, replacing: mistake.old, with: mistake.new)
        let text = try String(contentsOfFile: copy.directory + "/" + mistake.file, encoding: .utf8)
        let before = text[..<(try #require(text.range(of: mistake.at))).lowerBound]
        let line = before.filter { $0 == "\n" }.count + 1
        let column =
            (before.split(separator: "\n", omittingEmptySubsequences: false).last?.count ?? 0) + 1
        let wanted = "\(mistake.file):\(line):\(column) \(mistake.message)"
        let problems = copy.problems()
        #expect(problems.contains(wanted), "\(wanted) is not among \(problems.prefix(4))")
    }

    @Test("broken YAML and the same key twice are errors with a place")
    func yaml() throws {
        let broken = try Copy("tocsin.yaml", replacing: "kinds: kinds", with: "kinds: [kinds")
            .problems()
        #expect(broken.first?.hasPrefix("tocsin.yaml:") == true, "\(broken)")
        let twice = try Copy("tocsin.yaml", replacing: "kinds: kinds", with: "kinds: a\nkinds: b")
            .problems()
        #expect(twice.count == 1 && twice[0].contains("the same key twice"), "\(twice)")
    }

    @Test("all problems of all files are reported at once")
    func allAtOnce() throws {
        let copy = try Copy(
            "rules/lift.yaml", replacing: "abs(car.speed) >= 1.15", with: "abs(x) >= ")
        let path = copy.directory + "/rules/coaster.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(of: "confidence: engineering", with: "confidence: high")
            .write(toFile: path, atomically: true, encoding: .utf8)
        #expect(copy.problems().count >= 3)
    }

    @Test("a missing file or directory is named")
    func missing() throws {
        #expect(
            try Copy("tocsin.yaml", replacing: "rules: rules", with: "rules: rulez")
                .problems().contains {
                    $0.contains("rulez") && $0.contains("check that the directory exists")
                })
        do throws(InvalidConfiguration) {
            _ = try SiteConfiguration.load("/nonexistent/tocsin.yaml")
            Issue.record("it loaded")
        } catch {
            #expect(error.problems.first?.message.contains("cannot be read") == true)
        }
    }

    @Test("the hash changes with any byte of any file, and with nothing else")
    func hash() throws {
        let same = try Copy()
        let again = try Copy()
        let other = try Copy("rules/lift.yaml", replacing: "# Lift rules:", with: "# Lift rulez:")
        func hash(_ copy: Copy) throws -> String {
            try SiteConfiguration.load(copy.directory + "/tocsin.yaml").hash
        }
        #expect(try hash(same) == hash(again))
        #expect(try hash(same) != hash(other))
    }
}
