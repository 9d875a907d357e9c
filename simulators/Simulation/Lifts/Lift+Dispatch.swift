/// Collective control: which landing is served next.
extension Lift {
    /// The next landing to stop at, from a landing or from between two; `nil` without any call.
    func nextStop(from floor: Int, isStanding: Bool) -> Int? {
        let here: UInt64 = 1 << UInt64(floor)
        let below = here - 1
        let above = ~(here | below)
        // A full car answers no calls from landings.
        let isFull = traffic.loadMass + LiftTraffic.personMass > 0.8 * ratedLoad
        let stuck: UInt64 = faults.stuckCall >= 0 ? 1 << UInt64(faults.stuckCall) : 0
        let up = isFull ? 0 : traffic.upCalls | (stuck & ~here)
        let down = isFull ? 0 : traffic.downCalls
        let car = traffic.carCalls
        if isStanding, (servesUp(at: floor) ? up : down) & here != 0 { return floor }
        if heading >= 0 {
            if let stop = lowest((car | up) & above) { return stop }
            if let stop = highest(down & above) { return stop }
            if let stop = highest((car | down) & below) { return stop }
            if let stop = lowest(up & below) { return stop }
        } else {
            if let stop = highest((car | down) & below) { return stop }
            if let stop = lowest(up & below) { return stop }
            if let stop = lowest((car | up) & above) { return stop }
            if let stop = highest(down & above) { return stop }
        }
        return isStanding && (up | down | car) & here != 0 ? floor : nil
    }

    /// Whether those who go up are served at this landing now, or those who go down.
    func servesUp(at floor: Int) -> Bool {
        let here: UInt64 = 1 << UInt64(floor)
        let below = here - 1
        let above = ~(here | below)
        let halls = traffic.upCalls | traffic.downCalls
        let goesUp = traffic.carCalls & above != 0
        let goesDown = traffic.carCalls & below != 0
        if goesUp != goesDown { return goesUp }
        if heading >= 0 {
            if goesUp || traffic.upCalls & here != 0 { return true }
            if traffic.downCalls & here != 0 { return halls & above != 0 }
            return true
        }
        if goesDown || traffic.downCalls & here != 0 { return false }
        if traffic.upCalls & here != 0 { return halls & below == 0 }
        return false
    }

    private func lowest(_ floors: UInt64) -> Int? {
        floors == 0 ? nil : floors.trailingZeroBitCount
    }

    private func highest(_ floors: UInt64) -> Int? {
        floors == 0 ? nil : 63 - floors.leadingZeroBitCount
    }
}
