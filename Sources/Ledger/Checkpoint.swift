/// A log's state at a moment, in the form of C2SP tlog-checkpoint: the text that is signed.
public struct Checkpoint: Sendable, Equatable {
    /// Which log: a name that no other log has, such as `example.org/tocsin/summit`.
    public var origin: String
    /// Entries of the log.
    public var size: UInt64
    /// The root hash of its tree.
    public var root: [UInt8]

    /// Why a text is no checkpoint.
    public struct Invalid: Error, Sendable, Equatable {
        /// For people.
        public var message: String
    }

    /// Describes a state.
    public init(origin: String, size: UInt64, root: [UInt8]) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads the text of a checkpoint; lines after the third are extensions and passed over.
    public init(text: String) throws(Invalid) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.last?.isEmpty == true, !lines[0].isEmpty else {
            throw Invalid(message: "a checkpoint has three lines: origin, size, root")
        }
        // No sign, no zeros in front: one text for each size.
        guard let size = UInt64(lines[1]), String(size) == lines[1] else {
            throw Invalid(message: "the size of a checkpoint is no number: \(lines[1].prefix(40))")
        }
        guard let root = Base64.decode(String(lines[2])), !root.isEmpty else {
            throw Invalid(message: "the root of a checkpoint is not base 64")
        }
        self.init(origin: String(lines[0]), size: size, root: root)
    }

    /// The text that is signed.
    public var text: String { "\(origin)\n\(size)\n\(Base64.encode(root))\n" }
}
