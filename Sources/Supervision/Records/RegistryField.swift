/// One column of the registry of equipment: the name that it has in CSV files, the ledger and
/// documents. Fields: §6 of one post, two duties; Law art. 35 (the technical file).
public enum RegistryField: String, Sendable, CaseIterable, Hashable {
    // What it is.
    case equipment
    case registrationCode = "registration_code"
    case catalogueCode = "catalogue_code"
    case rescueCode = "rescue_code"
    case address, rating
    // Who answers: the unit, its maintenance, its maker.
    case usingUnit = "using_unit"
    case usingUnitCode = "using_unit_code"
    case responsible
    case safetyDirector = "safety_director"
    case safetyOfficer = "safety_officer"
    case maintenanceUnit = "maintenance_unit"
    case manufacturer
    case madeOn = "made_on"
    // Who supervises: both duty chains.
    case tradeDepartment = "trade_department"
    case tradePerson = "trade_person"
    case authority
    case authorityPerson = "authority_person"
    // Inspection.
    case inspectionBody = "inspection_body"
    case inspectedOn = "inspected_on"
    case inspectionConclusion = "inspection_conclusion"
    case inspectBy = "inspect_by"
    // Care.
    case maintainedOn = "maintained_on"
    case selfInspectedOn = "self_inspected_on"
    case calibrateBy = "calibrate_by"
    case trialRunOn = "trial_run_on"
    // Papers.
    case insurer
    case policyNumber = "policy_number"
    case insuredUntil = "insured_until"
    case certificateUntil = "certificate_until"
    case scrapOn = "scrap_on"

    /// What its value is.
    public enum Kind: Sendable, Equatable {
        case text, date, conclusion
        /// Digits, of so many places.
        case digits(ClosedRange<Int>)
    }

    /// What its value is.
    public var kind: Kind {
        switch self {
        case .madeOn, .inspectedOn, .inspectBy, .maintainedOn, .selfInspectedOn, .calibrateBy,
            .trialRunOn, .insuredUntil, .certificateUntil, .scrapOn:
            .date
        case .inspectionConclusion: .conclusion
        // Registration codes have 20 digits, the catalogue code first; from memory.
        case .registrationCode: .digits(20...20)
        // The catalogue of special equipment has four digits.
        case .catalogueCode: .digits(4...4)
        // 96333: five or six digits on the plate in the car.
        case .rescueCode: .digits(5...6)
        case .equipment, .address, .rating, .usingUnit, .usingUnitCode, .responsible,
            .safetyDirector, .safetyOfficer, .maintenanceUnit, .manufacturer, .tradeDepartment,
            .tradePerson, .authority, .authorityPerson, .inspectionBody, .insurer, .policyNumber:
            .text
        }
    }

    /// The column's heading in Chinese, which is taken as well as its name.
    public var chinese: String {
        switch self {
        case .equipment: "设备"
        case .registrationCode: "设备注册代码"
        case .catalogueCode: "设备目录代码"
        case .rescueCode: "救援识别码"
        case .address: "使用地点"
        case .rating: "主要参数"
        case .usingUnit: "使用单位"
        case .usingUnitCode: "统一社会信用代码"
        case .responsible: "主要负责人"
        case .safetyDirector: "安全总监"
        case .safetyOfficer: "安全员"
        case .maintenanceUnit: "维护保养单位"
        case .manufacturer: "制造单位"
        case .madeOn: "制造日期"
        case .tradeDepartment: "行业主管部门"
        case .tradePerson: "行业主管部门责任人"
        case .authority: "特种设备监管部门"
        case .authorityPerson: "特种设备监管部门责任人"
        case .inspectionBody: "检验机构"
        case .inspectedOn: "检验日期"
        case .inspectionConclusion: "检验结论"
        case .inspectBy: "下次检验日期"
        case .maintainedOn: "维护保养日期"
        case .selfInspectedOn: "自行检查日期"
        case .calibrateBy: "传感器下次校准日期"
        case .trialRunOn: "试运行日期"
        case .insurer: "保险机构"
        case .policyNumber: "保单号"
        case .insuredUntil: "保险到期日"
        case .certificateUntil: "作业人员证到期日"
        case .scrapOn: "报废日期"
        }
    }

    /// Whether it is personal: never in an announcement.
    public var isPersonal: Bool {
        switch self {
        case .responsible, .safetyDirector, .safetyOfficer, .tradePerson, .authorityPerson: true
        case .equipment, .registrationCode, .catalogueCode, .rescueCode, .address, .rating,
            .usingUnit, .usingUnitCode, .maintenanceUnit, .manufacturer, .madeOn, .tradeDepartment,
            .authority, .inspectionBody, .inspectedOn, .inspectionConclusion, .inspectBy,
            .maintainedOn, .selfInspectedOn, .calibrateBy, .trialRunOn, .insurer, .policyNumber,
            .insuredUntil, .certificateUntil, .scrapOn:
            false
        }
    }

    /// What a person can log as done, on a date.
    public static let loggable: [RegistryField] = [
        .inspectedOn, .maintainedOn, .selfInspectedOn, .trialRunOn,
    ]
}

/// What an inspection found.
public enum InspectionConclusion: String, Sendable, CaseIterable {
    case qualified
    case requalified
    case unqualified
    case unqualifiedAgain = "unqualified_again"

    /// As the report has it.
    public var chinese: String {
        switch self {
        case .qualified: "合格"
        case .requalified: "复检合格"
        case .unqualified: "不合格"
        case .unqualifiedAgain: "复检不合格"
        }
    }

    /// Reads either word.
    public init?(written text: String) {
        guard
            let found = Self.allCases.first(where: { $0.rawValue == text || $0.chinese == text })
        else { return nil }
        self = found
    }
}
