public import Detection
import RuleLanguage
public import Supervision

/// One time that a hazard stood.
public struct Episode: Sendable, Equatable {
    /// The equipment's id.
    public var equipment: String
    /// The rule's id.
    public var rule: String
    /// When it was raised.
    public var begin: Instant
    /// When it was back in its limits; `nil` when it was not, as far as was recorded.
    public var end: Instant?

    /// Makes an episode.
    public init(equipment: String, rule: String, begin: Instant, end: Instant?) {
        self.equipment = equipment
        self.rule = rule
        self.begin = begin
        self.end = end
    }
}

/// Puts together episodes from the changes of a replay.
public struct EpisodeCollector {
    /// The episodes so far, by when they were raised.
    public private(set) var episodes: [Episode] = []
    private var open: [HazardPlace: Int] = [:]

    /// Starts with none.
    public init() {}

    /// Takes the next change in.
    public mutating func take(_ change: HazardChange) {
        let place = HazardPlace(equipment: change.equipment, rule: change.rule.id)
        switch change.change {
        case .raised, .recurred:
            open[place] = episodes.count
            episodes.append(
                Episode(
                    equipment: change.equipment, rule: change.rule.id, begin: change.at, end: nil))
        case .returned, .cleared:
            // What has returned is cleared once more, by a person.
            guard let index = open.removeValue(forKey: place) else { return }
            episodes[index].end = change.at
        case .suppressed, .lapsed, .timing: break
        }
    }
}

/// What other rules make of the same readings.
public struct Backtest: Sendable {
    /// How one hazard differs.
    public enum Difference: Sendable, Equatable {
        /// The new rules raise what the old ones did not.
        case added(Episode)
        /// The new rules do not raise what the old ones did.
        case lost(Episode)
        /// Both raise it, the new ones at another time.
        case moved(old: Episode, new: Episode)
        /// Both raise it at the same time, and it ends at another.
        case stretched(old: Episode, new: Episode)
    }

    /// What differs, by time; what is the same is not listed.
    public private(set) var differences: [Difference] = []

    /// Compares the episodes of one capture.
    ///
    /// Two episodes of one rule on one piece of equipment are the same hazard when they overlap in
    /// time; each is paired once, the earliest first.
    public init(old: [Episode], new: [Episode]) {
        var places: [HazardPlace] = []
        var sides: [HazardPlace: (old: [Episode], new: [Episode])] = [:]
        func add(
            _ episode: Episode, _ path: WritableKeyPath<(old: [Episode], new: [Episode]), [Episode]>
        ) {
            let place = HazardPlace(equipment: episode.equipment, rule: episode.rule)
            if sides[place] == nil { places.append(place) }
            sides[place, default: ([], [])][keyPath: path].append(episode)
        }
        for episode in old { add(episode, \.old) }
        for episode in new { add(episode, \.new) }
        for place in places {
            guard let side = sides[place] else { continue }
            compare(side.old[...], side.new[...])
        }
        differences.sort { left, right in
            (left.begin, left.key) < (right.begin, right.key)
        }
    }

    private mutating func compare(_ old: ArraySlice<Episode>, _ new: ArraySlice<Episode>) {
        var old = old
        var new = new
        while let before = old.first, let after = new.first {
            if before.overlaps(after) {
                if before.begin != after.begin {
                    differences.append(.moved(old: before, new: after))
                } else if before.end != after.end {
                    differences.append(.stretched(old: before, new: after))
                }
                old.removeFirst()
                new.removeFirst()
            } else if before.begin < after.begin {
                differences.append(.lost(before))
                old.removeFirst()
            } else {
                differences.append(.added(after))
                new.removeFirst()
            }
        }
        differences += old.map { .lost($0) } + new.map { .added($0) }
    }
}

extension Episode {
    fileprivate func overlaps(_ other: Episode) -> Bool {
        begin <= (other.end ?? .never) && other.begin <= (end ?? .never)
    }
}

extension Backtest.Difference {
    /// The episode that stands for it: the new one, unless there is none.
    public var episode: Episode {
        switch self {
        case .added(let episode), .lost(let episode): episode
        case .moved(_, let new), .stretched(_, let new): new
        }
    }

    fileprivate var begin: Instant { episode.begin }
    fileprivate var key: String { "\(episode.equipment)/\(episode.rule)" }
}
