import Systemd
public import SystemdManager
import UnitFiles

/// How a process ended, in words that a person can act on.
public enum ExitStatusText {
  /// Describes an end.
  ///
  /// - Parameters:
  ///   - code: as `waitid(2)` has it: 1 exited, 2 killed, 3 killed with a core dump; 0 has not ended.
  ///   - status: its exit status, or the signal.
  ///   - isInitScript: whether the process was a script of System V, whose exit statuses from 2 to 7 have the meanings
  ///     of LSB. Any other program means by them what it likes, so they have no names then, as in systemctl.
  /// - Returns: such as `exited with status 203 (EXEC): the program could not be executed`; nil if it has not ended.
  public static func text(code: Int32, status: Int32, isInitScript: Bool = false) -> String? {
    switch code {
    case 1:
      guard isInitScript || !(2...7).contains(status), let name = ExitStatusSet.name(of: status) else {
        return "exited with status \(status)"
      }
      let meaning = meanings[status].map { ": \($0)" } ?? ""
      return "exited with status \(status) (\(name))\(meaning)"
    case 2: return "was killed by \(SignalName.name(of: status))"
    case 3: return "crashed with \(SignalName.name(of: status)) and left a core dump"
    default: return nil
    }
  }

  /// What systemd could not do for a process before its program ran; see `systemd.exec(5)`. Each with the directive to
  /// look at.
  static let meanings: [Int32: String] = [
    200: "the folder of WorkingDirectory= could not be entered",
    201: "the niceness of Nice= could not be set",
    202: "descriptors could not be closed or passed on",
    203: "the program could not be executed; does it exist, is it executable, is its interpreter there?",
    204: "there was not enough memory",
    205: "a limit of Limit...= could not be set",
    206: "OOMScoreAdjust= could not be set",
    207: "the mask of signals could not be set",
    208: "standard input could not be set up; see StandardInput=",
    209: "standard output could not be set up; see StandardOutput=",
    210: "the root folder could not be changed; see RootDirectory=",
    211: "IOSchedulingClass= or IOSchedulingPriority= could not be set",
    212: "TimerSlackNSec= could not be set",
    213: "SecureBits= could not be set",
    214: "CPUSchedulingPolicy= could not be set",
    215: "CPUAffinity= could not be set",
    216: "the group of Group= does not exist or could not be taken",
    217: "the user of User= does not exist or could not be taken",
    218: "capabilities could not be set; see CapabilityBoundingSet= and AmbientCapabilities=",
    219: "the control group could not be set up",
    220: "no new session could be made",
    221: "the start was cancelled at the console",
    222: "standard error could not be set up; see StandardError=",
    224: "the PAM session could not be opened; see PAMName=",
    225: "the network namespace could not be set up; see PrivateNetwork=",
    226: "the mount namespace could not be set up; a path of ReadWritePaths= and the like may be missing",
    227: "NoNewPrivileges= could not be set",
    228: "the filter of system calls could not be set; see SystemCallFilter=",
    229: "the SELinux context could not be set",
    230: "Personality= could not be set",
    231: "the AppArmor profile could not be set",
    232: "RestrictAddressFamilies= could not be set",
    233: "RuntimeDirectory= could not be made",
    235: "the ownership of a socket or folder could not be changed",
    236: "the SMACK label could not be set",
    237: "the kernel's keyring could not be set up",
    238: "StateDirectory= could not be made",
    239: "CacheDirectory= could not be made",
    240: "LogsDirectory= could not be made",
    241: "ConfigurationDirectory= could not be made",
    242: "NUMAPolicy= could not be set",
    243: "credentials could not be set up; see LoadCredential= and SetCredential=",
    244: "RestrictFileSystems= could not be set",
    245: "MemoryKSM= could not be set",
  ]
}

extension UnitProperties {
  /// How the main process ended, in words; nil if it has not.
  public var mainEnd: String? {
    // systemd's generator writes a unit for each script of System V and names the script in it.
    let isScript = self["SourcePath"]?.text?.hasPrefix("/etc/init.d/") == true
    return ExitStatusText.text(code: mainCode, status: mainStatus, isInitScript: isScript)
  }
}
