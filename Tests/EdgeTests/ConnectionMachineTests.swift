import Detection
import MQTTTransport
import Testing

@Suite struct ConnectionMachineTests {
    private static func at(_ milliseconds: Int64) -> Instant {
        Instant(nanoseconds: 1_000_000_000_000) + .milliseconds(milliseconds)
    }

    @Test("it connects at once, and gives a broker up that does not answer CONNECT in time")
    func deadline() {
        var machine = ConnectionMachine(now: Self.at(0))
        #expect(machine.tick(now: Self.at(0)) == .connect)
        #expect(machine.tick(now: Self.at(9_999)) == .none)
        #expect(machine.tick(now: Self.at(10_000)) == .abandon)
    }

    @Test("the pause doubles up to its ceiling, whatever chance says")
    func backOff() {
        var machine = ConnectionMachine(now: Self.at(0))
        var now: Int64 = 0
        var pauses: [Int64] = []
        for _ in 0..<10 {
            #expect(machine.tick(now: Self.at(now)) == .connect)
            machine.lost(now: Self.at(now), chance: 1)
            let pause = (machine.nextTick - Self.at(now)).nanoseconds / 1_000_000
            pauses.append(pause)
            #expect(machine.tick(now: Self.at(now + pause - 1)) == .none)
            now += pause
        }
        #expect(pauses == [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000, 15_000])
    }

    @Test("chance shortens a pause by at most half")
    func jitter() {
        var machine = ConnectionMachine(now: Self.at(0))
        _ = machine.tick(now: Self.at(0))
        machine.lost(now: Self.at(0), chance: 0)
        #expect(machine.nextTick == Self.at(125))
    }

    @Test("only CONNACK resets the pause: a connection that merely opened does not")
    func resetByConnack() {
        var machine = ConnectionMachine(now: Self.at(0))
        var now: Int64 = 0
        for _ in 0..<4 {
            _ = machine.tick(now: Self.at(now))
            machine.lost(now: Self.at(now), chance: 1)
            now = (machine.nextTick - Self.at(0)).nanoseconds / 1_000_000
        }
        _ = machine.tick(now: Self.at(now))
        machine.accepted()
        #expect(machine.state == .connected)
        machine.lost(now: Self.at(now), chance: 1)
        #expect(machine.nextTick == Self.at(now + 250))
    }
}
