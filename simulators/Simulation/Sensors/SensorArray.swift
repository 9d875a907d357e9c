/// All sensors of a machine.
///
/// Noise is drawn for every sensor that has some, faulty or not, and the noise that faults add
/// comes from a stream of its own: a fault of one sensor changes no other.
public struct SensorArray: Sendable {
    private var sensors: [Sensor]
    /// Places of the signals that are not fast and of those that are: with noise, and without.
    private let slow: Places
    private let fast: Places
    /// Sensors with faults.
    private var faulty = 0
    private let gaussian = Gaussian.standard
    private var random: RandomStream
    private var faultRandom: RandomStream

    private struct Places: Sendable {
        var noisy: [Int] = []
        var plain: [Int] = []
    }

    /// Healthy sensors for all signals of a sheet.
    public init(_ sheet: DataSheet, random: RandomStream) {
        sensors = sheet.signals.map { Sensor($0) }
        var slow = Places()
        var fast = Places()
        for (place, signal) in sheet.signals.enumerated() {
            switch (signal.isFast, sensors[place].deviation > 0) {
            case (false, false): slow.plain.append(place)
            case (false, true): slow.noisy.append(place)
            case (true, false): fast.plain.append(place)
            case (true, true): fast.noisy.append(place)
            }
        }
        self.slow = slow
        self.fast = fast
        self.random = random
        faultRandom = random
        faultRandom = RandomStream(seed: faultRandom.next(), for: "faults")
    }

    /// Makes a fault of the sensor of a signal, by its place in the sheet; `nil` mends it.
    public mutating func set(_ fault: SensorFault, on signal: Int, size: Double?) {
        let wasHealthy = sensors[signal].isHealthy
        sensors[signal].set(fault, size: size)
        switch (wasHealthy, sensors[signal].isHealthy) {
        case (true, false): faulty += 1
        case (false, true): faulty -= 1
        case (true, true), (false, false): break
        }
    }

    /// What the sensors that are not fast tell, from the true values, at a time in seconds.
    public mutating func measure(
        _ truth: borrowing [Double], into measured: inout [Double], at time: Double
    ) {
        measure(slow, truth, into: &measured, at: time)
    }

    /// What the fast sensors tell, from the true values, at a time in seconds.
    public mutating func measureFast(
        _ truth: borrowing [Double], into measured: inout [Double], at time: Double
    ) {
        measure(fast, truth, into: &measured, at: time)
    }

    private mutating func measure(
        _ places: Places, _ truth: borrowing [Double], into measured: inout [Double],
        at time: Double
    ) {
        guard faulty == 0 else {
            measureFaulty(places, truth, into: &measured, at: time)
            return
        }
        for place in places.noisy {
            let noise = gaussian.next(&random)
            measured[place] = sensors[place].tellHealthy(truth[place], noise: noise)
        }
        for place in places.plain {
            measured[place] = sensors[place].tellHealthy(truth[place], noise: 0)
        }
    }

    private mutating func measureFaulty(
        _ places: Places, _ truth: borrowing [Double], into measured: inout [Double],
        at time: Double
    ) {
        for place in places.noisy {
            let noise = gaussian.next(&random)
            measured[place] = tell(truth[place], at: place, noise: noise, time)
        }
        for place in places.plain {
            measured[place] = tell(truth[place], at: place, noise: 0, time)
        }
    }

    private mutating func tell(
        _ truth: Double, at place: Int, noise: Double, _ time: Double
    ) -> Double {
        if sensors[place].isHealthy {
            return sensors[place].tellHealthy(truth, noise: noise)
        }
        let added = gaussian.next(&faultRandom)
        return sensors[place].tell(truth, noise: noise, added: added, at: time)
    }
}
