import Configuration
import Foundation
import Simulation
import Testing
import TocsinTestKit

let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

func rules() throws -> RuleBook {
    try RuleBook(configuration: root.appendingPathComponent("config/tocsin.yaml").path)
}

private func path(_ name: String) -> String { root.appendingPathComponent(name).path }

/// All messages of a scenario, as they arrive.
private func messages(_ scenario: Scenario) throws -> [SimulatedMessage] {
    var simulator = try Simulator(scenario)
    var messages: [SimulatedMessage] = []
    while let message = simulator.next() { messages.append(message) }
    return messages
}

private func site(
    _ seconds: Double, seed: UInt64 = 1, _ injections: [Injection] = []
) -> Scenario {
    Scenario(
        name: "test", about: Bilingual("a test", "测试"), site: "s", seed: seed,
        duration: seconds, startHour: 11,
        units: [
            .init(id: "lift", model: "lift"), .init(id: "steps", model: "escalator"),
            .init(id: "rope", model: "gondola"), .init(id: "ride", model: "coaster"),
        ], injections: injections)
}

@Suite struct SimulatorTests {
    @Test("the same seed gives the same bytes at the same moments, another seed others")
    func seeds() throws {
        let first = try messages(site(60))
        #expect(first.count > 400)
        #expect(try messages(site(60)) == first)
        #expect(try messages(site(60, seed: 2)) != first)
    }

    @Test("a longer run begins with the shorter one, byte for byte")
    func prefix() throws {
        let short = try messages(site(30))
        let long = try messages(site(60))
        // What was sent before the end and arrives after it is in the longer run alone.
        #expect(long.starts(with: short.prefix(short.count - 20)))
    }

    @Test("messages arrive in order, and each machine's are numbered one by one")
    func order() throws {
        let all = try messages(site(60))
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.arrival <= $1.arrival })
        for unit in 0..<4 {
            let numbers = all.filter { $0.unit == unit }.map(number)
            #expect(numbers == Array(1...numbers.count))
        }
    }

    @Test("a machine that is added changes no other")
    func independence() throws {
        var more = site(30)
        more.units.insert(.init(id: "first", model: "lift"), at: 0)
        let own = try messages(site(30)).filter { $0.unit == 2 }.map(\.payload)
        let other = try messages(more).filter { $0.unit == 3 }.map(\.payload)
        #expect(own == other)
    }

    @Test("two messages of one moment are two bytes apart only in what they say")
    func payload() throws {
        let message = try #require(try messages(site(10)).first { $0.unit == 0 })
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(message.payload)) as? [String: Any])
        let stamp = try #require(object["ts"] as? Int64)
        #expect(stamp >= Simulator.usualStart && stamp < Simulator.usualStart + 1_000)
        #expect((object["car.accel"] as? [Double])?.count == 50)
        #expect(object["dt"] as? Int == 20)
        #expect(object["door.car"] is String && object["car.doorZone"] is Bool)
        #expect(message.topic == "telemetry/s/lift/lift")
    }

    @Test("memory does not grow with simulated time: what is held is bounded")
    func bounded() throws {
        func most(_ seconds: Double) throws -> Int {
            var simulator = try Simulator(
                site(seconds, [fault("batching", 0, seconds, size: 60)]))
            var most = 0
            var count = 0
            while simulator.next() != nil {
                count += 1
                if count % 50 == 0 { most = max(most, simulator.held) }
            }
            return most
        }
        let short = try most(400)
        #expect(short > 100)
        #expect(try most(1_600) <= short + 10)
    }

    @Test("nothing arrives after the end: the machines that would speak beside it have stopped")
    func end() throws {
        let all = try messages(site(100, [fault("batching", 0, 100, size: 60)]))
        #expect(all.allSatisfy { $0.arrival <= 100_000_000_000 })
        // Of a minute in a batch the first came, the rest is lost on its way.
        #expect((59...60).contains(all.filter { $0.unit == 0 }.count))
    }

    @Test("a fault that is over before a machine could see it does not happen, and never stays")
    func momentary() throws {
        let moments = [(0.0, 0.4), (10.001, 0.004), (30.5, 0.0)].dropLast().map { time in
            Injection(
                unit: "lift", causes: [.init(fault: "silence")], at: time.0, lasts: time.1,
                expects: [])
        }
        #expect(try messages(site(60, moments)).count == messages(site(60)).count)
    }

    @Test("every machine of a site feels the same weather at the same time")
    func weather() throws {
        var site = site(120)
        site.weather = [WeatherEvent(.storm, size: 20, at: 30, lasts: 80)]
        site.units = [
            .init(id: "a", model: "gondola"), .init(id: "b", model: "jigback"),
            .init(id: "c", model: "gondola", parameters: ["period": 10]),
        ]
        var gusts = [[(time: Double, gust: Double)]](repeating: [], count: 3)
        for message in try messages(site) {
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(message.payload)) as? [String: Any])
            let time = Double(stamp(message) - Simulator.usualStart) / 1_000
            guard let gust = object["wind.gust3s"] as? Double else { continue }
            gusts[message.unit].append((time, gust))
        }
        // The greatest mean over 3 s of a minute rises by steps; sensors add little to it.
        for other in [1, 2] {
            let near = gusts[other].compactMap { one in
                gusts[0].first { abs($0.time - one.time) < 0.26 }.map { abs($0.gust - one.gust) }
            }
            #expect(near.count >= 10)
            let close = near.filter { $0 < 0.5 }.count
            #expect(Double(close) > 0.9 * Double(near.count), "\(near)")
        }
    }

    private func fault(
        _ name: String, _ at: Double, _ lasts: Double, size: Double? = nil
    ) -> Injection {
        Injection(
            unit: "lift", causes: [.init(fault: name, size: size)], at: at, lasts: lasts,
            expects: [])
    }
}

/// The `seq` of a message.
private func number(_ message: SimulatedMessage) -> Int {
    let text = String(decoding: message.payload, as: UTF8.self)
    let digits = text.components(separatedBy: "\"seq\":").last?.prefix { $0.isNumber } ?? ""
    return Int(digits) ?? -1
}

private func stamp(_ message: SimulatedMessage) -> Int64 {
    let text = String(decoding: message.payload, as: UTF8.self)
    return Int64(text.dropFirst(6).prefix { $0.isNumber }) ?? -1
}

@Suite struct LinkTests {
    private func lift(_ fault: String, size: Double? = nil) throws -> [SimulatedMessage] {
        let injection = Injection(
            unit: "lift", causes: [.init(fault: fault, size: size)], at: 20, lasts: 60, expects: [])
        return try messages(site(120, [injection])).filter { $0.unit == 0 }
    }

    @Test("silence sends nothing while it lasts, and loses no number")
    func silence() throws {
        let all = try lift("silence")
        let times = all.map { Double($0.arrival) / 1e9 }
        #expect(!times.contains { $0 > 22 && $0 < 79 })
        #expect(zip(times, times.dropFirst()).map { $1 - $0 }.max().map { $0 > 58 } == true)
        #expect(all.map(number) == Array(1...all.count))
    }

    @Test("a clock that is off by two minutes is off by two minutes, and then right again")
    func clock() throws {
        for message in try lift("clock_offset", size: 120) {
            let sent = Double(stamp(message) - Simulator.usualStart) / 1_000
            let arrived = Double(message.arrival) / 1e9
            let ahead = sent - arrived
            let isOff = arrived > 22 && arrived < 80
            if isOff { #expect(abs(ahead - 120) < 2) }
            if arrived < 20 || arrived > 83 { #expect(abs(ahead) < 2) }
        }
    }

    @Test("a reordered message is overtaken, a repeated one comes twice, none is lost")
    func orderAndRepetition() throws {
        let swapped = try lift("reordering").map(number)
        #expect(swapped.sorted() == Array(1...swapped.count) && swapped != swapped.sorted())
        let twice = try lift("duplication")
        let numbers = twice.map(number)
        let repeated = Dictionary(grouping: numbers) { $0 }.filter { $0.value.count == 2 }.count
        #expect(repeated >= 58 && repeated <= 62)
        #expect(Set(numbers) == Set(1...(numbers.max() ?? 0)))
    }

    @Test("a unit that starts anew is away for half a minute and counts from 1")
    func reboot() throws {
        let numbers = try lift("reboot").map(number)
        let again = try #require(numbers.lastIndex(of: 1))
        #expect(again > 15 && numbers[again - 1] == again)
        #expect(numbers.count < 95)
    }
}

@Suite struct ScenarioFileTests {
    @Test("every shipped scenario and trial file is sound, and every trial can be simulated")
    func shipped() throws {
        let rules = try rules()
        let scenarios = try FileManager.default.contentsOfDirectory(
            atPath: path("simulators/scenarios")
        ).filter { $0.hasSuffix(".yaml") }
        #expect(scenarios.count >= 2)
        for name in scenarios {
            let scenario = try rules.scenario(path("simulators/scenarios/" + name))
            #expect(scenario.problems.isEmpty)
            _ = try rules.plan(for: scenario)
        }
        for sheet in Models.sheets {
            let file = try TrialFile.load(path("simulators/trials/\(sheet.model).yaml"), rules)
            for trial in file.trials {
                #expect(trial.model == sheet.model)
                #expect(trial.scenario(seed: 1).problems.isEmpty, "\(trial.id)")
                guard !trial.nearMiss.isEmpty else { continue }
                #expect(trial.scenario(seed: 1, isNearMiss: true).problems.isEmpty)
            }
        }
    }

    @Test("a fault that overlaps itself on one machine is refused, one that follows itself is not")
    func overlap() {
        func scenario(second: Double) -> Scenario {
            let injections = [10, second].map {
                Injection(
                    unit: "lift", causes: [.init(fault: "silence")], at: $0, lasts: 30, expects: [])
            }
            return site(120, injections)
        }
        #expect(scenario(second: 20).problems.contains { $0.contains("overlaps itself") })
        #expect(scenario(second: 40).problems.isEmpty)
    }

    @Test("every shipped rule is caused by a trial, or says why no model can cause it")
    func everyRule() throws {
        let rules = try rules()
        for kind in Set(Models.sheets.map(\.kind)) {
            let files = try Models.sheets.filter { $0.kind == kind }.map {
                try TrialFile.load(path("simulators/trials/\($0.model).yaml"), rules)
            }
            let caused = Set(files.flatMap(\.trials).flatMap(\.expects).map(\.rule))
            let excused = Set(files.flatMap(\.uncaused).map(\.rule))
            for rule in rules.rules(of: kind) {
                #expect(caused.contains(rule) || excused.contains(rule), "\(kind): \(rule)")
                #expect(!(caused.contains(rule) && excused.contains(rule)), "\(kind): \(rule)")
            }
        }
    }

    @Test(
        "every fault of every model is used by a trial of its kind, and every signal is one of the kind's"
    )
    func sheets() throws {
        let rules = try rules()
        for sheet in Models.sheets {
            let siblings = try Models.sheets.filter { $0.kind == sheet.kind }.flatMap {
                try TrialFile.load(path("simulators/trials/\($0.model).yaml"), rules).trials
            }
            // A part that ropeways or rides share may be tried in one of them.
            let used = Set(siblings.flatMap { $0.causes + $0.nearMiss }.map(\.fault))
            for fault in sheet.faults {
                #expect(used.contains(fault.name), "\(sheet.model): \(fault.name) is not tried")
            }
            let scenario = Scenario(
                name: "all", about: Bilingual("a", "一"), site: "s", seed: 1, duration: 2,
                units: [.init(id: "m", model: sheet.model)])
            let outcome = try rules.rehearse(scenario)
            #expect(outcome.rejected == 0 && outcome.messages > 0, "\(sheet.model)")
        }
    }

    @Test(
        "a scenario that names what does not exist is refused with line and remedy",
        arguments: [
            (
                "fault: door_lock_broken", "fault: door_lokk", "has no fault door_lokk",
                "door_lock_broken"
            ),
            ("equipment: lift-2", "equipment: lift-9", "there is no equipment lift-9", ""),
            ("model: coaster", "model: rocket", "there is no model rocket", "drop_tower"),
            ("rule: lift.silent", "rule: lift.quiet", "there is no rule lift.quiet", ""),
            ("rated_speed: 1.75", "rated_speed: fast", "must be a number", ""),
            ("start_hour: 11", "start_hour: 31", "from 0 to 24", ""),
            ("seed: 20151", "sede: 20151", "unknown key sede", "seed"),
            ("wind: 4", "wind: 400", "must lie between 0", "40"),
            ("at: 28", "at: soon", "must be seconds", "90s"),
            ("lasts: 66", "lasts: 1e300", "must be seconds", "up to a year"),
            ("size: 25", "size: 1e30", "its size must lie between", ""),
        ])
    func badScenario(good: String, bad: String, message: String, remedy: String) throws {
        let text = try String(
            contentsOfFile: path("simulators/scenarios/demo.yaml"), encoding: .utf8)
        #expect(text.contains(good))
        let file = NSTemporaryDirectory() + "scenario-\(UUID()).yaml"
        try text.replacingOccurrences(of: good, with: bad)
            .write(toFile: file, atomically: true, encoding: .utf8)
        defer { unlink(file) }
        do {
            _ = try rules().scenario(file)
            Issue.record("\(bad) was accepted")
        } catch let error as InvalidConfiguration {
            let problem = error.problems.first { $0.message.contains(message) }
            #expect(problem != nil, "\(error.problems)")
            let text = problem?.message ?? ""
            #expect((problem?.line ?? 0) > 0 && (remedy.isEmpty || text.contains(remedy)))
        }
    }
}

@Suite struct OutcomeTests {
    private static let injection = Injection(
        unit: "rope", causes: [.init(fault: "rope_derailed")], at: 10, lasts: 5,
        expects: [.init(rule: "ropeway.derailment", within: 2)], allows: ["ropeway.swing"],
        after: 20)

    private static func finding(_ rule: String, _ at: Double, on unit: String = "rope") -> Finding {
        Finding(equipment: unit, rule: rule, severity: "critical", at: at)
    }

    private func outcome(_ findings: [Finding]) -> Outcome {
        Outcome(findings, of: [Self.injection], messages: 1, rejected: 0)
    }

    @Test("a missed fault, a late one and a false hazard each spoil the outcome")
    func spoiled() {
        let good = Self.finding("ropeway.derailment", 10.5)
        #expect(outcome([good]).isPerfect && outcome([good]).checks[0].delay == 0.5)
        #expect(!outcome([]).isPerfect)
        let late = outcome([Self.finding("ropeway.derailment", 12.5)])
        #expect(late.missed.count == 1 && late.unexpected.isEmpty)
        #expect(outcome([good, Self.finding("lift.overspeed", 11, on: "l")]).unexpected.count == 1)
        #expect(outcome([Self.finding("ropeway.derailment", 9), good]).unexpected.count == 1)
    }

    @Test("what may happen too may do so from the beginning until a while after the end")
    func allowed() {
        let good = Self.finding("ropeway.derailment", 10.5)
        for (at, isExplained) in [(9.9, false), (10, true), (35, true), (35.1, false)] {
            let all = outcome([good, Self.finding("ropeway.swing", at)])
            #expect(all.unexpected.isEmpty == isExplained, "\(at)")
        }
    }

    @Test("a judge hears what replay and ledger print")
    func judge() throws {
        let scenario = site(30, [Self.injection])
        let truth = GroundTruth(scenario, startNanoseconds: 1_767_225_600_000_000_000, messages: 7)
        let file = NSTemporaryDirectory() + "truth-\(UUID()).json"
        defer { unlink(file) }
        try truth.save(file)
        var judge = Judge(truth: try GroundTruth.load(file))
        let body =
            #"{"at":"2026-01-01T00:00:10.5Z","equipment":"rope","#
            + #""rule":"ropeway.derailment","state":"raised"}"#
        judge.hear(Array("not JSON".utf8))
        judge.hear(Array(#"{"recorded":"2026-01-01T00:00:10.7Z","body":\#(body)}"#.utf8))
        #expect(judge.outcome.isPerfect && judge.outcome.messages == 7)
        #expect(judge.latency(0.5) == 200)
    }
}
