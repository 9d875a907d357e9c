import Agent
import AlertFeed
import AlertFormats
import ArgumentParser
import Configuration
import Console
import Detection
import Foundation
import Glibc
import Ledger
import LedgerStore
import Line
import Supervision

/// `tocsin alerts`: what goes to emergency platforms.
struct AlertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "What has gone, or waits to go, to emergency platforms.",
        subcommands: [List.self, Show.self, Export.self])

    /// Alerts that are read at once.
    static let page = 500

    /// `tocsin alerts list`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List alerts, the newest last.")

        @OptionGroup var options: ReadOptions

        @Option(help: "Those after this position in the outbox.")
        var after: Int64 = 0

        @Option(help: "At most so many, the newest of them; 0 for all.")
        var most: Int = 50

        func validate() throws {
            guard after >= 0, most >= 0 else {
                throw ValidationError("--after and --most take numbers from 0 on")
            }
        }

        func run() throws {
            let (site, ledger) = try options.open()
            var rows: [LedgerReader.OutboxRow] = []
            try AlertsCommand.each(ledger, options, after: after) { row in
                rows.append(row)
                if most > 0, rows.count > most { rows.removeFirst() }
            }
            if options.shared.json {
                for row in rows { Output.line(AlertsCommand.event(row, site)) }
                return
            }
            if rows.isEmpty { Output.line("no alerts 无报警") }
            let offset = site.plan.supervision.calendar.offset
            let style = Style(hasColour: isatty(1) == 1)
            for row in rows {
                let title = JSONValue(parsing: row.data)?["title"]
                let words = [title?["en"]?.text, title?["zh"]?.text].compactMap { $0 }
                Output.line(
                    style("\(row.position)", .faint) + "  "
                        + CAPAlert.time(row.time, offset: offset) + "  "
                        + "\(row.equipment)  \(row.state)  " + words.joined(separator: "  "))
                Output.line("    " + style(row.id, .faint))
            }
        }
    }

    /// `tocsin alerts show`.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show an alert as a platform gets it.")

        /// A form of an alert.
        enum Form: String, ExpressibleByArgument, CaseIterable {
            case cap, event
        }

        @OptionGroup var options: ReadOptions

        @Argument(help: "The alert's id or position, as alerts list prints them.")
        var alert: String

        @Option(help: "cap (CAP 1.2) or event (CloudEvents 1.0).")
        var form = Form.cap

        @Option(help: "In the form of a platform instead: the name of its file.")
        var platform: String?

        func run() throws {
            let (site, ledger) = try options.open()
            let row = try options.read { () throws(StoreFailure) in
                if let position = Int64(alert) {
                    return try ledger.outbox(after: position - 1, limit: 1).first {
                        $0.position == position
                    }
                }
                return try ledger.alert(alert)
            }
            guard let row else {
                throw options.shared.fail(
                    AgentFailure(.negative, "there is no alert \(alert): see tocsin alerts list"))
            }
            if let platform {
                return Output.line(
                    try AlertsCommand.message(row, platform, site, ledger, options))
            }
            switch form {
            case .event: Output.line(AlertsCommand.event(row, site))
            case .cap: Output.text(try AlertsCommand.cap(row, site, ledger, options).xml)
            }
        }
    }

    /// `tocsin alerts export`.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write alerts as CAP files into a directory, for a platform to test with.")

        @OptionGroup var options: ReadOptions

        @Argument(help: "The directory; it is made when it is not there.")
        var directory: String

        @Option(help: "Those after this position in the outbox.")
        var after: Int64 = 0

        func run() throws {
            let (site, ledger) = try options.open()
            var count = 0
            do {
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true)
            } catch {
                throw options.shared.fail(
                    AgentFailure(.usage, "\(directory): cannot be made: \(error)"))
            }
            try AlertsCommand.each(ledger, options, after: after) { row in
                let xml = try AlertsCommand.cap(row, site, ledger, options).xml
                let path = "\(directory)/\(row.position).cap.xml"
                do {
                    try Data(xml.utf8).write(to: URL(fileURLWithPath: path))
                } catch {
                    throw options.shared.fail(AgentFailure(.usage, "\(path): cannot be written"))
                }
                count += 1
            }
            if options.shared.json {
                Output.line(.object([("files", .number(Double(count)))]))
            } else {
                Output.line("\(count) alerts in \(directory) 已导出")
            }
        }
    }

    /// Every alert after a position, page by page.
    static func each(
        _ ledger: LedgerReader, _ options: ReadOptions, after: Int64,
        _ body: (LedgerReader.OutboxRow) throws -> Void
    ) throws {
        var position = after
        while true {
            let rows = try options.read { () throws(StoreFailure) in
                try ledger.outbox(after: position, limit: page)
            }
            guard let last = rows.last else { return }
            for row in rows { try body(row) }
            position = last.position
        }
    }

    static func event(_ row: LedgerReader.OutboxRow, _ site: SiteConfiguration) -> JSONValue {
        CloudEvent.alert(row, site: site.site, checkpoint: kept(site))
    }

    private static func message(
        _ row: LedgerReader.OutboxRow, _ name: String, _ site: SiteConfiguration,
        _ ledger: LedgerReader, _ options: ReadOptions
    ) throws -> JSONValue {
        guard let platform = site.platforms.first(where: { $0.id == name }) else {
            let known = site.platforms.map(\.id).joined(separator: ", ")
            throw options.shared.fail(
                AgentFailure(
                    .usage,
                    "there is no platform \(name): known are \(known.isEmpty ? "none" : known)"))
        }
        let result = try options.read { () throws(StoreFailure) in
            try writer(site, ledger).message(
                row, for: platform, reported: LineClock().now(), checkpoint: kept(site))
        }
        switch result {
        case .success(let message): return message
        case .failure(let failure):
            throw options.shared.fail(
                AgentFailure(
                    .negative,
                    "\(name) needs \(failure.field), and nothing is known of \(failure.path)"))
        }
    }

    private static func writer(
        _ site: SiteConfiguration, _ ledger: LedgerReader
    ) -> AlertWriter {
        AlertWriter(ledger: ledger, sender: site.alertSender, subject: { site.alertSubject($0) })
    }

    static func cap(
        _ row: LedgerReader.OutboxRow, _ site: SiteConfiguration, _ ledger: LedgerReader,
        _ options: ReadOptions
    ) throws -> CAPAlert {
        try options.read { () throws(StoreFailure) in
            try writer(site, ledger).cap(row, checkpoint: kept(site))
        }
    }

    /// The checkpoint that the agent keeps beside the ledger; `nil` when there is none.
    private static func kept(_ site: SiteConfiguration) -> SignedNote? {
        let path = LedgerFiles(site.stateDirectory).checkpoint
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        do throws(SignedNote.Invalid) {
            return try SignedNote(bytes: Array(data))
        } catch {
            Output.error("\(path): \(error.message)")
            return nil
        }
    }
}
