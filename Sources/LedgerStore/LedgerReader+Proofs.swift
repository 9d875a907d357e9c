import GRDB
public import Ledger

extension LedgerReader {
    /// The state of the log now, to be signed.
    public func checkpoint(origin: String) throws(StoreFailure) -> Checkpoint {
        try snapshot { database in try Self.state(database, origin, path: self.path) }
    }

    /// An entry, and that it stands in the log as it is now.
    ///
    /// - Returns: `nil` when there is no such entry.
    public func inclusion(
        of id: String, origin: String
    ) throws(StoreFailure) -> (entry: [UInt8], proof: InclusionProof, checkpoint: Checkpoint)? {
        try snapshot { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT sequence, bytes FROM entry WHERE id = ?", arguments: [id])
            guard let row else { return nil }
            let checkpoint = try Self.state(database, origin, path: self.path)
            let sequence: Int64 = try row.value("sequence")
            let leaf = UInt64(sequence)
            guard leaf < checkpoint.size else {
                throw StoreFailure.corrupt("\(self.path): no tree head covers entry \(leaf)")
            }
            let tree = StoredTree(database, path: self.path)
            let hashes = try tree.hashes(
                of: MerklePath.inclusion(of: leaf, in: checkpoint.size))
            let proof = InclusionProof(leaf: leaf, size: checkpoint.size, hashes: hashes)
            return (Blob.bytes(try row.value("bytes")), proof, checkpoint)
        }
    }

    /// That the log now goes on from what it was when it had `size` entries.
    ///
    /// - Returns: `nil` when it has fewer, or `size` is 0.
    public func consistency(
        from size: UInt64, origin: String
    ) throws(StoreFailure) -> (proof: ConsistencyProof, checkpoint: Checkpoint)? {
        try snapshot { database in
            let checkpoint = try Self.state(database, origin, path: self.path)
            guard size > 0, size <= checkpoint.size else { return nil }
            let tree = StoredTree(database, path: self.path)
            let path = MerklePath.consistency(from: size, to: checkpoint.size)
            let hashes = try tree.hashes(of: path)
            return (
                ConsistencyProof(earlier: size, later: checkpoint.size, hashes: hashes), checkpoint
            )
        }
    }

    /// Everything that a published log consists of, tile by tile (C2SP tlog-tiles); `write` gets
    /// each tile's path below the log's directory, and its bytes.
    ///
    /// - Returns: the state that the tiles are of, to be signed and put beside them.
    public func tiles(
        origin: String, _ write: (_ path: String, _ bytes: [UInt8]) throws -> Void
    ) throws(StoreFailure) -> Checkpoint {
        try snapshot { database in
            let checkpoint = try Self.state(database, origin, path: self.path)
            let tree = StoredTree(database, path: self.path)
            for tile in Tile.all(of: checkpoint.size) {
                let start = tile.index * Tile.width
                switch tile.content {
                case .hashes(let level):
                    let hashes = try tree.kept(tier: level, from: start, count: tile.count)
                    try write(tile.path, Array(hashes.joined()))
                case .entries:
                    try write(tile.path, try self.bundle(database, start, tile.count))
                }
            }
            return checkpoint
        }
    }

    /// Entries, each after its length in two bytes, the greater first.
    private func bundle(
        _ database: Database, _ start: UInt64, _ count: UInt64
    ) throws -> [UInt8] {
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT bytes FROM entry WHERE sequence >= ? AND sequence < ? ORDER BY sequence",
            arguments: [Int64(start), Int64(start + count)])
        var bundle: [UInt8] = []
        while let row = try rows.next() {
            let bytes = Blob.bytes(try row.value("bytes"))
            guard let length = UInt16(exactly: bytes.count) else {
                throw StoreFailure.unusable(
                    "\(path): an entry after \(start) has \(bytes.count) bytes; a tile takes "
                        + "65,535 at most")
            }
            bundle += [UInt8(length >> 8), UInt8(length & 0xFF)] + bytes
        }
        return bundle
    }

    private static func state(
        _ database: Database, _ origin: String, path: String
    ) throws -> Checkpoint {
        let frontier = try StoredTree(database, path: path).frontier()
        return Checkpoint(origin: origin, size: frontier.size, root: frontier.root)
    }
}
