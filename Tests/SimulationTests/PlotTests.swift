import Foundation
import Simulation
import Testing
import TocsinTestKit

@Suite struct PlotTests {
    private static func plot(
        _ title: String = "A lift", times: [Double], values: [Double], midnight: Double? = nil
    ) -> Plot {
        Plot(
            title: Bilingual(title, "电梯"), midnight: midnight,
            panels: [
                .init(
                    Bilingual("Speed", "速度"), unit: "m/s",
                    series: [.init("car.speed", times: times, values: values)],
                    limits: [.init(2, Bilingual("limit", "限值"))])
            ],
            spans: [.init(Bilingual("worn", "磨损"), from: 10, to: 20)],
            marks: [.init(Bilingual("overspeed", "超速"), .critical, at: 12)])
    }

    private static func points(_ data: String) -> [(time: Double, value: Double)] {
        data.split(separator: "\n").compactMap { line in
            let numbers = line.split(separator: " ").compactMap { Double($0) }
            return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
        }
    }

    @Test("of a long line every peak stays, in a number of points that a screen can show")
    func decimation() {
        let count = 86_400
        let times = (0..<count).map { Double($0) }
        var values = times.map { sin($0 / 500) }
        values[12_345] = 9
        values[70_000] = -7
        let script = Self.plot(times: times, values: values).script(.svg, output: "o", data: "d")
        let points = Self.points(script.data)
        #expect(points.count < 8000)
        #expect(points.contains { $0.time == 12_345 && $0.value == 9 })
        #expect(points.contains { $0.time == 70_000 && $0.value == -7 })
        #expect(points.first?.time == 0 && points.last?.time == times.last)
        #expect(zip(points, points.dropFirst()).allSatisfy { $0.time < $1.time })
    }

    @Test("a short line is drawn point by point, and interrupted where there is no value")
    func gaps() {
        let script = Self.plot(times: [0, 1, 2, 3, 4], values: [1, 2, .nan, 4, .infinity])
            .script(.svg, output: "o", data: "d")
        #expect(script.data == "0 1\n1 2\n\n3 4\n")
    }

    @Test("a line without any value is still a block of data")
    func empty() {
        let script = Self.plot(times: [], values: []).script(.png, output: "o", data: "d")
        #expect(script.data == "0 NaN\n")
    }

    @Test(
        "no text can leave its quotes",
        arguments: ["it's", "'; system 'rm", "a\nset output 'x'", "`date`", "\\'", "\u{1B}[0m"])
    func quoting(title: String) {
        let script = Self.plot(title, times: [0, 30], values: [0, 1])
            .script(.svg, output: "o'o", data: "d")
        for line in script.script.split(separator: "\n") {
            #expect(line.filter { $0 == "'" }.count.isMultiple(of: 2), "\(line)")
            #expect(!line.unicodeScalars.contains { $0.value < 32 })
            let words = ["set", "unset", "plot"]
            #expect(words.contains { line.hasPrefix($0) } || line.hasPrefix("     "), "\(line)")
        }
        let plain = title.map { $0 == "\n" || $0 == "\u{1B}" ? " " : String($0) }.joined()
        let doubled = plain.replacingOccurrences(of: "'", with: "''")
        #expect(script.script.contains("set label '\(doubled)' at"))
    }

    @Test("time is written in units that people count in")
    func time() {
        func format(_ seconds: Double, midnight: Double? = nil) -> String {
            Self.plot(times: [0, seconds], values: [0, 1], midnight: midnight)
                .script(.svg, output: "o", data: "d").script
        }
        #expect(format(60).contains("10 format '%.0f'"))
        #expect(format(600).contains("60 format '%tM:%tS'"))
        #expect(format(86_400).contains("10800 format '%tH:%tM'"))
        #expect(format(600, midnight: 30_600).contains("60 format '%H:%M'"))
    }

    @Test("each language has its own words")
    func languages() {
        let plot = Self.plot(times: [0, 30], values: [0, 1])
        let english = plot.script(.svg, in: .english, output: "o", data: "d").script
        let chinese = plot.script(.svg, in: .chinese, output: "o", data: "d").script
        let both = plot.script(.svg, in: .both, output: "o", data: "d").script
        #expect(english.contains("'critical: overspeed'") && !english.contains("超速"))
        #expect(chinese.contains("'严重: 超速'") && !chinese.contains("overspeed"))
        #expect(both.contains("'A lift'") && both.contains("'电梯'"))
    }

    /// A lift of which something is wrong from second 20 to second 60.
    private static func picture(_ fault: String, signal: String? = nil) throws -> Plot {
        let scenario = Scenario(
            name: "plot", about: Bilingual("a", "一"), site: "s", seed: 1, duration: 90,
            startHour: 11,
            units: [.init(id: "other", model: "lift"), .init(id: "l", model: "lift")],
            injections: [
                Injection(
                    unit: "other", causes: [.init(fault: "silence")], at: 1, lasts: 2, expects: []),
                Injection(
                    unit: "l", causes: [.init(fault: fault, signal: signal)], at: 20, lasts: 40,
                    expects: [.init(rule: "lift.silent", within: 60)]),
            ])
        return try rules().picture(of: scenario, signals: ["car.speed"])
    }

    @Test("where nothing was told the line is interrupted, whatever kept it from being told")
    func silence() throws {
        for (fault, signal) in [("silence", nil), ("sensor_dropout", "car.speed")] {
            let series = try Self.picture(fault, signal: signal).panels[0].series[0]
            let hole = series.times.indices.filter {
                series.times[$0] > 20.5 && series.times[$0] < 59
            }
            #expect(hole.allSatisfy { series.values[$0].isNaN } && !hole.isEmpty, "\(fault)")
            #expect(series.values.filter(\.isNaN).count == 1)
        }
        let whole = try Self.picture("duplication").panels[0].series[0]
        #expect(whole.values.allSatisfy(\.isFinite) && whole.times.count >= 89)
    }

    @Test("messages that come late or twice are drawn in their place, once")
    func order() throws {
        for fault in ["reordering", "duplication"] {
            let times = try Self.picture(fault).panels[0].series[0].times
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 }, "\(fault)")
        }
    }

    @Test("a picture is of the machine of which something is expected, faults in both languages")
    func names() throws {
        let plot = try Self.picture("sensor_stuck", signal: "car.speed")
        #expect(plot.title.en.hasPrefix("l: "))
        #expect(plot.spans.map(\.name.en) == ["Sensor stuck: car.speed"])
        #expect(plot.spans.map(\.name.zh) == ["传感器卡死：car.speed"])
    }
}
