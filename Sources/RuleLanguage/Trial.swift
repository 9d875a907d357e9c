/// What an expression is worth when some names are given values by hand.
public struct Trial: Sendable, Equatable {
    /// The value; booleans 1 or 0; `nil` while it is unknown.
    public var value: Double?
    /// What it is.
    public var type: ValueType

    /// A value that is known already.
    public init(value: Double?, type: ValueType) {
        self.value = value
        self.type = type
    }

    /// Works out an expression. A name of the vocabulary without a value is unknown.
    ///
    /// - Parameters:
    ///   - expression: as parsed.
    ///   - vocabulary: the names and what they are.
    ///   - values: values by name; booleans 1 or 0, labels by code.
    /// - Throws: everything that the checker finds; a function that looks back over readings has
    ///   none here.
    public static func run(
        _ expression: Expression, in vocabulary: Vocabulary, with values: [String: Double]
    ) throws(DiagnosticList) -> Trial {
        let (type, diagnostics) = Checker.type(of: expression, in: vocabulary)
        guard let type, diagnostics.isEmpty else { throw DiagnosticList(diagnostics) }
        if case .call(let name, _, let at) = expression.firstLookBack(in: vocabulary) {
            throw [
                Diagnostic(
                    offset: at,
                    "\(name) looks back over readings, of which there are none here: replay a "
                        + "capture instead")
            ]
        }
        var folder = Folder(vocabulary: vocabulary, parameters: values, isTrial: true)
        do throws(Diagnostic) {
            return Trial(value: try folder.fold(expression).constant, type: type)
        } catch {
            throw [error]
        }
    }

    /// For people: `2.5 m/s`, `true`, `unknown`.
    public var text: String {
        guard let value else { return "unknown" }
        if case .number(let unit) = type, !unit.isEmpty { return "\(value) \(unit)" }
        return type.text(of: value)
    }
}
