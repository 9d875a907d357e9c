/// Measures a stop as at acceptance: metres and seconds from the closing of a brake, or from the
/// stop command, to rest.
struct StopMeter: Sendable {
    /// Metres of the last stop.
    private(set) var distance = 0.0
    /// Seconds of the last stop.
    private(set) var time = 0.0
    /// Whether a stop has ended since somebody has last looked.
    var isDone = false
    private var isRunning = false

    /// Follows the motion.
    mutating func watch(isBraking: Bool, speed: Double, by step: Double) {
        guard isBraking else {
            isRunning = false
            return
        }
        if !isRunning {
            // What stands already does not stop.
            guard speed > 0.5 else { return }
            isRunning = true
            distance = 0
            time = 0
        }
        if speed > 0.02 {
            distance += speed * step
            time += step
        } else {
            isRunning = false
            isDone = true
        }
    }
}
