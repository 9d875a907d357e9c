/// Bounds on one payload, each with its reason. Whatever exceeds one is rejected as a whole and
/// counted; nothing is cut short in silence.
public enum PayloadLimits {
    /// Bytes. A columnar batch of 1,000 samples of 8 signals has about 80 kB; the broker's
    /// `max_packet_size` in `config/mosquitto/tocsin.conf` is set to the same.
    public static let bytes = 262_144
    /// Rows of one message: 10 s at 100 Hz.
    public static let rows = 1_024
    /// Readings of one message; 16 bytes each, kept once per decoder.
    public static let cells = 16_384
    /// Zeros behind a payload while it is decoded: a look at a key takes 16 bytes, one at a long
    /// number three times eight.
    static let padding = 64
    /// Nesting of values under unknown keys; known forms need two.
    public static let depth = 16
    /// Characters of a number. The longest that a double needs has 24.
    public static let numberLength = 64
    /// Labels of one enumeration. The longest code list of a controller has a few hundred.
    public static let labels = 1_024
    /// Bytes of a signal's name, checked when a kind is declared. The longest has under 40.
    public static let keyLength = 128
}
