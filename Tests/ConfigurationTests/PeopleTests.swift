import Configuration
import Detection
import Foundation
import Ledger
import Line
import RuleLanguage
import Supervision
import Testing

/// What people say, through the line.
@Suite struct PeopleTests {
    private static let start = Instant(nanoseconds: 1_767_225_600_000_000_000)
    private static let place = HazardPlace(equipment: "lift-1", rule: "lift.running_with_door_open")

    private func word(_ seconds: Int64) -> Word {
        Word(actor: "officer", reason: "seen", at: Self.start + .seconds(seconds))
    }

    @Test("an acknowledgement ends what waited for one, and its record says who it was")
    func acknowledged() throws {
        let plan = try SiteConfiguration.load(
            root.appendingPathComponent("config/tocsin.yaml").path
        ).plan
        var line = Line(plan: plan, at: Self.start)
        line.start(at: Self.start)
        func receive(_ payload: String, at seconds: Int64) {
            Array("telemetry/demo/lift/lift-1".utf8).withUnsafeBytes { topic in
                Array(payload.utf8).withUnsafeBytes {
                    line.receive(
                        arrival: Self.start + .seconds(seconds), topic: topic, payload: $0)
                }
            }
        }
        receive(
            #"{"door.car":"open","chain.doorLock":true,"car.speed":1,"car.doorZone":false}"#, at: 1)
        receive(#"{"door.car":"closed","car.speed":0}"#, at: 2)
        receive(#"{"car.speed":0}"#, at: 9)
        let before = line.takeBatch().batch
        #expect(
            before.entries.map(\.kind) == ["hazard.raised", "listing.detected", "hazard.returned"])
        try line.obey(.acknowledge, at: Self.place, word(10))
        let after = line.takeBatch().batch
        #expect(after.entries.map(\.kind) == ["hazard.acknowledged", "hazard.cleared"])
        #expect(after.entries.map(\.actor) == ["officer", "agent"])
        #expect(after.alerts.map(\.state) == ["acknowledged", "cleared"])
        #expect(after.states.allSatisfy { $0.state.phase == .normal })
        #expect(throws: Refusal.self) { try line.obey(.acknowledge, at: Self.place, word(11)) }
        #expect(line.takeBatch().batch.entries.isEmpty)
    }

    @Test("a third emergency stop in a day is a hazard of its own, across a restart")
    func repeated() throws {
        // The rule is tested with the shipped ones; here it is the store that counts.
        let plan = try SiteConfiguration.load(
            root.appendingPathComponent("config/tocsin.yaml").path
        ).plan
        var register = StoredRegister()
        var found: [String] = []
        for round in 0..<3 {
            let begin = Self.start + .seconds(Int64(round) * 3_600)
            var line = Line(plan: plan, at: begin)
            var stored = StoredState()
            stored.register = register
            line.restore(stored)
            line.start(at: begin)
            for (seconds, isClosed) in [(1, true), (2, false), (3, true), (9, true)] {
                let payload = #"{"chain.safety":\#(isClosed),"car.status":"running"}"#
                Array("telemetry/demo/lift/lift-1".utf8).withUnsafeBytes { topic in
                    Array(payload.utf8).withUnsafeBytes {
                        line.receive(
                            arrival: begin + .seconds(Int64(seconds)), topic: topic, payload: $0)
                    }
                }
            }
            let (batch, changes) = line.takeBatch()
            found += changes.map { "\($0.rule.id) \($0.change.word)" }
            for change in batch.register {
                if case .counted(let raise) = change { register.raises.append(raise) }
            }
        }
        #expect(register.raises.count == 3)
        #expect(found.last { $0.hasPrefix("lift.repeated_stops") } == "lift.repeated_stops raised")
        #expect(found.count { $0.hasPrefix("lift.repeated_stops") } == 1)
    }
}
