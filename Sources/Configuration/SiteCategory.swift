public import RuleLanguage

/// What kind of place a site is: it decides which trade department answers for it (一岗双责).
public enum SiteCategory: String, Sendable, CaseIterable {
    case school, hospital, station, airport, ferry, mall, hotel, stadium, exhibition, park
    case scenicArea = "scenic_area"
    case themePark = "theme_park"
    case residential, office, factory, other

    /// The department that typically answers for the trade; from memory of common practice.
    public var tradeDepartment: BilingualText? {
        switch self {
        case .scenicArea, .themePark: .init(english: "culture and tourism", chinese: "文化和旅游")
        case .mall, .hotel: .init(english: "commerce", chinese: "商务")
        case .school: .init(english: "education", chinese: "教育")
        case .hospital: .init(english: "health", chinese: "卫生健康")
        case .residential: .init(english: "housing", chinese: "住房和城乡建设")
        case .station, .airport, .ferry: .init(english: "transport", chinese: "交通运输")
        case .park: .init(english: "gardens and forestry", chinese: "园林和林业")
        case .stadium: .init(english: "sports", chinese: "体育")
        case .exhibition, .office, .factory, .other: nil
        }
    }

    /// In Chinese.
    public var chinese: String {
        switch self {
        case .school: "学校"
        case .hospital: "医院"
        case .station: "车站"
        case .airport: "机场"
        case .ferry: "客运码头"
        case .mall: "商场"
        case .hotel: "酒店"
        case .stadium: "体育场馆"
        case .exhibition: "展览馆"
        case .park: "公园"
        case .scenicArea: "景区"
        case .themePark: "主题公园"
        case .residential: "住宅"
        case .office: "办公楼"
        case .factory: "工厂"
        case .other: "其他"
        }
    }
}
