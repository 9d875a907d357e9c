import Configuration
import Detection
import Foundation
import Line
import RuleLanguage
import RuleTesting
import Testing

private let config = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("config").path

private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: config + "/tests").sorted()
        .map { config + "/tests/" + $0 }
}

@Suite struct ShippedRuleTests {
    @Test("every shipped rule does what its tests say, and every rule has tests")
    func shipped() throws {
        let site = try SiteConfiguration.load(config + "/tocsin.yaml")
        var tested: Set<String> = []
        for path in try files() {
            for item in try RuleTestFile.load(path, for: site).cases {
                let outcome = try item.test.run(
                    site.plan.profiles[item.kind], site.plan.schemas[item.kind])
                tested.insert(item.test.rule)
                #expect(
                    outcome.isPassed,
                    "\(path):\(item.line) \(item.test.rule): \(outcome.difference)")
            }
        }
        let rules = site.plan.profiles.flatMap(\.rules).map(\.id)
        #expect(rules.filter { !tested.contains($0) } == [])
    }

    /// What the tests of one rule show.
    private struct Aspects: OptionSet {
        let rawValue: Int
        static let raises = Aspects(rawValue: 1)
        static let ends = Aspects(rawValue: 2)
        static let staysQuiet = Aspects(rawValue: 4)
    }

    @Test("the tests of each shipped rule show it raise, end, and stay quiet")
    func aspects() throws {
        let site = try SiteConfiguration.load(config + "/tocsin.yaml")
        var shown: [String: Aspects] = [:]
        for path in try files() {
            for item in try RuleTestFile.load(path, for: site).cases {
                let words = item.test.expected.map(\.word)
                var aspects = shown[item.test.rule] ?? []
                if words.contains("raised") { aspects.insert(.raises) }
                if words.contains("cleared") || words.contains("returned") {
                    aspects.insert(.ends)
                }
                if words.isEmpty { aspects.insert(.staysQuiet) }
                shown[item.test.rule] = aspects
            }
        }
        for rule in site.plan.profiles.flatMap(\.rules) {
            var wanted: Aspects = [.raises]
            switch rule.watch {
            case .condition: wanted.formUnion([.ends, .staysQuiet])
            // It waits for a person, whom a series does not have.
            case .repetition: wanted.insert(.staysQuiet)
            case .silence: wanted.insert(.ends)
            }
            #expect(
                (shown[rule.id] ?? []).isSuperset(of: wanted),
                "\(rule.id) shows only \(shown[rule.id] ?? [])")
        }
    }

    @Test("nothing about a shipped rule is hardly meant, for the equipment of the tests either")
    func lint() throws {
        let site = try SiteConfiguration.load(config + "/tocsin.yaml")
        for path in try files() {
            guard let item = try RuleTestFile.load(path, for: site).cases.first else { continue }
            let profile = site.plan.profiles[item.kind]
            let parameters = item.test.parameters.merging(["period": 1]) { first, _ in first }
            for rule in profile.rules {
                let findings = Lint.check(rule, of: profile, parameters: parameters)
                #expect(findings.filter { !$0.isNote } == [], "\(path)")
            }
        }
    }

    @Test("unknown readings raise nothing and end nothing, whatever the rule")
    func unknown() throws {
        let site = try SiteConfiguration.load(config + "/tocsin.yaml")
        var tried = 0
        for path in try files() {
            for item in try RuleTestFile.load(path, for: site).cases
            where item.test.expected.first?.word == "raised" && item.test.clock == nil {
                let profile = site.plan.profiles[item.kind]
                guard let rule = profile.rules.first(where: { $0.id == item.test.rule }),
                    case .condition(let when, _) = rule.watch
                else { continue }
                // What goes on by itself, or is asked for by `assume`, may turn without a reading.
                let text = "\(when)"
                let mayTurn = ["\"age\"", "\"held\"", "\"assume\""]
                if mayTurn.contains(where: { text.contains($0) }) { continue }
                let raisedAt = item.test.expected[0].at
                let last = Int(raisedAt.nanoseconds / item.test.interval.nanoseconds)
                var blind = item.test
                blind.expected = [item.test.expected[0]]
                blind.series = item.test.series.map { signal, series in
                    (signal, series.replacing(after: last))
                }
                let stands = try blind.run(profile, site.plan.schemas[item.kind])
                #expect(
                    stands.isPassed,
                    "\(item.test.rule), \(item.test.name): \(stands.difference)")
                blind.expected = []
                blind.series = item.test.series.map { signal, series in
                    (signal, series.replacing(after: -1))
                }
                let quiet = try blind.run(profile, site.plan.schemas[item.kind])
                #expect(
                    quiet.isPassed, "\(item.test.rule), \(item.test.name): \(quiet.difference)")
                tried += 1
            }
        }
        #expect(tried > 200)
    }

    @Test("nothing suppresses an entrapment or a silence")
    func neverSuppressed() throws {
        let site = try SiteConfiguration.load(config + "/tocsin.yaml")
        let rules = site.plan.profiles.flatMap(\.rules).filter {
            $0.id.contains("entrapment") || $0.id.contains("stranding") || $0.id.contains("silent")
                || $0.id.contains("rescue")
        }
        #expect(rules.count > 3)
        for rule in rules {
            #expect(rule.suppressedWhen == nil && rule.inhibitedBy.isEmpty, "\(rule.id)")
        }
    }

    @Test("a rule that does something else is shown side by side with what was expected")
    func difference() throws {
        let site = try SiteConfiguration.load(config + "/tocsin.yaml")
        let item = try #require(
            try RuleTestFile.load(config + "/tests/lift.yaml", for: site).cases.first)
        var test = item.test
        test.expected = [.init(at: .seconds(1), word: "raised"), test.expected[1]]
        let outcome = try test.run(
            site.plan.profiles[item.kind], site.plan.schemas[item.kind])
        #expect(!outcome.isPassed)
        #expect(
            outcome.difference == ["+ raised at 0.6s", "- raised at 1s", "  returned at 2.7s"])
    }

    @Test("a file that is wrong names every place")
    func invalid() throws {
        let site = try SiteConfiguration.load(config + "/tocsin.yaml")
        let path = NSTemporaryDirectory() + "tocsin-rule-tests-\(UUID()).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try """
        kind: lift
        tests:
          - name: one
            rule: lift.overspede
            every: 0s
            series: {car.sped: 1, car.speed: fast}
            parameters: {rated_speed: quick, height: 3}
            expect: [risen at 2s]
        """.write(toFile: path, atomically: true, encoding: .utf8)
        do throws(InvalidConfiguration) {
            _ = try RuleTestFile.load(path, for: site)
            Issue.record("it was taken")
        } catch {
            #expect(error.problems.map(\.line).sorted() == [4, 5, 6, 6, 7, 7, 8])
        }
    }
}

extension Series {
    /// The series with every sample after the one at `index` unknown.
    fileprivate func replacing(after index: Int) -> Series {
        var series = self
        for place in series.samples.indices where place > index {
            series.samples[place] = .missing
        }
        return series
    }
}
