import Agent
import ArgumentParser
import Configuration
import Documents
import Foundation

/// Where a document goes.
struct DocumentOptions: ParsableArguments {
    @Option(name: [.short, .long], help: "The file, in HTML. Default: standard output.")
    var out: String?

    @Option(help: "Also a PDF; takes chromium, wkhtmltopdf or weasyprint.")
    var pdf: String?

    /// The site's templates.
    func templates(_ site: SiteConfiguration, _ shared: SharedOptions) throws -> Templates {
        guard let directory = site.templatesDirectory else {
            throw shared.fail(
                AgentFailure(
                    .configurationInvalid,
                    "the site's file names no templates: add templates: templates"))
        }
        do throws(Templates.Invalid) {
            return try Templates { name throws(Templates.Invalid) in
                let path = "\(directory)/\(name.rawValue).mustache"
                guard let data = FileManager.default.contents(atPath: path),
                    let text = String(data: data, encoding: .utf8)
                else {
                    throw Templates.Invalid(message: "\(path): cannot be read, or is not UTF-8")
                }
                return text
            }
        } catch {
            throw shared.fail(AgentFailure(.configurationInvalid, error.message))
        }
    }

    /// Writes the document.
    func write(_ html: String, _ shared: SharedOptions) throws {
        guard out != nil || pdf != nil else { return Output.text(html) }
        let page = out ?? NSTemporaryDirectory() + "tocsin-\(UUID()).html"
        do {
            try Data(html.utf8).write(to: URL(fileURLWithPath: page))
        } catch {
            throw shared.fail(AgentFailure(.usage, "\(page): cannot be written"))
        }
        if let pdf {
            defer { if out == nil { unlink(page) } }
            do throws(PDFConverter.Failure) {
                try PDFConverter.convert(page, to: pdf)
            } catch {
                throw shared.fail(AgentFailure(.negative, error.message))
            }
        }
        if !shared.json { Output.line([out, pdf].compactMap { $0 }.joined(separator: ", ")) }
    }
}

/// Makes a PDF of a page with whatever is installed for that.
enum PDFConverter {
    struct Failure: Error {
        var message: String
    }

    private typealias Arguments = @Sendable (_ page: String, _ pdf: String) -> [String]

    /// Programs that print a page, with their arguments, the best first.
    private static let programs: [(name: String, arguments: Arguments)] = [
        ("chromium", chromium), ("chromium-browser", chromium), ("google-chrome", chromium),
        ("wkhtmltopdf", { ["--quiet", "--enable-local-file-access", $0, $1] }),
        ("weasyprint", { [$0, $1] }),
    ]

    @Sendable
    private static func chromium(_ page: String, _ pdf: String) -> [String] {
        var arguments = [
            "--headless", "--disable-gpu", "--no-pdf-header-footer", "--print-to-pdf=\(pdf)",
        ]
        // Root has no sandbox to be put into; the page is our own and loads nothing.
        if getuid() == 0 { arguments.append("--no-sandbox") }
        return arguments + ["file://" + page]
    }

    static func convert(_ page: String, to pdf: String) throws(Failure) {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let folders = path.split(separator: ":").map(String.init)
        for (name, arguments) in programs {
            guard
                let program = folders.map({ "\($0)/\(name)" })
                    .first(where: { FileManager.default.isExecutableFile(atPath: $0) })
            else { continue }
            let source = URL(fileURLWithPath: page).path
            let target = URL(fileURLWithPath: pdf).path
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments(source, target)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            do {
                try process.run()
            } catch {
                throw Failure(message: "\(program): cannot be started: \(error)")
            }
            process.waitUntilExit()
            guard process.terminationStatus == 0,
                FileManager.default.fileExists(atPath: target)
            else {
                throw Failure(
                    message: "\(program) ended with \(process.terminationStatus) and made no PDF")
            }
            return
        }
        let names = programs.map(\.name).joined(separator: ", ")
        throw Failure(message: "none of \(names) is installed: print the page from a browser")
    }
}
