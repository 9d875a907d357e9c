import AlertFormats
import Crypto
import Detection
import Foundation
import Line
import RuleLanguage
import Supervision
import Telemetry
import Yams

extension SiteConfiguration {
    /// Reads the site's file and all that it refers to.
    ///
    /// - Throws: `InvalidConfiguration` with every problem of every file.
    ///
    /// - Parameters:
    ///   - path: the site's file.
    ///   - rules: a directory of rules, instead of the one that the site's file names.
    public static func load(
        _ path: String, rules: String? = nil
    ) throws(InvalidConfiguration) -> SiteConfiguration {
        let loader = Loader()
        guard let configuration = loader.load(path, rules: rules), loader.problems.all.isEmpty
        else {
            throw InvalidConfiguration(problems: loader.problems.all)
        }
        return configuration
    }
}

/// Reads the files of one site in a fixed order: site, curves, kinds, rules, catalogue, equipment.
private final class Loader {
    let problems = Problems()
    private var files: [SourceFile] = []

    func load(_ path: String, rules otherRules: String?) -> SiteConfiguration? {
        guard let (source, node) = read(path) else { return nil }
        guard var site = SiteFileReader(source: source, problems: problems).read(node) else {
            return nil
        }
        if let otherRules {
            site.rulesDirectory = otherRules
            // Catalogue and criteria speak of the site's own rules.
            site.catalogue = nil
            site.supervisionDirectory = nil
        }
        let curves = readCurves(site.curvesDirectory)
        let kinds = directory(site.kindsDirectory).compactMap { path in
            read(path).flatMap { Kind.read($0.1, in: $0.0, problems) }.map { kind in
                var kind = kind
                kind.curves = curves
                return kind
            }
        }
        for (index, kind) in kinds.enumerated()
        where kinds[..<index].contains(where: { $0.id == kind.id }) {
            problems.add("the kind \(kind.id) is declared twice", in: site.kindsDirectory)
        }
        let rules = readRules(site.rulesDirectory, kinds)
        let profiles = kinds.map { kind in
            Profile(
                kind: kind.id, vocabulary: kind.vocabulary,
                rules: rules.filter { $0.kind == kind.id }.map(\.rule),
                silentAfter: kind.silentAfter, skewLimit: kind.clockSkew)
        }
        for profile in profiles where profile.rules.count > Limits.rulesPerProfile {
            problems.add(
                "more than \(Limits.rulesPerProfile) rules for \(profile.kind)",
                in: site.rulesDirectory)
        }
        let catalogue = site.catalogue.flatMap { path in
            read(path).map { HazardCatalogue.read($0.1, in: $0.0, problems) }
        }
        if problems.all.isEmpty, let catalogue, let path = site.catalogue {
            catalogue.check(rules.map(\.rule), path, problems)
        }
        let supervision = readSupervision(site, kinds, rules)
        let platforms = readPlatforms(site.platformsDirectory)
        // Rules that did not compile would make every piece of equipment report them again.
        guard problems.all.isEmpty else { return nil }
        guard let plan = plan(site, kinds, profiles, supervision) else { return nil }
        return SiteConfiguration(
            site: site.site, name: site.name, category: site.category,
            isPublicGathering: site.isPublicGathering, broker: site.broker, topics: site.topics,
            stateDirectory: site.stateDirectory, plan: plan, catalogue: catalogue,
            feed: site.feed, platforms: platforms, evidence: site.evidence,
            registryFile: site.registry,
            templatesDirectory: site.templatesDirectory, hash: hash,
            files: files.map(\.name))
    }

    private func readRules(_ path: String, _ kinds: [Kind]) -> [(kind: String, rule: Rule)] {
        var rules: [(kind: String, rule: Rule)] = []
        for path in directory(path) {
            guard let (source, node) = read(path) else { continue }
            let found = RuleFile(source: source, problems: problems).read(node, kinds: kinds)
            // One file may be for several kinds, but an id means one rule.
            let earlier = Set(rules.map(\.rule.id))
            for (kind, list) in found {
                for (index, rule) in list.enumerated() {
                    if earlier.contains(rule.id)
                        || list[..<index].contains(where: { $0.id == rule.id })
                    {
                        problems.add("the rule \(rule.id) is defined twice", in: path)
                    }
                    rules.append((kind, rule))
                }
            }
        }
        return rules
    }

    private func readCurves(_ path: String?) -> [Curve] {
        guard let path else { return [] }
        var curves: [Curve] = []
        for file in directory(path) {
            guard let (source, node) = read(file) else { continue }
            for curve in CurveFile(source: source, problems: problems).read(node) {
                if curves.contains(where: { $0.id == curve.id }) {
                    problems.add("the curve \(curve.id) is defined twice", in: file)
                }
                curves.append(curve)
            }
        }
        return curves
    }

    private func readPlatforms(_ path: String?) -> [PlatformProfile] {
        guard let path else { return [] }
        var platforms: [PlatformProfile] = []
        for file in directory(path) {
            guard let (source, node) = read(file),
                let platform = PlatformFile(source: source, problems: problems).read(node)
            else { continue }
            if platforms.contains(where: { $0.id == platform.id }) {
                problems.add("the platform \(platform.id) is defined twice", in: file)
            }
            platforms.append(platform)
        }
        return platforms
    }

    /// Calendar, terms, criteria, incidents and records; the registry comes with the equipment.
    private func readSupervision(
        _ site: SiteFile, _ kinds: [Kind], _ rules: [(kind: String, rule: Rule)]
    ) -> SupervisionPlan {
        guard let directory = site.supervisionDirectory else { return SupervisionPlan() }
        var plan = SupervisionPlan()
        func file(_ name: String, _ body: (SupervisionFiles, Node) -> Void) {
            guard let (source, node) = read(directory + "/" + name) else { return }
            body(SupervisionFiles(source: source, problems: problems), node)
        }
        file("calendar.yaml") { plan.calendar = $0.calendar($1) ?? plan.calendar }
        file("terms.yaml") { plan.terms = $0.terms($1) }
        file("records.yaml") { files, node in
            plan.records = RecordRuleFile(source: files.source, problems: problems)
                .read(node, kinds: kinds.map(\.id))
        }
        file("incidents.yaml") { plan.incidents = $0.incidents($1, kinds: kinds, rules: rules) }
        file("criteria.yaml") { files, node in
            plan.criteria = files.criteria(node)
            if problems.all.isEmpty {
                files.check(plan.criteria, rules.map(\.rule) + plan.records.map(\.rule))
            }
        }
        return plan
    }

    private func readRegistry(_ path: String?, equipment: [String]) -> Registry {
        guard let path else { return Registry() }
        guard let source = SourceFile.readText(path, problems) else { return Registry() }
        files.append(source)
        return RegistryFile.read(source.text, path, equipment: equipment, problems) ?? Registry()
    }

    private func plan(
        _ site: SiteFile, _ kinds: [Kind], _ profiles: [Profile], _ supervision: SupervisionPlan
    ) -> SitePlan? {
        var equipment: [SitePlan.Equipment] = []
        var variants: [UInt32] = []
        var compiler = Compiler()
        var known: [Variation: UInt32] = [:]
        var codes: [(section: Section, equipment: String, code: String)] = []
        for section in site.equipment {
            guard let piece = EquipmentReader(kinds: kinds).read(section) else { continue }
            if equipment.contains(where: { $0.id == piece.id }) {
                section.report("the equipment \(piece.id) stands twice", at: "id")
            }
            if let code = piece.registrationCode { codes.append((section, piece.id, code)) }
            equipment.append(
                SitePlan.Equipment(
                    id: piece.id, kind: piece.kind, name: piece.name,
                    topic: site.telemetry.topic(
                        site: site.site, kind: kinds[piece.kind].id, equipment: piece.id),
                    parameters: piece.parameters))
            let variation = Variation(kind: piece.kind, parameters: piece.parameters)
            if let variant = known[variation] {
                variants.append(variant)
                continue
            }
            switch compiler.add(profiles[piece.kind], parameters: piece.parameters) {
            case .success(let variant):
                known[variation] = UInt32(variant)
                variants.append(UInt32(variant))
            case .failure(let list):
                for problem in list.problems {
                    section.report("rule \(problem.rule): \(problem.diagnostic.message)")
                }
            }
        }
        var supervision = supervision
        let registry = readRegistry(site.registry, equipment: equipment.map(\.id))
        for (section, piece, code) in codes {
            guard let papers = registry[piece]?[.registrationCode], papers != code else { continue }
            section.report(
                "the registry has \(papers) for \(piece): one of the two is wrong",
                at: "registration_code")
        }
        supervision.registry = registry
        guard problems.all.isEmpty else { return nil }
        let running = kinds.enumerated().compactMap { index, kind in
            kind.running.flatMap { sign in
                kind.vocabulary.slot(of: sign.signal).map {
                    SitePlan.RunningSign(kind: index, slot: $0, atLeast: sign.atLeast)
                }
            }
        }
        return SitePlan(
            site: site.site, equipment: equipment, schemas: kinds.map(\.schema),
            profiles: profiles, variantOfEquipment: variants, program: compiler.result,
            topicTemplate: site.telemetry, floodStart: site.floodStart, supervision: supervision,
            running: running,
            told: kinds.map { kind in kind.told.compactMap { kind.vocabulary.slot(of: $0) } })
    }

    private struct Variation: Hashable {
        var kind: Int
        var parameters: [String: Double]
    }

    private func read(_ path: String) -> (SourceFile, Node)? {
        guard let found = SourceFile.read(path, problems) else { return nil }
        files.append(found.0)
        return found
    }

    /// The YAML files of a directory, by name, so that the order is the same everywhere.
    private func directory(_ path: String) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            problems.add("cannot be read: check that the directory exists", in: path)
            return []
        }
        let files = names.filter { $0.hasSuffix(".yaml") }.sorted()
        if files.isEmpty { problems.add("has no .yaml file", in: path) }
        return files.map { path + "/" + $0 }
    }

    private var hash: String {
        var hasher = SHA256()
        for file in files {
            let name = (file.name as NSString).lastPathComponent
            hasher.update(data: Data("\(name) \(file.data.count)\n".utf8))
            hasher.update(data: file.data)
        }
        return hasher.finalize().map { String(format: "%02x", $0) }.joined()
    }
}

/// Reads one piece of equipment and its parameters.
private struct EquipmentReader {
    let kinds: [Kind]

    struct Piece {
        var id: String
        var kind: Int
        var name: BilingualText
        var parameters: [String: Double]
        var registrationCode: String?
    }

    func read(_ section: Section) -> Piece? {
        defer { section.finish() }
        let id = SiteFileReader.identifier("id", section)
        let kindName = section.text("kind")
        let name = section.bilingual("name")
        let code = section.optionalText("registration_code")
        let values = section.optionalSection("parameters")
        guard let kindName else { return nil }
        guard let kind = kinds.firstIndex(where: { $0.id == kindName }) else {
            let known = kinds.map(\.id).joined(separator: ", ")
            section.report("there is no kind \(kindName): the kinds are \(known)", at: "kind")
            return nil
        }
        var parameters = ["period": Double(period(section, kinds[kind]).nanoseconds) / 1e9]
        for parameter in kinds[kind].parameters {
            guard let values, values.has(parameter.name) else { continue }
            parameters[parameter.name] = value(of: parameter, in: values)
        }
        values?.finish()
        guard let id, let name else { return nil }
        return Piece(
            id: id, kind: kind, name: name, parameters: parameters, registrationCode: code)
    }

    /// The time between two messages: its own, if it says so, or the kind's.
    private func period(_ section: Section, _ kind: Kind) -> Duration {
        guard section.has("period"), let own = section.duration("period") else {
            return kind.period
        }
        if own <= .zero || kind.silentAfter < own + own {
            section.report(
                "period must be longer than nothing and at most half of the kind's silent_after",
                at: "period")
        }
        return own
    }

    private func value(of parameter: Kind.Parameter, in values: Section) -> Double? {
        switch parameter.type {
        case .boolean: return values.boolean(parameter.name).map { $0 ? 1 : 0 }
        case .enumeration(let labels):
            guard let text = values.text(parameter.name) else { return nil }
            guard let label = labels.first(where: { $0.label == text }) else {
                let known = labels.map(\.label).joined(separator: ", ")
                values.report("\(parameter.name) must be one of \(known)", at: parameter.name)
                return nil
            }
            return Double(label.code)
        case .number(let unit):
            guard let number = values.number(parameter.name) else { return nil }
            if let range = parameter.range, !range.contains(number) {
                values.report(
                    "\(parameter.name) must lie between \(range.lowerBound) and "
                        + "\(range.upperBound) \(unit)", at: parameter.name)
                return nil
            }
            return number
        }
    }
}
