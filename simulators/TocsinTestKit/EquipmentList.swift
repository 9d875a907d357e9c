import Line
import RuleLanguage
public import Simulation

extension RuleBook {
    /// The machines of a scenario as the `equipment` of a site's file, so that an agent knows them.
    ///
    /// - Throws: when the rules do not fit the machines.
    public func equipmentList(of scenario: Scenario) throws(Unfit) -> String {
        let plan = try plan(for: scenario)
        var text = "# The machines of the scenario \(scenario.name.filter { !$0.isNewline }).\n"
        text += "equipment:\n"
        for (unit, equipment) in zip(scenario.units, plan.equipment) {
            let profile = plan.profiles[equipment.kind]
            text += "  - id: \"\(equipment.id)\"\n    kind: \(profile.kind)\n"
            text +=
                "    name: {en: \"\(equipment.name.english) \(unit.id)\", "
                + "zh: \"\(equipment.name.chinese) \(unit.id)\"}\n"
            var parameters: [String] = []
            for entry in profile.vocabulary.parameters {
                guard let value = equipment.parameters[entry.name] else { continue }
                if entry.name == "period" {
                    text += "    period: \(Int((value * 1_000).rounded()))ms\n"
                } else {
                    parameters.append("\(entry.name): \(Self.text(value, as: entry.type))")
                }
            }
            if !parameters.isEmpty {
                text += "    parameters: {\(parameters.joined(separator: ", "))}\n"
            }
        }
        return text
    }

    private static func text(_ value: Double, as type: ValueType) -> String {
        switch type {
        case .number: "\(value)"
        case .boolean: value != 0 ? "true" : "false"
        case .enumeration(let labels):
            labels.first { Double($0.code) == value }?.label ?? "\(value)"
        }
    }
}
