import Detection
import RuleLanguage
public import Supervision

extension Line {
    /// Does what a person asks for, if it can be done; what has to be committed waits in the batch.
    ///
    /// - Throws: a refusal that says why not and what can be done.
    public mutating func obey(
        _ command: HazardCommand, at place: HazardPlace, _ word: Word
    ) throws(Refusal) {
        try word.check()
        if isHomeless(place), command == .release {
            advance(to: word.at)
            return withdraw(place, word)
        }
        if let rule = casebook.records.rule(place.rule) {
            return try obey(command, at: place, ofPapers: rule, word)
        }
        guard let device = device(place.equipment) else {
            let known = plan.equipment.prefix(20).map(\.id).joined(separator: ", ")
            throw Refusal("there is no equipment \(place.equipment): there are \(known)")
        }
        guard let rule = rule(place.rule, of: device) else {
            throw Refusal(
                "there is no rule \(place.rule) for \(place.equipment): see tocsin hazards list")
        }
        advance(to: word.at)
        var word = word
        word.at = lastArrival
        switch command {
        case .acknowledge: try acknowledge(rule, on: device, place, word)
        case .release: try release(rule, on: device, place, word)
        case .shelve(let until):
            try register.shelve(
                place, profile(of: device).rules[rule], until: until, word, into: &batch)
        case .unshelve: try register.unshelve(place, word, into: &batch)
        }
        collect()
        scheduleOffice()
    }

    /// Whether something is on record there whose rule or equipment is gone.
    private func isHomeless(_ place: HazardPlace) -> Bool {
        register.record(at: place) != nil && casebook.records.rule(place.rule) == nil
            && device(place.equipment).flatMap { rule(place.rule, of: $0) } == nil
    }

    /// What papers show ends when the papers are put right.
    private mutating func obey(
        _ command: HazardCommand, at place: HazardPlace, ofPapers rule: Rule, _ word: Word
    ) throws(Refusal) {
        advance(to: word.at)
        var word = word
        word.at = lastArrival
        defer { scheduleOffice() }
        guard let record = register.record(at: place) else {
            throw Refusal("nothing stands at \(place): see tocsin hazards list")
        }
        switch command {
        case .acknowledge:
            if let earlier = record.acknowledged {
                throw Refusal("\(place) has been acknowledged already, by \(earlier.actor)")
            }
            let change = HazardChange(
                site: plan.site, equipment: place.equipment, rule: rule, change: .timing,
                at: word.at, decided: word.at, raisedAt: record.raisedAt, value: nil)
            register.acknowledge(change, word, into: &batch)
        case .release:
            throw Refusal(
                "\(place) ends when the registry is put right, or what is missing is logged")
        case .shelve(let until):
            try register.shelve(place, rule, until: until, word, into: &batch)
        case .unshelve: try register.unshelve(place, word, into: &batch)
        }
    }

    /// Nothing watches it any more, so only a person can say that it is over.
    private mutating func withdraw(_ place: HazardPlace, _ word: Word) {
        register.withdraw(place, word, into: &batch)
        homeless.removeAll { $0.equipment == place.equipment && $0.rule == place.rule }
        batch.states.append(
            StoredRuleState(equipment: place.equipment, rule: place.rule, state: .initial))
    }

    private mutating func acknowledge(
        _ rule: Int, on device: Int, _ place: HazardPlace, _ word: Word
    ) throws(Refusal) {
        guard let record = register.record(at: place), record.phase != .suppressed else {
            throw Refusal("nothing stands at \(place) that could be acknowledged")
        }
        if let earlier = record.acknowledged {
            throw Refusal("\(place) has been acknowledged already, by \(earlier.actor)")
        }
        let change = change(of: rule, on: device, raisedAt: record.raisedAt)
        register.acknowledge(change, word, into: &batch)
        _ = engine.acknowledge(rule, on: device, at: word.at)
    }

    private mutating func release(
        _ rule: Int, on device: Int, _ place: HazardPlace, _ word: Word
    ) throws(Refusal) {
        switch engine.release(rule, on: device, at: word.at) {
        case .cleared: register.release(place, word, into: &batch)
        case .notStanding: throw Refusal("nothing stands at \(place) that could be released")
        case .stillActive, .noted:
            throw Refusal(
                "\(place) is not back within its limits, as far as is known: it can be "
                    + "acknowledged, and released once it has returned")
        case .notApplicable:
            throw Refusal(
                "\(place) needs no release: it ends by itself or once it is acknowledged")
        }
    }
}
