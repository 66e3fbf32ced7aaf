import Glibc

/// Why a program was not started: the step, the kernel's reason and the value that it was about.
package struct SpawnError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The step that failed.
  package let step: SpawnStep
  /// The positive error number, such as `ENOENT`.
  package let errno: Int32
  /// What the step was about: a path, a limit, a name.
  package let value: String
  /// More than the error number says, such as what was searched or what to change; empty if there is no more.
  package let advice: String

  /// Describes the failure of `step` on `value`.
  package init(step: SpawnStep, errno: Int32, value: String, advice: String = "") {
    self.step = step
    self.errno = errno
    self.value = value
    self.advice = advice
  }

  /// The exit code of a service manager that gives up over it, such as 203 for a program that cannot be executed.
  package var exitCode: Int32 { step.exitCode }

  /// A sentence such as `cannot enter the working directory /srv/x: No such file or directory; create it or name another`.
  package var description: String {
    let reason = unsafe String(cString: strerror(errno))
    return "cannot \(action): \(reason)" + (advice.isEmpty ? "" : "; \(advice)")
  }

  private var action: String {
    switch step {
    case .start: "make a new process"
    case .signals: "reset the signal mask"
    case .grouping: "make a session or process group"
    case .cgroup: "enter the cgroup \(value)"
    case .descriptors: "hand over \(value)"
    case .limits: "set the limit \(value)"
    case .group: "take on the group \(value)"
    case .user: "become the user \(value)"
    case .parentDeath: "tie the process to its parent (\(value))"
    case .workingDirectory: "enter the working directory \(value)"
    case .noNewPrivileges: "give up new privileges"
    case .program: "execute \(value)"
    }
  }
}
