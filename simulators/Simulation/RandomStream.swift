import Foundation

/// SplitMix64: the same numbers from the same seed, on every machine.
public struct RandomStream: RandomNumberGenerator, Sendable {
    private var state: UInt64
    private var spare: Double?

    /// Starts from a seed.
    public init(seed: UInt64) { state = seed }

    /// A stream of its own for one part of a simulation, so that adding a part changes no other.
    public init(seed: UInt64, for name: String) {
        // The seed is mixed first: else that of one part could be the next seed's of another.
        var mixed = RandomStream(seed: seed)
        // FNV-1a over the name.
        state = name.utf8.reduce(mixed.next()) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        _ = next()
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }

    /// A number from 0 up to 1.
    public mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// A number between two ends.
    public mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * unit()
    }

    /// A waiting time with this mean (exponential).
    public mutating func waiting(_ mean: Double) -> Double { -mean * log(1 - unit()) }

    /// Gaussian noise with this standard deviation (Box and Muller, who make two at a time).
    public mutating func noise(_ deviation: Double) -> Double {
        if let saved = spare {
            spare = nil
            return deviation * saved
        }
        let radius = (-2 * log(1 - unit())).squareRoot()
        let angle = 2 * Double.pi * unit()
        spare = radius * sin(angle)
        return deviation * radius * cos(angle)
    }
}
