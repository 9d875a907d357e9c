/// The models that can be simulated.
public enum Models {
    /// All of them, in the order of the kinds.
    public static let all: [any Machine.Type] = [
        Lift.self, Escalator.self, Gondola.self, JigBack.self, FixedGripChair.self, Coaster.self,
        DropTower.self, Pendulum.self, ChairSwing.self,
    ]

    /// The data sheets of all.
    public static let sheets: [DataSheet] = all.map { $0.sheet }

    /// The model of that name.
    public static func named(_ name: String) -> (any Machine.Type)? {
        for model in all where model.sheet.model == name { return model }
        return nil
    }

    /// The data sheet of the model of that name.
    public static func sheet(_ name: String) -> DataSheet? {
        sheets.first { $0.model == name }
    }
}
