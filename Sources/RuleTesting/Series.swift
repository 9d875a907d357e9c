public import RuleLanguage

/// The values of one signal, one after another, in the shorthand of `promtool test rules`.
///
/// `1 2 3` are three readings; `5x3` is 5 and three more of it; `1+2x3` is 1 3 5 7; `9-2x2` is
/// 9 7 5; `_` is a message without the signal, `_x3` three of them; `null` says that the device
/// has no value. Booleans and labels are written as such: `falsex9 true`.
public struct Series: Sendable, Equatable {
    /// One place of a series.
    public enum Sample: Sendable, Equatable {
        /// The message does not have the signal.
        case absent
        /// The device says that it has no value.
        case missing
        /// A value; booleans 1 or 0, labels by code.
        case value(Double)
    }

    /// The samples, in order.
    public var samples: [Sample]

    /// Samples that one series may have: an hour at 20 ms.
    public static let limit = 180_000

    /// Why a text is no series.
    public struct Invalid: Error, Sendable, Equatable {
        /// For people, with the remedy.
        public var message: String
    }

    /// Reads a series of a signal of this type.
    public init(_ text: String, of type: ValueType) throws(Invalid) {
        samples = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            try append(String(word), of: type)
            guard samples.count <= Self.limit else {
                throw Invalid(message: "a series has at most \(Self.limit) readings")
            }
        }
    }

    private mutating func append(_ word: String, of type: ValueType) throws(Invalid) {
        // A label may end in x and digits, so the whole word is tried first.
        if let sample = Self.sample(word, of: type) { return samples.append(sample) }
        guard let cross = word.lastIndex(of: "x"),
            let count = Int(word[word.index(after: cross)...]), (0...Self.limit).contains(count)
        else { throw Self.unreadable(word, type) }
        let head = String(word[..<cross])
        if head == "_" {
            samples += [Sample](repeating: .absent, count: count)
        } else if let sample = Self.sample(head, of: type) {
            samples += [Sample](repeating: sample, count: count + 1)
        } else if case .number = type, let (first, step) = Self.ramp(head),
            (first + Double(count) * step).isFinite
        {
            samples += (0...count).map { .value(first + Double($0) * step) }
        } else {
            throw Self.unreadable(word, type)
        }
    }

    private static func sample(_ word: String, of type: ValueType) -> Sample? {
        switch word {
        case "_": .absent
        case "null": .missing
        default: type.value(of: word).map { .value($0) }
        }
    }

    /// `1+2` or `9-2`: where it begins and its step.
    private static func ramp(_ text: String) -> (Double, Double)? {
        for index in text.indices.dropFirst() where "+-".contains(text[index]) {
            guard let first = Double(text[..<index]), let step = Double(text[index...]),
                first.isFinite, step.isFinite
            else { continue }
            return (first, step)
        }
        return nil
    }

    private static func unreadable(_ word: String, _ type: ValueType) -> Invalid {
        Invalid(
            message: "'\(word)' is no reading: expected \(type.description), _, null, "
                + "or one of them with xN for N more")
    }
}
