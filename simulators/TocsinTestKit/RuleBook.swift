public import Configuration
import Detection
public import Line
import RuleLanguage
public import Simulation
import Supervision

/// Kinds of equipment with their rules, to rehearse simulated or recorded machines against.
public struct RuleBook: Sendable {
    /// A site with the kinds and rules; its own equipment does not matter.
    public let configuration: SiteConfiguration

    /// Reads kinds, rules and curves.
    ///
    /// - Parameters:
    ///   - configuration: a site's file.
    ///   - rules: a directory of rules, instead of the one that the site's file names.
    /// - Throws: every problem of every file.
    public init(
        configuration: String = "config/tocsin.yaml", rules: String? = nil
    ) throws(InvalidConfiguration) {
        var site = try SiteConfiguration.load(configuration, rules: rules)
        // Papers say nothing about a simulated machine.
        site.plan.supervision.records = []
        site.plan.running = []
        self.configuration = site
    }

    /// Why the rules do not fit a scenario's machines.
    public struct Unfit: Error, Sendable {
        /// For people, one line for each problem.
        public var problems: [String]
    }

    /// The ids of the rules of a kind of equipment.
    public func rules(of kind: String) -> [String] {
        profile(of: kind)?.rules.map(\.id) ?? []
    }

    func profile(of kind: String) -> Profile? {
        configuration.plan.profiles.first { $0.kind == kind }
    }

    /// The plan of a site with the machines of a scenario: what the rules have to know of each is
    /// what the scenario says, and for the rest what the model is built from.
    public func plan(for scenario: Scenario) throws(Unfit) -> SitePlan {
        var plan = configuration.plan
        var compiler = Compiler()
        var problems: [String] = []
        var known: [(kind: Int, parameters: [String: Double], variant: UInt32)] = []
        plan.site = scenario.site
        plan.equipment = []
        plan.variantOfEquipment = []
        for unit in scenario.units {
            if unit.payload == .gbt24476 {
                problems.append("\(unit.id): the agent has no map for GB/T 24476 payloads yet")
            }
            guard let sheet = Models.sheet(unit.model),
                let kind = plan.profiles.firstIndex(where: { $0.kind == sheet.kind })
            else {
                problems.append("\(unit.id): the rules know no kind for a \(unit.model)")
                continue
            }
            let silent = Double(plan.profiles[kind].silentAfter.nanoseconds) / 1e9
            if 2 * sheet.period(of: unit) > silent {
                problems.append(
                    "\(unit.id): its period is more than half of the \(silent) s after which a "
                        + "\(sheet.kind) is silent")
            }
            let parameters = parameters(of: unit, sheet, plan.profiles[kind].vocabulary)
            plan.equipment.append(
                SitePlan.Equipment(
                    id: unit.id, kind: kind,
                    name: BilingualText(english: sheet.title.en, chinese: sheet.title.zh),
                    topic: "telemetry/\(scenario.site)/\(sheet.kind)/\(unit.id)",
                    parameters: parameters))
            if let same = known.first(where: { $0.kind == kind && $0.parameters == parameters }) {
                plan.variantOfEquipment.append(same.variant)
                continue
            }
            switch compiler.add(plan.profiles[kind], parameters: parameters) {
            case .success(let variant):
                known.append((kind, parameters, UInt32(variant)))
                plan.variantOfEquipment.append(UInt32(variant))
            case .failure(let list):
                problems += list.problems.map {
                    "\(unit.id): rule \($0.rule): \($0.diagnostic.message)"
                }
            }
        }
        guard problems.isEmpty else { throw Unfit(problems: problems) }
        plan.program = compiler.result
        return plan
    }

    private func parameters(
        of unit: Scenario.Unit, _ sheet: DataSheet, _ vocabulary: Vocabulary
    ) -> [String: Double] {
        var parameters = ["period": sheet.period(of: unit)]
        for entry in vocabulary.parameters where entry.name != "period" {
            let usual = sheet.parameters.first { $0.name == entry.name }?.usual
            if let value = unit.parameters[entry.name] ?? usual { parameters[entry.name] = value }
        }
        return parameters
    }
}
