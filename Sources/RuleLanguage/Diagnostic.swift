/// Something wrong with a text, where, and what to do about it.
public struct Diagnostic: Error, Sendable, Equatable {
    /// Offset of the first wrong character, in Unicode scalars from the start of the text.
    public var offset: Int
    /// What is wrong, and the remedy, as one sentence.
    public var message: String

    /// Makes a diagnostic.
    public init(offset: Int, _ message: String) {
        self.offset = offset
        self.message = message
    }
}

/// Bounds on what a rule writer may write, each with its reason.
public enum LanguageLimits {
    /// Characters of one condition; the longest shipped one has about 700.
    public static let conditionLength = 4_096
    /// Seconds that a window may look back over: from one fast sample to a month, in which the
    /// slowest of the catalogue's counts fit.
    public static let window = 0.001...2_678_400.0
    /// Seconds that a running time may be compared with; nanoseconds of it fit into 64 bits.
    public static let elapsed = 0.0...1e9
    /// Highest cut-off of a filter as a share of the sampling frequency. Closer to a half the
    /// filter passes everything.
    public static let cutOffShare = 0.4
    /// Points of one curve; the longest shipped one has 34.
    public static let curvePoints = 64
    /// Sampling periods between two readings after which a curve or a crossing is followed no
    /// longer. Engineering default: three lost samples are bridged.
    static let bridgedPeriods = 4.0
    /// Operators of one condition: a long chain is a deep tree too. The longest shipped one has
    /// about 30.
    public static let operators = 256
    /// Nesting of parentheses, calls and operators; keeps recursion off the end of the stack.
    public static let nesting = 64
}

/// The name of `candidates` that was probably meant, if one is close.
func closest(to name: String, among candidates: [String]) -> String? {
    let ranked = candidates.map { ($0, editDistance(name, $0)) }
    guard let best = ranked.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }) else { return nil }
    return best.1 <= max(2, name.count / 3) ? best.0 : nil
}

/// Insertions, deletions and replacements between two names.
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left)
    let right = Array(right)
    var row = Array(0...right.count)
    for (line, first) in left.enumerated() {
        var diagonal = row[0]
        row[0] = line + 1
        for (column, second) in right.enumerated() {
            let replaced = diagonal + (first == second ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, row[column] + 1, row[column + 1] + 1)
        }
    }
    return row[right.count]
}
