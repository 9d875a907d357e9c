/// What an anemometer makes of the wind: the mean over a minute, and the greatest mean over three
/// seconds of that minute (WMO-No. 8, chapter 5: a gust is a mean over 3 s).
///
/// Sums are of whole micrometres per second, so that they never drift. Memory is taken once.
struct WindStatistics: Sendable {
    private let shortCount: Int
    private let longCount: Int
    /// The last minute, a ring.
    private var samples: [Int]
    private var shortSum = 0
    private var longSum = 0
    /// Samples so far.
    private var count = 0

    /// Three-second sums that may still become the greatest of the minute: each is greater than
    /// all that came after it. A ring, from `first` on.
    private var candidates: [Candidate]
    private var first = 0
    private var length = 0

    private struct Candidate: Sendable {
        var sum: Int
        var at: Int
    }

    /// Starts after a minute of this wind.
    init(period: Double, wind: Double) {
        shortCount = Int((3 / period).rounded())
        longCount = Int((60 / period).rounded())
        samples = [Int](repeating: 0, count: longCount)
        candidates = [Candidate](repeating: Candidate(sum: 0, at: 0), count: longCount)
        for _ in 0..<longCount { add(wind) }
    }

    /// The mean over the last minute, m/s.
    var mean: Double { Double(longSum) / (1e6 * Double(longCount)) }

    /// The greatest mean over three seconds that lie in the last minute, m/s.
    var gust: Double { Double(candidates[first].sum) / (1e6 * Double(shortCount)) }

    /// Takes the next sample, m/s.
    mutating func add(_ wind: Double) {
        let sample = Int((wind * 1e6).rounded())
        let place = count % longCount
        let leaving = place >= shortCount ? place - shortCount : place - shortCount + longCount
        shortSum += sample - samples[leaving]
        longSum += sample - samples[place]
        samples[place] = sample

        while length > 0, candidates[ring(first + length - 1)].sum <= shortSum { length -= 1 }
        candidates[ring(first + length)] = Candidate(sum: shortSum, at: count)
        length += 1
        // Its three seconds began before the minute did.
        if candidates[first].at + longCount < count + shortCount {
            first = ring(first + 1)
            length -= 1
        }
        count += 1
    }

    private func ring(_ place: Int) -> Int { place < longCount ? place : place - longCount }
}
