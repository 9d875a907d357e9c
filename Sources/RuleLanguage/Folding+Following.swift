import Detection

// Settings of the functions that follow a signal from reading to reading.

extension Folder {
    /// What the engine needs to know: a curve's points in pairs, or levels and times in seconds.
    mutating func settings(
        of form: Derivation.Form, _ arguments: [Expression]
    ) throws(Diagnostic) -> [Double] {
        if case .text(let id, _) = arguments[0], let curve = vocabulary.curve(id) {
            return curve.points.flatMap { [$0.duration, $0.limit] }
        }
        var settings: [Double] = []
        for argument in arguments.dropFirst() {
            settings.append(try constant(argument))
        }
        return settings
    }

    /// Refuses settings with which the function could never say anything.
    func check(
        _ form: Derivation.Form, _ settings: [Double], sampledEvery period: Double, at: Int
    ) throws(Diagnostic) {
        switch form {
        case .dwell, .impact:
            if settings[0] > 0, period > settings[0] {
                throw Diagnostic(
                    offset: at,
                    "the curve begins at \(settings[0]) s, and this is sampled every \(period) s: "
                        + "declare the signal's own period, or measure faster")
            }
        case .steep where settings[0] >= settings[1]:
            throw Diagnostic(offset: at, "steep needs a lower level before a higher one")
        case .steep where period > settings[3]:
            throw Diagnostic(
                offset: at,
                "a rise within \(settings[3]) s cannot be seen when sampled every \(period) s")
        case .reversal where settings[0] <= 0 || settings[1] <= 0:
            throw Diagnostic(offset: at, "reversal takes two positive limits")
        case .slope where settings[0] < 2 * period || settings[0] > 63 * period:
            throw Diagnostic(
                offset: at,
                "slope needs a window of 2 to 63 readings, which come every \(period) s")
        case .program, .rate, .lowpass, .mean, .minimum, .maximum, .stuck, .changed, .count,
            .held, .age, .steep, .afterLow, .reversal, .slope:
            break
        }
    }

    private mutating func constant(_ argument: Expression) throws(Diagnostic) -> Double {
        guard let value = try fold(argument).constant else {
            throw Diagnostic(
                offset: argument.offset, "this must be known when the rules are loaded")
        }
        return value
    }
}
