import AlertFeed
import Detection
import Testing

@Suite struct DeliveryWindowTests {
    @Test("the cursor waits for the oldest row, and for both messages of a row")
    func contiguous() {
        var window = DeliveryWindow(cursor: 4)
        window.sent(5, of: "a", as: [50, 51])
        window.sent(6, of: "b", as: [60, 61])
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
        window.sent(1, of: "a", as: [10])
        #expect(window.acknowledged(99) == false)
        #expect(window.cursor == 0)
    }

    @Test("a refusal holds back its own equipment, in order, and nobody else")
    func refusal() {
        let start = Instant(nanoseconds: 0)
        var window = DeliveryWindow(cursor: 0)
        window.sent(1, of: "a", as: [10, 11])
        window.sent(2, of: "b", as: [20, 21])
        window.sent(3, of: "a", as: [30, 31])
        #expect(window.refused(11, at: start) == "a")
        #expect(window.holdsBack("a") && !window.holdsBack("b"))
        // The later row of the same equipment is sent again too, whatever comes of its first try.
        #expect(window.refused(30, at: start) == nil)
        #expect(window.acknowledged(20) == false)
        #expect(window.acknowledged(21) == false)
        #expect(window.cursor == 0 && window.count == 0)
        window.heldBack(4, of: "a")
        #expect(window.toTryAgain(at: start + .seconds(29)) == [])
        #expect(window.toTryAgain(at: start + .seconds(30)) == [1, 3, 4])
        window.sent(1, of: "a", as: [40])
        window.sent(3, of: "a", as: [50])
        window.sent(4, of: "a", as: [60])
        #expect(!window.holdsBack("a"))
        #expect(window.acknowledged(40) == true)
        #expect(window.cursor == 2)
        #expect(window.acknowledged(50) == true)
        #expect(window.acknowledged(60) == true)
        #expect(window.cursor == 4 && window.total == 0)
    }

    @Test("a new connection does not begin with what was refused")
    func acrossConnections() {
        let start = Instant(nanoseconds: 0)
        var old = DeliveryWindow(cursor: 0)
        old.sent(1, of: "a", as: [10])
        _ = old.refused(10, at: start)
        var window = DeliveryWindow(after: old)
        #expect(window.holdsBack("a") && window.cursor == 0)
        window.heldBack(1, of: "a")
        window.sent(2, of: "b", as: [20])
        #expect(window.acknowledged(20) == false)
        #expect(window.toTryAgain(at: start + .seconds(30)) == [1])
        window.sent(1, of: "a", as: [30])
        #expect(window.acknowledged(30) == true)
        #expect(window.cursor == 2)
    }

    @Test("what is refused again is tried again")
    func refusedAgain() {
        let start = Instant(nanoseconds: 0)
        var window = DeliveryWindow(cursor: 0)
        window.sent(1, of: "a", as: [10])
        _ = window.refused(10, at: start)
        #expect(window.toTryAgain(at: start + .seconds(30)) == [1])
        window.sent(1, of: "a", as: [11])
        #expect(window.refused(11, at: start + .seconds(31)) == "a")
        #expect(window.toTryAgain(at: start + .seconds(70)) == [1])
    }
}
