import Testing

@testable import Processes

@Suite("The own cgroup's place")
struct CgroupLocationTests {
  static let unified = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"
  static let hybrid = """
    31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
    32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
    41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 master:2 - cgroup2 cgroup2 rw
    """

  @Test(
    "is read from membership and mounts",
    arguments: [
      ("0::/system.slice/a.service\n", unified, "/sys/fs/cgroup/system.slice/a.service", false),
      ("9:name=systemd:/x\n0::/a\n", hybrid, "/sys/fs/cgroup/unified/a", false),
      ("0::/\n", unified, "/sys/fs/cgroup", true),
      ("0::/docker/1/a\n", "30 23 0:26 /docker/1 /cg rw - cgroup2 c rw", "/cg/a", false),
      ("0::/docker/1\n", "30 23 0:26 /docker/1 /cg rw - cgroup2 c rw", "/cg", true),
      ("0::/a\n", "30 23 0:26 / /with\\040blank rw - cgroup2 c rw", "/with blank/a", false),
    ])
  func found(membership: String, mounts: String, path: String, isRoot: Bool) {
    let location = CgroupLocation(membership: membership, mounts: mounts)
    #expect(location?.path == path)
    #expect(location?.isVisibleRoot == isRoot)
  }

  @Test(
    "is unknown where version 2 is not in use or not in sight",
    arguments: [
      ("1:cpu:/x\n", hybrid), ("0::/a\n", "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu"),
      ("0::/docker/10\n", "30 23 0:26 /docker/1 /cg rw - cgroup2 c rw"), ("", ""), ("0::/a\n", "- cgroup2"),
    ])
  func notFound(membership: String, mounts: String) {
    #expect(CgroupLocation(membership: membership, mounts: mounts) == nil)
  }
}
