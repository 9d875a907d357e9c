/// A unit of measurement that recordings come in, by what it measures.
///
/// Factors are exact by definition (SI Brochure; NIST SP 811 for feet and pounds).
enum MeasuringUnit {
    private struct Definition {
        var quantity: String
        var factor: Double
        var offset = 0.0
    }

    private static let all: [(name: String, definition: Definition)] = [
        ("m", .init(quantity: "length", factor: 1)),
        ("mm", .init(quantity: "length", factor: 0.001)),
        ("cm", .init(quantity: "length", factor: 0.01)),
        ("km", .init(quantity: "length", factor: 1_000)),
        ("ft", .init(quantity: "length", factor: 0.3048)),
        ("m/s", .init(quantity: "speed", factor: 1)),
        ("mm/s", .init(quantity: "speed", factor: 0.001)),
        ("m/min", .init(quantity: "speed", factor: 1.0 / 60)),
        ("km/h", .init(quantity: "speed", factor: 1 / 3.6)),
        ("ft/min", .init(quantity: "speed", factor: 0.3048 / 60)),
        ("m/s2", .init(quantity: "acceleration", factor: 1)),
        ("g", .init(quantity: "acceleration", factor: 9.80665)),
        ("mg", .init(quantity: "acceleration", factor: 0.00980665)),
        ("N", .init(quantity: "force", factor: 1)),
        ("kN", .init(quantity: "force", factor: 1_000)),
        ("Pa", .init(quantity: "pressure", factor: 1)),
        ("kPa", .init(quantity: "pressure", factor: 1_000)),
        ("MPa", .init(quantity: "pressure", factor: 1_000_000)),
        ("bar", .init(quantity: "pressure", factor: 100_000)),
        ("A", .init(quantity: "current", factor: 1)),
        ("mA", .init(quantity: "current", factor: 0.001)),
        ("°C", .init(quantity: "temperature", factor: 1)),
        ("K", .init(quantity: "temperature", factor: 1, offset: -273.15)),
        ("°F", .init(quantity: "temperature", factor: 5.0 / 9, offset: -160.0 / 9)),
        ("rad", .init(quantity: "angle", factor: 1)),
        ("deg", .init(quantity: "angle", factor: .pi / 180)),
        ("s", .init(quantity: "time", factor: 1)),
        ("min", .init(quantity: "time", factor: 60)),
        ("h", .init(quantity: "time", factor: 3_600)),
    ]

    /// How a number in one unit becomes one in another: `value * factor + offset`; `nil` when they
    /// do not measure the same.
    static func conversion(
        from: String, to: String
    ) -> (factor: Double, offset: Double)? {
        if from == to { return (1, 0) }
        guard let source = definition(from), let target = definition(to),
            source.quantity == target.quantity
        else { return nil }
        return (
            source.factor / target.factor, (source.offset - target.offset) / target.factor
        )
    }

    /// The units that can become this one, for messages.
    static func convertible(to unit: String) -> [String] {
        guard let target = definition(unit) else { return [unit] }
        return all.filter { $0.definition.quantity == target.quantity }.map(\.name)
    }

    private static func definition(_ name: String) -> Definition? {
        all.first { $0.name == name }?.definition
    }
}
