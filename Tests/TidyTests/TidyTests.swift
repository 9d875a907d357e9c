import Foundation
import Testing

private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

/// A Swift file of the product.
private struct Source: CustomStringConvertible {
    let path: String
    let lines: [Substring]
    var description: String { path }

    static func all(under folders: [String]) -> [Source] {
        var sources: [Source] = []
        for folder in folders {
            let start = root.appendingPathComponent(folder)
            let names = FileManager.default.enumerator(atPath: start.path)?.allObjects ?? []
            for case let name as String in names where name.hasSuffix(".swift") {
                let path = folder + "/" + name
                guard
                    let text = try? String(
                        contentsOf: root.appendingPathComponent(path), encoding: .utf8)
                else { continue }
                sources.append(
                    Source(
                        path: path,
                        lines: text.split(separator: "\n", omittingEmptySubsequences: false)))
            }
        }
        return sources.sorted { $0.path < $1.path }
    }
}

@Suite struct TidyTests {
    private static let product = Source.all(under: ["Sources", "simulators"])
    private static let cores = [
        "Detection", "RuleLanguage", "Telemetry", "Supervision", "Ledger", "Timestamps", "Line",
        "Evidence",
    ]

    @Test("there is something to look at")
    func notEmpty() { #expect(Self.product.count > 60) }

    @Test("no file is longer than 600 lines, and the median stays under 150")
    func fileSizes() {
        for source in Self.product { #expect(source.lines.count <= 600, "\(source)") }
        let sizes = Self.product.map(\.lines.count).sorted()
        #expect(sizes[sizes.count / 2] < 150)
    }

    @Test("no function is longer than 70 lines")
    func functionSizes() {
        for source in Self.product {
            var start: (line: Int, indentation: Int)?
            for (number, line) in source.lines.enumerated() {
                let indentation = line.prefix { $0 == " " }.count
                let words = line.split(separator: " ")
                if let open = start,
                    line.hasPrefix(String(repeating: " ", count: open.indentation) + "}")
                {
                    #expect(number - open.line < 70, "\(source):\(open.line + 1)")
                    start = nil
                }
                if start == nil,
                    words.contains("func") || words.contains(where: { $0.hasPrefix("init(") }),
                    !line.contains("//"), !line.hasSuffix("}")
                {
                    start = (number, indentation)
                }
            }
        }
    }

    @Test("no line is longer than 100 columns")
    func columns() {
        for source in Self.product {
            for (number, line) in source.lines.enumerated() {
                #expect(line.count <= 100, "\(source):\(number + 1)")
            }
        }
    }

    @Test("cores read no clock, open no file, log nothing and know no library")
    func cores() {
        let allowed = Set(Self.cores + ["Glibc", "CHint"])
        for source in Self.product {
            guard let module = source.path.split(separator: "/").dropFirst().first,
                Self.cores.contains(String(module)), source.path.hasPrefix("Sources/")
            else { continue }
            for line in source.lines {
                let words = line.split(separator: " ")
                guard let at = words.firstIndex(of: "import"), at <= 1, words.count == at + 2 else {
                    for banned in ["clock_gettime", "Date()", "fopen", "print(", "random("] {
                        #expect(!line.contains(banned), "\(source): \(line)")
                    }
                    continue
                }
                #expect(allowed.contains(String(words[at + 1])), "\(source): \(line)")
                if module == "Detection", words[at + 1] != "CHint" {
                    Issue.record("Detection imports nothing but a hint: \(line)")
                }
                // For strtod, the tangent of a filter's coefficients, and advice about memory.
                if words[at + 1] == "Glibc" {
                    #expect(["Telemetry", "RuleLanguage", "Line"].contains(module), "\(source)")
                }
            }
        }
    }

    @Test("C is imported by one module, the database by two")
    func walls() {
        for source in Self.product {
            for line in source.lines where line.hasPrefix("import ") {
                if line == "import CMosquitto" { #expect(source.path.contains("MQTTTransport")) }
                if line == "import GRDB" {
                    #expect(
                        source.path.contains("LedgerStore") || source.path.contains("AlertFeed"))
                }
            }
        }
    }

    @Test("words that hide trouble do not occur")
    func bannedWords() {
        // Spelt apart, so that this file does not find itself.
        let banned = [
            "FIX" + "ME", "TO" + "DO", "try" + "!", "fatal" + "Error(", "@unchecked " + "Sendable",
            "nonisolated(" + "unsafe)",
        ]
        for source in Self.product {
            for (number, line) in source.lines.enumerated() {
                for word in banned { #expect(!line.contains(word), "\(source):\(number + 1)") }
                // A failure that is thrown away is allowed to the judge of simulations alone.
                if line.contains(" try" + "?") {
                    #expect(source.path.hasSuffix("Judge.swift"), "\(source):\(number + 1)")
                }
            }
        }
    }

    @Test("every module is in the architecture's map, and nothing else is")
    func architecture() throws {
        let text = try String(
            contentsOf: root.appendingPathComponent("docs/ARCHITECTURE.md"), encoding: .utf8)
        let modules = try FileManager.default.contentsOfDirectory(
            atPath: root.appendingPathComponent("Sources").path)
        // The first cell of each row of the code map names one module, or several.
        let map = text.components(separatedBy: "\n## ").first { $0.hasPrefix("Code map") } ?? ""
        let rows = map.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let named = rows.flatMap { row in
            row.split(separator: "|")[0].split(separator: "`").filter { $0.first?.isLetter == true }
        }
        #expect(Set(named.map(String.init)) == Set(modules))
    }

    @Test("the files of systemd/ verify without a word and leave little exposed")
    func systemd() throws {
        let unit = root.appendingPathComponent("systemd/tocsin.service")
        // The installed binary is not here: any executable stands in for it.
        let copy = URL(
            fileURLWithPath: NSTemporaryDirectory() + "tocsin-unit-\(UUID())/tocsin.service")
        try FileManager.default.createDirectory(
            at: copy.deletingLastPathComponent(), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: copy.deletingLastPathComponent()) }
        try String(contentsOf: unit, encoding: .utf8)
            .replacingOccurrences(of: "/usr/bin/tocsin", with: "/bin/true")
            .write(to: copy, atomically: true, encoding: .utf8)
        // It exits 0 on unknown keys: any output is a failure.
        let verified = try shell("systemd-analyze verify --man=no '\(copy.path)'")
        #expect(verified.status == 0 && verified.output.isEmpty, "\(verified.output)")
        let security = try shell(
            "systemd-analyze security --offline=true --no-pager --threshold=15 '\(unit.path)'")
        #expect(security.status == 0, "\(security.output.suffix(200))")
        #expect(security.output.contains("Overall exposure level"))
    }

    private func shell(_ command: String) throws -> (status: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
