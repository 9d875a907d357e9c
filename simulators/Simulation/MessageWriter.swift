/// Puts one machine's message together: the scalars of its first moment and, if some signals are
/// sampled fast, a column of values for each.
struct MessageWriter: Sendable {
    /// How a signal is written; its texts stand in `texts`.
    private struct Entry: Sendable {
        var isFast: Bool
        /// `,"name":`
        var key: Range<Int>
        /// Decimals of a number; `boolean` or `label` of anything else.
        var decimals: Int
        /// First of its labels in `labels`, and how many it has.
        var labels: Range<Int> = 0..<0

        static let boolean = -1
        static let label = -2
    }

    private let entries: [Entry]
    private let texts: [UInt8]
    private let labels: [Range<Int>]
    private let fast: [Int]
    private let fastMilliseconds: Int
    private let startMilliseconds: Int64
    private let runningData: RunningData?

    private var stamp: Int64 = 0
    private var scalars: [Double]
    private var columns: [[Double]]
    private var writer = PayloadWriter()

    init(
        _ sheet: DataSheet, form: PayloadForm, equipment: String, startMilliseconds: Int64
    ) {
        var texts: [UInt8] = []
        var labels: [Range<Int>] = []
        func add(_ text: String) -> Range<Int> {
            let start = texts.count
            texts += text.utf8
            return start..<texts.count
        }
        entries = sheet.signals.map { signal in
            var entry = Entry(
                isFast: signal.isFast, key: add(",\"\(signal.name)\":"), decimals: Entry.boolean)
            switch signal.form {
            case .number(let decimals): entry.decimals = decimals
            case .boolean: break
            case .label(let names):
                entry.decimals = Entry.label
                let start = labels.count
                labels += names.map { add("\"\($0)\"") }
                entry.labels = start..<labels.count
            }
            return entry
        }
        self.texts = texts
        self.labels = labels
        fast = sheet.signals.indices.filter { sheet.signals[$0].isFast }
        fastMilliseconds = Int((sheet.fastPeriod * 1_000).rounded())
        self.startMilliseconds = startMilliseconds
        scalars = [Double](repeating: .nan, count: sheet.signals.count)
        columns = [[Double]](repeating: [], count: fast.count)
        runningData =
            form == .gbt24476 ? RunningData(sheet, registrationCode: equipment) : nil
    }

    /// Begins a message with the scalars that were told at a time of the unit's clock, in seconds
    /// from the start.
    mutating func begin(_ told: [Double], at time: Double) {
        stamp = startMilliseconds + Int64((time * 1_000).rounded())
        for index in scalars.indices { scalars[index] = told[index] }
        for index in columns.indices { columns[index].removeAll(keepingCapacity: true) }
    }

    /// Adds a fast sample.
    mutating func addFast(_ told: [Double]) {
        for (column, signal) in fast.enumerated() { columns[column].append(told[signal]) }
    }

    /// The message's bytes.
    mutating func finish(number: Int) -> [UInt8] {
        writer.clear()
        if let runningData {
            runningData.write(scalars, stamp: stamp, to: &writer)
            return writer.bytes
        }
        writer.text("{\"ts\":")
        writer.integer(Int(stamp))
        writer.text(",\"seq\":")
        writer.integer(number)
        if !fast.isEmpty {
            writer.text(",\"dt\":")
            writer.integer(fastMilliseconds)
        }
        for index in entries.indices where !entries[index].isFast {
            // NaN: not measured. Infinity: the sensor says that it has no value.
            guard !scalars[index].isNaN else { continue }
            writer.append(texts, entries[index].key)
            write(scalars[index], as: entries[index])
        }
        for (column, signal) in fast.enumerated() {
            writeColumn(column, as: entries[signal])
        }
        writer.text("}")
        return writer.bytes
    }

    private mutating func write(_ value: Double, as entry: Entry) {
        // Beyond any sensor's range there is no value to tell, whatever a fault would have it be.
        guard value.magnitude < 1e9 else { return writer.text("null") }
        switch entry.decimals {
        case Entry.boolean: value != 0 ? writer.text("true") : writer.text("false")
        case Entry.label:
            let place = Int(value)
            guard place >= 0, place < entry.labels.count else { return writer.text("null") }
            writer.append(texts, labels[entry.labels.lowerBound + place])
        default: writer.number(value, decimals: entry.decimals)
        }
    }

    /// A column; a sensor that has dropped out for a part of it leaves gaps.
    private mutating func writeColumn(_ column: Int, as entry: Entry) {
        if columns[column].allSatisfy(\.isNaN) { return }
        writer.append(texts, entry.key)
        for place in columns[column].indices {
            place == 0 ? writer.text("[") : writer.text(",")
            write(columns[column][place], as: entry)
        }
        writer.text("]")
    }
}
