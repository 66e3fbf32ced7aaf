import Glibc
import Systemd

/// The descriptors that outlive an instance of the service: sockets from systemd and what the service stored itself.
///
/// Each new instance finds them as `LISTEN_FDS` from descriptor 3 on, so no connection is refused in between.
struct DescriptorStore {
  /// How many descriptors the service may store; systemd's sockets do not count.
  static let limit = 256

  private(set) var descriptors: [PassedDescriptor]
  private let inherited: Int

  /// A store that begins with the sockets that systemd handed over.
  init(inherited: [PassedDescriptor]) {
    descriptors = inherited
    self.inherited = inherited.count
  }

  /// Keeps `stored` under `name`; what is there already, or over the limit, is closed. Returns how many found no room.
  mutating func store(_ stored: [Int32], name: String) -> Int {
    // As in systemd's own store: a service that stores its socket at every start has it once.
    var stored = stored
    stored.removeAll { descriptor in
      guard descriptors.contains(where: { Self.isSame($0.descriptor, descriptor) }) else { return false }
      close(descriptor)
      return true
    }
    let room = max(Self.limit - (descriptors.count - inherited), 0)
    for descriptor in stored.dropFirst(room) { close(descriptor) }
    for descriptor in stored.prefix(room) {
      descriptors.append(PassedDescriptor(name: name, descriptor: descriptor))
    }
    return max(stored.count - room, 0)
  }

  /// Whether two descriptors lead to the same socket, pipe or file.
  private static func isSame(_ one: Int32, _ other: Int32) -> Bool {
    var (left, right) = (stat(), stat())
    guard unsafe fstat(one, &left) == 0, unsafe fstat(other, &right) == 0 else { return false }
    return left.st_dev == right.st_dev && left.st_ino == right.st_ino
  }

  /// Closes what the service stored under `name`; systemd's sockets stay.
  mutating func remove(name: String) {
    for index in descriptors.indices.reversed() where index >= inherited && descriptors[index].name == name {
      close(descriptors[index].descriptor)
      descriptors.remove(at: index)
    }
  }
}
