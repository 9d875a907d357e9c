/// What can go wrong with a lift, in the order of the data sheet.
enum LiftFault: Int, CaseIterable {
    case driveSpeedWrong, governorSeized, governorSetting, governorGripEarly, governorRopeStretched
    case safetyGearSetting, brakeWorn, brakeSetStuckOpen, brakeMagnetWeak, brakeTestRun
    case sheaveBrakeDead, ropeGreasy, ropeLoose, ropeSpringsSoft, relevellingOff, levellingOffset
    case guideShoesWorn, carJammed, runLimiterFailed, inverterTrip, inverterFanFailed
    case positionOffset, terminalSwitchFailed, safetyContactLoose, doorLockLoose
    case doorContactsBridged, doorMonitoringOff, doorBypass, doorObstructed, doorGrit
    case doorFriction, doorLockJammed, callButtonStuck, crowd, overloadContactBridged
    case alarmPressed, alarmBatteryAged, alarmLineDead, roomCoolingFailed, roomHeatingFailed
    case roomHeatSource, roomLeak, pitLeak, mainsLost, rescueDeviceDead, phaseLost, voltageOff
    case fireAlarm, firefighterKey, earthquake, inspection, bufferSticks

    /// The faults as the data sheet shows them.
    static let sheets: [FaultSheet] = allCases.map(\.sheet)

    private var sheet: FaultSheet {
        isDoorOrPeople ? doorSheet : isBuilding ? buildingSheet : machineSheet
    }

    private var isDoorOrPeople: Bool {
        rawValue >= Self.doorLockLoose.rawValue && rawValue <= Self.alarmLineDead.rawValue
    }

    private var isBuilding: Bool { rawValue > Self.alarmLineDead.rawValue }

    private var machineSheet: FaultSheet {
        switch self {
        case .driveSpeedWrong:
            FaultSheet(
                "drive_speed_wrong",
                Bilingual("Speed scale of the drive set wrongly", "驱动速度标定错误"),
                size: "speed by the one that the controller wants", usual: 1.17, in: 0.1...2)
        case .governorSeized:
            FaultSheet("governor_seized", Bilingual("Governor seized", "限速器卡死"))
        case .governorSetting:
            FaultSheet(
                "governor_setting", Bilingual("Governor set wrongly", "限速器动作速度失调"),
                size: "speed of the switch by the right one", usual: 0.8, in: 0.5...1.5)
        case .governorGripEarly:
            FaultSheet(
                "governor_grip_early", Bilingual("Governor grips too early", "限速器夹绳过早"),
                size: "speed of the grip by the right one", usual: 0.75, in: 0.3...1)
        case .governorRopeStretched:
            FaultSheet(
                "governor_rope_stretched", Bilingual("Governor rope stretched", "限速器绳伸长"),
                size: "mm that the tension weight has sunk (its switch acts at 100)", usual: 130,
                in: 0...300)
        case .safetyGearSetting:
            FaultSheet(
                "safety_gear_setting", Bilingual("Safety gear set wrongly", "安全钳制动力失调"),
                size: "force by the right one", usual: 2, in: 0...3)
        case .brakeWorn:
            FaultSheet(
                "brake_worn", Bilingual("Brake worn", "制动器磨损"),
                size: "braking force by that of a new brake", usual: 0.5, in: 0...1.5)
        case .brakeSetStuckOpen:
            FaultSheet(
                "brake_set_stuck_open",
                Bilingual("Second brake set stays open", "第二组制动器不闭合"))
        case .brakeMagnetWeak:
            FaultSheet(
                "brake_magnet_weak",
                Bilingual("First brake set does not open", "第一组制动器不打开"))
        case .brakeTestRun:
            FaultSheet(
                "brake_test_run",
                Bilingual("A technician stops the empty car going up", "空载上行制停试验"))
        case .sheaveBrakeDead:
            FaultSheet(
                "sheave_brake_dead",
                Bilingual("Sheave brake and its detector dead", "曳引轮制动器及检测装置失效"))
        case .ropeGreasy:
            FaultSheet(
                "rope_greasy", Bilingual("Grease on ropes and sheave", "曳引轮油污"),
                size: "friction by that of clean ropes", usual: 0.6, in: 0.3...1)
        case .ropeLoose:
            FaultSheet(
                "rope_loose", Bilingual("One rope too long", "一根钢丝绳过长"),
                size: "mm longer than the others", usual: 2, in: 0...100)
        case .ropeSpringsSoft:
            FaultSheet(
                "rope_springs_soft", Bilingual("Rope springs and pads soft", "绳头弹簧变软"),
                size: "stiffness by that as new", usual: 0.3, in: 0.1...1)
        case .relevellingOff:
            FaultSheet("relevelling_off", Bilingual("No re-levelling", "再平层失效"))
        case .levellingOffset:
            FaultSheet(
                "levelling_offset", Bilingual("Level flags displaced", "平层感应板移位"),
                size: "mm that the car stops too high", usual: 25, in: -100...100)
        case .guideShoesWorn:
            FaultSheet(
                "guide_shoes_worn", Bilingual("Guide shoes worn", "导靴磨损"),
                size: "vibration by that as adjusted", usual: 2.5, in: 0.5...5)
        case .carJammed:
            FaultSheet(
                "car_jammed", Bilingual("Car jammed on its guide rails", "轿厢卡阻"),
                size: "kN that hold it", usual: 40, in: 0...100)
        case .runLimiterFailed:
            FaultSheet(
                "run_limiter_failed",
                Bilingual("Motor run-time limiter out of order", "运转时间限制器失效"))
        case .inverterTrip:
            FaultSheet(
                "inverter_trip",
                Bilingual("Inverter trips below its rating", "变频器提前跳闸"),
                size: "kW at the sheave at which it trips (rating 25)", usual: 2, in: 0.5...100)
        case .inverterFanFailed:
            FaultSheet(
                "inverter_fan_failed", Bilingual("Fan of the inverter fails", "变频器风扇故障"),
                size: "share of its air that is lost", usual: 1, in: 0...1)
        case .positionOffset:
            FaultSheet(
                "position_offset",
                Bilingual("Position encoder slipped", "位置编码器滑移"),
                size: "m that the controller takes the car for higher", usual: 0.8, in: -3...3)
        case .terminalSwitchFailed:
            FaultSheet(
                "terminal_switch_failed",
                Bilingual("Terminal slow-down switches fail", "端站强迫减速失效"))
        default:
            FaultSheet(
                "safety_contact_loose",
                Bilingual("A contact of the safety chain is loose", "安全回路触点松动"),
                size: "probability that it opens as a floor is passed", usual: 0.3, in: 0...1)
        }
    }

    private var doorSheet: FaultSheet {
        switch self {
        case .doorLockLoose:
            FaultSheet(
                "door_lock_loose", Bilingual("A landing lock is loose", "层门锁松动"),
                size: "probability that it opens as a floor is passed", usual: 0.3, in: 0...1)
        case .doorContactsBridged:
            FaultSheet(
                "door_contacts_bridged", Bilingual("Door contacts bridged", "门触点被短接"))
        case .doorMonitoringOff:
            FaultSheet(
                "door_monitoring_off",
                Bilingual("The controller does not check the door contacts", "门回路检测失效"))
        case .doorBypass:
            FaultSheet("door_bypass", Bilingual("Door bypass plug set", "门旁路插头插入"))
        case .doorObstructed:
            FaultSheet(
                "door_obstructed", Bilingual("Something stands in the doorway", "门口有障碍物"))
        case .doorGrit:
            FaultSheet("door_grit", Bilingual("Grit in the door sill", "地坎有异物"))
        case .doorFriction:
            FaultSheet(
                "door_friction", Bilingual("Door hanger jams", "门挂轮卡阻"),
                size: "N more friction (the operator closes with 150)", usual: 260, in: 0...500)
        case .doorLockJammed:
            FaultSheet(
                "door_lock_jammed", Bilingual("Door lock does not release", "门锁不能脱开"),
                size: "times that it still falls in until it jams", usual: 0, in: 0...100)
        case .callButtonStuck:
            FaultSheet("call_button_stuck", Bilingual("A call button is stuck", "呼梯按钮粘连"))
        case .crowd:
            FaultSheet(
                "crowd", Bilingual("A group steps in together", "多人同时进入轿厢"),
                size: "persons", usual: 17, in: 0...40)
        case .overloadContactBridged:
            FaultSheet(
                "overload_contact_bridged", Bilingual("Overload contact bridged", "超载触点被短接"))
        case .alarmPressed:
            FaultSheet("alarm_pressed", Bilingual("Alarm button jammed in", "报警按钮卡住"))
        case .alarmBatteryAged:
            FaultSheet(
                "alarm_battery_aged", Bilingual("Battery of the alarm aged", "报警装置电池老化"),
                size: "capacity by that as new", usual: 0.4, in: 0...1)
        default:
            FaultSheet(
                "alarm_line_dead", Bilingual("Line of the alarm dead", "报警通信线路中断"))
        }
    }

    private var buildingSheet: FaultSheet {
        switch self {
        case .roomCoolingFailed:
            FaultSheet(
                "room_cooling_failed", Bilingual("Machine-room cooling fails", "机房空调故障"))
        case .roomHeatingFailed:
            FaultSheet(
                "room_heating_failed", Bilingual("Machine-room heater fails", "机房采暖故障"))
        case .roomHeatSource:
            FaultSheet(
                "room_heat_source", Bilingual("Strange heat in the machine room", "机房异常热源"),
                size: "kW", usual: 8, in: 0...15)
        case .roomLeak:
            FaultSheet(
                "room_leak", Bilingual("Water gets into the machine room", "机房渗水"),
                size: "kg/h that can evaporate", usual: 6, in: 0...30)
        case .pitLeak:
            FaultSheet(
                "pit_leak", Bilingual("Water gets into the pit", "底坑渗水"), size: "mm/h",
                usual: 120, in: 0...1000)
        case .mainsLost: FaultSheet("mains_lost", Bilingual("Mains fail", "主电源断电"))
        case .rescueDeviceDead:
            FaultSheet(
                "rescue_device_dead", Bilingual("Automatic rescue device dead", "自动救援装置失效"))
        case .phaseLost: FaultSheet("phase_lost", Bilingual("A phase is lost", "缺相"))
        case .voltageOff:
            FaultSheet(
                "voltage_off", Bilingual("Supply voltage off", "电源电压偏差"), size: "per cent",
                usual: -10, in: -50...20)
        case .fireAlarm: FaultSheet("fire_alarm", Bilingual("Fire alarm", "火灾报警"))
        case .firefighterKey:
            FaultSheet("firefighter_key", Bilingual("Firefighters' key turned", "消防员开关动作"))
        case .earthquake:
            FaultSheet(
                "earthquake", Bilingual("Earthquake", "地震"),
                size: "peak acceleration of the ground, cm/s2", usual: 120, in: 0...1000)
        case .inspection:
            FaultSheet("inspection", Bilingual("Somebody works on the lift", "检修作业"))
        default:
            FaultSheet("buffer_sticks", Bilingual("Buffer plunger sticks", "缓冲器柱塞卡滞"))
        }
    }
}

/// The parameters and signals of a lift.
enum LiftSheet {
    /// What it is built from.
    static let parameters: [ParameterSheet] = [
        ParameterSheet("rated_speed", "m/s", 1.75, in: 0.5...4, "rated speed"),
        ParameterSheet("rated_load", "kg", 1000, in: 320...2500, "rated load"),
        ParameterSheet(
            "full_travel_time", "s", 32, in: 1...600,
            "time of a run over the full travel; the motor run-time limiter acts 10 s later"),
        ParameterSheet(
            "safety_gear", "", 3, in: 1...3,
            "1 instantaneous, 2 captive roller, 3 progressive"),
        ParameterSheet("floors", "", 16, in: 2...64, "landings"),
        ParameterSheet("floor_height", "m", 3.3, in: 2.5...6, "from landing to landing"),
        ParameterSheet("main_floor", "", 0, in: 0...63, "where people come in; also for recall"),
        ParameterSheet("car_mass", "kg", 1200, in: 500...4000, "car without load"),
        ParameterSheet(
            "balance", "", 0.45, in: 0.4...0.5, "share of the rated load that is balanced"),
        ParameterSheet("acceleration", "m/s2", 0.9, in: 0.4...1.3, "of normal runs"),
        ParameterSheet("jerk", "m/s3", 1.2, in: 0.4...2, "of normal runs"),
        ParameterSheet(
            "traction", "", 0.80, in: 0.4...1.2,
            "f * alpha of ropes on the sheave (EN 81-50 5.11)"),
        ParameterSheet(
            "brake_reserve", "", 1.6, in: 1.2...2.5,
            "force of both brake sets by what holds 125 % of the rated load"),
        ParameterSheet(
            "brake_test_interval", "h", 1, in: 0.05...24,
            "between two tests of the braking force (EN 81-20 5.6.7.3: at most 24 h)"),
        ParameterSheet(
            "alarm_test_interval", "h", 24, in: 0.05...72,
            "between two automatic tests of the alarm (EN 81-28: at most 72 h)"),
        ParameterSheet("population", "", 150, in: 0...1000, "people who use this lift in a day"),
        ParameterSheet("start_hour", "h", 8, in: 0...24, "hour of the day when it begins"),
    ]

    /// What it tells.
    static let signals: [SignalSheet] = [
        .fast("car.accel", decimals: 3, noise: 0.015),
        .number("car.speed", decimals: 3, noise: 0.003),
        .number("car.position", decimals: 3, noise: 0.0005),
        .number("car.floor", decimals: 0),
        .number("car.levelError", decimals: 1, noise: 0.3),
        .boolean("car.doorZone"),
        .label("car.status", ["stopped", "running"]),
        .label("car.direction", ["none", "up", "down"]),
        .label(
            "car.serviceMode",
            [
                "out_of_service", "normal", "inspection", "fire_recall", "firefighter",
                "emergency_power", "seismic", "unknown",
            ]),
        .boolean("car.passenger"),
        .number("car.passengerCount", decimals: 0),
        .number("car.load", decimals: 1, noise: 0.3),
        .number("car.a95Vertical", decimals: 3),
        .number("car.a95Horizontal", decimals: 3),
        .label(
            "door.car",
            ["unknown", "closing", "closed", "opening", "open", "locked", "not_fully_closed"]),
        .boolean("door.carClosed"),
        .boolean("door.landingLocked"),
        .boolean("door.openCommand"),
        .boolean("door.closeCommand"),
        .boolean("door.bypass"),
        .boolean("chain.safety"),
        .boolean("chain.doorLock"),
        .boolean("alarm.button"),
        .number("alarm.batteryTime", decimals: 0),
        .number("alarm.testAge", decimals: 2),
        .number("alarm.voiceTestsFailed", decimals: 0),
        .boolean("call.atFloor"),
        .boolean("sw.governor"),
        .boolean("sw.governorTension"),
        .boolean("sw.safetyGear"),
        .boolean("sw.acop"),
        .boolean("sw.ucmp"),
        .boolean("sw.buffer"),
        .boolean("sw.finalUp"),
        .boolean("sw.finalDown"),
        .boolean("sw.ropeSlack"),
        .boolean("motor.run"),
        .boolean("motor.runLimiter"),
        .boolean("brake.cmd"),
        .boolean("brake.fb1"),
        .boolean("brake.fb2"),
        .number("brake.force", decimals: 1),
        .number("brake.stopDistance", decimals: 3),
        .number("rope.slip", decimals: 1, noise: 0.5),
        .number("rope.tensionDeviation", decimals: 2, noise: 0.05),
        .boolean("fault.lockout"),
        .boolean("fault.positionLost"),
        .number("mr.temp", decimals: 2, noise: 0.05),
        .number("mr.humidity", decimals: 1, noise: 0.2),
        .boolean("pit.water"),
        .number("pit.waterLevel", decimals: 1),
        .boolean("supply.mains"),
        .boolean("supply.phaseOk"),
        .number("supply.voltage", decimals: 1, noise: 0.1),
    ]
}
