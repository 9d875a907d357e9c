import Configuration
import Foundation
import Line
import RuleLanguage
import Testing

/// The numbers of the reference (sections 2.3 and 2.6), typed from there and not from the files.
@Suite struct ShippedCurvesTests {
    private static let base: [(String, [(Double, Double)])] = [
        (
            "f2291.x.plus",
            [
                (0.2, 6), (1, 6), (1.5, 5), (2, 4), (4, 4), (4.5, 3.5), (5, 3), (11.8, 3),
                (12, 2.5), (60, 2.5),
            ]
        ),
        ("f2291.x.minus", [(0.2, 2), (0.35, 1.75), (0.5, 1.5), (60, 1.5)]),
        ("f2291.y", [(0.2, 3), (1, 3), (1.5, 2.5), (2, 2), (60, 2)]),
        (
            "f2291.z.plus",
            [
                (0.2, 6), (1, 6), (1.5, 5), (2, 4), (4, 4), (4.5, 3.5), (5, 3), (11.8, 3),
                (11.9, 2.5), (12, 2), (40, 2),
            ]
        ),
        (
            "f2291.z.minus",
            [(0.2, 2), (0.35, 1.75), (0.5, 1.5), (4, 1.5), (5.5, 1.3), (7, 1.1), (60, 1.1)]
        ),
        (
            "f2291.z.plus.reduced",
            [(0.2, 5), (1.5, 5), (1.75, 4.5), (2, 4), (2.25, 3), (2.5, 2), (60, 2)]
        ),
        ("gb8408.y", [(0.01, 5), (0.2, 2), (4, 2)]),
        ("gb8408.z.plus", [(0, 6), (1, 6), (1.5, 5), (2, 4), (4, 4)]),
        (
            "gb8408.z.minus",
            [(0, 2), (0.05, 1.95), (0.1, 1.9), (0.2, 1.8), (0.5, 1.5), (4, 1.5)]
        ),
    ]

    private static func curves() throws -> [Curve] {
        let site = try SiteConfiguration.load(
            root.appendingPathComponent("config/tocsin.yaml").path)
        return site.plan.profiles.first { $0.kind == "coaster" }?.vocabulary.curves ?? []
    }

    private static func limit(_ curve: Curve, at duration: Double) -> Double {
        guard let after = curve.points.firstIndex(where: { $0.duration >= duration }) else {
            return curve.points[curve.points.count - 1].limit
        }
        guard after > 0 else { return curve.points[0].limit }
        let (first, second) = (curve.points[after - 1], curve.points[after])
        let share = (duration - first.duration) / (second.duration - first.duration)
        return first.limit + share * (second.limit - first.limit)
    }

    @Test("each curve has the reference's limits, at its corners and between them")
    func limits() throws {
        let curves = try Self.curves()
        #expect(Set(curves.map(\.id)) == Set(Self.base.map(\.0)))
        for (id, limits) in Self.base {
            let curve = try #require(curves.first { $0.id == id })
            for (duration, limit) in limits {
                let found = Self.limit(curve, at: duration)
                // The logarithmic one is followed from below.
                let slack = id == "gb8408.y" ? limit * 0.0005 : 1e-9
                #expect(
                    found <= limit + 1e-9 && found >= limit - slack,
                    "\(id) at \(duration) s: \(found)")
            }
        }
    }

    @Test(
        "the lateral curve of GB 8408 is straight on logarithmic axes, and followed from below",
        arguments: [(0.05, 3.056), (0.1, 2.472), (0.15, 2.1838), (0.02, 4.0445)])
    func logarithmic(duration: Double, limit: Double) throws {
        let curve = try #require(try Self.curves().first { $0.id == "gb8408.y" })
        let exact = 5 * pow(duration / 0.01, -0.305865)
        // The reference rounds to three places.
        #expect(abs(exact - limit) < 0.0006)
        let found = Self.limit(curve, at: duration)
        #expect(found <= exact * 1.000_001 && found >= exact * 0.9995, "\(found) \(exact)")
    }
}
