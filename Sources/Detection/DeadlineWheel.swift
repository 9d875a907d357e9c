/// One deadline per piece of equipment, on a wheel of 10 ms slots.
///
/// The picture: a round of 4,096 pigeon-holes and a hand that passes over them. Every device has
/// one card in one hole. A message does not move the card: when the hand reaches it, the owner
/// says when it is really due, and the card goes further on. So the hot path pays nothing for a
/// deadline that keeps moving away, which is what silence deadlines do. One bit a hole tells
/// whether it may hold cards, so that the hand passes over empty ones 64 at a time.
struct DeadlineWheel {
    static let tick: Int64 = 10_000_000
    static let slots = 4_096
    private static let none = UInt32.max

    private let heads: Table<UInt32>
    /// One bit for each hole: not set, it is empty.
    private let occupied: Table<UInt64>
    private let next: Table<UInt32>
    private let previous: Table<UInt32>
    /// The armed deadline: never later than the true one.
    private let deadlines: Table<Instant>
    private var currentTick: Int64 = 0
    /// Nothing needs looking at before this instant.
    private(set) var nextLook = Instant.distantPast

    init?(_ arena: inout Arena, equipment: Int) {
        let heads = arena.table(Self.slots, filledWith: Self.none)
        let occupied = arena.table(Self.slots / 64, filledWith: UInt64(0))
        let next = arena.table(equipment, filledWith: Self.none)
        let previous = arena.table(equipment, filledWith: Self.none)
        let deadlines = arena.table(equipment, filledWith: Instant.never)
        guard let heads, let occupied, let next, let previous, let deadlines else { return nil }
        self.heads = heads
        self.occupied = occupied
        self.next = next
        self.previous = previous
        self.deadlines = deadlines
    }

    /// Sets the hand; called once, before anything is armed.
    mutating func start(at now: Instant) {
        currentTick = now.nanoseconds / Self.tick
        nextLook = now
    }

    /// Whether the hand may have something to hand out at `now`.
    func isDue(at now: Instant) -> Bool { now >= nextLook }

    /// Puts the device's card at `deadline`, taking it from where it was.
    mutating func arm(_ device: Int, at deadline: Instant) {
        remove(device)
        guard deadline != .never else { return }
        insert(device, at: deadline)
        if deadline < nextLook { nextLook = deadline }
    }

    /// Where the device's card is; `never` while it is out.
    func deadline(of device: Int) -> Instant { deadlines[device] }

    /// Puts the card at `deadline` only if that is earlier than where it is.
    mutating func bringForward(_ device: Int, to deadline: Instant) {
        if deadline < deadlines[device] { arm(device, at: deadline) }
    }

    /// Moves the hand to `now` and takes out every card armed at or before it, into `heap`.
    mutating func takeDue(at now: Instant, into heap: inout DueHeap) {
        let target = now.nanoseconds / Self.tick
        let turns = min(target - currentTick, Int64(Self.slots) - 1)
        let first = target - max(turns, 0)
        currentTick = max(currentTick, target)
        var tick = nextOccupied(from: first)
        while tick <= target {
            let slot = Self.slot(of: tick)
            occupied[slot >> 6] &= ~(1 &<< UInt64(slot & 63))
            var device = heads[slot]
            heads[slot] = Self.none
            while device != Self.none {
                let index = Int(device)
                device = next[index]
                let armed = deadlines[index]
                unlink(index)
                if armed <= now { heap.push(index, due: armed) } else { insert(index, at: armed) }
            }
            tick = nextOccupied(from: tick + 1)
        }
        nextLook = lookOut()
    }

    /// The first hole from `tick` on, within one turn, that may hold cards, by its tick; one turn
    /// on when all are empty.
    private func nextOccupied(from tick: Int64) -> Int64 {
        let start = Self.slot(of: tick)
        var word = start >> 6
        var bits = occupied[word] & (~0 &<< UInt64(start & 63))
        for _ in 0...Self.slots / 64 {
            if bits != 0 {
                let slot = word << 6 | bits.trailingZeroBitCount
                return tick + Int64((slot - start) & (Self.slots - 1))
            }
            word = (word + 1) & (Self.slots / 64 - 1)
            bits = occupied[word]
        }
        return tick + Int64(Self.slots)
    }

    /// The earliest instant at which the hand, where it is now, has to look again.
    private func lookOut() -> Instant {
        var device = heads[Self.slot(of: currentTick)]
        var earliest = Instant.never
        while device != Self.none {
            earliest = min(earliest, deadlines[Int(device)])
            device = next[Int(device)]
        }
        // A card of the present hole may lie a whole turn ahead: the next hole can come first.
        let tick = nextOccupied(from: currentTick + 1)
        return min(earliest, Instant(nanoseconds: tick * Self.tick))
    }

    private static func slot(of tick: Int64) -> Int { Int(tick & Int64(slots - 1)) }

    private mutating func insert(_ device: Int, at deadline: Instant) {
        let wanted = max(deadline.nanoseconds / Self.tick, currentTick)
        let slot = Self.slot(of: min(wanted, currentTick + Int64(Self.slots) - 1))
        let head = heads[slot]
        deadlines[device] = deadline
        next[device] = head
        // The head of a slot names its slot instead of a predecessor.
        previous[device] = Self.headMark | UInt32(slot)
        if head != Self.none { previous[Int(head)] = UInt32(device) }
        heads[slot] = UInt32(device)
        occupied[slot >> 6] |= 1 &<< UInt64(slot & 63)
    }

    private mutating func remove(_ device: Int) {
        guard deadlines[device] != .never else { return }
        let after = next[device]
        let before = previous[device]
        if before & Self.headMark != 0 {
            heads[Int(before & ~Self.headMark)] = after
        } else {
            next[Int(before)] = after
        }
        if after != Self.none { previous[Int(after)] = before }
        unlink(device)
    }

    private func unlink(_ device: Int) {
        next[device] = Self.none
        previous[device] = Self.none
        deadlines[device] = .never
    }

    private static let headMark: UInt32 = 0x8000_0000
}

/// Devices that are due, earliest first, equal times by index: the order in which hazards are
/// reported must not depend on how often somebody looked.
struct DueHeap {
    private let devices: Table<UInt32>
    private let dues: Table<Instant>
    private(set) var count = 0

    init?(_ arena: inout Arena, equipment: Int) {
        let devices = arena.table(equipment, filledWith: UInt32(0))
        let dues = arena.table(equipment, filledWith: Instant.never)
        guard let devices, let dues else { return nil }
        self.devices = devices
        self.dues = dues
    }

    /// The earliest entry; `nil` when empty.
    var first: (device: Int, due: Instant)? {
        count == 0 ? nil : (Int(devices[0]), dues[0])
    }

    mutating func push(_ device: Int, due: Instant) {
        var hole = count
        count += 1
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard Self.before(due, UInt32(device), dues[parent], devices[parent]) else { break }
            move(from: parent, to: hole)
            hole = parent
        }
        devices[hole] = UInt32(device)
        dues[hole] = due
    }

    mutating func removeFirst() {
        precondition(count > 0, "the heap is empty")
        count -= 1
        guard count > 0 else { return }
        let device = devices[count]
        let due = dues[count]
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < count else { break }
            if child + 1 < count,
                Self.before(dues[child + 1], devices[child + 1], dues[child], devices[child])
            {
                child += 1
            }
            guard Self.before(dues[child], devices[child], due, device) else { break }
            move(from: child, to: hole)
            hole = child
        }
        devices[hole] = device
        dues[hole] = due
    }

    private func move(from: Int, to: Int) {
        devices[to] = devices[from]
        dues[to] = dues[from]
    }

    private static func before(
        _ due: Instant, _ device: UInt32, _ otherDue: Instant, _ otherDevice: UInt32
    ) -> Bool {
        due < otherDue || (due == otherDue && device < otherDevice)
    }
}
