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
            // The broker's file is used by scripts/broker, which every integration test runs.
            #expect(
                read.contains(file.lastPathComponent) || file.lastPathComponent == "tocsin.conf",
                "\(file.path) is read by nobody")
        }
    }

    @Test("the catalogue of this version is complete")
    func catalogue() throws {
        let site = try SiteConfiguration.load(
            root.appendingPathComponent("config/tocsin.yaml").path)
        let ids = Set(site.plan.profiles.flatMap(\.rules).map(\.id))
        let wanted = [
            "lift.overspeed", "lift.governor_failed", "lift.unintended_movement",
            "lift.running_with_door_open", "lift.stopped_outside_zone", "lift.entrapment",
            "lift.alarm_button", "lift.motor_run_time", "lift.overload_ignored",
            "lift.overtravel_top", "lift.machine_room_temperature", "lift.silent",
            "ropeway.overspeed", "ropeway.wind_stop", "ropeway.tension_limit",
            "ropeway.derailment", "ropeway.door_unlocked", "coaster.restraint_unlocked",
            "coaster.overspeed", "coaster.wind_stop",
        ]
        for id in wanted { #expect(ids.contains(id), "\(id)") }
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
