import Agent
import ArgumentParser
import Configuration
import Detection
import Foundation
import Ledger
import Line
import Telemetry
import Timestamps

/// `tocsin decode`: what does the agent read in a payload?
struct Decode: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decode a payload from standard input and print its readings as JSON lines.")

    @OptionGroup var shared: SharedOptions

    @Option(name: .long, help: "The topic that the payload came on.")
    var topic: String

    func run() throws {
        let plan = try shared.load().plan
        guard let equipment = plan.equipment.first(where: { $0.topic == topic }) else {
            let known = plan.equipment.map(\.topic).joined(separator: ", ")
            throw reject("no equipment has the topic \(topic): the topics are \(known)")
        }
        let payload = try FileHandle.standardInput.readToEnd() ?? Data()
        var decoder = PayloadDecoder(kinds: plan.schemas)
        var message = DecodedMessage()
        do throws(Rejection) {
            try decoder.decode(
                Array(payload), kind: equipment.kind,
                equipment: EquipmentName([equipment.id], at: 0),
                into: &message)
        } catch {
            throw reject("\(error): \(error.explanation)")
        }
        let schema = plan.schemas[equipment.kind]
        for row in message.rows.array {
            for cell in message.cells.array[row.cells] {
                Output.line(describe(cell, of: row, equipment: equipment.id, schema))
            }
        }
        if message.unknownKeys > 0, !shared.json {
            Output.error("\(message.unknownKeys) unknown keys were passed over")
        }
    }

    private func describe(
        _ cell: Cell, of row: Row, equipment: String, _ schema: KindSchema
    ) -> JSONValue {
        guard let signal = schema.signals.first(where: { $0.slot == cell.slot }) else {
            return .null
        }
        return .object([
            ("equipment", .text(equipment)),
            ("signal", .text(signal.name)),
            ("value", value(cell, of: signal)),
            ("quality", .text("\(cell.quality)")),
            ("ts", row.event.map { .text(RFC3339.format($0)) } ?? .null),
            ("seq", row.sequence.map { .number(Double($0)) } ?? .null),
        ])
    }

    private func value(_ cell: Cell, of signal: KindSchema.Signal) -> JSONValue {
        guard cell.quality == .good else { return .null }
        switch signal.values {
        case .number: return .number(cell.value)
        case .boolean: return .boolean(cell.value != 0)
        case .enumeration(let labels):
            return labels.first { $0.code == cell.value }.map { .text($0.text) } ?? .null
        }
    }

    private func reject(_ reason: String) -> ExitCode {
        shared.fail(AgentFailure(.negative, reason))
    }
}
