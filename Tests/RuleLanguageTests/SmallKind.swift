import RuleLanguage

/// A small kind for the tests of this module: a speed, a switch, a door; a rated speed and a gear.
let smallKind = Vocabulary(
    signals: [
        .init(name: "v", type: .number(unit: "m/s")), .init(name: "on", type: .boolean),
        .init(
            name: "door",
            type: .enumeration([.init(label: "open", code: 4), .init(label: "closed", code: 2)])),
    ],
    parameters: [
        .init(name: "rated", type: .number(unit: "m/s")),
        .init(name: "period", type: .number(unit: "s")),
        .init(
            name: "gear",
            type: .enumeration([.init(label: "slow", code: 1), .init(label: "fast", code: 2)])),
    ])
