import Agent
import ArgumentParser
import Configuration
import Console
import Foundation
import Ledger
import LedgerStore
import Supervision
import Timestamps

/// `tocsin hazards export`: everything on record about a hazard, in one file that stands alone.
struct HazardsExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a hazard's entries, proofs and evidence into one file.",
        discussion: """
            `tocsin check-bundle` checks the file without the ledger; it needs the ledger's public \
            key alone.
            """)

    @Argument(help: "EQUIPMENT/RULE for the newest hazard there, or a hazard's whole id.")
    var hazard: String

    @Option(name: [.short, .long], help: "The file.")
    var out: String

    @OptionGroup var options: ReadOptions

    func run() throws {
        let (site, ledger) = try options.open()
        let files = LedgerFiles(site.stateDirectory)
        let bundle = try options.read { () throws(StoreFailure) in
            let key = try LedgerKey(path: files.privateKey)
            let entries = try HazardEntries(hazard, site.site, ledger)
            var items: [EvidenceBundle.Item] = []
            for entry in entries.newest {
                guard
                    let found = try ledger.inclusion(of: entry.id, origin: key.verifier.name)
                else { continue }
                let receipt = EntryReceipt(
                    proof: found.proof, checkpoint: try key.sign(found.checkpoint))
                items.append(
                    .init(
                        entry: found.entry, receipt: receipt,
                        evidence: try ledger.evidence(of: entry.sequence)))
            }
            return EvidenceBundle(hazard: entries.hazard, items: items)
        }
        guard !bundle.items.isEmpty else {
            throw options.shared.fail(
                AgentFailure(.negative, "nothing is on record about \(hazard)"))
        }
        do {
            try Data(bundle.bytes).write(to: URL(fileURLWithPath: out))
        } catch {
            throw options.shared.fail(AgentFailure(.usage, "\(out): cannot be written"))
        }
        if options.shared.json {
            Output.line(
                .object([
                    ("bundle", .text(out)), ("hazard", .text(bundle.hazard)),
                    ("entries", .number(Double(bundle.items.count))),
                ]))
        } else {
            Output.line("\(out): \(bundle.items.count) entries of \(bundle.hazard)")
        }
    }
}

/// `tocsin check-bundle`: without the ledger.
struct CheckBundle: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-bundle",
        abstract: "Check a hazard's bundle, without the ledger; exit 1 unless all of it holds.")

    @Argument(help: "The file, as hazards export wrote it.")
    var bundle: String

    @Option(help: "The ledger's public key: ledger.pub, or its text.")
    var key: String

    @Flag(name: .long, help: "Draw the readings.")
    var plot = false

    @OptionGroup var proofs: ProofOptions

    func run() throws {
        let key = try proofs.key(self.key)
        let bytes = try proofs.read(bundle)
        let found: EvidenceBundle
        let pieces: Int
        do throws(EvidenceBundle.Invalid) {
            found = try EvidenceBundle(bytes: bytes)
            pieces = try found.check(SHA256Digest.self) { key.checkpoint(in: $0) }
        } catch {
            throw proofs.refuse("\(bundle): \(error.message)")
        }
        if plot, !proofs.shared.json {
            let entries = found.items.map { ($0.entry, $0.evidence) }
            for line in HazardEntries.plot(entries) { Output.line(line) }
        }
        proofs.tell(
            "proved 已证明: \(found.items.count) entries 条目, \(pieces) pieces of evidence 证据, "
                + found.hazard,
            [
                ("proved", .boolean(true)), ("hazard", .text(found.hazard)),
                ("entries", .number(Double(found.items.count))),
                ("evidence", .number(Double(pieces))),
            ])
    }
}

/// What the ledger has about a place, and which of it is the newest hazard's.
struct HazardEntries {
    struct Entry {
        var sequence: Int64
        var id: String
        var value: JSONValue
    }

    /// The newest hazard's id.
    private(set) var hazard = ""
    /// Its entries, in the order of the ledger.
    private(set) var newest: [Entry] = []

    /// - Parameter name: EQUIPMENT/RULE, or a hazard's whole id.
    init(_ name: String, _ site: String, _ ledger: LedgerReader) throws(StoreFailure) {
        let isPlace = name.split(separator: "/").count == 2
        let prefixes = isPlace ? ["\(site)/\(name)/", "\(site)/\(name)#"] : [name + "#"]
        var entries: [Entry] = []
        for prefix in prefixes {
            for bytes in try ledger.entries(withPrefix: prefix) {
                guard let value = JSONValue(parsing: bytes), let id = value["id"]?.text,
                    let sequence = value["seq"]?.number
                else { throw .corrupt("an entry of the ledger is no JSON: run ledger verify") }
                entries.append(Entry(sequence: Int64(sequence), id: id, value: value))
            }
        }
        entries.sort { $0.sequence < $1.sequence }
        hazard =
            isPlace ? entries.last?.value["body"]?["hazard"]?.text ?? "" : name
        newest = entries.filter { $0.value["body"]?["hazard"]?.text == hazard }
    }

    /// The readings around the raise, drawn; of a hazard in the papers, what they said.
    static func plot(_ entries: [(entry: [UInt8], evidence: [UInt8]?)]) -> [String] {
        var plot: ReadingPlot?
        var papers: [String] = []
        for (bytes, evidence) in entries {
            guard let evidence, let entry = JSONValue(parsing: bytes),
                let value = JSONValue(parsing: evidence)
            else { continue }
            if value["part"]?.text == "papers" {
                papers = Self.papers(value)
                continue
            }
            let kind = entry["kind"]?.text
            if kind == "hazard.raised" || kind == "hazard.recurred",
                let at = entry["body"]?["at"]?.text.flatMap({ RFC3339.parse($0) })
            {
                plot = ReadingPlot(raisedAt: at, style: Style(hasColour: isatty(1) == 1))
            }
            plot?.add(value)
        }
        return papers + (plot?.lines(columns: 120) ?? [])
    }

    private static func papers(_ value: JSONValue) -> [String] {
        let said = (value["papers"]?.members ?? []).map { ("papers 台账", $0) }
        let done = (value["logged"]?.members ?? []).map { ("logged 登记", $0) }
        let run = value["last_run"]?.text.map { ["  last run 最近运行  \($0)"] } ?? []
        return ["the papers on 台账日期 \(value["today"]?.text ?? "")"]
            + (said + done).map { source, member in
                let field = RegistryField(rawValue: member.name)
                return "  \(source)  \(member.name) \(field?.chinese ?? "")  "
                    + (member.value.text ?? "")
            } + run
    }
}
