/// The mean wind of a squall: a front, the strongest two minutes, then a stiff wind.
struct Squall: Sendable {
    /// Seconds from its beginning to the end of its strongest time.
    static let strongest = 120.0
    /// What is left of it afterwards, and the seconds that it takes to slacken.
    private static let rest = 0.65
    private static let slackening = 60.0

    // A gust front passes in about half a minute; afterwards the air calms down over minutes.
    private var onset = Onset(rise: 30, fall: 120)
    private var age = 0.0
    private var strength = 1.0

    mutating func set(_ wind: Double?) {
        if wind != nil {
            age = 0
            strength = 1
        }
        onset.set(wind)
    }

    mutating func step(_ seconds: Double) {
        onset.step(seconds)
        age += seconds
        if age > Self.strongest {
            strength += (Self.rest - strength) * seconds / Self.slackening
        }
    }

    /// What it adds to the mean wind of fair weather.
    func wind(above fair: Double) -> Double {
        max(onset.size * strength - fair, 0) * onset.share
    }
}
