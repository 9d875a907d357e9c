/// A piece of a log as it is published: 256 hashes of one level, or 256 entries (C2SP tlog-tiles).
public struct Tile: Sendable, Hashable {
    /// Hashes, or entries, of a whole tile.
    public static let width: UInt64 = 256
    /// Levels of the tree in a tile.
    public static let height = 8

    /// What it holds.
    public enum Content: Sendable, Hashable {
        /// Roots of subtrees of 256^level leaves.
        case hashes(level: Int)
        /// The entries themselves, each after its length in two bytes.
        case entries
    }

    /// What it holds.
    public var content: Content
    /// Its place among those of its content, from the left.
    public var index: UInt64
    /// How many it holds: 256 unless it is the last and not full.
    public var count: UInt64

    /// Names a tile.
    public init(_ content: Content, index: UInt64, count: UInt64 = Self.width) {
        self.content = content
        self.index = index
        self.count = count
    }

    /// Its path below the log's directory: `tile/1/x001/x234/067`, with `.p/COUNT` when partial.
    public var path: String {
        let kind =
            switch content {
            case .hashes(let level): String(level)
            case .entries: "entries"
            }
        let partial = count < Self.width ? ".p/\(count)" : ""
        return "tile/\(kind)/\(Self.digits(index))\(partial)"
    }

    /// All tiles of a log of `size` entries, the lowest level first: each full one, and the last.
    public static func all(of size: UInt64) -> [Tile] {
        var tiles = tiles(.entries, of: size)
        var level = 0
        var count = size
        while count > 0 {
            tiles += Self.tiles(.hashes(level: level), of: count)
            level += 1
            count /= width
        }
        return tiles
    }

    private static func tiles(_ content: Content, of count: UInt64) -> [Tile] {
        var tiles = (0..<count / width).map { Tile(content, index: $0) }
        let rest = count % width
        if rest > 0 { tiles.append(Tile(content, index: count / width, count: rest)) }
        return tiles
    }

    /// A number in groups of three digits, `x` before all but the last.
    private static func digits(_ number: UInt64) -> String {
        let group = String(1_000 + number % 1_000).dropFirst()
        var text = String(group)
        var rest = number / 1_000
        while rest > 0 {
            text = "x" + String(1_000 + rest % 1_000).dropFirst() + "/" + text
            rest /= 1_000
        }
        return text
    }

    /// The node at a place of a tile of hashes.
    public func node(_ place: UInt64) -> MerkleNode? {
        guard case .hashes(let level) = content, place < count else { return nil }
        return MerkleNode(level: level * Self.height, index: index * Self.width + place)
    }
}
