import Detection
import Line
import RuleLanguage
public import RuleTesting
import Telemetry
import Yams

/// A file of rule tests, checked against a site's kinds and rules.
public struct RuleTestFile: Sendable {
    /// A test and the line on which it begins.
    public struct Case: Sendable {
        /// The test.
        public var test: RuleTest
        /// Index of the kind in the site's plan.
        public var kind: Int
        /// Where it begins.
        public var line: Int
    }

    /// The tests, in order.
    public var cases: [Case]

    /// Reads a file of tests.
    ///
    /// - Throws: every problem of the file.
    public static func load(
        _ path: String, for site: SiteConfiguration
    ) throws(InvalidConfiguration) -> RuleTestFile {
        let problems = Problems()
        let file = SourceFile.read(path, problems).flatMap { source, node in
            Reader(source: source, problems: problems, site: site).read(node)
        }
        guard let file, problems.all.isEmpty else {
            throw InvalidConfiguration(problems: problems.all)
        }
        return file
    }

    private struct Reader {
        let source: SourceFile
        let problems: Problems
        let site: SiteConfiguration

        /// Well within the range of 64 bits of nanoseconds.
        private static let longest = Duration.seconds(315_576_000)

        func read(_ node: Node) -> RuleTestFile? {
            let section = Section(node, in: source, problems)
            defer { section.finish() }
            let kindName = section.text("kind")
            let defaults = section.optionalSection("parameters")
            let tests = section.sections("tests")
            guard let kindName else { return nil }
            let profiles = site.plan.profiles
            guard let kind = profiles.firstIndex(where: { $0.kind == kindName }) else {
                let known = profiles.map(\.kind).joined(separator: ", ")
                section.report("there is no kind \(kindName): the kinds are \(known)", at: "kind")
                return nil
            }
            let shared = defaults.map { parameters($0, profiles[kind].vocabulary) } ?? [:]
            return RuleTestFile(
                cases: tests.compactMap { section in
                    test(section, profiles[kind], shared).map {
                        Case(test: $0, kind: kind, line: section.line)
                    }
                })
        }

        private func test(
            _ section: Section, _ profile: Profile, _ shared: [String: Double]
        ) -> RuleTest? {
            defer { section.finish() }
            let name = section.text("name")
            let rule = section.text("rule")
            let every = section.duration("every")
            let own =
                section.optionalSection("parameters")
                .map { parameters($0, profile.vocabulary) } ?? [:]
            let series = section.section("series").map { self.series($0, profile.vocabulary) }
            let clock = section.has("clock") ? self.clock(section) : .some(nil)
            let until = section.has("until") ? section.duration("until") : .zero
            let expected = events(section)
            if let rule, !profile.rules.contains(where: { $0.id == rule }) {
                section.report("this kind has no rule \(rule)", at: "rule")
            }
            if every == .zero { section.report("every must be longer than nothing", at: "every") }
            guard let name, let rule, let every, let series, let clock, let until, let expected
            else {
                return nil
            }
            let steps = Int64(series.map(\.series.samples.count).max() ?? 0)
            let (length, overflow) = every.nanoseconds.multipliedReportingOverflow(
                by: max(steps - 1, 0))
            let last = Duration(nanoseconds: overflow ? .max : length)
            guard last <= Self.longest, until <= Self.longest else {
                section.report("a test may last ten years at most", at: "every")
                return nil
            }
            return RuleTest(
                name: name, rule: rule, parameters: shared.merging(own) { $1 }, interval: every,
                series: series, clock: clock, end: max(until, last), expected: expected)
        }

        private func parameters(
            _ section: Section, _ vocabulary: Vocabulary
        ) -> [String: Double] {
            var values: [String: Double] = [:]
            for name in section.keys {
                guard let text = section.text(name) else { continue }
                guard let entry = vocabulary.parameters.first(where: { $0.name == name }) else {
                    section.report("this kind has no parameter \(name)", at: name)
                    continue
                }
                guard let value = entry.type.value(of: text) else {
                    section.report("\(name) must be \(entry.type.description)", at: name)
                    continue
                }
                values[name] = value
            }
            return values
        }

        private func series(
            _ section: Section, _ vocabulary: Vocabulary
        ) -> [(signal: String, series: Series)] {
            section.keys.compactMap { name in
                guard let text = section.text(name) else { return nil }
                guard let entry = vocabulary.signals.first(where: { $0.name == name }),
                    name != Vocabulary.clockSkewed.name
                else {
                    section.report("this kind has no signal \(name)", at: name)
                    return nil
                }
                do throws(Series.Invalid) {
                    return (name, try Series(text, of: entry.type))
                } catch {
                    section.report(error.message, at: name)
                    return nil
                }
            }
        }

        /// By how much the device's clock is off; `nil` after a problem. A year is beyond every
        /// limit for clocks.
        private func clock(_ section: Section) -> Series?? {
            guard let text = section.text("clock") else { return nil }
            do throws(Series.Invalid) {
                let series = try Series(text, of: .number(unit: "s"))
                let isReasonable = series.samples.allSatisfy {
                    if case .value(let seconds) = $0 { return abs(seconds) <= 31_557_600 }
                    return false
                }
                guard isReasonable else {
                    section.report(
                        "clock takes a number of seconds for each message, by which the device's "
                            + "clock is ahead: a year at most",
                        at: "clock")
                    return nil
                }
                return .some(series)
            } catch {
                section.report(error.message, at: "clock")
                return nil
            }
        }

        private func events(_ section: Section) -> [RuleTest.Event]? {
            guard let node = section.required("expect") else { return nil }
            guard let list = node.sequence else {
                section.report("expect must be a list; [] says that nothing may come", at: "expect")
                return nil
            }
            return list.compactMap { item in
                let words = (item.scalar?.string ?? "").split(separator: " ").map(String.init)
                let known = ["raised", "recurred", "returned", "cleared", "suppressed", "lapsed"]
                guard words.count == 3, known.contains(words[0]), words[1] == "at",
                    let at = Section.duration(words[2])
                else {
                    source.report(
                        "expected '\(known.joined(separator: "|")) at TIME', as in: raised at 2s",
                        at: item, to: problems)
                    return nil
                }
                return RuleTest.Event(at: at, word: words[0])
            }
        }
    }
}
