import Detection

extension CAPAlert {
    /// The message as XML, in the order of elements that the schema fixes.
    public var xml: String {
        var xml = XMLWriter()
        xml.open("alert", attributes: "xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\"")
        xml.add("identifier", identifier)
        xml.add("sender", sender)
        xml.add("sent", Self.time(sent, offset: offset))
        xml.add("status", status.rawValue)
        xml.add("msgType", type.rawValue)
        xml.add("scope", restriction == nil ? "Public" : "Restricted")
        if let restriction { xml.add("restriction", restriction) }
        if let note { xml.add("note", note) }
        if !references.isEmpty {
            let texts = references.map {
                "\($0.sender),\($0.identifier),\(Self.time($0.sent, offset: offset))"
            }
            xml.add("references", texts.joined(separator: " "))
        }
        if !incidents.isEmpty { xml.add("incidents", incidents.joined(separator: " ")) }
        for info in infos { info.write(to: &xml, offset) }
        xml.close("alert")
        return xml.text
    }
}

extension CAPInfo {
    fileprivate func write(to xml: inout XMLWriter, _ offset: Duration) {
        xml.open("info")
        xml.add("language", language)
        for category in categories { xml.add("category", category.rawValue) }
        xml.add("event", event)
        for response in responses { xml.add("responseType", response.rawValue) }
        xml.add("urgency", urgency.rawValue)
        xml.add("severity", severity.rawValue)
        xml.add("certainty", certainty.rawValue)
        for code in eventCodes { xml.add("eventCode", code) }
        xml.add("onset", CAPAlert.time(onset, offset: offset))
        xml.add("expires", CAPAlert.time(expires, offset: offset))
        xml.add("senderName", senderName)
        xml.add("headline", headline)
        xml.add("description", description)
        if !instruction.isEmpty { xml.add("instruction", instruction) }
        for parameter in parameters { xml.add("parameter", parameter) }
        for area in areas {
            xml.open("area")
            xml.add("areaDesc", area.description)
            if let circle = area.circle {
                xml.add("circle", "\(circle.latitude),\(circle.longitude) \(circle.radius)")
            }
            for code in area.geocodes { xml.add("geocode", code) }
            xml.close("area")
        }
        xml.close("info")
    }
}

extension XMLWriter {
    fileprivate mutating func add(_ name: String, _ pair: CAPInfo.Pair) {
        open(name)
        add("valueName", pair.name)
        add("value", pair.value)
        close(name)
    }
}
