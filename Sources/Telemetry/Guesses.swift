/// What the next message of a kind will probably look like: devices say the same keys in the same
/// order, and mostly the same labels.
///
/// Invariant: every index handed in is one of the kinds, places and fields that it was made for;
/// the callers take them from the same schemas. Freed with the decoder.
@safe struct Guesses: ~Copyable {
    /// Members of an object that are guessed.
    static let places = 64

    /// All that a member needs, in one cache line.
    struct Member: BitwiseCopyable {
        enum Form: UInt8, BitwiseCopyable {
            case number, boolean, enumeration, time, counter
            /// Not to be taken quickly.
            case other
        }

        /// The first sixteen bytes of `"key":`, and which of them count.
        var first: UInt64 = 0
        var firstMask: UInt64 = 0
        var second: UInt64 = 0
        var secondMask: UInt64 = 0
        /// The physical range of a number.
        var low = 0.0
        var high = 0.0
        /// First of the labels.
        var firstLabel: Int32 = 0
        /// The label that came last, counted from the first.
        var label: Int32 = 0
        /// Length of `"key":`.
        var length: UInt16 = 0
        var slot: UInt16 = 0
        var form = Form.other
    }

    private let members: UnsafeMutablePointer<Member>
    private let expected: UnsafeMutablePointer<Int16>
    /// The first member of each kind.
    private let starts: [Int]
    /// The member of each field.
    private let memberOfField: [Int]

    init(kinds: [KindSchema], fields: [Field], _ keyPatterns: PatternTable) {
        var all: [Member] = []
        var starts: [Int] = []
        var memberOfField: [Int] = []
        for kind in kinds {
            starts.append(all.count)
            for index in 0..<kind.signals.count + KindSchema.reserved.count {
                var member = keyPatterns.member(all.count)
                if index < kind.signals.count {
                    member.take(fields[memberOfField.count])
                    memberOfField.append(all.count)
                } else {
                    switch KindSchema.reserved[index - kind.signals.count] {
                    case "ts": member.form = .time
                    case "seq": member.form = .counter
                    default: member.form = .other
                    }
                }
                all.append(member)
            }
        }
        unsafe members = .allocate(capacity: max(all.count, 1))
        unsafe members.initialize(from: all, count: all.count)
        let guessCount = max(kinds.count * Self.places, 1)
        unsafe expected = .allocate(capacity: guessCount)
        unsafe expected.initialize(repeating: -1, count: guessCount)
        self.starts = starts
        self.memberOfField = memberOfField
    }

    deinit {
        unsafe members.deallocate()
        unsafe expected.deallocate()
    }

    /// Remembers which key came at a place.
    mutating func expect(_ key: Int, at place: Int, kind: Int) {
        guard place < Self.places else { return }
        unsafe expected[kind * Self.places + place] = Int16(key)
    }

    /// Remembers which label a field had.
    mutating func expect(label: Int, of field: Int) {
        unsafe members[memberOfField[field]].label = Int32(label)
    }

    /// The label that a field had last.
    func label(of field: Int) -> Int { unsafe Int(members[memberOfField[field]].label) }

    /// The keys that are expected of a kind, `places` of them; −1 where nothing is known.
    func keys(of kind: Int) -> UnsafePointer<Int16> {
        unsafe UnsafePointer(expected + kind * Self.places)
    }

    /// The members of a kind, by key.
    func members(of kind: Int) -> UnsafePointer<Member> {
        unsafe UnsafePointer(members + starts[kind])
    }
}

extension Guesses.Member {
    fileprivate mutating func take(_ field: Field) {
        slot = field.slot
        low = field.low
        high = field.high
        firstLabel = field.firstLabel
        switch field.form {
        case .number: form = .number
        case .boolean: form = .boolean
        case .enumeration: form = field.labelCount > 0 ? .enumeration : .other
        }
    }
}
