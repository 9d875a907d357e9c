import Detection

// The members of an object that are what was guessed, written as programs write them: no white
// space, short numbers, the labels of last time. They are taken in one go; the first that is not so
// is left to the grammar in PayloadDecoder, and so is everything that has to be refused.

extension PayloadDecoder {
    /// Takes members as long as they are what was expected; `place` is that of the first left.
    ///
    /// - Returns: whether that was the whole object, its brace included.
    /// - Complexity: some 120 instructions a member.
    mutating func takePredicted(
        _ cursor: inout Cursor, kind: Int, _ place: inout Int, _ header: inout Header,
        into message: inout DecodedMessage
    ) throws(Rejection) -> Bool {
        // Invariant: `guesses` hands out the kind's own lists, and stores only keys of the kind.
        let keys = unsafe guesses.keys(of: kind)
        let members = unsafe guesses.members(of: kind)
        let firstKey = starts[kind].key
        let bytes = cursor
        var position = cursor.position
        var index = 0
        defer {
            cursor.position = position
            place = index
        }
        while index < Guesses.places {
            let key = unsafe Int(keys[index])
            guard key >= 0 else { return false }
            let member = unsafe members + key
            let length = unsafe Int(member.pointee.length)
            let first =
                unsafe (bytes.word(at: position) ^ member.pointee.first)
                & member.pointee.firstMask
            let second =
                unsafe (bytes.word(at: position &+ 8) ^ member.pointee.second)
                & member.pointee.secondMask
            guard first | second == 0,
                length <= 16 || keyPatterns.hasTail(firstKey + key, at: position, in: bytes)
            else { return false }
            var value = 0.0
            let taken = unsafe valueLength(
                of: member.pointee, at: position &+ length, in: bytes, &value)
            guard taken > 0 else { return false }
            let end = position &+ length &+ taken
            let follower = bytes[end]
            guard follower == UInt8(ascii: ",") || follower == UInt8(ascii: "}"),
                message.cells.count < PayloadLimits.cells, header.seenKeys.insert(key)
            else { return false }
            switch unsafe member.pointee.form {
            case .time: header.event = try Self.timestamp(value)
            case .counter: header.sequence = try Self.sequence(value)
            case .number, .boolean, .enumeration:
                let slot = unsafe member.pointee.slot
                // The range of a boolean holds both of its values, that of a label every code.
                if unsafe value >= member.pointee.low, unsafe value <= member.pointee.high {
                    message.cells.append(Cell(slot: slot, value: value))
                } else {
                    message.suspectReadings += 1
                    message.cells.append(Cell(slot: slot, lacking: .suspect))
                }
            case .other: return false
            }
            position = end &+ 1
            index &+= 1
            if follower == UInt8(ascii: "}") { return true }
        }
        return false
    }

    /// The value of a member at a position, and how long it is; 0 when it is to be left to the
    /// grammar.
    @inline(__always)
    private func valueLength(
        of member: Guesses.Member, at position: Int, in bytes: Cursor, _ value: inout Double
    ) -> Int {
        switch member.form {
        case .number, .time, .counter: return bytes.shortNumber(at: position, &value)
        case .boolean: return bytes.boolean(at: position, &value)
        case .enumeration:
            let label = Int(member.firstLabel &+ member.label)
            value = labelCodes[label]
            return labelPatterns.length(label, ifAt: position, in: bytes)
        case .other: return 0
        }
    }
}

extension Cursor {
    /// `true` or `false` at a position: its length, 0 if neither stands there.
    @inline(__always)
    fileprivate func boolean(at position: Int, _ value: inout Double) -> Int {
        let word = word(at: position)
        if word & 0xFFFF_FFFF == 0x6575_7274 {
            value = 1
            return 4
        }
        value = 0
        return word & 0xFF_FFFF_FFFF == 0x65_736C_6166 ? 5 : 0
    }
}
