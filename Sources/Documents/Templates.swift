import Mustache

/// The site's templates: Mustache, so that a site may write its own forms.
public struct Templates {
    /// What a template is for, and its file's name.
    public enum Name: String, CaseIterable, Sendable {
        /// Included by the others.
        case style
        /// 挂牌督办通知书.
        case notice
        /// 公告, of the listing or of its end.
        case announcement
        /// 验收意见书.
        case acceptance
        /// The report of a month, or of any days.
        case report
    }

    /// Why templates cannot be used.
    public struct Invalid: Error, Sendable {
        /// For people, with the file.
        public var message: String

        /// Says why.
        public init(message: String) { self.message = message }
    }

    private let library: MustacheLibrary

    /// Takes the templates' texts.
    ///
    /// - Parameter text: the text of a template's file.
    public init(_ text: (Name) throws(Invalid) -> String) throws(Invalid) {
        var templates: [String: MustacheTemplate] = [:]
        for name in Name.allCases {
            let source = try text(name)
            do {
                templates[name.rawValue] = try MustacheTemplate(string: source)
            } catch {
                throw Invalid(message: "\(name.rawValue).mustache: \(error)")
            }
        }
        library = MustacheLibrary(templates: templates)
    }

    /// A document as HTML; what is put in is escaped.
    func render(_ name: Name, _ values: [String: Any]) -> String {
        library.render(values, withTemplate: name.rawValue) ?? ""
    }
}
