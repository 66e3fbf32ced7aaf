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

  /// Keeps `stored` under `name`; what is over the limit is closed. Returns how many were kept.
  mutating func store(_ stored: [Int32], name: String) -> Int {
    let room = max(Self.limit - (descriptors.count - inherited), 0)
    for descriptor in stored.dropFirst(room) { close(descriptor) }
    for descriptor in stored.prefix(room) {
      descriptors.append(PassedDescriptor(name: name, descriptor: descriptor))
    }
    return min(room, stored.count)
  }

  /// Closes what the service stored under `name`; systemd's sockets stay.
  mutating func remove(name: String) {
    for index in descriptors.indices.reversed() where index >= inherited && descriptors[index].name == name {
      close(descriptors[index].descriptor)
      descriptors.remove(at: index)
    }
  }
}
