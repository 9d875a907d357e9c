public import Detection

/// Bounds of what people and alert control may do, each with its reason.
public enum SupervisionLimits {
    /// Signals that alerts of a kind take along: what fits one look of whoever reads the message.
    public static let toldSignals = 8

    /// How long a hazard may be shelved at most. Engineering default: a week outlasts a spare
    /// part's delivery and is short enough that nothing is shelved and forgotten.
    public static let longestShelf = Duration.seconds(7 * 86_400)

    /// Characters of a reason or of an actor's name. A leaf of the ledger stays small.
    public static let wordLength = 500

    /// Characters of one field of a listing: a description, a demand, a plan. A page is enough;
    /// what is longer is a document that the field names.
    public static let fieldLength = 2_000

    /// People whom one step of a listing may name.
    public static let people = 20

    /// An incident that ended by itself goes on, with its clock, when its hazard is back within
    /// this time: a contact that flickers takes nothing back. Engineering default.
    public static let resumption = Duration.seconds(600)

    /// An accident is reported within one hour (State Council Regulation 493 art. 9).
    public static let accidentReport = Duration.seconds(3_600)

    /// People on one piece of equipment that anybody could count.
    public static let mostPersons = 100_000

    /// A hazard that is raised this often within `chatterWindow` chatters. ANSI/ISA-18.2 calls an
    /// alarm chattering that repeats three times or more in a minute; from memory.
    public static let chatterRaises = 3

    /// See `chatterRaises`.
    public static let chatterWindow = Duration.seconds(60)

    /// A chattering hazard has settled when nothing changed for this long. Engineering default.
    public static let chatterQuiet = Duration.seconds(60)

    /// Raises within `floodWindow` that make a flood, unless the site says otherwise.
    /// ANSI/ISA-18.2: ten alarms in ten minutes for one operator; from memory.
    public static let floodStart = 10

    /// Fewer raises than this within `floodWindow` end a flood. ANSI/ISA-18.2, from memory.
    public static let floodEnd = 5

    /// See `floodStart`.
    public static let floodWindow = Duration.seconds(600)

    /// Raises of one rule on one piece of equipment that are remembered for repetition rules. A
    /// rule asks for a handful; more than this could never make a difference.
    public static let repetitions = 100
}
