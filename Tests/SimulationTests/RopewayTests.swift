import Simulation
import Testing

/// Physics of the ropeways against closed forms.
@Suite("Ropeways")
struct RopewayTests {
    @Test("a circulating line ramps up in v / a and then holds its speed")
    func ramp() {
        var gondola = machine(Gondola.self)
        // 6 m/s at 0.15 m/s² take 40 s.
        run(&gondola, seconds: 20)
        #expect(abs(value("rope.speed", of: gondola) - 0.15 * 20) < 0.15)
        run(&gondola, seconds: 60)
        #expect(abs(value("rope.speed", of: gondola) - 6) < 0.05)
    }

    @Test("the even run's force is weight along the rope and rolling resistance")
    func evenRun() {
        // At night nobody rides, and the lines stand; half an hour before opening they are empty.
        var gondola = machine(Gondola.self, ["start_hour": 7.5])
        run(&gondola, seconds: 120)
        #expect(value("persons.online", of: gondola) == 0)
        // 30 cabins and 2160 m of rope a side, 2.5 % of the weight; the motor's nominal force is
        // that with 30 cabins of 8 persons of 75 kg uphill at 0.22 as well.
        let side = 30 * 800 + 7.5 * 2160
        let empty = 0.025 * 2 * side
        let full = 30.0 * 8 * 75
        let nominal = 0.22 * full + 0.025 * (2 * side + full)
        let expected = 900 * empty / nominal
        #expect(abs(value("motor.current", of: gondola) - expected) < 25)
    }

    @Test("every cabin that leaves is one spacing behind the one before")
    func spacing() {
        var gondola = machine(Gondola.self)
        run(&gondola, seconds: 300)
        // 12 s at full speed, to the step of 50 ms and the regulator's ripple.
        #expect(abs(value("carrier.interval", of: gondola) - 12) < 0.15)
    }

    @Test("the service brake's deceleration is the one that it is regulated to")
    func serviceStop() {
        for (start, expected) in [("gondola", 0.8), ("chairlift", 0.6)] {
            let found =
                start == "gondola"
                ? serviceStop(of: Gondola.self) : serviceStop(of: FixedGripChair.self)
            #expect(abs(found - expected) < 0.05 * expected + 0.02, "\(start)")
        }
    }

    @Test("a worn safety brake needs more way, as 1 / a has it")
    func emergencyStop() {
        // Two linings: way grows from the sound to the worn one, and the sound one keeps to what
        // was measured at acceptance.
        let sound = emergencyWay(lining: 1)
        let worn = emergencyWay(lining: 0.5)
        #expect(sound < 1.2 * 24)
        #expect(worn > 1.15 * sound)
    }

    @Test("a carrier without wind hangs straight down")
    func calm() {
        var chair = machine(FixedGripChair.self)
        run(&chair, seconds: 60)
        #expect(abs(value("carrier.swing", of: chair)) < 1e-9)
    }

    @Test("a steady cross wind holds the chair at the angle of drag and weight")
    func steadyWind() {
        var chair = machine(FixedGripChair.self, ["start_hour": 2])
        var weather = WeatherNow()
        weather.wind = 12
        weather.direction = 240
        for _ in 0..<(20 * 300) { chair.step(in: weather) }
        // tan(angle) = drag / weight: half of 1.2 · 1.1 · 1.1 m² · 12² over 230 kg.
        let drag = 0.5 * 1.2 * 1.1 * 1.1 * 144
        let tangent = drag / (230 * 9.81)
        // The drag acts at right angles to the hanger, so its sine is the ratio.
        #expect(abs(value("carrier.swing", of: chair) - tangent) < 0.001)
    }

    @Test("a counterweight keeps the force within its friction, whatever the temperature")
    func counterweight() {
        var chair = machine(FixedGripChair.self, ["start_hour": 2])
        var weather = WeatherNow()
        weather.temperature = 15
        for _ in 0..<200 { chair.step(in: weather) }
        let before = value("counterweight.position", of: chair)
        weather.temperature = 35
        for _ in 0..<(20 * 15000) { chair.step(in: weather) }
        // 900 m of loop at the carriage, 12e-6 per kelvin, 20 K after ten time constants of the
        // rope; the guides' friction of half a per cent holds back 0.6 kN of 93 kN/m.
        let sunk = before - value("counterweight.position", of: chair)
        #expect(abs(sunk - 1000 * 900 * 12e-6 * 20) < 15)
        #expect(abs(value("tension.force", of: chair) - 120) <= 0.005 * 120 + 1e-9)
    }

    @Test("a cabin of a reversible line docks at its stopping point")
    func docking() {
        var jigback = machine(JigBack.self)
        // 1500 m at 9.7 m/s with ramps of 0.2 and 0.4 m/s²: 20 + 48 + 113 + 24 + creeping.
        run(&jigback, seconds: 300)
        #expect(value("carrier.onLine", of: jigback) == 0)
        #expect(value("sw.overtravel", of: jigback) == 0)
        #expect(value("rope.speed", of: jigback) == 0)
    }

    @Test("twin ropes on unequal grooves run apart by the grooves' difference")
    func twinRopes() {
        var jigback = machine(JigBack.self)
        run(&jigback, seconds: 90)
        let speed = value("rope.speed", of: jigback)
        set(&jigback, "groove_worn", 0.02)
        run(&jigback, seconds: 0.1)
        #expect(abs(value("rope.speedDifference", of: jigback) - 0.02 * speed) < 0.01)
    }

    @Test("without drive, brake and backstop a loaded line rolls back; a backstop holds it")
    func rollback() {
        for backstop in [true, false] {
            var chair = machine(FixedGripChair.self, ["start_hour": 11])
            run(&chair, seconds: 60)
            set(&chair, "gear_shaft_broken", 1)
            if !backstop { set(&chair, "backstop_failed", 1) }
            var least = 0.0
            for _ in 0..<400 {
                run(&chair, seconds: 0.05)
                least = min(least, value("rope.speed", of: chair))
            }
            #expect(backstop ? least == 0 : least < -0.15)
        }
    }

    @Test("the same seed gives the same bits")
    func determinism() {
        var one = machine(Gondola.self)
        var two = machine(Gondola.self)
        run(&one, seconds: 900)
        run(&two, seconds: 900)
        for signal in Gondola.sheet.signals {
            let pair = (value(signal.name, of: one), value(signal.name, of: two))
            #expect(pair.0.bitPattern == pair.1.bitPattern, "\(signal.name)")
        }
    }

    private func machine<M: Machine>(
        _ type: M.Type, _ parameters: [String: Double] = [:]
    ) -> M {
        M(Parameters(parameters, for: M.sheet), random: RandomStream(seed: 5))
    }

    private func run<M: Machine>(_ machine: inout M, seconds: Double) {
        let weather = WeatherNow()
        for _ in 0..<Int((seconds / M.sheet.step).rounded()) { machine.step(in: weather) }
    }

    private func value<M: Machine>(_ name: String, of machine: M) -> Double {
        var values = [Double](repeating: .nan, count: M.sheet.signals.count)
        machine.tell(&values)
        guard let index = M.sheet.signals.firstIndex(where: { $0.name == name }) else {
            Issue.record("no signal \(name)")
            return .nan
        }
        return values[index]
    }

    private func set<M: Machine>(_ machine: inout M, _ fault: String, _ size: Double?) {
        guard let index = M.sheet.faults.firstIndex(where: { $0.name == fault }) else {
            Issue.record("no fault \(fault)")
            return
        }
        machine.set(fault: index, size: size)
    }

    private func serviceStop<M: Machine>(of type: M.Type) -> Double {
        var line = machine(type, ["start_hour": 13])
        run(&line, seconds: 80)
        set(&line, "stop_pressed", 1)
        run(&line, seconds: 30)
        return value("stop.deceleration", of: line)
    }

    private func emergencyWay(lining: Double) -> Double {
        var line = machine(Gondola.self, ["start_hour": 15])
        run(&line, seconds: 80)
        set(&line, "safety_brake_worn", lining)
        set(&line, "emergency_stop_pressed", 1)
        run(&line, seconds: 60)
        return value("stop.emergencyDistance", of: line)
    }
}
