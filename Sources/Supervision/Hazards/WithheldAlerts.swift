/// The alerts that wait, oldest first.
///
/// In a flood one hazard after another is held back, perhaps a hundred thousand of them, so that
/// looking whether a new one has an alert waiting must not mean looking through all.
struct WithheldAlerts: Sendable {
    private(set) var alerts: [WithheldAlert] = []
    /// How many wait for each hazard; only asked, never listed.
    private var waiting: [String: Int] = [:]

    init(_ alerts: [WithheldAlert] = []) {
        for alert in alerts { append(alert) }
    }

    mutating func append(_ alert: WithheldAlert) {
        alerts.append(alert)
        waiting[alert.alert.hazard, default: 0] += 1
    }

    /// Takes out those of one hazard.
    mutating func remove(of hazard: String) -> [WithheldAlert] {
        guard waiting[hazard] != nil else { return [] }
        return remove { $0.alert.hazard == hazard }
    }

    /// Takes out those that fit, in their order.
    mutating func remove(where fits: (WithheldAlert) -> Bool) -> [WithheldAlert] {
        let removed = alerts.filter(fits)
        guard !removed.isEmpty else { return [] }
        alerts.removeAll(where: fits)
        for alert in removed {
            let left = (waiting[alert.alert.hazard] ?? 1) - 1
            waiting[alert.alert.hazard] = left == 0 ? nil : left
        }
        return removed
    }
}
