import Detection
import Foundation
import Telemetry
import Testing

private let schema = KindSchema(signals: [
    .init(name: "car.speed", values: .number(-25...25), slot: 1),
    .init(name: "car.doorZone", values: .boolean, slot: 2),
    .init(
        name: "door.car",
        values: .enumeration([.init(text: "open", code: 4), .init(text: "closed", code: 2)]),
        slot: 3),
    .init(name: "温度", values: .number(-1e300...1e300), slot: 4),
])

/// One line per reading: `slot=value@ns#seq`, or the rejection.
private func decode(_ text: String) -> [String] { decode(Array(text.utf8)) }

/// By a decoder that has never seen anything, and so guesses nothing.
private func decode(_ bytes: [UInt8]) -> [String] {
    var decoder = PayloadDecoder(kinds: [schema])
    return decode(bytes, with: &decoder)
}

private func decode(_ bytes: [UInt8], with decoder: inout PayloadDecoder) -> [String] {
    var message = DecodedMessage()
    do throws(Rejection) {
        try decoder.decode(bytes, kind: 0, equipment: "lift-1", into: &message)
    } catch {
        return ["\(error)"]
    }
    return message.rows.array.flatMap { row in
        message.cells.array[row.cells].map { cell in
            let value = cell.quality == .good ? "\(cell.value)" : "\(cell.quality)"
            let time = row.event.map { "@\($0.nanoseconds)" } ?? ""
            return "\(cell.slot)=\(value)\(time)" + (row.sequence.map { "#\($0)" } ?? "")
        }
    }
}

@Suite struct FormTests {
    @Test("an object, keys in any order, with time and counter")
    func object() {
        #expect(
            decode(
                #" { "seq" : 7 , "car.doorZone":true,"ts":1764000000123.25, "car.speed": -1.5 } "#)
                == ["2=1.0@1764000000123250000#7", "1=-1.5@1764000000123250000#7"])
    }

    @Test("an array of objects, each with its own time")
    func array() {
        #expect(
            decode(#"[{"ts":1,"car.speed":1},{"ts":2,"car.speed":2}]"#)
                == ["1=1.0@1000000", "1=2.0@2000000"])
    }

    @Test("a columnar batch becomes rows dt apart; scalars belong to the first")
    func columns() {
        #expect(
            decode(
                #"{"car.speed":[1,2,null],"dt":5,"door.car":"open","car.doorZone":[1,0,1],"ts":1000}"#
            )
                == [
                    "3=4.0@1000000000", "1=1.0@1000000000", "2=1.0@1000000000",
                    "1=2.0@1005000000", "2=0.0@1005000000", "1=missing@1010000000",
                    "2=1.0@1010000000",
                ])
    }

    @Test("RFC 3339 times, with offset")
    func textTime() {
        #expect(
            decode(#"{"ts":"2026-01-01T08:00:00.5+08:00","car.speed":1}"#)
                == ["1=1.0@1767225600500000000"])
    }

    @Test("escapes in keys and labels are understood")
    func escapes() {
        #expect(
            decode(#"{"car\u002espeed":1,"door.car":"\u006fpen","\u6e29\u5ea6":2}"#)
                == ["1=1.0", "3=4.0", "4=2.0"])
    }

    @Test("enumerations by label or code, booleans by word or digit")
    func labels() {
        #expect(decode(#"{"door.car":2,"car.doorZone":0}"#) == ["3=2.0", "2=0.0"])
    }

    @Test("unknown keys are passed over, whatever they hold")
    func unknownKeys() {
        #expect(decode(#"{"a":{"b":[1,"x",null,true]},"car.speed":3,"z":-0.5e-3}"#) == ["1=3.0"])
    }
}

@Suite struct QualityTests {
    @Test(
        "what cannot be believed becomes quality, never a value",
        arguments: [
            #"{"car.speed":26}"#, #"{"car.speed":-1e9}"#, #"{"car.speed":1e999}"#,
            #"{"car.speed":"fast"}"#, #"{"car.speed":true}"#, #"{"car.speed":{"v":1}}"#,
        ])
    func suspect(text: String) { #expect(decode(text) == ["1=suspect"]) }

    @Test("null is missing")
    func missing() { #expect(decode(#"{"car.speed":null}"#) == ["1=missing"]) }

    @Test("an unknown label or code is suspect")
    func unknownLabel() {
        #expect(decode(#"{"door.car":"ajar"}"#) == ["3=suspect"])
        #expect(decode(#"{"door.car":3}"#) == ["3=suspect"])
        #expect(decode(#"{"car.doorZone":2}"#) == ["2=suspect"])
    }
}

@Suite struct RejectionTests {
    @Test(
        "each bad payload has its reason",
        arguments: [
            ("", "malformed"), ("nonsense", "malformed"), ("{", "malformed"),
            (#"{"car.speed":1}x"#, "malformed"), (#"{"car.speed":1,}"#, "malformed"),
            (#"{"car.speed":01}"#, "malformed"), (#"{"car.speed":1.}"#, "malformed"),
            (#"{"car.speed":+1}"#, "malformed"), (#"{"car.speed":.5}"#, "malformed"),
            (#"{"car.speed":1e}"#, "malformed"), (#"{"car.speed":NaN}"#, "malformed"),
            (#"{'car.speed':1}"#, "malformed"), ("{\"a\":\"\u{1}\",\"car.speed\":1}", "malformed"),
            (#"{"a":"\x","car.speed":1}"#, "malformed"), (#"{"car.speed":nul}"#, "malformed"),
            ("\u{FEFF}{}", "malformed"), ("[1]", "wrongForm"), ("3", "wrongForm"),
            (#""text""#, "wrongForm"), ("{}", "noReadings"), ("[]", "noReadings"),
            (#"{"ts":1}"#, "noReadings"), (#"{"car.speed":1,"car.speed":2}"#, "duplicateKey"),
            (#"{"ts":-1,"car.speed":1}"#, "badTimestamp"),
            (#"{"ts":"yesterday","car.speed":1}"#, "badTimestamp"),
            (#"{"ts":1e300,"car.speed":1}"#, "badTimestamp"),
            (#"{"ts":true,"car.speed":1}"#, "badTimestamp"),
            (#"{"seq":-1,"car.speed":1}"#, "badSequence"),
            (#"{"seq":1.5,"car.speed":1}"#, "badSequence"),
            (#"{"ts":1,"dt":5,"car.speed":[1,2],"car.doorZone":[1]}"#, "badColumns"),
            (#"{"ts":1,"car.speed":[1,2]}"#, "badColumns"),
            (#"{"ts":1,"dt":0,"car.speed":[1,2]}"#, "badColumns"),
            (#"{"ts":1,"dt":5,"car.speed":[],"car.doorZone":true}"#, "badColumns"),
            (#"{"dt":5,"car.speed":[1,2]}"#, "columnsWithoutTime"),
            (#"{"equipment":"lift-2","car.speed":1}"#, "equipmentMismatch"),
            (#"{"equipment":5,"car.speed":1}"#, "equipmentMismatch"),
        ])
    func reason(text: String, reason: String) { #expect(decode(text) == [reason]) }

    @Test("the equipment of the topic may be repeated")
    func sameEquipment() {
        #expect(decode(#"{"equipment":"lift-1","car.speed":1}"#) == ["1=1.0"])
    }

    @Test(
        "bytes that are not UTF-8, overlong forms and surrogates are refused",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xE6, 0xB8],
        ] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        #expect(
            decode(Array(#"{"a":""#.utf8) + bytes + Array(#"","car.speed":1}"#.utf8)) == ["notUTF8"]
        )
    }

    @Test("depth, rows and size are bounded")
    func bounds() {
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        #expect(decode("{\"a\":\(deep),\"car.speed\":1}") == ["tooDeep"])
        let rows = Array(repeating: #"{"car.speed":1}"#, count: 1_025).joined(separator: ",")
        #expect(decode("[\(rows)]") == ["tooManyReadings"])
        #expect(decode([UInt8](repeating: 0x20, count: 262_145)) == ["tooLong"])
    }
}

@Suite struct NumberTests {
    @Test("numbers are the nearest doubles, as strtod has them", arguments: 0..<40)
    func nearest(seed: UInt64) {
        var state = seed &* 977 + 3
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 11
        }
        var guessing = PayloadDecoder(kinds: [schema])
        _ = decode(Array("{\"温度\":0}".utf8), with: &guessing)
        for _ in 0..<250 {
            let whole = String(
                next() % [10, 100_000, 9_007_199_254_740_993, .max][Int(next() % 4)])
            let fraction = next() % 2 == 0 ? "" : "." + String(next() % 1_000_000_007)
            let exponent = next() % 3 == 0 ? "e\(Int(next() % 60) - 30)" : ""
            let text = (next() % 2 == 0 ? "-" : "") + whole + fraction + exponent
            let expected = Double(text) ?? .nan
            #expect(decode("{\"温度\":\(text)}") == ["4=\(expected)"], "\(text)")
            // The second time the key is expected, and the number taken on the short way.
            #expect(
                decode(Array("{\"温度\":\(text)}".utf8), with: &guessing) == ["4=\(expected)"],
                "\(text)")
        }
    }
}

@Suite struct GuessTests {
    @Test("what was seen before makes no difference to what is read now", arguments: 0..<40)
    func guessing(seed: UInt64) {
        let texts = [
            #"{"ts":1764000000123,"seq":4,"car.speed":1.5,"car.doorZone":true,"door.car":"open"}"#,
            #"{"ts":1764000000123.25,"car.speed":-0.75,"car.doorZone":false,"door.car":"closed"}"#,
            #"{"car.speed":24.999999,"温度":-12345678.901,"door.car":4,"car.doorZone":1}"#,
            #"[{"ts":1,"car.speed":99},{"ts":2,"car.speed":-0.5,"x":"open"}]"#,
            #"{"ts":"2026-01-01T00:00:00Z","car.speed":null,"door.car":"ajar"}"#,
            #"{"ts":1764000000000,"dt":5,"car.speed":[1.5,2,null],"car.doorZone":[1,0,true]}"#,
        ]
        let alphabet = Array(#"{}[]:,"0123456789.eE+-truefalsn\u "#.utf8) + [0x00, 0x80]
        var random = Steps(state: seed &* 131 + 11)
        var guessing = PayloadDecoder(kinds: [schema])
        for _ in 0..<250 {
            var bytes = Array(texts[random.below(texts.count)].utf8)
            for _ in 0..<random.below(3) {
                let at = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[at] = alphabet[random.below(alphabet.count)]
                case 1: bytes.remove(at: at)
                default: bytes.insert(alphabet[random.below(alphabet.count)], at: at)
                }
            }
            let found = decode(bytes, with: &guessing)
            #expect(
                found == decode(bytes), "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test("a batch that is too long leaves nothing behind for the next")
    func tooLong() {
        let good = Array(#"{"ts":1000,"dt":5,"car.speed":[1,2]}"#.utf8)
        let zeros = String(repeating: "0,", count: 20_000)
        var guessing = PayloadDecoder(kinds: [schema])
        let long = Array("{\"ts\":1000,\"dt\":5,\"car.speed\":[\(zeros)0]}".utf8)
        #expect(decode(long, with: &guessing) == ["tooManyReadings"])
        #expect(decode(good, with: &guessing) == decode(good))
        #expect(decode(good).count == 2)
    }

    @Test(
        "numbers that would wrap are none of the short form's",
        arguments: ["1844674407370.9551617", "18446744073709.551617", "184467440737095.51617"])
    func wrapping(text: String) {
        var guessing = PayloadDecoder(kinds: [schema])
        for _ in 0..<2 {
            let found = decode(Array("{\"温度\":\(text)}".utf8), with: &guessing)
            #expect(found == ["4=\(Double(text) ?? .nan)"])
        }
    }

    @Test("a message that is cut off anywhere is malformed, guessed or not")
    func cutOff() {
        let text = Array(
            #"{"ts":1764000000123,"seq":4,"car.speed":1.5,"door.car":"open","温度":12345678.5}"#
                .utf8)
        var guessing = PayloadDecoder(kinds: [schema])
        #expect(decode(text, with: &guessing).count == 3)
        for length in 0..<text.count {
            let found = decode(Array(text.prefix(length)), with: &guessing)
            // Within a Chinese character it is not even UTF-8.
            let isWhole = String(validating: text.prefix(length), as: UTF8.self) != nil
            #expect(found == [isWhole ? "malformed" : "notUTF8"], "\(length)")
        }
    }
}

/// A small generator with a printed seed.
private struct Steps {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}

@Suite struct FuzzTests {
    @Test("what the decoder takes is JSON, and what it calls malformed is not", arguments: 0..<40)
    func agreesWithFoundation(seed: UInt64) {
        let seeds = [
            #"{"ts":1764000000123,"seq":4,"car.speed":1.5,"door.car":"open","x":{"a":[1,2]}}"#,
            #"[{"ts":1,"car.speed":1e2},{"ts":2,"car.speed":-0.5}]"#,
            #"{"car.speed":[1,2,3],"dt":5,"ts":1000,"n":null,"t":true,"s":"\u00e9\n"}"#,
        ]
        var state = seed &* 31 + 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let alphabet =
            Array(#"{}[]:,"0123456789.eE+-truefalsn\u "#.utf8) + [0x00, 0x80, 0xC3, 0xFF]
        for _ in 0..<250 {
            var bytes = Array(seeds[next(seeds.count)].utf8)
            for _ in 0...next(3) {
                let at = next(bytes.count)
                switch next(3) {
                case 0: bytes[at] = alphabet[next(alphabet.count)]
                case 1: bytes.remove(at: at)
                default: bytes.insert(alphabet[next(alphabet.count)], at: at)
                }
            }
            let result = decode(bytes)
            let isJSON = (try? JSONSerialization.jsonObject(with: Data(bytes))) != nil
            if result.first.map({ Rejections.names.contains($0) }) != true {
                #expect(isJSON, "\(String(decoding: bytes, as: UTF8.self)) → \(result)")
                #expect(!result.isEmpty)
            }
            // Foundation lets NUL bytes and a comma before a closing bracket pass; RFC 8259 does not.
            let text = String(decoding: bytes, as: UTF8.self).filter { $0 != " " }
            let isLoose = bytes.contains(0) || text.contains(",]") || text.contains(",}")
            if result == ["malformed"], !isLoose {
                #expect(!isJSON, "\(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }
}

private enum Rejections {
    static let names = Set(Rejection.allCases.map { "\($0)" })
}
