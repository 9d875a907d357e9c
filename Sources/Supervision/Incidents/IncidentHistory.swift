public import Ledger

/// Incidents as the ledger tells them, open and closed.
public struct IncidentHistory: Sendable {
    /// The incidents, in the order of their beginning.
    public private(set) var incidents: [Incident] = []
    /// Their steps, in the order of the ledger.
    public private(set) var events: [IncidentEvent] = []

    /// Takes the entries of incidents, in the order of the ledger.
    public init(_ entries: [JSONValue]) {
        var places: [String: Int] = [:]
        for event in entries.compactMap({ IncidentEvent(entry: $0) }) {
            events.append(event)
            if let place = places[event.incident] {
                incidents[place].take(event)
            } else if let incident = Incident(beginning: event) {
                places[event.incident] = incidents.count
                incidents.append(incident)
            }
        }
    }
}
