/// Holds the rope's tension: a counterweight, or a carriage on hydraulic cylinders.
///
/// The rope's free length changes with temperature, load and age; the carriage takes it up. Force
/// and carriage belong together by the rope's stiffness, so a carriage that does not move, moves
/// the force.
struct Tensioning {
    /// What pulls.
    enum Design { case counterweight, hydraulic }

    /// Force on the carriage, kN.
    private(set) var force: Double
    /// Way of the carriage from its place at commissioning, m; positive takes rope in.
    private(set) var position = 0.0
    /// Speed at which a leak lets the carriage go, m/s.
    var leak = 0.0
    /// Whether the pump can run.
    var hasPump = true
    /// Whether the counterweight or the carriage is jammed.
    var isJammed = false
    /// Lasting elongation that the rope is on its way to, m.
    var elongation = 0.0
    /// What the regulator's set value is multiplied by; 1 unless it is wrong.
    var setFactor = 1.0
    /// Whether the rope has parted, so that nothing pulls against the weight.
    var isSlack = false
    private let design: Design
    private let nominal: Double
    private let stiffness: Double
    private let length: Double
    private let stroke: Double
    private var elongated = 0.0
    private var ropeTemperature = 15.0
    private var isPumping = false
    private var isRelieving = false
    private var isSettled = false

    /// For a rope loop of this length (m) and this stiffness at the carriage (kN/m).
    init(design: Design, nominal: Double, stiffness: Double, length: Double, stroke: Double) {
        self.design = design
        self.nominal = nominal
        self.stiffness = stiffness
        self.length = length
        self.stroke = stroke
        force = nominal
    }

    /// Way that is left, mm.
    var travelLeft: Double { 1000 * min(stroke - position, 2 * stroke) }

    /// Height of the counterweight above its lower end, mm; it sinks as it takes rope in.
    var counterweightHeight: Double { travelLeft }

    /// The switch before the mechanical end, at 60 mm.
    var isAtEnd: Bool { travelLeft < 60 }

    /// Lets the rope's length change. `load` is the weight of passengers and ice on the line (kN),
    /// whose sag takes rope from the carriage.
    mutating func step(temperature: Double, load: Double, over time: Double) {
        // 12e-6 per kelvin for steel; 0.8 mm of sag per kN and km of loop (typical of full lines).
        if !isSettled { ropeTemperature = temperature }
        // A steel rope of 25 to 45 mm follows the air with 25 min (from its heat and surface).
        ropeTemperature += (temperature - ropeTemperature) * time / 1500
        // Months of growth in minutes, yet slower than the pump is.
        let most = 0.004 * time
        elongated += min(max(elongation - elongated, -most), most)
        let free =
            length / 2 * 12e-6 * (ropeTemperature - 15) + elongated
            - 0.8e-6 * length / 2 * load
        if !isSettled {
            isSettled = true
            position = free
        }
        if isSlack {
            position = min(position + 1.5 * time, stroke)
            // The rope's own weight still hangs on the wheel.
            force = max(force - nominal * time / 0.3, 0.03 * nominal)
            return
        }
        switch design {
        case .counterweight: hang(free)
        case .hydraulic: pump(time)
        }
        if leak > 0 { position = max(position - leak * time, free - nominal / stiffness) }
        position = min(position, stroke)
        force = max(nominal + stiffness * (position - free), 0)
    }

    /// A weight follows at once but for the friction of its guides, 0.5 % of it.
    private mutating func hang(_ free: Double) {
        guard !isJammed else { return }
        let slack = 0.005 * nominal / stiffness
        position = min(max(position, free - slack), free + slack)
    }

    /// The pump starts below 98.5 % and runs up to 100 %; a valve relieves above 101.5 %.
    private mutating func pump(_ time: Double) {
        let set = nominal * setFactor
        if force < 0.985 * set { isPumping = true }
        if force >= set { isPumping = false }
        if force > 1.015 * set { isRelieving = true }
        if force <= set { isRelieving = false }
        guard !isJammed else { return }
        if isPumping && hasPump { position += 0.006 * time }
        if isRelieving { position -= 0.006 * time }
    }
}
