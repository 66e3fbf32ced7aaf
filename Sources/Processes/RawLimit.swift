import CSpawn
import Glibc

/// One resource limit as the kernel takes it; see `prlimit(2)`.
package struct RawLimit: Sendable, Hashable {
  /// No limit at all (`RLIM_INFINITY`).
  package static let infinity = UInt64.max

  /// The kernel's number of the resource, such as 7 for open files.
  package let resource: Int32
  /// What is enforced, in the resource's own unit (bytes, seconds, microseconds, a count).
  package let soft: UInt64
  /// How far an unprivileged process may raise the soft limit.
  package let hard: UInt64
  /// What people call it, such as `LimitNOFILE`.
  package let name: String

  /// Describes a limit; nothing is checked yet.
  package init(resource: Int32, soft: UInt64, hard: UInt64, name: String) {
    self.resource = resource
    self.soft = soft
    self.hard = hard
    self.name = name
  }

  /// Checks that a child of this process can have this limit, before there is a child.
  ///
  /// - Throws: a soft limit above the hard one (`EINVAL`), a resource that the kernel does not know (`EINVAL`), or a
  ///   hard limit above this process's own without the capability to raise it (`EPERM`).
  package func check() throws(SpawnError) {
    guard soft <= hard else {
      throw SpawnError(
        step: .limits, errno: EINVAL, value: asked,
        advice:
          "the soft limit \(Self.text(soft)) is above the hard limit \(Self.text(hard)); lower the first or "
          + "raise the second")
    }
    let present = try present()
    guard hard > present.hard, cspawn_has_capability(Self.capabilityToRaise) == 0 else { return }
    throw SpawnError(
      step: .limits, errno: EPERM, value: asked,
      advice:
        "the hard limit is \(Self.text(present.hard)) now and only a privileged process may raise it; ask for "
        + "at most that, or raise \(name) where this process is started")
  }

  /// `CAP_SYS_RESOURCE` of `capability(7)`.
  private static let capabilityToRaise: Int32 = 24

  /// This limit as people write it, such as `LimitNOFILE=1024:4096`.
  package var asked: String { "\(name)=\(Self.text(soft)):\(Self.text(hard))" }

  /// What this process has of the same resource.
  private func present() throws(SpawnError) -> (soft: UInt64, hard: UInt64) {
    var present = rlimit()
    let result = unsafe getrlimit(__rlimit_resource_t(UInt32(bitPattern: resource)), &present)
    guard result == 0 else {
      throw SpawnError(
        step: .limits, errno: Glibc.errno, value: asked,
        advice: "the kernel knows no resource number \(resource)")
    }
    return (UInt64(present.rlim_cur), UInt64(present.rlim_max))
  }

  /// What to add to the kernel's refusal in the child: nr_open for instance binds root as well.
  var refusal: String {
    guard let present = try? present() else { return "" }
    return
      "the present limits are \(Self.text(present.soft)):\(Self.text(present.hard)), and the kernel has an upper "
      + "bound of its own for some resources, such as fs.nr_open for open files"
  }

  private static func text(_ value: UInt64) -> String { value == infinity ? "infinity" : String(value) }
}
