import Configuration
import Foundation
import Simulation
import Testing
import TocsinTestKit

@Suite struct ScenarioTests {
    private static func site(
        _ random: [RandomFault] = [], weather: [WeatherEvent] = [], timed: [Injection] = [],
        seed: UInt64 = 1, hours: Double = 24
    ) -> Scenario {
        Scenario(
            name: "test", about: Bilingual("a test", "测试"), site: "s", seed: seed,
            duration: hours * 3_600, startHour: 11,
            units: [
                .init(id: "a", model: "lift"), .init(id: "b", model: "lift"),
                .init(id: "rope", model: "gondola"),
            ], injections: timed, random: random, weather: weather)
    }

    private static func silence(_ place: RandomFault.Place, mean: Double = 1_800) -> RandomFault {
        RandomFault(
            place, causes: [.init(fault: "silence")], meanBetween: mean, lasts: 60...120,
            expects: [])
    }

    @Test("random faults come with the mean wait that was asked for, on each machine by itself")
    func random() {
        let site = Self.site([Self.silence(.model("lift"))], hours: 24 * 30)
        for id in ["a", "b"] {
            let own = site.injections.filter { $0.unit == id }
            // 30 days of 1,800 s of waiting, 90 s of fault and 60 s after; four standard errors.
            let expected = 30.0 * 86_400 / 1_950
            #expect(abs(Double(own.count) - expected) < 4 * expected.squareRoot())
            #expect(own.allSatisfy { (60...120).contains($0.lasts) })
            #expect(zip(own, own.dropFirst()).allSatisfy { $0.at + $0.lasts + 60 <= $1.at })
        }
        #expect(!site.injections.contains { $0.unit == "rope" })
        let one = site.injections.filter { $0.unit == "a" }.map(\.at)
        #expect(one != site.injections.filter { $0.unit == "b" }.map(\.at))
        #expect(site.problems.isEmpty)
    }

    @Test("the same seed draws the same faults, another seed others; a machine more changes none")
    func seeds() {
        let site = Self.site([Self.silence(.model("lift"))])
        let times = site.injections.map(\.at)
        #expect(times.count > 20)
        #expect(Self.site([Self.silence(.model("lift"))]).injections.map(\.at) == times)
        #expect(Self.site([Self.silence(.model("lift"))], seed: 2).injections.map(\.at) != times)
        var more = site
        more.units.insert(.init(id: "first", model: "lift"), at: 0)
        #expect(more.injections.filter { $0.unit != "first" }.map(\.at) == times)
    }

    @Test(
        "a random fault keeps away from all else that is wrong with its machine, and from the end")
    func apart() {
        let timed = Injection(
            unit: "a", causes: [.init(fault: "alarm_pressed")], at: 3_600, lasts: 36_000,
            expects: [])
        let site = Self.site(
            [Self.silence(.unit("a"), mean: 300), Self.silence(.unit("a"), mean: 400)],
            timed: [timed])
        let own = site.injections.sorted { $0.at < $1.at }
        #expect(own.count > 30 && own.contains { $0.at < 3_600 })
        #expect(zip(own, own.dropFirst()).allSatisfy { $0.at + $0.lasts + $0.after <= $1.at })
        #expect(own.allSatisfy { $0.at + $0.lasts + $0.after <= site.duration })
        #expect(site.problems.isEmpty)
    }

    @Test("weather comes over every machine, with what each kind's rules must say to it")
    func weather() throws {
        let storm = WeatherEvent(
            .storm, size: 30, at: 600, lasts: 300,
            expects: ["ropeway": [.init(rule: "ropeway.wind_stop", within: 300)]],
            allows: ["ropeway.wind_warning"])
        var site = Self.site(weather: [storm], hours: 0.5)
        #expect(site.injections.map(\.unit) == ["a", "b", "rope"])
        #expect(site.injections.map(\.expects.count) == [0, 0, 1])
        site.repeatUnits(to: 6)
        #expect(site.injections.count == 6)
        site.weather[0].size = 100
        #expect(site.problems.contains { $0.contains("between 0.0 and 60.0") })
        site.weather[0].size = 30
        site.weather.append(storm)
        #expect(site.problems.contains { $0.contains("storm overlaps itself on a") })
    }

    @Test("a period of a machine's own is kept: messages come at its pace, fast columns complete")
    func period() throws {
        for (period, count) in [(0.5, 120), (2.0, 30), (4.0, 15)] {
            var site = Self.site(hours: 60.0 / 3_600)
            site.units = [.init(id: "a", model: "lift", parameters: ["period": period])]
            var simulator = try Simulator(site)
            var messages: [SimulatedMessage] = []
            while let message = simulator.next() { messages.append(message) }
            #expect(abs(messages.count - count) <= 1, "\(period)")
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(messages[3].payload)) as? [String: Any])
            #expect((object["car.accel"] as? [Double])?.count == Int(period / 0.02))
        }
    }

    @Test(
        "what cannot be simulated is told, and never traps",
        arguments: [
            (\Scenario.site, "de mo", "site must be 1 to 64 letters"),
            (\Scenario.site, "", "site must be 1 to 64 letters"),
            (\Scenario.units[0].id, "a/b", "a/b: the id must be 1 to 64 letters"),
            (\Scenario.units[0].id, "\"", "the id must be"),
            (\Scenario.units[0].id, "b", "b stands twice"),
            (\Scenario.units[0].model, "rocket", "there is no model rocket"),
        ] as [(any WritableKeyPath<Scenario, String> & Sendable, String, String)])
    func problems(
        path: any WritableKeyPath<Scenario, String> & Sendable, text: String, told: String
    ) {
        var site = Self.site()
        site[keyPath: path] = text
        #expect(site.problems.contains { $0.contains(told) }, "\(site.problems)")
        #expect(throws: Simulator.Unusable.self) { _ = try Simulator(site) }
    }

    struct Spoiled: Sendable {
        let told: String
        let spoil: @Sendable (inout Scenario) -> Void

        init(_ told: String, _ spoil: @escaping @Sendable (inout Scenario) -> Void) {
            self.told = told
            self.spoil = spoil
        }
    }

    @Test(
        "numbers out of range are told too",
        arguments: [
            Spoiled("climate's wind must lie between 0.0 and 40.0") { $0.climate.wind = 41 },
            Spoiled("climate's humidity") { $0.climate.humidity = .nan },
            Spoiled("from 0 to 24") { $0.climate.startHour = -1 },
            Spoiled("start_hour is missing") { $0.startHour = nil },
            Spoiled("after must be 0 s or more") { $0.timed[0].after = .nan },
            Spoiled("at least one cause") { $0.timed[0].causes = [] },
            Spoiled("at least one cause") { $0.random[0].causes = [] },
            Spoiled("has longer than the scenario lasts") {
                $0.timed[0].expects = [.init(rule: "lift.silent", within: 1e6)]
            },
            Spoiled("has longer than the fault may last") {
                $0.random[0].expects = [.init(rule: "lift.silent", within: 121)]
            },
            Spoiled("it must last more than 0 s and, with") { $0.random[0].lasts = 60...86_341 },
            Spoiled("start_hour must be from 0 to 24") { $0.startHour = 24 },
            Spoiled("at most a year") { $0.duration = .infinity },
            Spoiled("period must be a multiple of 0.02 s") {
                $0.units[0].parameters["period"] = 0.03
            },
            Spoiled("period must be a multiple") { $0.units[0].parameters["period"] = 0 },
            Spoiled("from 0.05 to 20.0 s") { $0.units[0].parameters["period"] = 30 },
            Spoiled("the mean wait must be 10 s at least") { $0.random[0].meanBetween = 0 },
            Spoiled("it must last more than 0 s") { $0.random[0].lasts = 0...0 },
            Spoiled("no machine that it could befall") { $0.random[0].place = .unit("nobody") },
            Spoiled("silence is there or not") { $0.random[0].causes[0].size = 1...2 },
        ])
    func numbers(spoiled: Spoiled) {
        let timed = Injection(
            unit: "b", causes: [.init(fault: "silence")], at: 60, lasts: 60, expects: [])
        var site = Self.site([Self.silence(.unit("a"))], timed: [timed])
        #expect(site.problems.isEmpty)
        spoiled.spoil(&site)
        #expect(site.problems.contains { $0.contains(spoiled.told) }, "\(site.problems)")
        #expect(throws: Simulator.Unusable.self) { _ = try Simulator(site) }
    }

    @Test("a fleet repeats machines under other ids and at other rates, faults stay with the first")
    func fleet() {
        let timed = Injection(
            unit: "b", causes: [.init(fault: "silence")], at: 60, lasts: 60, expects: [])
        var site = Self.site([Self.silence(.model("gondola"))], timed: [timed])
        site.repeatUnits(to: 9)
        #expect(
            site.units.map(\.id) == [
                "a", "b", "rope", "a-2", "b-2", "rope-2", "a-3", "b-3", "rope-3",
            ])
        #expect(
            site.units.map { $0.parameters["period"] } == [nil, nil, nil, 2, 2, 1, 0.5, 0.5, 0.25])
        #expect(site.problems.isEmpty && site.timed.count == 1)
        #expect(Set(site.injections.map(\.unit)) == ["b", "rope", "rope-2", "rope-3"])
        site.repeatUnits(to: 1)
        #expect(site.units.map(\.id) == ["a"] && site.timed.isEmpty)
        // Ids that are taken are passed over, and rates that a model cannot have.
        site.units = [
            .init(id: "b", model: "lift", parameters: ["period": 15]),
            .init(id: "b-2", model: "lift", parameters: ["period": 0.06]),
        ]
        site.repeatUnits(to: 6)
        #expect(site.units.map(\.id) == ["b", "b-2", "b-3", "b-2-2", "b-4", "b-2-3"])
        #expect(site.units.map { $0.parameters["period"] } == [15, 0.06, 15, 0.12, 7.5, 0.06])
        #expect(site.problems.isEmpty)
    }

    @Test("a hundred thousand machines, each with random faults, are a sound scenario")
    func manyMachines() {
        var site = Self.site([Self.silence(.model("lift"), mean: 86_400)])
        site.repeatUnits(to: 100_000)
        #expect(site.problems.isEmpty)
        #expect(site.injections.count > 30_000)
    }

    private static let file = """
        name: evening
        about: {en: An evening, zh: 傍晚}
        site: s
        seed: 7
        duration: 12h
        start_hour: 8
        equipment:
          - {id: lift, model: lift, count: 2, parameters: {period: 2}}
          - {id: line, model: gondola}
        random_faults:
          - {model: lift, fault: silence, mean_between: 2h, lasts: [90s, 5min], expects: [{rule: lift.silent, within: 80}]}
          - {equipment: line, causes: [{fault: tension_leak, size: [15, 25]}], mean_between: 3h, lasts: 60s}
        weather:
          - {event: storm, size: 25, at: 1h, lasts: 10min, expects: [{rule: ropeway.wind_stop, within: 300}], allows: [ropeway.wind_warning]}
        """

    private static func read(_ text: String) throws -> Scenario {
        let path = NSTemporaryDirectory() + "scenario-\(UUID()).yaml"
        defer { unlink(path) }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return try rules().scenario(path)
    }

    @Test("a file says what comes at random, and what weather comes over the site")
    func readsFile() throws {
        let scenario = try Self.read(Self.file)
        #expect(scenario.units.map { $0.parameters["period"] } == [2, 2, nil])
        let silences = scenario.injections.filter { $0.causes[0].fault == "silence" }
        #expect(silences.count > 2)
        #expect(silences.allSatisfy { (90...300).contains($0.lasts) && $0.expects.count == 1 })
        let leaks = scenario.injections.filter { $0.causes[0].fault == "tension_leak" }
        #expect(!leaks.isEmpty && leaks.allSatisfy { $0.unit == "line" && $0.lasts == 60 })
        #expect(leaks.allSatisfy { (15...25).contains($0.causes[0].size ?? 0) })
        let storms = scenario.injections.filter { $0.causes[0].fault == "storm" }
        #expect(storms.map(\.unit) == ["lift-1", "lift-2", "line"])
        #expect(storms.map(\.expects.count) == [0, 0, 1])
    }

    @Test(
        "what is wrong with it is told with its line",
        arguments: [
            ("mean_between: 2h", "mean_between: 1s", 1, "the mean wait must be 10 s at least"),
            ("model: lift, fault", "fault", 11, "either equipment or model"),
            ("equipment: line, causes", "equipment: lime, causes", 12, "no equipment lime"),
            (
                "model: lift, fault", "model: escalator, fault", 11,
                "no equipment of model escalator"
            ),
            ("lasts: [90s, 5min]", "lasts: [5min, 90s]", 11, "of which the first is less"),
            ("lasts: [90s, 5min]", "lasts: [90s, soon]", 11, "of which the first is less"),
            ("size: [15, 25]", "size: [15, 250]", 12, "must lie between 0.0 and 100.0"),
            ("size: [15, 25]", "size: 15, signal: rope.speed", 12, "is no fault of a sensor"),
            ("event: storm", "event: flood", 14, "event must be one of storm"),
            ("size: 25", "size: 99", 14, "size must lie between 0.0 and 60.0"),
            ("rule: ropeway.wind_stop", "rule: coaster.wind_stop", 14, "no machine of this site"),
            ("at: 1h", "at: 13h", 1, "storm: it lies outside the scenario"),
            ("period: 2}", "period: 0.015}", 1, "period must be a multiple of 0.02 s"),
            ("fault: silence", "fault: silence, size: 3", 11, "it has no size"),
        ])
    func badFile(good: String, bad: String, line: Int, message: String) throws {
        #expect(Self.file.contains(good))
        let text = Self.file.replacingOccurrences(of: good, with: bad)
        do {
            _ = try Self.read(text)
            Issue.record("\(bad) was accepted")
        } catch let error as InvalidConfiguration {
            let problem = error.problems.first { $0.message.contains(message) }
            #expect(problem?.line == line, "\(error.problems)")
        }
    }
}
