import Crypto
import Foundation
import Ledger
import Testing

@Suite struct ProofTests {
    private static let leaves = (0..<70).map { SHA.leaf([UInt8($0)]) }

    /// The hashes of a path, from the leaves.
    private static func hashes(_ path: [[MerkleNode]]) -> [[UInt8]] {
        path.map { nodes in
            SHA.joined(
                nodes.map { node in
                    let start = Int(node.index) << node.level
                    return Definition.root(leaves[start..<(start + 1 << node.level)])
                })
        }
    }

    private static func root(_ size: Int) -> [UInt8] { Definition.root(leaves[..<size]) }

    private static func inclusion(_ leaf: Int, _ size: Int) -> InclusionProof {
        InclusionProof(
            leaf: UInt64(leaf), size: UInt64(size),
            hashes: hashes(MerklePath.inclusion(of: UInt64(leaf), in: UInt64(size))))
    }

    private static func consistency(_ earlier: Int, _ later: Int) -> ConsistencyProof {
        ConsistencyProof(
            earlier: UInt64(earlier), later: UInt64(later),
            hashes: hashes(MerklePath.consistency(from: UInt64(earlier), to: UInt64(later))))
    }

    @Test("every leaf of every tree is proved by the path of the definition, and by no other")
    func everyLeaf() throws {
        for size in 1...70 {
            for leaf in 0..<size {
                let proof = Self.inclusion(leaf, size)
                #expect(proof.hashes == Definition.path(leaf, Self.leaves[..<size]))
                try proof.check(SHA.self, leafHash: Self.leaves[leaf], root: Self.root(size))
                let other = Self.leaves[(leaf + 1) % 70]
                #expect(throws: ProofFailure.contradicted) {
                    try proof.check(SHA.self, leafHash: other, root: Self.root(size))
                }
            }
        }
    }

    @Test("every tree is proved to go on from every earlier one as the definition has it")
    func everyPair() throws {
        for later in 1...70 {
            for earlier in 1...later {
                let proof = Self.consistency(earlier, later)
                #expect(proof.hashes == Definition.proof(earlier, Self.leaves[..<later], true))
                try proof.check(
                    SHA.self, earlierRoot: Self.root(earlier), laterRoot: Self.root(later))
            }
        }
    }

    @Test("a proof that is cut, longer, of another place or with a bit turned proves nothing")
    func spoiled() {
        func fails(_ proof: InclusionProof, leaf: Int = 37) -> Bool {
            do throws(ProofFailure) {
                try proof.check(SHA.self, leafHash: Self.leaves[leaf], root: Self.root(61))
                return false
            } catch {
                return true
            }
        }
        let good = Self.inclusion(37, 61)
        #expect(!fails(good) && fails(good, leaf: 36))
        for index in good.hashes.indices {
            for bit in 0..<256 {
                var bad = good
                bad.hashes[index][bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(fails(bad))
            }
            var cut = good
            cut.hashes.remove(at: index)
            #expect(fails(cut))
        }
        var long = good
        long.hashes.append(Self.leaves[0])
        #expect(fails(long))
        for leaf in UInt64(0)..<61 where leaf != 37 {
            #expect(fails(InclusionProof(leaf: leaf, size: 61, hashes: good.hashes)))
        }
        #expect(fails(InclusionProof(leaf: 61, size: 61, hashes: good.hashes)))
        #expect(fails(InclusionProof(leaf: 0, size: 0, hashes: [])))
    }

    @Test("a fork, a truncation and a spoiled proof are found")
    func forked() {
        func fails(_ proof: ConsistencyProof, _ earlier: [UInt8], _ later: [UInt8]) -> Bool {
            do throws(ProofFailure) {
                try proof.check(SHA.self, earlierRoot: earlier, laterRoot: later)
                return false
            } catch {
                return true
            }
        }
        for (earlier, later) in [(1, 2), (8, 8), (21, 64), (32, 61), (64, 70), (69, 70)] {
            let good = Self.consistency(earlier, later)
            let roots = (Self.root(earlier), Self.root(later))
            #expect(!fails(good, roots.0, roots.1))
            // The same log with one entry changed before and after it was first seen.
            var changed = Self.leaves
            changed[0] = Self.leaves[69]
            let forked = Definition.root(changed[..<later])
            #expect(fails(good, roots.0, forked) && fails(good, forked, roots.1))
            for index in good.hashes.indices {
                var bad = good
                bad.hashes[index][31] ^= 1
                #expect(fails(bad, roots.0, roots.1))
                bad.hashes.remove(at: index)
                #expect(fails(bad, roots.0, roots.1))
            }
            var long = good
            long.hashes.append(Self.leaves[0])
            #expect(fails(long, roots.0, roots.1))
        }
        let back = ConsistencyProof(earlier: 5, later: 4, hashes: [])
        #expect(fails(back, Self.root(5), Self.root(4)))
        let none = ConsistencyProof(earlier: 0, later: 4, hashes: [])
        #expect(fails(none, SHA.emptyTree, Self.root(4)))
    }
}

@Suite struct NoteTests {
    private static let pair = Curve25519.Signing.PrivateKey()

    private static func key() throws -> NoteKey {
        try NoteKey(
            name: "example.org/log", key: Array(pair.publicKey.rawRepresentation))
    }

    private static func note() throws -> SignedNote {
        let checkpoint = Checkpoint(
            origin: "example.org/log", size: 70, root: SHA.hash(Array("root".utf8)))
        let signature = try pair.signature(for: Data(checkpoint.text.utf8))
        return SignedNote(
            text: checkpoint.text,
            signatures: [
                .init(
                    name: "example.org/log", keyID: try key().id(SHA.self),
                    signature: Array(signature))
            ])
    }

    @Test("a note is read as it was written, and its text is what was signed")
    func roundTrip() throws {
        let note = try Self.note()
        let read = try SignedNote(bytes: note.bytes)
        #expect(read == note)
        let signature = try #require(read.signatures.first)
        #expect(
            Self.pair.publicKey.isValidSignature(signature.signature, for: Data(read.text.utf8)))
        let checkpoint = try Checkpoint(text: read.text)
        #expect(checkpoint.size == 70 && checkpoint.text == read.text)
    }

    @Test("no byte of a note can be changed without being found")
    func everyByte() throws {
        let bytes = try Self.note().bytes
        let key = try Self.key()
        for place in bytes.indices {
            for change in [UInt8(1), 0x20, 0x80] {
                var bad = bytes
                bad[place] ^= change
                let isFound: Bool
                do throws(SignedNote.Invalid) {
                    let note = try SignedNote(bytes: bad)
                    isFound = !note.signatures.contains { signature in
                        signature.name == key.name && signature.keyID == key.id(SHA.self)
                            && Self.pair.publicKey.isValidSignature(
                                signature.signature, for: Data(note.text.utf8))
                    }
                } catch {
                    isFound = true
                }
                #expect(isFound, "byte \(place)")
            }
        }
    }

    @Test("a key is handed out as a text that checks itself")
    func keys() throws {
        let key = try Self.key()
        let text = key.text(SHA.self)
        #expect(try NoteKey(text, SHA.self) == key)
        #expect(text.hasPrefix("example.org/log+"))
        let wrong = text.replacingOccurrences(of: "log+", with: "lag+")
        for bad in [wrong, "", "a+b", "a b+00000000+AQ==", text + "A", String(text.dropLast())] {
            #expect(throws: NoteKey.Invalid.self, "\(bad)") { try NoteKey(bad, SHA.self) }
        }
    }

    /// The key of Go's checksum database, as Go ships it (`cmd/go/internal/modfetch/key.go`).
    @Test("a key that others publish is read")
    func published() throws {
        let text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
        let key = try NoteKey(text, SHA.self)
        #expect(key.name == "sum.golang.org" && key.key.count == 32)
        #expect(key.text(SHA.self) == text)
    }

    @Test(
        "what is no note is refused",
        arguments: [
            "", "\n", "text\n", "text\n\n", "text\n\n— \n", "text\n\n— n\n", "text\n\n— n AAAA\n",
            "text\n\n— n AAAAAAA\n", "text\n\n- n AAAAAAA=\n", "text\n\n— n+m AAAAAAA=\n",
            "text\n\n— n AAAAAAA=", "text\n\n— n AAAAAAB=\n", "te\u{1}xt\n\n— n AAAAAAA=\n",
            "text\n\n— n AAAAAAA=\nmore\n", "\n— n AAAAAAA=\n", "text\n\n—  n AAAAAAA=\n",
        ])
    func refused(text: String) {
        #expect(throws: SignedNote.Invalid.self) { try SignedNote(bytes: Array(text.utf8)) }
    }

    @Test(
        "what is no checkpoint is refused",
        arguments: [
            "", "o\n", "o\n1\n", "o\n1\nAAAA", "\n1\nAAAA\n", "o\n01\nAAAA\n", "o\n-1\nAAAA\n",
            "o\n+1\nAAAA\n", "o\n1\nAAA\n", "o\n18446744073709551616\nAAAA\n", "o\n1\n\n",
        ])
    func noCheckpoint(text: String) {
        #expect(throws: Checkpoint.Invalid.self) { try Checkpoint(text: text) }
    }
}

@Suite struct ReceiptTests {
    private static let entry = Array("entry 5".utf8)

    private static func receipt() throws -> EntryReceipt {
        let leaves = (0..<13).map { SHA.leaf(Array("entry \($0)".utf8)) }
        let checkpoint = Checkpoint(
            origin: "example.org/log", size: 13, root: Definition.root(leaves[...]))
        let proof = InclusionProof(leaf: 5, size: 13, hashes: Definition.path(5, leaves[...]))
        return EntryReceipt(
            proof: proof,
            checkpoint: SignedNote(
                text: checkpoint.text,
                signatures: [.init(name: "k", keyID: [1, 2, 3, 4], signature: [5])]))
    }

    @Test("a receipt is read as it was written, and proves its entry and no other")
    func roundTrip() throws {
        let receipt = try EntryReceipt(bytes: try Self.receipt().bytes)
        #expect(receipt == (try Self.receipt()))
        let root = try Checkpoint(text: receipt.checkpoint.text).root
        try receipt.proof.check(SHA.self, leafHash: SHA.leaf(Self.entry), root: root)
        #expect(throws: ProofFailure.contradicted) {
            try receipt.proof.check(SHA.self, leafHash: SHA.leaf([1]), root: root)
        }
    }

    @Test("no byte of a receipt can be changed and still prove the entry to the same checkpoint")
    func everyByte() throws {
        let good = try Self.receipt()
        let root = try Checkpoint(text: good.checkpoint.text).root
        for place in good.bytes.indices {
            for change in [UInt8(1), 4, 0x20, 0x80] {
                var bad = good.bytes
                bad[place] ^= change
                guard let read = Self.read(bad), read.checkpoint == good.checkpoint else {
                    continue
                }
                #expect(throws: ProofFailure.self, "byte \(place)") {
                    try read.proof.check(SHA.self, leafHash: SHA.leaf(Self.entry), root: root)
                }
            }
        }
    }

    private static func read(_ bytes: [UInt8]) -> EntryReceipt? {
        do throws(EntryReceipt.Invalid) {
            return try EntryReceipt(bytes: bytes)
        } catch {
            return nil
        }
    }

    @Test("what is no receipt is refused, wherever it is cut")
    func cut() throws {
        let bytes = try Self.receipt().bytes
        for length in bytes.indices { #expect(Self.read(Array(bytes[..<length])) == nil) }
    }

    @Test("tiles are named as C2SP tlog-tiles names them")
    func tiles() {
        #expect(Tile(.hashes(level: 0), index: 1_234_067).path == "tile/0/x001/x234/067")
        #expect(Tile(.hashes(level: 1), index: 0, count: 1).path == "tile/1/000.p/1")
        #expect(Tile(.entries, index: 5, count: 17).path == "tile/entries/005.p/17")
        // 70,000 entries: 273 tiles and 112 more; 273 roots of tiles: one tile and 17 more; one.
        let paths = Tile.all(of: 70_000).map(\.path)
        #expect(paths.count == 2 * 274 + 2 + 1 && Set(paths).count == paths.count)
        for path in [
            "tile/entries/273.p/112", "tile/0/273.p/112", "tile/0/272", "tile/1/000",
            "tile/1/001.p/17", "tile/2/000.p/1",
        ] {
            #expect(paths.contains(path), "\(path)")
        }
        #expect(
            Tile.all(of: 0).isEmpty
                && Tile.all(of: 256).map(\.path) == [
                    "tile/entries/000", "tile/0/000", "tile/1/000.p/1",
                ])
        #expect(
            Tile(.hashes(level: 1), index: 2, count: 9).node(8) == MerkleNode(level: 8, index: 520))
        #expect(Tile(.hashes(level: 1), index: 2, count: 9).node(9) == nil)
    }
}
