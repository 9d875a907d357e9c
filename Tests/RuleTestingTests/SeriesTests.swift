import RuleLanguage
import RuleTesting
import Testing

private let number = ValueType.number(unit: "m/s")
private let door = ValueType.enumeration([
    .init(label: "open", code: 4), .init(label: "max2", code: 7),
])

@Suite struct SeriesTests {
    @Test(
        "the shorthand is promtool's",
        arguments: [
            ("1 2.5 -3", [1, 2.5, -3]), ("5x3", [5, 5, 5, 5]), ("1+2x3", [1, 3, 5, 7]),
            ("-2+4x3", [-2, 2, 6, 10]), ("9-2x2", [9, 7, 5]), ("1e1x0", [10]), ("0x2", [0, 0, 0]),
        ] as [(String, [Double])])
    func numbers(text: String, expected: [Double]) throws {
        #expect(try Series(text, of: number).samples == expected.map { .value($0) })
    }

    @Test("labels, truths, gaps and missing values")
    func words() throws {
        #expect(
            try Series("open max2 max2x1 _ _x2 null", of: door).samples == [
                .value(4), .value(7), .value(7), .value(7), .absent, .absent, .absent, .missing,
            ])
        #expect(
            try Series("falsex1 true", of: .boolean).samples == [.value(0), .value(0), .value(1)])
    }

    @Test(
        "what is no reading is refused",
        arguments: [
            "x3", "1x", "1x-2", "1x999999999", "fast", "1+x3", "nan", "inf", "1..2", "openx2",
        ])
    func refused(text: String) {
        #expect(throws: Series.Invalid.self) { try Series(text, of: number) }
    }
}
