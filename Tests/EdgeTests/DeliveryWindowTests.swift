import AlertFeed
import Testing

@Suite struct DeliveryWindowTests {
    @Test("the cursor waits for the oldest row, and for both messages of a row")
    func contiguous() {
        var window = DeliveryWindow(cursor: 4)
        window.sent(5, as: [50, 51])
        window.sent(6, as: [60, 61])
        #expect(window.acknowledged(60) == false)
        #expect(window.acknowledged(61) == false)
        #expect(window.cursor == 4)
        #expect(window.acknowledged(50) == false)
        #expect(window.acknowledged(51) == true)
        #expect(window.cursor == 6)
        #expect(window.count == 0)
        #expect(window.lastSent == 6)
    }

    @Test("an acknowledgement of something else moves nothing")
    func stranger() {
        var window = DeliveryWindow(cursor: 0)
        window.sent(1, as: [10])
        #expect(window.acknowledged(99) == false)
        #expect(window.cursor == 0)
    }
}
