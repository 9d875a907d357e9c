/// The running data of a lift as a communication device of GB/T 24476-2017 sends them: the field
/// names and codes that gateways and platforms were seen to use. Confidence: secondary.
struct RunningData: Sendable {
    private let registrationCode: [UInt8]
    private let serviceMode: Int?
    private let status: Int?
    private let direction: Int?
    private let doorZone: Int?
    private let floor: Int?
    private let doorClosed: Int?
    private let door: Int?
    private let passenger: Int?

    init(_ sheet: DataSheet, registrationCode: String) {
        func place(_ name: String) -> Int? {
            sheet.signals.firstIndex { $0.name == name }
        }
        self.registrationCode = Array(registrationCode.utf8)
        serviceMode = place("car.serviceMode")
        status = place("car.status")
        direction = place("car.direction")
        doorZone = place("car.doorZone")
        floor = place("car.floor")
        doorClosed = place("door.carClosed")
        door = place("door.car")
        passenger = place("car.passenger")
    }

    /// Writes the object. Labels of the kind `lift` stand in the order of the standard's codes.
    func write(_ values: [Double], stamp: Int64, to writer: inout PayloadWriter) {
        writer.text("{\"registerNumber\":\"")
        writer.append(registrationCode, registrationCode.indices)
        writer.text("\"")
        code(",\"Service_Mode\":", serviceMode, values, &writer)
        code(",\"Car_Status\":", status, values, &writer)
        code(",\"Car_Direction\":", direction, values, &writer)
        code(",\"Door_Zone\":", doorZone, values, &writer)
        code(",\"Car_Position\":", floor, values, &writer)
        code(",\"Door_Close_Status\":", doorClosed, values, &writer)
        code(",\"Door_Status\":", door, values, &writer)
        code(",\"Passenger_Status\":", passenger, values, &writer)
        writer.text(",\"Message_Code\":[],\"Time_Stamps\":\"")
        writeTime(stamp, to: &writer)
        writer.text("\"}")
    }

    private func code(
        _ key: StaticString, _ place: Int?, _ values: [Double], _ writer: inout PayloadWriter
    ) {
        guard let place, values[place].isFinite else { return }
        writer.text(key)
        writer.integer(Int(values[place].rounded()))
    }

    /// `yyyy-MM-dd HH:mm:ss` in China's time, eight hours ahead of UTC, as the devices write it.
    private func writeTime(_ stamp: Int64, to writer: inout PayloadWriter) {
        let seconds = Int(stamp / 1_000) + 8 * 3_600
        let (year, month, day) = Self.date(days: seconds / 86_400)
        let ofDay = seconds % 86_400
        writer.number(Double(year), decimals: 0)
        two("-", month, &writer)
        two("-", day, &writer)
        two(" ", ofDay / 3_600, &writer)
        two(":", ofDay / 60 % 60, &writer)
        two(":", ofDay % 60, &writer)
    }

    private func two(_ separator: StaticString, _ value: Int, _ writer: inout PayloadWriter) {
        writer.text(separator)
        writer.integer(value / 10)
        writer.integer(value % 10)
    }

    /// The civil date of a day counted from 1970-01-01: years counted from March, so that a leap
    /// day is the last of its year, in cycles of 400.
    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let cycle = shifted / 146_097
        let ofCycle = shifted % 146_097
        let year = (ofCycle - ofCycle / 1_460 + ofCycle / 36_524 - ofCycle / 146_096) / 365
        let ofYear = ofCycle - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * month + 2) / 5 + 1
        let civil = month < 10 ? month + 3 : month - 9
        return (400 * cycle + year + (civil <= 2 ? 1 : 0), civil, day)
    }
}
