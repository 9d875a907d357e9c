import AlertFormats
import Configuration
import Detection
import Foundation
import Line
import RuleLanguage
import Telemetry
import Testing

let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

@Suite struct ShippedFilesTests {
    @Test("the demonstration site loads, and every file of config/ belongs to it")
    func loads() throws {
        let site = try SiteConfiguration.load(
            root.appendingPathComponent("config/tocsin.yaml").path)
        #expect(
            site.plan.equipment.map(\.topic) == [
                "telemetry/demo/lift/lift-1", "telemetry/demo/lift/lift-2",
                "telemetry/demo/ropeway/ropeway-1", "telemetry/demo/coaster/coaster-1",
            ])
        let read = Set(site.files.map { URL(fileURLWithPath: $0).lastPathComponent })
        let all = FileManager.default.enumerator(
            at: root.appendingPathComponent("config"), includingPropertiesForKeys: nil)
        for case let file as URL in all ?? .init() where file.pathExtension != "" {
            // The broker's file is used by scripts/broker, which every integration test runs; the
            // files of tests by ShippedRuleTests, the templates by DocumentTests.
            #expect(
                read.contains(file.lastPathComponent) || file.lastPathComponent == "tocsin.conf"
                    || ["tests", "templates"].contains(
                        file.deletingLastPathComponent().lastPathComponent),
                "\(file.path) is read by nobody")
        }
    }

    @Test("what a shipped platform has codes for are rules and states that there are")
    func platforms() throws {
        let site = try SiteConfiguration.load(
            root.appendingPathComponent("config/tocsin.yaml").path)
        let rules = Set(site.plan.profiles.flatMap(\.rules).map(\.id))
        #expect(site.platforms.map(\.id) == ["lift-iot"])
        var tables = 0
        for field in site.platforms.flatMap(\.fields) {
            guard case .value(let lookup) = field.content, let table = lookup.table,
                lookup.path == ["data", "rule"]
            else { continue }
            #expect(rules.isSuperset(of: table.keys), "\(Set(table.keys).subtracting(rules))")
            tables += 1
        }
        #expect(tables == 1)
    }

    @Test("every hazard is decided by a rule or said to be for records, and the page says the same")
    func catalogue() throws {
        let site = try SiteConfiguration.load(
            root.appendingPathComponent("config/tocsin.yaml").path)
        let catalogue = try #require(site.catalogue)
        func ids(_ prefix: String, _ count: Int) -> [String] {
            (1...count).map { prefix + ($0 < 10 ? "0" : "") + String($0) }
        }
        #expect(
            catalogue.groups.flatMap(\.hazards).map(\.id)
                == ids("L", 57) + ids("E", 9) + ids("RW-", 40) + ids("AR-", 23))
        #expect(site.plan.profiles.flatMap(\.rules).filter { $0.catalogue.isEmpty }.isEmpty)
        let page = try String(
            contentsOf: root.appendingPathComponent("docs/catalogue.md"), encoding: .utf8)
        let document = try #require(CatalogueDocument(site))
        #expect(
            page == document.text,
            "docs/catalogue.md is old: tocsin rules catalogue > docs/catalogue.md")
    }

    @Test("a hazard that nobody decides, and a rule for none, are problems of the configuration")
    func undecided() throws {
        let source = try Self.copyOfConfiguration()
        defer { try? FileManager.default.removeItem(at: source) }
        let file = source.appendingPathComponent("catalogue.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacing("id: L08", with: "id: L08a").replacing("id: L09", with: "id: L08")
            .write(to: file, atomically: true, encoding: .utf8)
        do throws(InvalidConfiguration) {
            _ = try SiteConfiguration.load(source.appendingPathComponent("tocsin.yaml").path)
            Issue.record("it was taken")
        } catch {
            let messages = error.problems.map(\.message)
            for wanted in [
                "no rule decides L08a: say under 'records' why",
                "L08 is said to be for records alone, but a rule decides it",
            ] {
                #expect(messages.contains(wanted))
            }
        }
        try text.replacing("id: L08", with: "id: L09")
            .write(to: file, atomically: true, encoding: .utf8)
        do throws(InvalidConfiguration) {
            _ = try SiteConfiguration.load(source.appendingPathComponent("tocsin.yaml").path)
            Issue.record("it was taken")
        } catch {
            #expect(error.problems.map(\.message) == ["the hazard L09 stands twice"])
        }
        try text.replacing("id: L08", with: "id: L58")
            .write(to: file, atomically: true, encoding: .utf8)
        do throws(InvalidConfiguration) {
            _ = try SiteConfiguration.load(source.appendingPathComponent("tocsin.yaml").path)
            Issue.record("it was taken")
        } catch {
            #expect(
                error.problems.map(\.message).contains(
                    "the rule lift.governor_rope names the hazard L08, which is not here"))
        }
    }

    private static func copyOfConfiguration() throws -> URL {
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent(
            "tocsin-config-\(UUID())")
        try FileManager.default.copyItem(at: root.appendingPathComponent("config"), to: copy)
        return copy
    }

    @Test(
        "a default is in use until the equipment says otherwise; without an optional one, no rule")
    func defaults() throws {
        let site = try SiteConfiguration.load(
            root.appendingPathComponent("config/tocsin.yaml").path)
        let lift = site.plan.equipment[0]
        let vocabulary = site.plan.profiles[lift.kind].vocabulary
        #expect(
            vocabulary.defaultsInUse(lift.parameters).map(\.name)
                == ["door_open_limit", "rescue_limit"])
        let rules = site.plan.profiles[lift.kind].rules
        let idle = rules.filter { !vocabulary.missing(for: $0, in: lift.parameters).isEmpty }
        #expect(idle.map(\.id) == ["lift.brake_distance"])
        let given = lift.parameters.merging(["rescue_limit": 3_600, "brake_stop_distance": 1]) {
            $1
        }
        #expect(vocabulary.defaultsInUse(given).map(\.name) == ["door_open_limit"])
        #expect(rules.allSatisfy { vocabulary.missing(for: $0, in: given).isEmpty })
    }

    @Test("nothing about a shipped rule is hardly meant")
    func lint() throws {
        let plan = try SiteConfiguration.load(
            root.appendingPathComponent("config/tocsin.yaml").path
        ).plan
        for piece in plan.equipment {
            let profile = plan.profiles[piece.kind]
            for rule in profile.rules {
                let findings = Lint.check(rule, of: profile, parameters: piece.parameters)
                #expect(findings.filter { !$0.isNote } == [])
            }
        }
    }

    @Test("a rule's text is complete in both languages, and its source is named")
    func texts() throws {
        let site = try SiteConfiguration.load(
            root.appendingPathComponent("config/tocsin.yaml").path)
        for rule in site.plan.profiles.flatMap(\.rules) {
            #expect(rule.title.chinese.unicodeScalars.contains { $0.value > 0x3000 }, "\(rule.id)")
            #expect(
                rule.guidance.chinese.unicodeScalars.contains { $0.value > 0x3000 }, "\(rule.id)")
            #expect(rule.source.count > 5, "\(rule.id)")
        }
    }
}
