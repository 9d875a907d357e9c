import Foundation
import Ledger
import Testing

/// SHA-256 for the test vectors of the specification.
private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
}

@Suite struct CanonicalTests {
    @Test(
        "numbers are written as RFC 8785, appendix B, lists them",
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"), (0x8000_0000_0000_0001, "-5e-324"),
            (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"), (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"), (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"), (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"),
            (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"),
            (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] as [(UInt64, String)])
    func numbers(bits: UInt64, text: String) {
        let value = JSONValue.number(Double(bitPattern: bits))
        #expect(String(decoding: value.canonicalBytes, as: UTF8.self) == text)
    }

    @Test("members are sorted by UTF-16 code units, as RFC 8785 §3.2.3 shows")
    func order() {
        let value = JSONValue.object([
            ("\u{20AC}", .text("Euro Sign")), ("\r", .text("Carriage Return")),
            ("\u{FB33}", .text("Hebrew Letter Dalet With Dagesh")), ("1", .text("One")),
            ("\u{1F600}", .text("Emoji: Grinning Face")), ("\u{80}", .text("Control")),
            ("\u{F6}", .text("Latin Small Letter O With Diaeresis")),
        ])
        #expect(
            String(decoding: value.canonicalBytes, as: UTF8.self)
                == "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\","
                + "\"\u{F6}\":\"Latin Small Letter O With Diaeresis\",\"\u{20AC}\":\"Euro Sign\","
                + "\"\u{1F600}\":\"Emoji: Grinning Face\","
                + "\"\u{FB33}\":\"Hebrew Letter Dalet With Dagesh\"}")
    }

    @Test("what is written is read back, byte for byte")
    func roundTrip() throws {
        let text = #"{"a":[1,-2.5,1e+30,true,null],"b":"\"\\\b\u001f隐患","c":{}}"#
        let value = try JSONReader.read(Array(text.utf8))
        #expect(String(decoding: value.canonicalBytes, as: UTF8.self) == text)
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\":1,\"a\":2}", "01", "1.", "nul", "\"\\x\"", "\"\u{1}\"", "1 2",
            "\"\\ud800\"", "1e999",
        ])
    func refused(text: String) {
        #expect(throws: JSONReader.Failure.self) { try JSONReader.read(Array(text.utf8)) }
    }
}

@Suite struct MerkleTests {
    /// The leaves and roots published with Certificate Transparency's reference implementation.
    private static let leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    private static let roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test("roots are those of RFC 6962's reference implementation")
    func roots() {
        var frontier = MerkleFrontier<SHA>()
        #expect(
            hex(frontier.root) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        )
        for (leaf, root) in zip(Self.leaves, Self.roots) {
            let characters = Array(leaf)
            let bytes = stride(from: 0, to: characters.count, by: 2).compactMap {
                UInt8(String(characters[$0...$0 + 1]), radix: 16)
            }
            frontier.append(leafHash: SHA.leaf(bytes))
            #expect(hex(frontier.root) == root)
        }
    }

    @Test("the frontier's root is that of the recursive definition", arguments: 1...70)
    func recursive(size: Int) {
        let leaves = (0..<size).map { SHA.leaf([UInt8($0)]) }
        func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
            if leaves.count == 1 { return leaves[leaves.startIndex] }
            var split = 1
            while split * 2 < leaves.count { split *= 2 }
            let middle = leaves.startIndex + split
            return SHA.node(root(leaves[..<middle]), root(leaves[middle...]))
        }
        var frontier = MerkleFrontier<SHA>()
        for leaf in leaves { frontier.append(leafHash: leaf) }
        #expect(frontier.root == root(leaves[...]))
    }
}
