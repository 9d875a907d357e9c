import Ledger

/// RFC 6962 §2.1 as it is written there, recursion and all: slow, and nothing like the product.
enum Definition {
    static func split(_ count: Int) -> Int {
        var split = 1
        while split * 2 < count { split *= 2 }
        return split
    }

    static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        guard leaves.count > 1 else { return leaves.first ?? SHA.emptyTree }
        let middle = leaves.startIndex + split(leaves.count)
        return SHA.node(root(leaves[..<middle]), root(leaves[middle...]))
    }

    static func path(_ leaf: Int, _ leaves: ArraySlice<[UInt8]>) -> [[UInt8]] {
        guard leaves.count > 1 else { return [] }
        let left = split(leaves.count)
        let middle = leaves.startIndex + left
        return leaf < left
            ? path(leaf, leaves[..<middle]) + [root(leaves[middle...])]
            : path(leaf - left, leaves[middle...]) + [root(leaves[..<middle])]
    }

    static func proof(_ known: Int, _ leaves: ArraySlice<[UInt8]>, _ isWhole: Bool) -> [[UInt8]] {
        guard known < leaves.count else { return isWhole ? [] : [root(leaves)] }
        let left = split(leaves.count)
        let middle = leaves.startIndex + left
        return known <= left
            ? proof(known, leaves[..<middle], isWhole) + [root(leaves[middle...])]
            : proof(known - left, leaves[middle...], false) + [root(leaves[..<middle])]
    }
}
