import Foundation

/// Programs of others that check what Tocsin writes; `scripts/independent` installs them.
enum Independent {
    static let python = root.appendingPathComponent(".build/independent/bin/python").path

    static func script(_ name: String) -> String {
        root.appendingPathComponent("Tests/Independent/" + name).path
    }
}
