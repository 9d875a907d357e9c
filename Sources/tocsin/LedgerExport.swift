import Agent
import ArgumentParser
import Foundation
import Ledger
import LedgerStore

extension LedgerCommand {
    /// `tocsin ledger export`: the ledger for others to publish, check or read.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write the ledger as tiles that anybody can check, as CSV or as JSON lines.",
            discussion: """
                --tiles makes a directory as C2SP tlog-tiles describes it: put it behind any web \
                server, and independent monitors can follow the log. It is written anew each time.
                """)

        @OptionGroup var proofs: ProofOptions

        @Option(help: "A directory for checkpoint and tiles; needs the key of ledger init.")
        var tiles: String?

        @Option(help: "A file of comma-separated values; - for standard output.")
        var csv: String?

        @Option(help: "A file with an entry in each line; - for standard output.")
        var jsonl: String?

        @Option(help: "The ledger's file. Default: the configured site's.")
        var file: String?

        func validate() throws {
            if tiles == nil, csv == nil, jsonl == nil {
                throw ValidationError("say --tiles DIR, --csv FILE or --jsonl FILE")
            }
        }

        func run() throws {
            let files = try proofs.files()
            let path = file ?? files.ledger
            let reader = try proofs.attempt { () throws(StoreFailure) in
                try LedgerReader(path: path)
            }
            if let tiles { try write(tiles, reader, key: files.privateKey) }
            if let csv { try write(csv, reader, head: Self.header, Self.row) }
            if let jsonl { try write(jsonl, reader, head: nil) { $0 } }
        }

        private func write(_ tiles: String, _ reader: LedgerReader, key: String) throws {
            let note = try proofs.attempt { () throws(StoreFailure) in
                let key = try LedgerKey(path: key)
                let state = try reader.tiles(origin: key.verifier.name) { path, bytes in
                    try Self.write(bytes, to: tiles + "/" + path)
                }
                return try key.sign(state)
            }
            // Last: a checkpoint never speaks of tiles that are not there.
            try proofs.write(note.bytes, to: tiles + "/checkpoint")
        }

        private static func write(_ bytes: [UInt8], to path: String) throws {
            let directory = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        }

        private func write(
            _ path: String, _ reader: LedgerReader, head: String?, _ line: ([UInt8]) -> [UInt8]
        ) throws {
            guard let file = path == "-" ? fdopen(dup(1), "w") : fopen(path, "w") else {
                throw proofs.shared.fail(AgentFailure(.usage, "\(path): cannot be written"))
            }
            var isWhole = true
            func put(_ bytes: [UInt8]) {
                let bytes = bytes + [UInt8(ascii: "\n")]
                isWhole = fwrite(bytes, 1, bytes.count, file) == bytes.count && isWhole
            }
            if let head { put(Array(head.utf8)) }
            var next: Int64 = 0
            while true {
                let entries = try proofs.attempt { () throws(StoreFailure) in
                    try reader.entries(from: next, limit: 1_000)
                }
                guard let last = entries.last else { break }
                for entry in entries { put(line(entry.bytes)) }
                next = last.sequence + 1
            }
            guard fclose(file) == 0, isWhole else {
                throw proofs.shared.fail(AgentFailure(.usage, "\(path): cannot be written"))
            }
        }

        private static let columns = ["seq", "recorded", "kind", "equipment", "actor", "id"]
        private static let header = columns.joined(separator: ",") + ",body"

        /// RFC 4180; what a spreadsheet would take for a formula is kept from being one.
        private static func row(_ bytes: [UInt8]) -> [UInt8] {
            let value: JSONValue
            do {
                value = try JSONReader.read(bytes)
            } catch {
                return Array(quoted("entry cannot be read").utf8)
            }
            let cells = columns.map { column -> String in
                if let number = value[column]?.number.flatMap(Int64.init(exactly:)) {
                    return String(number)
                }
                return quoted(value[column]?.text ?? "")
            }
            let body = value["body"].map { String(decoding: $0.canonicalBytes, as: UTF8.self) }
            return Array((cells + [quoted(body ?? "")]).joined(separator: ",").utf8)
        }

        private static func quoted(_ text: String) -> String {
            let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
            let safe = (isFormula ? "'" : "") + text.replacingOccurrences(of: "\"", with: "\"\"")
            return "\"\(safe)\""
        }
    }
}
