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
        // A clock that is off cannot be written as a series.
        #expect(rules.filter { !tested.contains($0) } == ["lift.clock"])
    }

    @Test("nothing suppresses an entrapment or a silence")
    func neverSuppressed() throws {
        let site = try SiteConfiguration.load(config + "/tocsin.yaml")
        let rules = site.plan.profiles.flatMap(\.rules).filter {
            $0.id.contains("entrapment") || $0.id.contains("stranding") || $0.id.contains("silent")
        }
        #expect(rules.count > 3)
        for rule in rules {
            #expect(rule.suppressedWhen == nil && rule.inhibitedBy.isEmpty, "\(rule.id)")
        }
    }

    @Test("a rule that does something else is shown side by side with what was expected")
    func difference() throws {
        let site = try SiteConfiguration.load(config + "/tocsin.yaml")
        var test = try #require(
            try RuleTestFile.load(config + "/tests/lift.yaml", for: site).cases.first
        ).test
        test.expected = [.init(at: .seconds(1), word: "raised"), test.expected[1]]
        let outcome = try test.run(site.plan.profiles[1], site.plan.schemas[1])
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
