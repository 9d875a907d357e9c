/// All that is on record about one hazard, in one file that stands alone: entries, the proofs that
/// they stand in the ledger, and what was read when they were made.
///
/// JSON, so that anybody can read it: entries and evidence are kept as the texts whose bytes the
/// proofs and digests are about.
public struct EvidenceBundle: Sendable, Equatable {
    /// One entry.
    public struct Item: Sendable, Equatable {
        /// The entry's bytes.
        public var entry: [UInt8]
        /// That it stands in the ledger.
        public var receipt: EntryReceipt
        /// What was read; `nil` when nothing was, or it has been pruned.
        public var evidence: [UInt8]?

        /// Groups the parts.
        public init(entry: [UInt8], receipt: EntryReceipt, evidence: [UInt8]?) {
            self.entry = entry
            self.receipt = receipt
            self.evidence = evidence
        }
    }

    /// Why bytes are no bundle, or what in a bundle does not hold.
    public struct Invalid: Error, Sendable, Equatable {
        /// For people.
        public var message: String
    }

    private static let form = "tocsin-evidence-bundle@v1"
    /// Entries of one hazard: raised, returned, recurred and so on. A year of one a day fits.
    static let mostItems = 1_000
    /// Bytes of a bundle that is read.
    static let longest = 256 << 20

    /// The hazard.
    public var hazard: String
    /// Its entries, in the order of the ledger.
    public var items: [Item]

    /// Groups entries.
    public init(hazard: String, items: [Item]) {
        self.hazard = hazard
        self.items = items
    }

    /// The file.
    public var bytes: [UInt8] {
        func text(_ bytes: [UInt8]) -> JSONValue { .text(String(decoding: bytes, as: UTF8.self)) }
        return JSONValue.object([
            ("form", .text(Self.form)), ("hazard", .text(hazard)),
            (
                "entries",
                .array(
                    items.map { item in
                        .object([
                            ("entry", text(item.entry)), ("proof", text(item.receipt.bytes)),
                            ("evidence", item.evidence.map(text) ?? .null),
                        ])
                    })
            ),
        ]).orderedBytes + [0x0A]
    }

    /// Reads a file.
    public init(bytes: [UInt8]) throws(Invalid) {
        guard bytes.count <= Self.longest else {
            throw Invalid(message: "a bundle has \(Self.longest) bytes at most")
        }
        let value: JSONValue
        do {
            value = try JSONReader.read(bytes.last == 0x0A ? bytes.dropLast() : bytes)
        } catch {
            throw Invalid(message: "not JSON at byte \(error.offset)")
        }
        guard value["form"]?.text == Self.form, let hazard = value["hazard"]?.text,
            case .array(let list)? = value["entries"], !list.isEmpty, list.count <= Self.mostItems
        else { throw Invalid(message: "is no \(Self.form)") }
        self.hazard = hazard
        items = []
        for (index, part) in list.enumerated() {
            guard let entry = part["entry"]?.text, let proof = part["proof"]?.text,
                let evidence = part["evidence"], evidence == .null || evidence.text != nil
            else { throw Invalid(message: "entry \(index) of the bundle is not whole") }
            do throws(EntryReceipt.Invalid) {
                items.append(
                    Item(
                        entry: Array(entry.utf8),
                        receipt: try EntryReceipt(bytes: Array(proof.utf8)),
                        evidence: evidence.text.map { Array($0.utf8) }))
            } catch {
                throw Invalid(message: "entry \(index) of the bundle: \(error.message)")
            }
        }
    }

    /// Checks every part.
    ///
    /// - Parameters:
    ///   - digest: the ledger's hash.
    ///   - checkpoint: the state in a note, if the ledger's key signed it.
    /// - Returns: how many pieces of evidence are there.
    /// - Throws: the first part that does not hold.
    public func check<Digest: LedgerDigest>(
        _ digest: Digest.Type, checkpoint: (SignedNote) -> Checkpoint?
    ) throws(Invalid) -> Int {
        var pieces = 0
        var last: UInt64?
        for (index, item) in items.enumerated() {
            let name = "entry \(index) of the bundle"
            guard let state = checkpoint(item.receipt.checkpoint) else {
                throw Invalid(message: "\(name): its checkpoint is not signed by this key")
            }
            do throws(ProofFailure) {
                try item.receipt.proof.check(
                    digest, leafHash: Digest.leaf(item.entry), root: state.root)
            } catch {
                throw Invalid(message: "\(name): the proof does not prove it (\(error))")
            }
            let leaf = item.receipt.proof.leaf
            guard last.map({ $0 < leaf }) ?? true else {
                throw Invalid(message: "\(name): is not in the order of the ledger")
            }
            last = leaf
            let value: JSONValue
            do {
                value = try JSONReader.read(item.entry)
            } catch {
                throw Invalid(message: "\(name): not JSON at byte \(error.offset)")
            }
            guard value["body"]?["hazard"]?.text == hazard else {
                throw Invalid(message: "\(name): is about another hazard")
            }
            guard let evidence = item.evidence else { continue }
            guard value["evidence"]?.text == Hexadecimal.encode(Digest.hash(evidence)) else {
                throw Invalid(message: "\(name): its evidence does not have the digest it names")
            }
            pieces += 1
        }
        return pieces
    }
}
