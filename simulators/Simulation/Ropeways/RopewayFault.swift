/// What can go wrong with ropeways, by causes. Each model has those that its machine can have.
enum RopewayFault: String, CaseIterable {
    case setValueWrong = "set_value_wrong"
    case converterDefect = "converter_defect"
    case overspeedSwitchDead = "overspeed_switch_dead"
    case encoderSlips = "encoder_slips"
    case motorFailed = "motor_failed"
    case gearShaftBroken = "gear_shaft_broken"
    case backstopFailed = "backstop_failed"
    case serviceBrakeWorn = "service_brake_worn"
    case serviceValveStuck = "service_valve_stuck"
    case brakePressureLeak = "brake_pressure_leak"
    case safetyBrakeWorn = "safety_brake_worn"
    case safetyBrakeStuck = "safety_brake_stuck"
    case safetyBrakeUnthrottled = "safety_brake_unthrottled"
    case stopPressed = "stop_pressed"
    case emergencyStopPressed = "emergency_stop_pressed"
    case emergencyStopWireBroken = "emergency_stop_wire_broken"
    case circuitBridged = "circuit_bridged"
    case mainsFailed = "mains_failed"
    case auxiliaryEngineDead = "auxiliary_engine_dead"
    case auxiliaryNeglected = "auxiliary_neglected"
    case coolerFouled = "oil_cooler_fouled"
    case oilPumpWorn = "oil_pump_worn"
    case bearingWorn = "bearing_worn"
    case couplingUnbalanced = "coupling_unbalanced"
    case sheavesSeized = "sheaves_seized"
    case tensionLeak = "tension_leak"
    case tensionSetWrong = "tension_set_wrong"
    case ropeElongated = "rope_elongated"
    case tensionJammed = "tension_jammed"
    case ropeDerailed = "rope_derailed"
    case contactsCorroded = "contacts_corroded"
    case insulationWet = "insulation_wet"
    case passengersRock = "passengers_rock"
    case gripSpringWeak = "grip_spring_weak"
    case gripJawBlocked = "grip_jaw_blocked"
    case dispatchLate = "dispatch_late"
    case conveyorJammed = "conveyor_jammed"
    case gripSlips = "grip_slips"
    case doorLockBroken = "door_lock_broken"
    case positionShifted = "position_shifted"
    case decelerationDeviceDead = "deceleration_device_dead"
    case haulRopeBroken = "haul_rope_broken"
    case grooveWorn = "groove_worn"

    /// Those that every line can have, in the order of its data sheet.
    static let common = allCases.prefix { $0 != .gripSpringWeak }.filter {
        ![.backstopFailed, .tensionLeak, .tensionSetWrong].contains($0)
    }

    /// How a data sheet describes it.
    var sheet: FaultSheet {
        let title = title
        guard let (size, usual, range) = size else { return FaultSheet(rawValue, title) }
        return FaultSheet(rawValue, title, size: size, usual: usual, in: range)
    }

    /// What a size means, what is usual, and the sizes that the physics of every line holds for.
    private var size: (String, Double, ClosedRange<Double>)? {
        switch self {
        case .setValueWrong: ("factor on the set speed", 1.15, 0.1...2)
        case .converterDefect: ("share of the peak torque", 1, 0...1)
        case .encoderSlips: ("share of the speed", 0.1, 0...1)
        case .serviceBrakeWorn: ("share of the friction left", 0.3, 0...1)
        // With less, a line that is full downhill runs away: the safety brake is the last to act.
        case .safetyBrakeWorn: ("share of the friction left", 0.3, 0.1...1)
        case .brakePressureLeak: ("share of the opening pressure lost", 0.2, 0...1)
        case .safetyBrakeUnthrottled: ("how much stronger, as a share", 0.8, 0...1)
        case .auxiliaryNeglected: ("hours since the last start test", 200, 0...8760)
        case .coolerFouled: ("share of the cooling left", 0, 0...1)
        case .oilPumpWorn: ("share of the pressure left", 0.4, 0...1)
        case .bearingWorn: ("times the friction of a sound bearing", 6, 1...20)
        case .couplingUnbalanced: ("balance grade, mm/s", 40, 0.4...250)
        case .sheavesSeized: ("share of the nominal force", 0.6, 0...2)
        case .tensionLeak: ("mm/s of carriage way", 15, 0...100)
        case .tensionSetWrong: ("factor on the set force", 0.92, 0.5...1.5)
        case .ropeElongated: ("m of rope way at the carriage", 4, 0...10)
        case .contactsCorroded: ("share of the loop's resistance", 0.2, 0...10)
        case .insulationWet: ("share of the loop's current", 0.15, 0...1)
        case .passengersRock: ("N", 60, 0...150)
        case .gripSpringWeak: ("share of the spring force left", 0.8, 0...1)
        case .gripJawBlocked: ("mm of jaw opening", 6, 0...45)
        // From nine tenths of the usual spacing on, the ring takes a carrier for held by a jam.
        case .dispatchLate: ("s", 4, 0...10)
        case .gripSlips: ("m", 8, 0...17)
        case .positionShifted: ("m", 20, 0...120)
        case .decelerationDeviceDead: ("devices", 1, 0...2)
        case .grooveWorn: ("share of the groove's diameter", 0.03, 0...0.1)
        default: nil
        }
    }

    private var title: Bilingual {
        switch self {
        case .setValueWrong: Bilingual("Set speed wrong", "速度给定错误")
        case .converterDefect: Bilingual("Converter gives torque unasked", "变流器失控输出转矩")
        case .overspeedSwitchDead: Bilingual("Electronic overspeed switch dead", "电子超速开关失效")
        case .encoderSlips: Bilingual("Speed encoder slips", "测速轮打滑")
        case .motorFailed: Bilingual("Main motor failed", "主电动机故障")
        case .gearShaftBroken: Bilingual("Shaft of the gearbox broken", "减速机轴断裂")
        case .backstopFailed: Bilingual("Backstop does not hold", "止逆装置失效")
        case .serviceBrakeWorn: Bilingual("Linings of the service brake worn", "工作制动器摩擦片磨损")
        case .serviceValveStuck: Bilingual("Valve of the service brake stuck", "工作制动器调节阀卡死")
        case .brakePressureLeak: Bilingual("Brake hydraulics leak", "制动液压泄漏")
        case .safetyBrakeWorn: Bilingual("Linings of the safety brake worn", "安全制动器摩擦片磨损")
        case .safetyBrakeStuck: Bilingual("Safety brake stuck open", "安全制动器卡在开位")
        case .safetyBrakeUnthrottled: Bilingual("Safety brake without throttle", "安全制动器失去节流")
        case .stopPressed: Bilingual("Attendant stops the line", "站台人员停车")
        case .emergencyStopPressed: Bilingual("Emergency stop pressed", "按下紧急停车")
        case .emergencyStopWireBroken:
            Bilingual("Wire of the emergency stop broken", "紧急停车回路断线")
        case .circuitBridged: Bilingual("Safety circuit bridged", "安全回路被短接")
        case .mainsFailed: Bilingual("Mains failed", "主电源停电")
        case .auxiliaryEngineDead: Bilingual("Auxiliary engine dead", "辅助发动机失效")
        case .auxiliaryNeglected: Bilingual("Auxiliary drive not tested", "辅助驱动未试机")
        case .coolerFouled: Bilingual("Oil cooler fouled", "油冷却器堵塞")
        case .oilPumpWorn: Bilingual("Oil pump worn", "油泵磨损")
        case .bearingWorn: Bilingual("Main bearing worn", "主轴承磨损")
        case .couplingUnbalanced: Bilingual("Coupling unbalanced", "联轴器不平衡")
        case .sheavesSeized: Bilingual("Sheaves seized", "托索轮卡滞")
        default: titleOfLine
        }
    }

    private var titleOfLine: Bilingual {
        switch self {
        case .tensionLeak: Bilingual("Tension cylinder leaks", "张紧油缸泄漏")
        case .tensionSetWrong: Bilingual("Set tension wrong", "张紧力设定错误")
        case .ropeElongated: Bilingual("Rope has become longer", "钢丝绳永久伸长")
        case .tensionJammed: Bilingual("Tension device jammed", "张紧装置卡阻")
        case .ropeDerailed: Bilingual("Rope off its sheaves", "钢丝绳脱索")
        case .contactsCorroded: Bilingual("Switch contacts corroded", "索位开关触点腐蚀")
        case .insulationWet: Bilingual("Insulation of the loop wet", "线路监控回路绝缘受潮")
        case .passengersRock: Bilingual("Passengers rock a carrier", "乘客摇晃吊具")
        case .gripSpringWeak: Bilingual("Spring of a grip weak", "抱索器弹簧疲软")
        case .gripJawBlocked: Bilingual("Jaw of a grip blocked", "抱索器钳口卡异物")
        case .dispatchLate: Bilingual("Dispatch of carriers late", "吊具发车滞后")
        case .conveyorJammed: Bilingual("Station conveyor jammed", "站内输送装置卡阻")
        case .gripSlips: Bilingual("Grip slips on the rope", "抱索器在钢丝绳上滑移")
        case .doorLockBroken: Bilingual("Door lock gives way", "车门锁失效")
        case .positionShifted: Bilingual("Position measured wrongly", "位置测量偏移")
        case .decelerationDeviceDead: Bilingual("Deceleration device dead", "减速装置失效")
        case .haulRopeBroken: Bilingual("Haul rope broken", "牵引索断裂")
        default: Bilingual("Groove of a drive wheel worn", "驱动轮绳槽磨损")
        }
    }
}

extension RopewayPlant {
    /// Makes a fault in what all lines have, or mends it; the machine sees to its own.
    mutating func set(_ fault: RopewayFault, size: Double?) {
        let isOn = size != nil
        switch fault {
        case .setValueWrong: drive.setFactor = size ?? 1
        case .converterDefect: drive.uncontrolledTorque = size ?? 0
        case .overspeedSwitchDead: circuit.isOverspeedDead = isOn
        case .encoderSlips: drive.encoderSlip = size ?? 0
        case .motorFailed: drive.hasFailed = isOn
        case .gearShaftBroken: drive.isShaftBroken = isOn
        case .backstopFailed: hasBackstop = !isOn
        case .serviceBrakeWorn: service.lining = size ?? 1
        case .serviceValveStuck: service.isValveStuck = isOn
        case .brakePressureLeak: service.leak = size ?? 0
        case .safetyBrakeWorn: safety.lining = size ?? 1
        case .safetyBrakeStuck: safety.isStuck = isOn
        case .safetyBrakeUnthrottled: safety.unthrottled = size ?? 0
        case .stopPressed: circuit.isStopPressed = isOn
        case .emergencyStopPressed: circuit.isEmergencyPressed = isOn
        case .emergencyStopWireBroken: circuit.isWireBroken = isOn
        case .circuitBridged: circuit.isBridged = isOn
        case .mainsFailed: circuit.hasMains = !isOn
        case .auxiliaryEngineDead: auxiliary.isReady = !isOn
        case .auxiliaryNeglected: auxiliary.neglect(hours: size)
        case .coolerFouled: gearbox.cooler = size ?? 1
        case .oilPumpWorn: gearbox.pump = size ?? 1
        case .bearingWorn: bearing.friction = size ?? 1
        case .couplingUnbalanced: bearing.unbalance = size ?? 6.3
        case .sheavesSeized: seizedSheaves = size ?? 0
        default: setOnLine(fault, size: size)
        }
    }

    private mutating func setOnLine(_ fault: RopewayFault, size: Double?) {
        let isOn = size != nil
        switch fault {
        case .tensionLeak: tension.leak = (size ?? 0) / 1000
        case .tensionSetWrong: tension.setFactor = size ?? 1
        case .ropeElongated: tension.elongation = size ?? 0
        case .tensionJammed: tension.isJammed = isOn
        case .ropeDerailed: supervision.isDerailed = isOn
        case .contactsCorroded: supervision.corrosion = size ?? 0
        case .insulationWet: supervision.leakage = size ?? 0
        case .passengersRock: swing.rocking = size ?? 0
        default: break
        }
    }
}
