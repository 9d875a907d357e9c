public import Detection

/// Where people are held: the limits differ.
public enum HoldingPlace: String, Sendable, CaseIterable {
    /// Shut in a lift's car: 困人.
    case lift
    /// Aloft on a ropeway: 高空滞留.
    case ropeway
    /// Aloft on a ride.
    case ride
}

/// The grade that holding people gives an accident. Regulation on safety supervision of special
/// equipment (2009) art. 61 to 64; "or more" includes the figure, "less than" does not (art. 71).
/// Deaths, injuries and losses may make it a higher one, which no telemetry tells.
public enum AccidentGrade: Int, Sendable, CaseIterable, Comparable {
    /// An event, but no accident.
    case none
    /// 一般事故.
    case general
    /// 较大事故.
    case larger
    /// 重大事故.
    case major
    /// 特别重大事故.
    case extraordinary

    /// Whether `left` is the lower grade.
    public static func < (left: AccidentGrade, right: AccidentGrade) -> Bool {
        left.rawValue < right.rawValue
    }

    /// From so many people on, being held for a day is more than a larger accident.
    public static let manyPeople = 100

    /// The grade of people held for a time.
    ///
    /// - Parameter persons: how many; `nil` when nobody knows, which does not raise the grade.
    public init(at place: HoldingPlace, persons: Int?, held: Duration) {
        let isCrowd = place != .lift && (persons ?? 0) >= Self.manyPeople
        if isCrowd, held >= .hours(48) {
            self = .extraordinary
        } else if isCrowd, held >= .hours(24) {
            self = .major
        } else if place != .lift, held >= .hours(12) {
            self = .larger
        } else if held >= Self.firstLimit(at: place) {
            self = .general
        } else {
            self = .none
        }
    }

    /// How long people may be held before it is an accident at all.
    public static func firstLimit(at place: HoldingPlace) -> Duration {
        switch place {
        case .lift: .hours(2)
        case .ropeway: .seconds(12_600)
        case .ride: .hours(1)
        }
    }

    /// The times at which the grade may rise.
    static func limits(at place: HoldingPlace) -> [Duration] {
        let first = firstLimit(at: place)
        return place == .lift ? [first] : [first, .hours(12), .hours(24), .hours(48)]
    }

    /// The word in the ledger.
    public var word: String {
        switch self {
        case .none: "none"
        case .general: "general"
        case .larger: "larger"
        case .major: "major"
        case .extraordinary: "extraordinary"
        }
    }

    /// The grade with this word.
    init?(word: String) {
        guard let grade = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = grade
    }

    /// In Chinese, as the regulation has it.
    public var chinese: String {
        switch self {
        case .none: "未构成事故"
        case .general: "一般事故"
        case .larger: "较大事故"
        case .major: "重大事故"
        case .extraordinary: "特别重大事故"
        }
    }

    /// Who investigates it. Special Equipment Safety Law art. 72.
    public var investigator: (english: String, chinese: String)? {
        switch self {
        case .none: nil
        case .general: ("the prefecture-level city", "设区的市级监管部门")
        case .larger: ("the province", "省级监管部门")
        case .major: ("the State's special-equipment authority", "国务院特种设备监管部门")
        case .extraordinary: ("the State Council", "国务院")
        }
    }
}

extension Duration {
    /// A duration of so many hours.
    static func hours(_ count: Int64) -> Duration { .seconds(count * 3_600) }
}
