/// What can go wrong with an escalator, in the order of the data sheet.
enum EscalatorFault: Int, CaseIterable {
    case driveSpeedWrong, overspeedDeviceFailed, chainParted, chainStretched, auxiliaryDead
    case brakeWorn, brakeMagnetDead, stepRemoved, stepRollerWorn, leftHandrailSlips
    case rightHandrailSlips, operatorStop, combObject, skirtObject, inletObject, emergencyStop
    case plateOpen, plateContactBridged, safetyContactLoose, crowd, mainsLost

    /// The faults as the data sheet shows them.
    static let sheets: [FaultSheet] = allCases.map(\.sheet)

    private var sheet: FaultSheet {
        rawValue < Self.leftHandrailSlips.rawValue ? driveSheet : deviceSheet
    }

    private var driveSheet: FaultSheet {
        switch self {
        case .driveSpeedWrong:
            FaultSheet(
                "drive_speed_wrong",
                Bilingual("Speed feedback of the drive off", "驱动速度反馈失准"),
                size: "true speed by what the drive takes it for", usual: 1.12, in: 0.5...2)
        case .overspeedDeviceFailed:
            FaultSheet(
                "overspeed_device_failed",
                Bilingual("Overspeed device out of order", "超速保护装置失效"))
        case .chainParted:
            FaultSheet("chain_parted", Bilingual("Drive chain parts", "驱动链断裂"))
        case .chainStretched:
            FaultSheet(
                "chain_stretched", Bilingual("Drive chain stretched", "驱动链伸长"),
                size: "mm of sag more than as adjusted (its switch acts at 20)", usual: 25,
                in: 0...100)
        case .auxiliaryDead:
            FaultSheet(
                "auxiliary_dead", Bilingual("Auxiliary brake does not hold", "附加制动器失效"))
        case .brakeWorn:
            FaultSheet(
                "brake_worn", Bilingual("Service brake off its setting", "工作制动器力矩异常"),
                size: "braking force by that as set", usual: 0.1, in: 0...4)
        case .brakeMagnetDead:
            FaultSheet(
                "brake_magnet_dead",
                Bilingual("Magnet of the service brake fails", "工作制动器电磁铁失效"))
        case .stepRemoved:
            FaultSheet("step_removed", Bilingual("A step is missing", "梯级缺失"))
        default:
            FaultSheet(
                "step_roller_worn", Bilingual("A step sags on its roller", "梯级滚轮磨损下沉"),
                size: "mm (the lever stands 4 mm below a sound step)", usual: 6, in: 0...20)
        }
    }

    private var deviceSheet: FaultSheet {
        switch self {
        case .leftHandrailSlips:
            FaultSheet(
                "left_handrail_slips", Bilingual("Left handrail slips", "左扶手带打滑"),
                size: "share of its speed that is lost", usual: 0.25, in: 0...1)
        case .rightHandrailSlips:
            FaultSheet(
                "right_handrail_slips", Bilingual("Right handrail slips", "右扶手带打滑"),
                size: "share of its speed that is lost", usual: 0.25, in: 0...1)
        case .operatorStop:
            FaultSheet("operator_stop", Bilingual("The operator stops it by key", "操作人员钥匙停机"))
        case .combObject:
            FaultSheet("comb_object", Bilingual("Something lifts the comb plate", "梳齿板卡入异物"))
        case .skirtObject:
            FaultSheet("skirt_object", Bilingual("Something presses the skirt", "围裙板夹入异物"))
        case .inletObject:
            FaultSheet(
                "inlet_object", Bilingual("Something gets into a handrail inlet", "扶手带入口夹入异物"))
        case .emergencyStop:
            FaultSheet("emergency_stop", Bilingual("Somebody presses the stop", "急停按钮按下"))
        case .plateOpen:
            FaultSheet("plate_open", Bilingual("Floor plate taken up", "盖板被打开"))
        case .plateContactBridged:
            FaultSheet(
                "plate_contact_bridged",
                Bilingual("Floor-plate contact bridged in the chain", "盖板触点在安全回路中被短接"))
        case .safetyContactLoose:
            FaultSheet(
                "safety_contact_loose",
                Bilingual("A contact of the safety chain is open", "安全回路触点断开"))
        case .crowd:
            FaultSheet(
                "crowd", Bilingual("People fill the steps", "梯级满载"), size: "persons", usual: 24,
                in: 0...200)
        default: FaultSheet("mains_lost", Bilingual("Mains fail", "主电源断电"))
        }
    }
}

/// The parameters and signals of an escalator.
enum EscalatorSheet {
    /// What it is built from.
    static let parameters: [ParameterSheet] = [
        ParameterSheet("nominal_speed", "m/s", 0.5, in: 0.4...0.75, "nominal speed of the steps"),
        ParameterSheet("sort", "", 1, in: 1...1, "an escalator: steps"),
        ParameterSheet("inclination", "deg", 30, in: 8...35, "of the steps"),
        ParameterSheet("rise", "m", 5, in: 1...12, "from landing to landing"),
        ParameterSheet("direction", "sign", 1, in: -1...1, "1 up, -1 down"),
        ParameterSheet("visitors", "1/h", 600, in: 0...6000, "people in an hour at the busiest"),
        ParameterSheet(
            "standby_after", "s", 60, in: 10...3600,
            "without anybody it slows down to 0.4 of the nominal speed after this time"),
        ParameterSheet("start_hour", "h", 8, in: 0...24, "hour of the day when it begins"),
    ]

    /// What it tells.
    static let signals: [SignalSheet] = [
        .number("step.speed", decimals: 3, noise: 0.002),
        .number("handrail.leftSpeed", decimals: 3, noise: 0.003),
        .number("handrail.rightSpeed", decimals: 3, noise: 0.003),
        .number("run.command", decimals: 0),
        .label("serviceMode", ["normal", "inspection"]),
        .boolean("motor.run"),
        .boolean("brake.released"),
        .boolean("brake.auxiliary"),
        .number("stop.distance", decimals: 3),
        .number("stop.deceleration", decimals: 3),
        .boolean("step.missing"),
        .boolean("step.sag"),
        .boolean("chain.broken"),
        .boolean("chain.safety"),
        .boolean("sw.comb"),
        .boolean("sw.skirt"),
        .boolean("sw.handrailInlet"),
        .boolean("sw.emergencyStop"),
        .boolean("floor.plateOpen"),
    ]
}
