import CMosquitto
import Glibc

// libmosquitto's callbacks: free functions, because a closure formed elsewhere may carry an actor
// that traps on this thread. Each finds its client in the user data, copies what it needs and
// returns. The pointers are libmosquitto's and valid during the call only.

/// A message, valid during the call that hands it over.
@safe public struct MQTTMessage: ~Copyable {
    /// The topic's bytes.
    public let topic: UnsafeRawBufferPointer
    /// The payload's bytes.
    public let payload: UnsafeRawBufferPointer
    /// Whether the broker had kept it.
    public let isRetained: Bool
}

func installCallbacks(on handle: OpaquePointer) {
    unsafe mosquitto_connect_v5_callback_set(handle, onConnect)
    unsafe mosquitto_disconnect_v5_callback_set(handle, onDisconnect)
    unsafe mosquitto_message_callback_set(handle, onMessage)
    unsafe mosquitto_subscribe_callback_set(handle, onSubscribe)
    unsafe mosquitto_publish_v5_callback_set(handle, onPublish)
}

private func client(
    _ userData: UnsafeMutableRawPointer?, _ body: (MQTTClient) -> Void
) {
    guard let userData = unsafe userData else { return }
    unsafe Unmanaged<MQTTClient>.fromOpaque(userData)._withUnsafeGuaranteedRef { body($0) }
}

private func onConnect(
    _: OpaquePointer?, _ userData: UnsafeMutableRawPointer?, _ reason: Int32, _ flags: Int32,
    _: OpaquePointer?
) {
    unsafe client(userData) {
        $0.hasConnack = reason == 0
        $0.events.append(.connack(MQTTReason(rawValue: reason), sessionPresent: flags & 1 == 1))
    }
}

private func onDisconnect(
    _: OpaquePointer?, _ userData: UnsafeMutableRawPointer?, _ reason: Int32,
    _: OpaquePointer?
) {
    unsafe client(userData) { $0.events.append(.disconnected(MQTTReason(rawValue: reason))) }
}

private func onMessage(
    _: OpaquePointer?, _ userData: UnsafeMutableRawPointer?,
    _ message: UnsafePointer<mosquitto_message>?
) {
    guard let message = unsafe message?.pointee, let topic = unsafe message.topic else { return }
    let view = unsafe MQTTMessage(
        topic: UnsafeRawBufferPointer(start: topic, count: strlen(topic)),
        payload: UnsafeRawBufferPointer(
            start: message.payload, count: max(0, Int(message.payloadlen))),
        isRetained: message.retain)
    unsafe client(userData) { $0.deliver(view) }
}

private func onSubscribe(
    _: OpaquePointer?, _ userData: UnsafeMutableRawPointer?, _: Int32, _ count: Int32,
    _ granted: UnsafePointer<Int32>?
) {
    let granted = unsafe Array(UnsafeBufferPointer(start: granted, count: Int(count)))
    unsafe client(userData) { $0.events.append(.suback(granted: granted)) }
}

private func onPublish(
    _: OpaquePointer?, _ userData: UnsafeMutableRawPointer?, _ id: Int32, _ reason: Int32,
    _: OpaquePointer?
) {
    unsafe client(userData) { $0.events.append(.puback(id, MQTTReason(rawValue: reason))) }
}
