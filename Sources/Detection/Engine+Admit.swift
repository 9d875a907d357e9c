// Which clock counts for a message: asked once, before its rows are fed.

extension Engine {
    /// Decides, once per message, which clock counts for it and whether its counter is old.
    ///
    /// The caller has advanced the engine to `arrival` and taken its transitions.
    ///
    /// - Parameters:
    ///   - device: index of the equipment.
    ///   - arrival: when the message arrived; never earlier than an earlier call's.
    ///   - newest: the latest of the device's own times of the message's rows; `nil` when it has
    ///     none.
    ///   - sequence: the device's message counter, not negative; `nil` when it has none.
    public mutating func admit(
        _ device: Int, arrival: Instant, newest: Instant?, sequence: Int64?
    ) -> Admission {
        // While messages are taken on the short way, the anchor is the newest stamp.
        if devices[device].attention != .distantPast {
            devices[device].lastStamp = max(
                devices[device].lastStamp, devices[device].eventAnchor)
        }
        let wasSkewed = devices[device].isSkewed
        let limit = variants[Int(devices[device].spot.variant)].skewLimit
        var wasSetBack = false
        if let newest {
            wasSetBack = devices[device].isSetBack(
                to: newest, arrival: arrival, sequence: sequence, limit: limit)
        }
        let counts = devices[device].deviceClockCounts(
            newest, arrival: arrival, wasSetBack: wasSetBack, limit: limit)
        var admission = Admission(
            arrival: arrival, sequence: sequence, usesDeviceClock: counts,
            offset: newest.map { arrival - $0 } ?? .zero)
        // With arrival times every repetition would look new: stamp and counter have to tell.
        if !counts, devices[device].isRepetition(stamp: newest, sequence: sequence) {
            admission.isLate = true
            counters.late += 1
        } else if let newest {
            devices[device].lastStamp = newest
        }
        if devices[device].isSkewed != wasSkewed || (wasSetBack && !admission.isLate) {
            let event = counts ? newest ?? arrival : arrival
            rebase(device, event: event, arrival: arrival)
        }
        // What is in doubt now has to be asked of the next message too, even if this one is late.
        if !devices[device].mayTakeQuickly { devices[device].attention = .distantPast }
        return admission
    }

    /// Moves everything that the device's stop-watches remember onto another timeline, when the
    /// arrival time takes over from the device's clock or gives it back.
    private mutating func rebase(_ device: Int, event: Instant, arrival: Instant) {
        guard devices[device].eventAnchor != .distantPast else { return }
        let anchor = event + (devices[device].arrivalAnchor - arrival)
        let shift = anchor - devices[device].eventAnchor
        devices[device].eventAnchor = anchor
        devices[device].attention = .distantPast
        if devices[device].earliestDue != .never {
            devices[device].earliestDue = devices[device].earliestDue + shift
        }
        if devices[device].keepDue != .never {
            devices[device].keepDue = devices[device].keepDue + shift
        }
        devices[device].countDue = .distantPast
        let place = devices[device].spot
        let variant = variants[Int(place.variant)]
        for slot in 0..<Int(variant.slotCount) where slots[place.slot(slot)].seen != .distantPast {
            slots[place.slot(slot)].seen = slots[place.slot(slot)].seen + shift
        }
        moveDerived(place, variant, by: shift)
        for rule in 0..<Int(variant.rules.count) {
            let isCondition = rules[Int(variant.rules.start) + rule].form == .condition
            guard isCondition, states[place.rule(rule)].mark != .distantPast else { continue }
            states[place.rule(rule)].mark = states[place.rule(rule)].mark + shift
        }
    }
}

/// Which clock counts for a message.
public struct Admission: Sendable {
    let arrival: Instant
    let sequence: Int64?
    let usesDeviceClock: Bool
    /// From the device's time to the arrival time, by the message's newest row.
    let offset: Duration
    /// Whether the whole message has been seen.
    public internal(set) var isLate = false

    /// The event time of a row. On arrival times the rows keep their spacing and each is newer
    /// than what came before, so that none of a batch is lost.
    func event(of stamp: Instant?, after anchor: Instant) -> Instant {
        let next = anchor + Duration(nanoseconds: 1)
        guard let stamp else { return max(arrival, next) }
        return usesDeviceClock ? stamp : max(stamp + offset, next)
    }
}
