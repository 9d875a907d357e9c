import Configuration
import Detection
import Glibc
import LedgerStore
import Line
import Logging
import MQTTTransport

// The line's connection: subscribe, notice what was missed, come back. Until the first
// subscription stands, any refusal ends the agent; afterwards it tries for ever.

extension LineLoop {
    func open() throws(AgentFailure) {
        do throws(MQTTFailure) {
            // A fresh handle each time. Acknowledgements that the old one still held are lost on
            // purpose: the broker sends those messages again.
            let clock = clock
            let client = try MQTTClient(settings: settings) { [unowned self] message in
                unsafe line.receive(
                    arrival: clock.now(), topic: message.topic, payload: message.payload,
                    isRetained: message.isRetained)
            }
            self.client = client
            try client.connect()
        } catch {
            try lose(error)
        }
    }

    func handleEvents() throws(AgentFailure) {
        guard let client else { return }
        for event in client.takeEvents() {
            switch event {
            case .connack(let reason, let sessionPresent):
                if reason.isFailure { return try refused(reason) }
                try connected(client, sessionPresent: sessionPresent)
            case .suback(let granted):
                guard granted.allSatisfy({ $0 <= 2 }) else {
                    return try lose(
                        MQTTFailure(.credentials, "the broker refuses the subscription"))
                }
                hasSubscribed = true
                finishStart()
            case .disconnected(let reason)
            where settings.tls != nil && !reason.isFailure
                && machine.state != .connected:
                return try lose(
                    MQTTFailure(.handshake, "disconnected before CONNACK: \(reason.text)"))
            case .disconnected(let reason):
                let hint =
                    reason == .sessionTakenOver
                    ? "another client uses our client id \(settings.clientID): give it its own"
                    : "disconnected: \(reason.text)"
                return try lose(hint)
            case .puback: break
            }
        }
    }

    private func connected(_ client: MQTTClient, sessionPresent: Bool) throws(AgentFailure) {
        machine.accepted()
        let now = clock.now()
        log.info(
            "connected to the broker", metadata: ["mqtt.session_present": "\(sessionPresent)"])
        if !sessionPresent { noteGap(until: now) }
        lastConnected = now
        // Always, whatever the broker says of the session: a session without our subscription
        // would be silence that looks like peace.
        hasSubscribed = false
        do throws(MQTTFailure) {
            try client.subscribe(configuration.plan.topicTemplate.filter(site: configuration.site))
        } catch {
            try lose(error)
        }
    }

    private func refused(_ reason: MQTTReason) throws(AgentFailure) {
        let code: MQTTFailure.Code = reason.isRefusal ? .credentials : .connection
        try lose(MQTTFailure(code, "the broker refuses us: \(reason.text)"))
    }

    func lose(_ reason: String) throws(AgentFailure) {
        try lose(MQTTFailure(.connection, reason))
    }

    func lose(_ failure: MQTTFailure) throws(AgentFailure) {
        let wasConnected = machine.state == .connected
        client = nil
        let now = clock.now()
        if wasConnected { lastConnected = now }
        machine.lost(now: now, chance: Double.random(in: 0...1, using: &random))
        board.update {
            $0.isIntakeConnected = false
            if wasConnected { $0.connectionsLost += 1 }
        }
        guard !isStarted else {
            log.warning("connection lost: \(failure.message)")
            return
        }
        // At start a refusal is final, and so is a broker that stays away for too long. One
        // handshake may end because the broker is stopping; three in a row are a refusal.
        handshakesEnded = failure.code == .handshake ? handshakesEnded + 1 : 0
        let isFinal =
            switch failure.code {
            case .tls, .credentials, .library: true
            case .handshake: handshakesEnded >= 3
            case .connection: false
            }
        if isFinal || now >= startDeadline {
            let broker = "\(settings.host):\(settings.port)"
            throw AgentFailure(MQTTFailure(failure.code, "broker \(broker): \(failure.message)"))
        }
        log.info("waiting for the broker: \(failure.message)")
    }

    private func finishStart() {
        guard !isStarted else { return }
        isStarted = true
        started(.success(()))
    }
}
