import Detection
import Timestamps

/// Which equipment has not been seen to run today: what has is not looked at again until tomorrow.
struct RunWatch {
    /// Where it shows that a piece of equipment runs.
    struct Sign {
        var device: Int
        var slot: Int
        var atLeast: Double
    }

    private let all: [Sign]
    private var today: CivilDate?
    /// Those that have not been seen to run today.
    private(set) var unseen: [Sign] = []

    /// One that watches nothing.
    init() { all = [] }

    init(_ plan: SitePlan) {
        all = plan.equipment.enumerated().compactMap { device, equipment in
            plan.running.first { $0.kind == equipment.kind }.map {
                Sign(device: device, slot: $0.slot, atLeast: $0.atLeast)
            }
        }
    }

    /// Begins a day, if it is a new one; then everything is looked at again, but for what is known
    /// to have run.
    mutating func begin(_ date: CivilDate, hasRun: (Int) -> Bool) {
        guard date != today else { return }
        today = date
        unseen = all.filter { !hasRun($0.device) }
    }

    /// Takes out what runs, and hands it over.
    mutating func takeRunning(_ runs: (Sign) -> Bool) -> [Int] {
        var found: [Int] = []
        unseen.removeAll { sign in
            guard runs(sign) else { return false }
            found.append(sign.device)
            return true
        }
        return found
    }
}
