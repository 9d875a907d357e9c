public import Detection

/// Times and sizes of the MQTT edge, each with its reason.
public enum TransportLimits {
    /// Keep-alive in seconds. A batch is committed well within it; a dead link is noticed within
    /// one and a half of it. Engineering default.
    public static let keepAliveSeconds: Int32 = 30
    /// How long the broker may take to answer CONNECT. libmosquitto itself would wait for ever.
    public static let connackWait = Duration.seconds(10)
    /// How long the broker keeps our session while we are away: a week covers a gateway that
    /// stands broken over a long holiday.
    public static let sessionExpirySeconds: UInt32 = 604_800
    /// Bytes of fixed and variable header and topic on top of a payload.
    public static let packetOverhead = 7_856
    /// Messages of one batch: a commit at most this many messages away from their arrival, and at
    /// most this many redelivered after a crash.
    public static let batchMessages = 1_024
    /// Time of one batch, so that a fast publisher cannot keep hazards from being committed.
    public static let batchTime = Duration.milliseconds(50)
    /// Pause between batches while messages flow: halves the CPU per message for less than a
    /// millisecond of latency (measured; see Benchmarks).
    public static let pauseMicroseconds: UInt32 = 1_000
    /// First pause before connecting again.
    public static let firstBackOff = Duration.milliseconds(250)
    /// Longest pause before connecting again.
    public static let longestBackOff = Duration.seconds(15)
    /// Alerts under way without an acknowledgement.
    public static let publishWindow = 64
}
