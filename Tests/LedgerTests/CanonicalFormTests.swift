import Ledger
import Testing

/// The quick check of the form against the slow one: read into values, written back, compared.
@Suite struct CanonicalFormTests {
    private static let entries = [
        #"{"actor":"agent","body":{"a":[1,-2.5,1e+30,true,null,{}],"b":"x"},"seq":12,"v":1}"#,
        #"{"":"\"\\\b\t\n\f\r\u0000\u001f隐患😀","a":"","c":[],"\r":0.00001}"#,
        #"{"\r":1,"1":0,"é":{"x":[[],[false]]},"€":-1.5e-7,"😀":123456789012345680000,"\#u{FB33}":""}"#,
        #"[1234567890123456,123456789012345,0.1,-0.5,1e-7,100000000000000000000,1e+21]"#,
        "\"\u{7f}\u{80}\u{ffff}\"", "0", "null", "",
    ]

    private static func isCanonical(_ bytes: [UInt8]) -> Bool {
        do {
            return try JSONReader.read(bytes).canonicalBytes == bytes
        } catch {
            return false
        }
    }

    private static func passes(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try CanonicalForm(bytes)
            return true
        } catch {
            return false
        }
    }

    @Test("it agrees with reading and writing back, whatever byte is changed, put in or taken out")
    func agrees() {
        // Bytes that mean something to the form, and some that mean nothing.
        let bytes = Array("\"\\{}[],:0159.eE+-unbx tfls/ \u{1f}".utf8) + [0, 0x80, 0xC3, 0xFF]
        var canonical = 0
        for entry in Self.entries.map({ Array($0.utf8) }) {
            for place in 0...entry.count {
                var variants = bytes.map { entry[..<place] + [$0] + entry[place...] }
                if place < entry.count {
                    variants += bytes.map { entry[..<place] + [$0] + entry[(place + 1)...] }
                    variants.append(entry[..<place] + entry[(place + 1)...])
                    // Neighbours change places: names out of order, escapes apart.
                    if place + 1 < entry.count {
                        variants.append(
                            entry[..<place] + [entry[place + 1], entry[place]]
                                + entry[(place + 2)...])
                    }
                }
                for variant in variants.map({ Array($0) }) {
                    let expected = Self.isCanonical(variant)
                    canonical += expected ? 1 : 0
                    #expect(
                        Self.passes(variant) == expected,
                        "\(String(decoding: variant, as: UTF8.self))")
                }
            }
        }
        // Both answers came up, or the test says nothing.
        #expect(canonical > 500)
    }

    @Test(
        "what is canonical and what is not",
        arguments: [
            (#"{"a":1,"b":2}"#, true), (#"{"b":1,"a":2}"#, false), (#"{"a":1,"a":2}"#, false),
            (#"{"a": 1}"#, false), ("1.0", false), ("1e2", false), ("-0", false), ("01", false),
            (#""\u000a""#, false), (#""\/""#, false), (#""\u001F""#, false), ("1e999", false),
            (#""é""#, true), (#""\u00e9""#, false),
            // By UTF-16 the surrogates of U+1F600 come before U+FB33; by UTF-8 they come after.
            (#"{"😀":1,"\#u{FB33}":2}"#, true), (#"{"\#u{FB33}":1,"😀":2}"#, false),
        ])
    func known(text: String, isCanonical: Bool) {
        #expect(Self.passes(Array(text.utf8)) == isCanonical)
    }

    @Test("members are found by name and read")
    func members() throws {
        let form = try CanonicalForm(Array(#"{"a":"x\"y","b":[1],"c":17,"d":"z"}"#.utf8))
        #expect(form["a"] == .text("x\"y"))
        #expect(form["b"] == .array([.number(1)]))
        #expect(form["c"] == .number(17))
        #expect(form["d"] == .text("z"))
        #expect(form["e"] == nil)
    }

    @Test("nesting has a limit")
    func depth() {
        let deep = { [UInt8](repeating: 0x5B, count: $0) + [UInt8](repeating: 0x5D, count: $0) }
        #expect(Self.passes(deep(65)) && Self.isCanonical(deep(65)))
        #expect(!Self.passes(deep(66)) && !Self.isCanonical(deep(66)))
        #expect(!Self.passes(deep(10_000)))
    }
}
