import Ledger
import Testing

/// A published log, checked from its tiles alone.
@Suite struct TileTests {
    /// Tiles made from the recursive definition of the tree, not with the code that writes them.
    private static func publish(
        _ entries: [[UInt8]]
    ) -> (checkpoint: Checkpoint, tiles: [String: [UInt8]]) {
        let leaves = entries.map { SHA.leaf($0) }
        var tiles: [String: [UInt8]] = [:]
        for (level, width) in [(0, 1), (1, 256)] {
            let hashes = stride(from: 0, to: leaves.count / width * width, by: width).map {
                Definition.root(leaves[$0..<$0 + width])
            }
            for start in stride(from: 0, to: hashes.count, by: 256) {
                let part = hashes[start..<min(start + 256, hashes.count)]
                let name =
                    "tile/\(level)/00\(start / 256)" + (part.count < 256 ? ".p/\(part.count)" : "")
                tiles[name] = Array(part.joined())
            }
        }
        for start in stride(from: 0, to: entries.count, by: 256) {
            let part = entries[start..<min(start + 256, entries.count)]
            let name =
                "tile/entries/00\(start / 256)" + (part.count < 256 ? ".p/\(part.count)" : "")
            tiles[name] = part.flatMap { [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0 }
        }
        let checkpoint = Checkpoint(
            origin: "test", size: UInt64(entries.count), root: Definition.root(leaves[...]))
        return (checkpoint, tiles)
    }

    private static func isSound(_ checkpoint: Checkpoint, _ tiles: [String: [UInt8]]) -> Bool {
        do {
            try TileAudit.check(checkpoint, SHA.self) { tiles[$0.path] }
            return true
        } catch {
            return false
        }
    }

    private static let small = (0..<5).map { Array("entry \($0)".utf8) }
    private static let large = (0..<520).map { [UInt8($0 >> 8), UInt8($0 & 255)] }

    @Test("tiles that are whole give the checkpoint's root", arguments: [small, large])
    func sound(entries: [[UInt8]]) {
        let (checkpoint, tiles) = Self.publish(entries)
        #expect(Self.isSound(checkpoint, tiles))
    }

    @Test("any byte changed in any tile of a small log is found, and one more or less")
    func everyByte() {
        let (checkpoint, tiles) = Self.publish(Self.small)
        for (name, bytes) in tiles.sorted(by: { $0.key < $1.key }) {
            for index in bytes.indices {
                var bad = tiles
                bad[name]?[index] ^= 0x10
                #expect(!Self.isSound(checkpoint, bad), "\(name), byte \(index)")
            }
            for changed in [nil, Array(bytes.dropLast()), bytes + [0], bytes + [0, 0]] {
                var bad = tiles
                bad[name] = changed
                #expect(!Self.isSound(checkpoint, bad), "\(name)")
            }
        }
    }

    @Test("in a log of many tiles a byte of each hash and of each entry is, wherever it lies")
    func everyTile() {
        let (checkpoint, tiles) = Self.publish(Self.large)
        var random = SystemRandomNumberGenerator()
        for (name, bytes) in tiles.sorted(by: { $0.key < $1.key }) {
            // Every byte of the upper tile, one in each 64 of the others.
            let step = name.contains("tile/1/") ? 1 : 64
            for start in stride(from: 0, to: bytes.count - step + 1, by: step) {
                var bad = tiles
                let index = start + Int.random(in: 0..<step, using: &random)
                bad[name]?[index] ^= UInt8.random(in: 1...255, using: &random)
                #expect(!Self.isSound(checkpoint, bad), "\(name), byte \(index)")
            }
        }
    }

    @Test("a checkpoint of another state is not theirs")
    func otherCheckpoint() {
        var (checkpoint, tiles) = Self.publish(Self.small)
        let (earlier, _) = Self.publish(Array(Self.small.dropLast()))
        #expect(!Self.isSound(earlier, tiles))
        checkpoint.root[31] ^= 1
        #expect(!Self.isSound(checkpoint, tiles))
    }
}
