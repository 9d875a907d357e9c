/// Numbers of listings and incidents: `2026-0007`, counted anew each year.
enum CaseNumber {
    /// The number after `last` in a year.
    static func next(after last: String?, year: Int64) -> String {
        let parts = (last ?? "").split(separator: "-")
        let count = parts.count == 2 && parts[0] == "\(year)" ? Int(parts[1]) ?? 0 : 0
        let digits = String(count + 1)
        return "\(year)-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// The later of two numbers; a year's ten-thousandth comes after its last with four digits.
    static func latest(_ left: String?, _ right: String?) -> String? {
        guard let left, let right else { return left ?? right }
        return (left.utf8.count, left) < (right.utf8.count, right)
            && left.prefix(5) == right.prefix(5) || left.prefix(5) < right.prefix(5)
            ? right : left
    }
}
