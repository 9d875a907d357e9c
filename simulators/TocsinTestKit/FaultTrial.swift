public import Simulation

/// One thing that can go wrong with one model, in sizes that must be found and in sizes that must
/// stay silent.
public struct FaultTrial: Sendable {
    /// Its id, once in a model's file.
    public var id: String
    /// What it is.
    public var title: Bilingual
    /// The model.
    public var model: String
    /// The faults, there together.
    public var causes: [RandomFault.Cause]
    /// The same in sizes that must stay silent; empty when there is no such thing.
    public var nearMiss: [RandomFault.Cause]
    /// Seconds of health before, at least.
    public var before: Double
    /// Seconds by which the beginning varies.
    public var vary: Double
    /// Seconds for which the causes stay.
    public var lasts: Double
    /// Seconds afterwards.
    public var after: Double
    /// What differs from the model's usual numbers.
    public var parameters: [String: Double]
    /// What must be raised.
    public var expects: [Injection.Expectation]
    /// What may be raised.
    public var allows: [String]

    /// The scenario of one seed.
    ///
    /// - Parameter isNearMiss: in sizes that must stay silent.
    public func scenario(seed: UInt64, isNearMiss: Bool = false) -> Scenario {
        // Each trial has numbers of its own: one that is added changes no other.
        var random = RandomStream(seed: seed, for: "\(model)/\(id)")
        let start = before + random.uniform(0, vary)
        let causes = (isNearMiss ? nearMiss : self.causes).map { $0.drawn(&random) }
        return Scenario(
            name: id, about: title, site: "trial", seed: seed,
            duration: start + lasts + after,
            units: [.init(id: "m", model: model, parameters: parameters)],
            injections: [
                Injection(
                    unit: "m", causes: causes, at: start, lasts: lasts,
                    expects: isNearMiss ? [] : expects, allows: allows, after: after)
            ])
    }
}
