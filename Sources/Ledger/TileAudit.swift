/// Checks a log as it is published, in tiles (C2SP tlog-tiles), against a checkpoint that is
/// trusted: every entry, every hash, byte by byte.
public enum TileAudit {
    /// What is wrong, and with which tile.
    public struct Finding: Error, Sendable, Equatable {
        /// The tile's path below the log's directory.
        public var path: String
        /// What is wrong with it.
        public var reason: String
    }

    /// Checks the tiles of a checkpoint.
    ///
    /// - Parameter read: the bytes of a tile; `nil` when there is none.
    public static func check<Digest: LedgerDigest, Failure>(
        _ checkpoint: Checkpoint, _ digest: Digest.Type,
        read: (Tile) throws(Failure) -> [UInt8]?
    ) throws {
        var tiles: [Tile: [UInt8]] = [:]
        for tile in Tile.all(of: checkpoint.size) where tile.content != .entries {
            guard let bytes = try read(tile) else {
                throw Finding(path: tile.path, reason: "is missing")
            }
            guard bytes.count == Int(tile.count) * checkpoint.root.count else {
                throw Finding(path: tile.path, reason: "is not \(tile.count) hashes long")
            }
            tiles[tile] = bytes
        }
        var frontier = MerkleFrontier<Digest>()
        func compare(_ hash: [UInt8], level: Int, index: UInt64) throws(Finding) {
            // The last tile of a level may be partial, all before it are full.
            let place = Int(index % Tile.width) * hash.count
            let full = Tile(.hashes(level: level), index: index / Tile.width)
            let count = checkpoint.size >> UInt64(level * Tile.height) % Tile.width
            let partial = Tile(.hashes(level: level), index: full.index, count: count)
            let tile = tiles[full] == nil ? partial : full
            guard let bytes = tiles[tile], bytes[place..<place + hash.count].elementsEqual(hash)
            else { throw Finding(path: tile.path, reason: "hash \(index) is not its own") }
        }
        for tile in Tile.all(of: checkpoint.size) where tile.content == .entries {
            guard let bytes = try read(tile) else {
                throw Finding(path: tile.path, reason: "is missing")
            }
            for entry in try entries(of: tile, bytes) {
                let leaf = Digest.leaf(Array(entry))
                try compare(leaf, level: 0, index: frontier.size)
                try frontier.append(leafHash: leaf) { node, hash in
                    guard node.level % Tile.height == 0 else { return }
                    try compare(hash, level: node.level / Tile.height, index: node.index)
                }
            }
        }
        guard frontier.root == checkpoint.root else {
            throw Finding(path: "checkpoint", reason: "the entries do not give its root")
        }
    }

    /// The entries of a tile, each after its length in two bytes.
    private static func entries(
        of tile: Tile, _ bytes: [UInt8]
    ) throws(Finding) -> [ArraySlice<UInt8>] {
        var entries: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while rest.count >= 2 {
            let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            guard rest.count >= 2 + length else { break }
            entries.append(rest.dropFirst(2).prefix(length))
            rest = rest.dropFirst(2 + length)
        }
        guard rest.isEmpty, entries.count == Int(tile.count) else {
            throw Finding(path: tile.path, reason: "is not \(tile.count) entries long")
        }
        return entries
    }
}
