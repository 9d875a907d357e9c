public import Detection
import Evidence
import RuleLanguage
public import Supervision
import Telemetry

/// The line: one message after another becomes readings, transitions, and what has to be
/// committed. The same code runs live and in replay.
///
/// Pure: arrival times come in, batches go out. One owner; in steady state it allocates nothing
/// per message.
@safe public struct Line: ~Copyable {
    let plan: SitePlan
    private let topics: TopicTable
    private let ids: [String]
    // Invariant: given back with the line, after the engine's last use.
    private let memory: WorkingMemory
    var engine: Engine
    // Invariant: given back with the line, after the recorder's last use.
    private let recorderMemory: WorkingMemory
    var recorder: FlightRecorder
    private var decoder: PayloadDecoder
    private var message = DecodedMessage()
    var lastArrival: Instant
    var register: HazardRegister
    private var repetitions = RepetitionCounter()
    /// What waits to be committed, but for the states, which are read when it is.
    var batch = CommitBatch()
    private var changes: [HazardChange] = []
    private var touched: [Touched] = []
    /// Listings, incidents and papers.
    var casebook: Casebook
    /// Hazards whose readings after the raise are still to come, the first due first.
    var pendingEvidence: [PendingEvidence] = []
    /// What has not been seen to run today.
    var runWatch: RunWatch
    /// When equipment is next looked at for whether it runs.
    var nextLook: Instant
    /// Before this nothing but messages brings about anything in the register or the casebook.
    private var officeDue = Instant.distantPast
    /// Stored steps of listings and incidents that could not be taken back.
    public internal(set) var caseProblems: [String] = []

    private struct Touched: Hashable {
        var equipment: Int
        var rule: Int
    }

    /// Where rules stood that the plan no longer has, or on equipment that it no longer has, so
    /// that nothing vanishes in silence. They come back with their rules.
    public internal(set) var homeless: [StoredRuleState] = []
    /// Messages that could not be taken.
    public private(set) var quarantine = Quarantine()
    /// What happened so far.
    private var tally = LineCounters()

    /// Makes a line for a site. Call `restore` as needed and then `start`.
    public init(plan: SitePlan, at now: Instant) {
        self.plan = plan
        topics = TopicTable(plan.equipment.map { ($0.topic, $0.kind) })
        ids = plan.equipment.map(\.id)
        memory = WorkingMemory(
            count: Engine.bytes(for: plan.program, variantOf: plan.variantOfEquipment))
        engine = unsafe Engine(
            program: plan.program, variantOf: plan.variantOfEquipment, in: memory.bytes,
            startingAt: now)
        recorderMemory = WorkingMemory(
            count: FlightRecorder.bytes(equipment: plan.equipment.count))
        recorder = unsafe FlightRecorder(
            equipment: plan.equipment.count, in: recorderMemory.bytes)
        decoder = PayloadDecoder(kinds: plan.schemas)
        register = HazardRegister(site: plan.site, floodStart: plan.floodStart)
        casebook = Casebook(
            site: plan.site, plan: plan.supervision,
            equipment: plan.equipment.map { ($0.id, plan.profiles[$0.kind].kind) })
        runWatch = RunWatch(plan)
        nextLook = plan.running.isEmpty ? .never : .distantPast
        lastArrival = now
    }

    /// Counters so far.
    public var counters: LineCounters {
        var counters = tally
        counters.engine = engine.counters
        return counters
    }

    /// Puts back what a restart must not lose. What the plan no longer has becomes `homeless`.
    public mutating func restore(_ stored: StoredState) {
        var stored = stored
        for item in stored.states {
            guard let device = device(item.equipment), let rule = rule(item.rule, of: device)
            else {
                homeless.append(item)
                continue
            }
            engine.restore(item.state, of: rule, on: device)
            // A ledger from before there were records.
            let place = HazardPlace(equipment: item.equipment, rule: item.rule)
            if let phase = HazardRecord.Phase(item.state.phase),
                !stored.register.hazards.contains(where: { $0.place == place })
            {
                let change = change(of: rule, on: device, raisedAt: item.state.raisedAt)
                stored.register.hazards.append(
                    HazardRecord(
                        place: place, id: change.hazardID, raisedAt: item.state.raisedAt,
                        phase: phase, isTold: true))
            }
        }
        for item in stored.watermarks {
            guard let device = device(item.equipment) else { continue }
            engine.restore(item.watermark, on: device, at: lastArrival)
            for (signal, event) in item.seen {
                guard let slot = profile(of: device).vocabulary.slot(of: signal) else { continue }
                engine.restore(seen: event, in: slot, on: device)
            }
        }
        for raise in stored.register.raises { repetitions.restore(raise) }
        register.restore(stored.register, at: lastArrival, into: &batch)
        caseProblems += casebook.restore(stored.casebook, hazards: stored.register.hazards)
        officeDue = .distantPast
    }

    /// Takes over all that is not the engine's from a line with another plan.
    mutating func takeBooks(of old: inout Line) {
        register = old.register
        register.floodStart = plan.floodStart
        casebook.takeBooks(of: old.casebook)
        // Whatever is due after the raise is taken now: the rows stay with the old recorder.
        old.collectEvidence(until: .never)
        batch.entries += old.batch.entries
        old.batch.entries.removeAll()
        caseProblems = old.caseProblems
        officeDue = .distantPast
        repetitions = old.repetitions
        tally = old.tally
        quarantine = old.quarantine
        homeless = old.homeless
    }

    /// Has a rule's state stored with the next commit.
    mutating func touch(_ rule: Int, on device: Int) {
        touched.append(Touched(equipment: device, rule: rule))
    }

    /// Starts the clocks. Silence is counted from here.
    public mutating func start(at now: Instant) {
        lastArrival = now
        engine.resume(at: now)
    }

    /// Takes one message in.
    ///
    /// - Parameters:
    ///   - arrival: when it came; an arrival before the last one counts as the last one's.
    ///   - topic: its topic's bytes, valid during the call.
    ///   - payload: its payload's bytes, valid during the call.
    ///   - isRetained: whether the broker had kept it, which makes it stale.
    public mutating func receive(
        arrival: Instant, topic: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer,
        isRetained: Bool = false
    ) {
        let arrival = max(arrival, lastArrival)
        advance(to: arrival)
        tally.messages += 1
        do throws(Rejection) {
            guard !isRetained else { throw .retained }
            guard let (device, kind) = unsafe topics.find(topic) else {
                throw unsafe whyUnknown(topic)
            }
            // What the readings will need comes near while they are being read.
            engine.expect(device)
            recorder.expect(device)
            unsafe try decoder.decode(
                payload, kind: kind, equipment: EquipmentName(ids, at: device), into: &message)
            feed(device, arrival: arrival)
        } catch {
            unsafe reject(error, arrival: arrival, topic: topic, payload: payload)
        }
    }

    /// Lets time pass up to `now`: delays run out, silence is noticed.
    public mutating func advance(to now: Instant) {
        lastArrival = max(lastArrival, now)
        while !engine.advance(to: lastArrival) { collect() }
        if engine.hasTransitions { collect() }
        if officeDue <= lastArrival { advanceOffice() }
    }

    /// What neither messages nor the engine's clocks bring about.
    private mutating func advanceOffice() {
        register.advance(to: lastArrival, into: &batch)
        collectEvidence(until: lastArrival)
        if nextLook <= lastArrival { lookForRuns() }
        if casebook.nextDue <= lastArrival { advanceCasebook() }
        scheduleOffice()
    }

    mutating func scheduleOffice() {
        officeDue = min(
            min(register.nextDue, casebook.nextDue),
            min(nextLook, pendingEvidence.first?.due ?? .never))
    }

    /// When time next brings something by itself, at most `horizon` from `now`.
    public func nextDeadline(after now: Instant, within horizon: Duration) -> Instant {
        min(engine.nextDeadline(after: now, within: horizon), officeDue)
    }

    /// Whether something waits to be committed.
    public var hasChanges: Bool { !touched.isEmpty || !batch.isEmpty }

    /// How many alerts are kept back for now.
    public var withheldAlerts: Int { register.withheldCount }

    /// Hands out what has to be made durable since the last call.
    public mutating func takeBatch() -> (batch: CommitBatch, changes: [HazardChange]) {
        var batch = CommitBatch()
        swap(&batch, &self.batch)
        // A watermark makes everything before it late, so whatever else stands or runs on that
        // equipment has to be kept with it. Sets are only asked, never listed.
        var done: Set<Touched> = []
        var devices: [Int] = []
        var knownDevices: Set<Int> = []
        for place in touched {
            if done.insert(place).inserted { batch.states.append(store(place)) }
            if knownDevices.insert(place.equipment).inserted { devices.append(place.equipment) }
        }
        for device in devices {
            for rule in profile(of: device).rules.indices
            where !engine.state(of: rule, on: device).isAtRest {
                let place = Touched(equipment: device, rule: rule)
                if done.insert(place).inserted { batch.states.append(store(place)) }
            }
        }
        batch.watermarks = devices.map { watermark(of: $0) }
        let result = (batch, changes.filter(\.isEvidence))
        changes.removeAll(keepingCapacity: true)
        touched.removeAll(keepingCapacity: true)
        return result
    }

    private mutating func feed(_ device: Int, arrival: Instant) {
        tally.unknownKeys += UInt64(message.unknownKeys)
        tally.suspectReadings += UInt64(message.suspectReadings)
        guard message.rows.count > 0 else { return }
        let last = message.rows[message.rows.count - 1]
        guard message.rows.count > 1 else {
            Self.take(
                last, of: message, arrival: arrival, into: &engine, &recorder, device: device)
            if engine.hasTransitions { collect() }
            return
        }
        var newest = last.event
        for index in 0..<message.rows.count {
            if let event = message.rows[index].event { newest = max(newest ?? event, event) }
        }
        let admission = engine.admit(
            device, arrival: arrival, newest: newest, sequence: last.sequence)
        for index in 0..<message.rows.count {
            Self.feed(
                message.rows[index], of: message, admission, arrival: arrival, to: &engine,
                &recorder, device: device)
            if engine.hasTransitions { collect() }
        }
    }

    // Engine, recorder and message are parts of one struct: apart, each can be used with the
    // others.
    private static func take(
        _ row: Row, of message: borrowing DecodedMessage, arrival: Instant,
        into engine: inout Engine, _ recorder: inout FlightRecorder, device: Int
    ) {
        let cells = unsafe message.cells.elements.span
        engine.expect(cells, on: device)
        recorder.record(device, at: row.event ?? arrival, cells, before: engine)
        // Late rows are counted by the engine.
        _ = engine.take(
            device, arrival: arrival, stamp: row.event, sequence: row.sequence, cells: cells)
        recorder.confirm(device, cells, after: engine)
    }

    private static func feed(
        _ row: Row, of message: borrowing DecodedMessage, _ admission: Admission,
        arrival: Instant, to engine: inout Engine, _ recorder: inout FlightRecorder, device: Int
    ) {
        let cells = unsafe message.cells.elements.span.extracting(row.cells)
        recorder.record(device, at: row.event ?? arrival, cells, before: engine)
        _ = engine.feed(device, admission, stamp: row.event, cells: cells)
        recorder.confirm(device, cells, after: engine)
    }

    /// Takes the engine's transitions into the batch, and what they in turn bring about.
    mutating func collect() {
        while engine.hasTransitions {
            // The engine is borrowed by the closure below, so the list is filled aside.
            var transitions: [Transition] = []
            engine.takeTransitions { transitions.append($0) }
            for transition in transitions { collect(transition) }
        }
    }

    private mutating func collect(_ transition: Transition) {
        let device = Int(transition.equipment)
        var change = change(
            of: Int(transition.rule), on: device, raisedAt: transition.raisedAt)
        change.change = transition.change
        change.at = transition.at
        change.decided = transition.decided
        if case .condition = change.rule.watch, transition.value.isFinite {
            change.value = transition.value
        }
        touched.append(Touched(equipment: device, rule: Int(transition.rule)))
        addEvidence(to: &change, on: device)
        take(change)
        guard change.change == .raised || change.change == .recurred else { return }
        let full = repetitions.count(
            PastRaise(place: change.place, at: change.at), among: profile(of: device).rules,
            into: &batch)
        for rule in full {
            engine.raise(rule, on: device, at: change.at, decided: change.decided)
        }
    }

    /// Takes a change into the register and the casebook.
    mutating func take(_ change: HazardChange) {
        changes.append(change)
        register.take(change, into: &batch)
        casebook.take(change, persons: persons(on: change.equipment), into: &batch)
        scheduleOffice()
    }

    /// A hazard by its names; what happened to it is filled in by the caller.
    func change(of rule: Int, on device: Int, raisedAt: Instant) -> HazardChange {
        HazardChange(
            site: plan.site, equipment: plan.equipment[device].id,
            rule: profile(of: device).rules[rule], change: .timing, at: lastArrival,
            decided: lastArrival, raisedAt: raisedAt, value: nil)
    }

    func device(_ id: String) -> Int? { plan.equipment.firstIndex { $0.id == id } }

    func rule(_ id: String, of device: Int) -> Int? {
        profile(of: device).rules.firstIndex { $0.id == id && isInForce($0, on: device) }
    }

    /// Whether the equipment gives every parameter that the rule cannot do without.
    func isInForce(_ rule: Rule, on device: Int) -> Bool {
        profile(of: device).vocabulary
            .missing(for: rule, in: plan.equipment[device].parameters).isEmpty
    }

    private mutating func store(_ place: Touched) -> StoredRuleState {
        StoredRuleState(
            equipment: plan.equipment[place.equipment].id,
            rule: profile(of: place.equipment).rules[place.rule].id,
            state: engine.stateToStore(of: place.rule, on: place.equipment))
    }

    func profile(of device: Int) -> Profile {
        plan.profiles[plan.equipment[device].kind]
    }

    private func watermark(of device: Int) -> StoredWatermark {
        let signals = profile(of: device).vocabulary.signals
        let seen = signals.indices.compactMap { slot in
            engine.lastSeen(slot, on: device).map { (signals[slot].name, $0) }
        }
        return StoredWatermark(
            equipment: plan.equipment[device].id, watermark: engine.watermark(of: device),
            seen: seen)
    }

    private func whyUnknown(_ topic: UnsafeRawBufferPointer) -> Rejection {
        let text = unsafe String(decoding: topic, as: UTF8.self)
        return plan.topicTemplate.fits(text, site: plan.site) ? .unknownEquipment : .unknownTopic
    }

    private mutating func reject(
        _ reason: Rejection, arrival: Instant, topic: UnsafeRawBufferPointer,
        payload: UnsafeRawBufferPointer
    ) {
        tally.rejections[Int(reason.rawValue)] += 1
        let topic = unsafe topic.prefix(Quarantine.topicLength)
        let head = unsafe Array(payload.prefix(Quarantine.headLength))
        unsafe quarantine.add(
            .init(
                arrival: arrival, topic: String(decoding: topic, as: UTF8.self), head: head,
                length: payload.count, reason: reason))
    }
}

extension HazardRecord.Phase {
    /// The phase of a hazard whose rule is in this phase; `nil` when nothing stands.
    init?(_ phase: RuleState.Phase) {
        switch phase {
        case .normal: return nil
        case .raised: self = .raised
        case .returned: self = .returned
        case .suppressed: self = .suppressed
        }
    }
}
