/// A lift that does anything, one message at a time; every message has every signal.
struct RestlessLift {
    var random: SplitMix
    private var values: [String: String] = [
        "car.speed": "0", "car.doorZone": "true", "door.car": "\"closed\"",
        "car.passenger": "false", "motor.run": "false", "car.serviceMode": "\"normal\"",
        "sw.finalUp": "false", "chain.doorLock": "true", "car.load": "10",
        "car.levelError": "0",
    ]

    init(seed: UInt64) { random = SplitMix(state: seed) }

    /// The same message at another time.
    static func restamped(_ message: String, at milliseconds: Int64) -> String {
        let comma = message.firstIndex(of: ",") ?? message.endIndex
        return "{\"ts\":\(milliseconds)" + message[comma...]
    }

    mutating func message(at milliseconds: Int64) -> String { message(stamp: "\(milliseconds)") }

    mutating func message(stamp: String) -> String {
        let choices: [(String, [String])] = [
            ("car.speed", ["0", "0.2", "1.7", "2.6"]), ("car.doorZone", ["true", "false"]),
            ("door.car", ["\"closed\"", "\"open\"", "\"locked\"", "null"]),
            ("car.passenger", ["true", "false"]), ("motor.run", ["true", "false"]),
            ("sw.finalUp", ["true", "false", "false", "false"]),
            ("chain.doorLock", ["true", "false"]), ("car.load", ["10", "105", "130"]),
            ("car.levelError", ["0", "30", "-60"]),
        ]
        for (name, words) in choices where random.below(25) == 0 {
            values[name] = words[random.below(words.count)]
        }
        let fields = values.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
        return "{\"ts\":\(stamp),\(fields.joined(separator: ","))}"
    }
}

struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}
