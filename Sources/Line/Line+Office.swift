import Detection
import Ledger
import RuleLanguage
public import Supervision
import Timestamps

// What the line does for the casebook: papers are judged, people are counted, runs are noted.

extension Line {
    /// How often equipment is looked at for whether it runs, until it has been seen to run that
    /// day. A run that is shorter may be missed. Engineering default: no trip of a lift between two
    /// floors is shorter.
    static var lookEvery: Duration { .seconds(5) }

    /// Listings, incidents and papers as they are.
    public var openListings: [Listing] { casebook.listings.openListings }

    /// Incidents that are not closed.
    public var openIncidents: [Incident] { casebook.incidents.openIncidents }

    /// Does what a person asks of the casebook.
    ///
    /// - Returns: what was done.
    /// - Throws: a refusal that says why not and what is possible.
    public mutating func obey(
        _ command: Casebook.Command, _ word: Word
    ) throws(Refusal) -> String {
        try word.check()
        advance(to: word.at)
        var word = word
        word.at = lastArrival
        if case .listing(.detected, _, let details) = command,
            let equipment = details["equipment"]?.text, device(equipment) == nil
        {
            throw Refusal("there is no equipment \(equipment)")
        }
        defer { scheduleOffice() }
        let message = try casebook.obey(command, word, into: &batch)
        if casebook.nextDue <= lastArrival { advanceCasebook() }
        return message
    }

    mutating func advanceCasebook() {
        var persons: [String: Int] = [:]
        for equipment in casebook.incidents.equipmentWithPeople {
            persons[equipment] = self.persons(on: equipment)
        }
        let register = register
        let changes = casebook.advance(
            to: lastArrival, persons: persons, standing: { register.record(at: $0) },
            into: &batch)
        for change in changes { take(change) }
    }

    /// How many people the equipment says that it carries; `nil` when it does not say.
    func persons(on equipment: String) -> Int? {
        guard let device = device(equipment) else { return nil }
        let profile = profile(of: device)
        guard let plan = plan.supervision.incidents.first(where: { $0.kind == profile.kind }),
            let signal = plan.personsSignal, let slot = profile.vocabulary.slot(of: signal),
            let count = engine.value(of: slot, on: device), count >= 0
        else { return nil }
        return Int(count.rounded())
    }

    /// Notes what runs and has not been seen to run today.
    mutating func lookForRuns() {
        let today = casebook.calendar.date(of: lastArrival)
        // Taken out, so that nothing is copied while the engine is asked.
        var watch = RunWatch()
        swap(&watch, &runWatch)
        watch.begin(today) { casebook.records.hasRun(plan.equipment[$0].id, on: today) }
        let running = watch.takeRunning { sign in
            abs(engine.value(of: sign.slot, on: sign.device) ?? 0) >= sign.atLeast
        }
        let isDone = watch.unseen.isEmpty
        swap(&watch, &runWatch)
        for device in running {
            casebook.noteRun(of: plan.equipment[device].id, at: lastArrival, into: &batch)
        }
        nextLook =
            isDone
            ? today.end(offset: casebook.calendar.offset) : lastArrival + Self.lookEvery
    }
}
