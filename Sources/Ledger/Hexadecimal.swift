/// Two digits for each byte.
package enum Hexadecimal {
    /// The digits of bytes, small letters.
    package static func encode(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
