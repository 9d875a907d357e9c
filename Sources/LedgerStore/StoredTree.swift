import GRDB
import Ledger

/// The ledger's Merkle tree as it is stored: the hashes of all leaves, and the roots of the perfect
/// subtrees of 256, 256^2 ... leaves. Whatever lies between is worked out from 256 of them at most.
struct StoredTree {
    private let database: Database
    private let path: String

    init(_ database: Database, path: String) {
        self.database = database
        self.path = path
    }

    /// Keeps a subtree that has become perfect, if it is of those that are kept.
    func insert(_ node: MerkleNode, _ hash: [UInt8]) throws {
        guard let tier = Self.tier(of: node) else { return }
        try database.cachedStatement(
            sql: "INSERT INTO node (tier, place, hash) VALUES (?, ?, ?)"
        ).execute(arguments: [tier, Int64(node.index), Blob.data(hash)])
    }

    /// The tier at which a subtree is kept; `nil` for one that is worked out, and for a leaf.
    static func tier(of node: MerkleNode) -> Int? {
        node.level > 0 && node.level % Tile.height == 0 ? node.level / Tile.height : nil
    }

    /// The root of a perfect subtree.
    func hash(of node: MerkleNode) throws -> [UInt8] {
        let tier = node.level / Tile.height
        let count = UInt64(1) << UInt64(node.level % Tile.height)
        var hashes = try kept(tier: tier, from: node.index * count, count: count)
        while hashes.count > 1 {
            hashes = stride(from: 0, to: hashes.count, by: 2).map {
                SHA256Digest.node(hashes[$0], hashes[$0 + 1])
            }
        }
        return hashes[0]
    }

    /// The hashes of a proof.
    func hashes(of path: [[MerkleNode]]) throws -> [[UInt8]] {
        try path.map { SHA256Digest.joined(try $0.map { try hash(of: $0) }) }
    }

    /// Hashes that are kept, in order.
    func kept(tier: Int, from place: UInt64, count: UInt64) throws -> [[UInt8]] {
        let sql =
            tier == 0
            ? """
            SELECT leaf_hash AS hash FROM entry
            WHERE sequence >= ? AND sequence < ? ORDER BY sequence
            """
            : """
            SELECT hash FROM node
            WHERE tier = \(tier) AND place >= ? AND place < ? ORDER BY place
            """
        let hashes = try Row.fetchAll(
            try database.cachedStatement(sql: sql),
            arguments: [Int64(place), Int64(place + count)]
        ).map { Blob.bytes(try $0.value("hash")) }
        guard hashes.count == Int(count) else {
            throw StoreFailure.corrupt(
                "\(path): the tree has holes; run tocsin ledger verify")
        }
        return hashes
    }

    /// The tree's right edge, which must give the stored root.
    func frontier() throws -> MerkleFrontier<SHA256Digest> {
        let head = try Row.fetchOne(
            database, sql: "SELECT size, root FROM head ORDER BY size DESC LIMIT 1")
        let size: Int64 = try head.map { try $0.value("size") } ?? 0
        let root: [UInt8] =
            try head.map { Blob.bytes(try $0.value("root")) } ?? SHA256Digest.emptyTree
        let last = try Int64.fetchOne(database, sql: "SELECT max(sequence) FROM entry") ?? -1
        guard size == last + 1 else {
            throw StoreFailure.corrupt(
                "\(path): the tree head covers \(size) entries, the last one is \(last); run "
                    + "tocsin ledger verify")
        }
        let peaks = try MerklePath.peaks(of: UInt64(size)).map { try hash(of: $0) }
        let frontier = MerkleFrontier<SHA256Digest>(size: UInt64(size), peaks: peaks)
        guard frontier.root == root else {
            throw StoreFailure.corrupt(
                "\(path): the entries do not give the stored root; run tocsin ledger verify")
        }
        return frontier
    }

    /// Works the kept subtrees out from the leaves, in a ledger that has none yet.
    func fill() throws {
        var frontier = MerkleFrontier<SHA256Digest>()
        let rows = try Row.fetchCursor(
            database, sql: "SELECT sequence, leaf_hash FROM entry ORDER BY sequence")
        while let row = try rows.next() {
            let sequence: Int64 = try row.value("sequence")
            guard sequence == Int64(frontier.size) else {
                throw StoreFailure.corrupt("\(path): entry \(frontier.size) is missing")
            }
            try frontier.append(leafHash: Blob.bytes(try row.value("leaf_hash"))) {
                try insert($0, $1)
            }
        }
    }
}
