import Detection
import Foundation
import Ledger
import LedgerStore
import Supervision
import Testing

/// What the ledger proves, to people who have no ledger.
@Suite struct LedgerProofTests {
    private let workspace: Workspace
    private var state: String { workspace.path }
    private var options: [String] { ["--state-dir", state] }

    init() throws { workspace = try Workspace() }

    private func commit(_ ids: [String], to path: String) throws {
        let store = try LedgerStore(path: path, configurationHash: "test")
        var batch = CommitBatch()
        batch.entries = ids.map {
            LedgerEntry(
                id: $0, kind: "hazard.raised", equipment: "lift-1", actor: "agent",
                body: .object([("zh", .text("困人"))]))
        }
        _ = try store.commit(batch, recorded: Instant(nanoseconds: 1_767_225_600_000_000_000))
    }

    private func tocsin(
        _ arguments: [String]
    ) throws -> (status: Int32, output: String, errors: String) {
        try run("tocsin", ["ledger"] + arguments)
    }

    /// A ledger of 600 entries and its key; the checkpoint of 300 stands in `old`.
    private func prepare() throws {
        try commit((0..<300).map { "e\($0)" }, to: state + "/ledger.sqlite")
        #expect(try tocsin(["init"] + options).status == 0)
        _ = try workspace.write(tocsin(["checkpoint"] + options).output, to: "old")
        try commit((300..<600).map { "e\($0)" }, to: state + "/ledger.sqlite")
        _ = try workspace.write(tocsin(["checkpoint"] + options).output, to: "new")
    }

    private func consistency(_ names: [String], key: String? = nil) throws -> Int32 {
        try tocsin(
            ["consistency"] + names.map { state + "/" + $0 }
                + ["--key", key ?? state + "/ledger.pub"] + options
        ).status
    }

    @Test("a key is rotated on record, and who trusts the old one can trust the new one")
    func rotation() throws {
        try prepare()
        let who = ["--actor", "officer", "--reason", "yearly"]
        let old = try String(contentsOfFile: state + "/ledger.pub", encoding: .utf8)
        _ = try workspace.write(old, to: "old.pub")
        do {
            // Beside an agent, or whoever else holds the ledger, it is refused.
            let holder = try LedgerStore(
                path: state + "/ledger.sqlite", configurationHash: "test")
            #expect(try tocsin(["rotate"] + who + options).status == 75)
            _ = holder.size
        }
        // It broke off with the next key made; run again it goes on with that one.
        let next = try LedgerKey(path: state + "/ledger.key.next")
        let rotated = try tocsin(["rotate"] + who + options)
        #expect(rotated.status == 0, "\(rotated.errors)")
        let new = try String(contentsOfFile: state + "/ledger.pub", encoding: .utf8)
        #expect(new != old && new == next.verifier.text(SHA256Digest.self) + "\n")
        #expect(!FileManager.default.fileExists(atPath: state + "/ledger.key.next"))
        let shown = try tocsin(["show", state + "/ledger.sqlite", "--from", "600"]).output
        #expect(shown.contains("ledger.key_rotated") && shown.contains(old.dropLast()))
        // The old key vouches for the state with that entry; the new one signs from then on.
        #expect(try consistency(["old", "ledger.handover"], key: state + "/old.pub") == 0)
        _ = try workspace.write(tocsin(["checkpoint"] + options).output, to: "fresh")
        #expect(try consistency(["fresh"]) == 0)
        #expect(try consistency(["fresh"], key: state + "/old.pub") == 1)
    }

    @Test("an entry is proved to whoever has two files and the public key, and nothing else")
    func entry() throws {
        try prepare()
        #expect(try tocsin(["prove", "e417", "-o", state + "/p"] + options).status == 0)
        // Away from the ledger.
        try FileManager.default.removeItem(atPath: state + "/ledger.sqlite")
        try FileManager.default.removeItem(atPath: state + "/ledger.key")
        let check = ["check-proof", state + "/p.tlog-proof", "--key", state + "/ledger.pub"]
        let good = try tocsin(check)
        #expect(good.status == 0 && good.output.contains("entry 417 of 600"), "\(good)")
        let key = try String(contentsOfFile: state + "/ledger.pub", encoding: .utf8)
        #expect(key.hasPrefix("tocsin/demo+"))
        let told = try JSONReader.read(Array(try tocsin(check + ["--json"]).output.utf8.dropLast()))
        #expect(told["proved"] == .boolean(true) && told["entry"]?.number == 417)

        let text = try String(contentsOfFile: state + "/p.json", encoding: .utf8)
        _ = try workspace.write(
            text.replacingOccurrences(of: "lift-1", with: "lift-2"), to: "q.json")
        let other = try tocsin(check + ["--entry", state + "/q.json"])
        #expect(other.status == 1 && other.errors.contains("does not prove this entry"))
        // Another log's key, and what is no key.
        let stranger = try LedgerKey(name: "tocsin/demo").verifier.text(SHA256Digest.self)
        let wrong = try tocsin(Array(check.dropLast()) + [stranger])
        #expect(wrong.status == 1 && wrong.errors.contains("not signed by tocsin/demo"))
        #expect(try tocsin(Array(check.dropLast()) + ["nonsense"]).status == 64)
    }

    @Test("a program that others wrote accepts the proof, and refuses another entry's")
    func independent() throws {
        try prepare()
        #expect(try tocsin(["prove", "e417", "-o", state + "/p"] + options).status == 0)
        #expect(try tocsin(["prove", "e418", "-o", state + "/q"] + options).status == 0)
        let script = Independent.script("verify_proof.py")
        let rest = [state + "/p.tlog-proof", state + "/ledger.pub"]
        let good = try run(Independent.python, [script, state + "/p.json"] + rest)
        #expect(good.status == 0 && good.output == "tocsin/demo 600\n", "\(good)")
        let other = try run(Independent.python, [script, state + "/q.json"] + rest)
        #expect(other.status != 0 && other.errors.contains("invalid root hash"), "\(other)")
    }

    @Test("a ledger goes on from its checkpoints; one that was cut or rewritten does not")
    func history() throws {
        try prepare()
        #expect(try consistency(["old", "new"]) == 0)
        #expect(try consistency(["new", "old"]) == 1)
        // Cut: the first half alone, sound in itself.
        let ledger = state + "/ledger.sqlite"
        try FileManager.default.removeItem(atPath: ledger)
        try commit((0..<300).map { "e\($0)" }, to: ledger)
        #expect(try tocsin(["verify", ledger]).status == 0)
        #expect(try consistency(["old"]) == 0)
        #expect(try consistency(["new"]) == 1)
        // Rewritten: one entry less, as many in all, sound in itself.
        try FileManager.default.removeItem(atPath: ledger)
        try commit((1..<700).map { "e\($0)" }, to: ledger)
        #expect(try tocsin(["verify", ledger]).status == 0)
        #expect(try consistency(["old"]) == 1)
        #expect(try consistency(["new"]) == 1)
    }

    @Test("a checkpoint with a byte changed, or of another key, is none")
    func forged() throws {
        try prepare()
        let text = try String(contentsOfFile: state + "/old", encoding: .utf8)
        _ = try workspace.write(
            text.replacingOccurrences(of: "\n300\n", with: "\n301\n"), to: "bad")
        #expect(try consistency(["bad"]) == 1)
        let stranger = try LedgerKey(name: "tocsin/demo").verifier.text(SHA256Digest.self)
        #expect(try consistency(["old"], key: stranger) == 1)
        #expect(try consistency(["nowhere"]) == 64)
    }

    @Test("the key is its owner's alone, is never written over, and its public half is told")
    func keys() throws {
        try commit(["one"], to: state + "/ledger.sqlite")
        let unsigned = try tocsin(["checkpoint"] + options)
        #expect(unsigned.status == 73 && unsigned.errors.contains("ledger.key"))
        let made = try tocsin(["init", "--origin", "example.org/summit"] + options)
        #expect(made.status == 0 && made.output.hasPrefix("example.org/summit+"))
        let key = state + "/ledger.key"
        let mode = try FileManager.default.attributesOfItem(atPath: key)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let before = try String(contentsOfFile: key, encoding: .utf8)
        let again = try tocsin(["init"] + options)
        #expect(again.status == 73 && again.errors.contains("there is a key already"))
        #expect(try String(contentsOfFile: key, encoding: .utf8) == before)
        #expect(try tocsin(["checkpoint"] + options).output.hasPrefix("example.org/summit\n1\n"))

        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: key)
        let open = try tocsin(["checkpoint"] + options)
        #expect(open.status == 73 && open.errors.contains("others may read"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        for bad in [
            "", "PRIVATE+KEY+a+b", before.replacingOccurrences(of: "summit", with: "valley"),
        ] {
            try FileManager.default.removeItem(atPath: key)
            _ = FileManager.default.createFile(
                atPath: key, contents: Data(bad.utf8), attributes: [.posixPermissions: 0o600])
            #expect(try tocsin(["checkpoint"] + options).status == 73, "\(bad)")
        }
        #expect(try tocsin(["init", "--origin", "a b"] + options).status == 64)
        #expect(try tocsin(["prove", "nothing", "-o", state + "/x"] + options).status == 73)
    }

    @Test("the tiles that are exported give the root that the checkpoint beside them tells")
    func tiles() throws {
        try prepare()
        let tiles = state + "/log"
        let made = try tocsin(["export", "--tiles", tiles] + options)
        #expect(made.status == 0, "\(made.errors)")
        func file(_ name: String) throws -> [UInt8] {
            Array(try Data(contentsOf: URL(fileURLWithPath: tiles + "/" + name)))
        }
        // The entries as a monitor reads them, from their bundles alone.
        var entries: [[UInt8]] = []
        for name in ["000", "001", "002.p/88"] {
            var bundle = try file("tile/entries/" + name)[...]
            while bundle.count > 1 {
                let length = Int(bundle.removeFirst()) << 8 | Int(bundle.removeFirst())
                entries.append(Array(bundle.prefix(length)))
                bundle = bundle.dropFirst(length)
            }
        }
        var frontier = MerkleFrontier<SHA256Digest>()
        for entry in entries { frontier.append(leafHash: SHA256Digest.leaf(entry)) }
        let note = try SignedNote(bytes: try file("checkpoint"))
        let checkpoint = try Checkpoint(text: note.text)
        #expect(entries.count == 600 && checkpoint.size == 600)
        #expect(frontier.root == checkpoint.root)
        // The tiles of hashes: of leaves, and of the first two full tiles.
        let leaves = try ["000", "001", "002.p/88"].flatMap { try file("tile/0/" + $0) }
        #expect(leaves == entries.flatMap { SHA256Digest.leaf($0) })
        #expect(try file("tile/1/000.p/2").count == 64)
        let text = try String(contentsOfFile: state + "/ledger.pub", encoding: .utf8)
        let key = try NoteKey(text.trimmingCharacters(in: .newlines), SHA256Digest.self)
        #expect(key.checkpoint(in: note) == checkpoint)
    }

    @Test("published tiles are checked without the ledger; one byte of one tile is found")
    func tileCheck() throws {
        try prepare()
        let tiles = state + "/log"
        #expect(try tocsin(["export", "--tiles", tiles] + options).status == 0)
        try FileManager.default.removeItem(atPath: state + "/ledger.sqlite")
        let check = ["verify", "--tiles", tiles, "--key", state + "/ledger.pub"]
        let good = try tocsin(check)
        #expect(good.status == 0 && good.output.contains("600 entries"), "\(good)")
        for name in ["checkpoint", "tile/0/001", "tile/1/000.p/2", "tile/entries/002.p/88"] {
            let url = URL(fileURLWithPath: tiles + "/" + name)
            let whole = try Data(contentsOf: url)
            var bad = whole
            bad[bad.count / 2] ^= 1
            try bad.write(to: url)
            #expect(try tocsin(check).status == 1, "\(name)")
            try FileManager.default.removeItem(at: url)
            #expect(try tocsin(check).status != 0, "\(name)")
            try whole.write(to: url)
        }
        #expect(try tocsin(["verify", "--tiles", tiles]).status == 64)
    }

    @Test("alerts take the signed state along; the one that is kept shows a ledger that was cut")
    func witnessed() throws {
        let broker = try Broker(workspace)
        let listener = try TestClient(port: broker.port)
        try listener.subscribe("alerts/demo/+")
        let directory = state + "/state"
        let options = ["--state-dir", directory]
        #expect(try tocsin(["init"] + options).status == 0)
        let agent = try Agent(workspace, port: broker.port)
        let device = try TestClient(port: broker.port)
        try device.send(
            #"{"ts":\#(milliseconds()),"car.serviceMode":"normal","sw.finalUp":true}"#)
        #expect(
            try eventually {
                try listener.turn(); return !listener.received.isEmpty
            })
        agent.program.signal(SIGTERM)
        #expect(agent.program.end() == 0)

        let event = try JSONReader.read(Array(try #require(listener.received.first).payload.utf8))
        let note = try SignedNote(bytes: Array((event["ledgercheckpoint"]?.text ?? "").utf8))
        let text = try String(contentsOfFile: directory + "/ledger.pub", encoding: .utf8)
        let key = try NoteKey(text.trimmingCharacters(in: .newlines), SHA256Digest.self)
        let told = try #require(key.checkpoint(in: note))
        let reader = try LedgerReader(path: agent.ledger)
        let raised = try reader.entries(from: 0, limit: 1_000).first {
            try JSONReader.read($0.bytes)["kind"] == .text("hazard.raised")
        }
        // The alert's own entry stands in the state that it takes along.
        #expect(Int64(told.size) > (raised?.sequence ?? .max))
        #expect(try reader.verify(against: told) == reader.verify())

        let verify = ["verify", agent.ledger]
        let sound = try tocsin(verify)
        let last = try reader.checkpoint(origin: "").size
        #expect(sound.status == 0 && sound.output.contains("signed 已签名 up to \(last)"), "\(sound)")
        // Cut back to what it was, which is sound in itself.
        let kept = directory + "/ledger.checkpoint"
        try FileManager.default.moveItem(atPath: agent.ledger, toPath: state + "/whole.sqlite")
        try commit(["e0", "e1"], to: agent.ledger)
        let cut = try tocsin(verify)
        #expect(cut.status == 1 && cut.errors.contains("was cut"), "\(cut)")
        // As many entries, but others.
        try commit((2..<last).map { "e\($0)" }, to: agent.ledger)
        let other = try tocsin(verify)
        #expect(other.status == 1 && other.errors.contains("not the ledger"), "\(other)")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: kept))
        bytes[bytes.count - 5] ^= 1
        try bytes.write(to: URL(fileURLWithPath: kept))
        #expect(try tocsin(verify).status == 1)

        // A key that others may read signs nothing: the agent says so instead of starting.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: directory + "/ledger.key")
        let refused = try Agent(workspace, port: broker.port, waits: false)
        #expect(refused.program.end() == 73)
        #expect(refused.program.output.contains("others may read"))
    }

    @Test("entries are exported as lines, and as a table that no spreadsheet takes for formulas")
    func tables() throws {
        try commit(["=SUM(A1)", "a \"quoted\" id"], to: state + "/ledger.sqlite")
        let lines = try tocsin(["export", "--jsonl", "-"] + options)
        #expect(lines.output == (try tocsin(["show", state + "/ledger.sqlite"]).output))
        let table = try tocsin(["export", "--csv", "-"] + options).output
        let rows = table.split(separator: "\n")
        #expect(rows.count == 3 && rows[0] == "seq,recorded,kind,equipment,actor,id,body")
        #expect(rows[1].hasPrefix("0,") && rows[1].contains(",\"'=SUM(A1)\","))
        #expect(rows[2].contains("\"a \"\"quoted\"\" id\""))
        #expect(try tocsin(["export"] + options).status == 64)
        #expect(try tocsin(["export", "--csv", "/nonexistent/x"] + options).status == 64)
    }
}
