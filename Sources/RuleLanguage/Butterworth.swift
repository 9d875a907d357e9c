import Glibc

/// Coefficients of a four-pole single-pass Butterworth low-pass filter as two second-order
/// sections: bilinear transform with the cut-off pre-warped.
///
/// Each section is b0, b1, b2, a1, a2 with a0 = 1; its gain at rest is one. The qualities are
/// those of the Butterworth polynomial of degree four, 1 / (2 cos(π/8)) and 1 / (2 cos(3π/8)).
enum Butterworth {
    /// The ten coefficients for a cut-off frequency (−3 dB) and a sampling frequency, both in Hz.
    /// The cut-off must lie below half of the sampling frequency.
    static func fourPoles(cutOff: Double, sampling: Double) -> [Double] {
        let k = tan(.pi * cutOff / sampling)
        return [1.0, 3.0].flatMap { multiple -> [Double] in
            let quality = 1 / (2 * cos(multiple * .pi / 8))
            let scale = 1 + k / quality + k * k
            let b0 = k * k / scale
            return [b0, 2 * b0, b0, 2 * (k * k - 1) / scale, (1 - k / quality + k * k) / scale]
        }
    }
}
