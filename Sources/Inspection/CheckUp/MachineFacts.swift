/// What a look at the machine found, before anything is made of it. Nil is what could not be found out.
public struct MachineFacts: Sendable {
  /// The room on the file system of a folder.
  public struct Room: Sendable, Hashable {
    /// The folder.
    public var path: String
    /// What it is for, such as `the journal`.
    public var purpose: String
    /// Bytes that are free for programs without privileges, and in all.
    public var free, size: UInt64
    /// Files that can be made yet, and in all; a size of 0 has no limit.
    public var freeFiles, files: UInt64

    /// Describes the room of a folder.
    public init(
      path: String, purpose: String, free: UInt64, size: UInt64, freeFiles: UInt64 = 0, files: UInt64 = 0
    ) {
      self.path = path
      self.purpose = purpose
      self.free = free
      self.size = size
      self.freeFiles = freeFiles
      self.files = files
    }
  }

  /// How the journal is kept.
  public enum Journal: Sendable, Hashable {
    /// On the disk.
    case persistent
    /// In memory, gone with the next boot.
    case volatile
    /// Nowhere.
    case none
  }

  /// Which version of control groups is mounted.
  public enum Groups: Sendable, Hashable {
    /// Version 2 alone.
    case unified
    /// Version 1, with version 2 beside it or without.
    case legacy
  }

  /// What `upkeep-run` beside this program is.
  public enum Runner: Sendable, Hashable {
    /// It says this of itself; the text is what `--version` prints behind the name.
    case found(path: String, version: String)
    /// It is there and does not run, for this reason.
    case broken(path: String, reason: String)
    /// It is not there.
    case missing(path: String)
  }

  /// Whether systemd is PID 1.
  public var isBooted = false
  /// The version of systemd that is installed.
  public var installed: Int?
  /// The version that the manager says of itself, such as `252.39-1`; nil where it did not answer.
  public var managerVersion: String?
  /// Why the manager did not answer.
  public var busFailure: String?
  /// Whether the manager is a user's own.
  public var isUser = false
  /// Whether the caller is root.
  public var isRoot = false
  /// How the journal is kept.
  public var journal: Journal?
  /// What keeps the caller from reading all of the journal.
  public var journalHint: String?
  /// Which control groups there are.
  public var groups: Groups?
  /// The controllers that the manager's units can have.
  public var controllers: [String]?
  /// Why libcurl cannot be opened; nil if it can.
  public var curlFailure: String?
  /// Libraries that the journal's compressed entries need and that cannot be opened.
  public var missingCompressors: [String] = []
  /// Whether there is an `ssh` program.
  public var hasSSH = true
  /// `upkeep-run`.
  public var runner: Runner?
  /// What this program says of itself behind its name.
  public var ownVersion = ""
  /// Where the message catalog's file stands; nil if nowhere.
  public var catalogFile: String?
  /// Whether the catalog's texts are in journald's data base.
  public var hasCatalog = false
  /// Whether the clock is synchronised.
  public var isSynchronised: Bool?
  /// The room on disks.
  public var rooms: [Room] = []
  /// The text of `/proc/sys/kernel/core_pattern`.
  public var corePattern: String?
  /// Whether the program that the pattern names can be executed.
  public var hasCoreProgram = true
  /// Threads of the machine, and how many there can be.
  public var threads, threadLimit: UInt64?
  /// Tasks of the manager's own group with all below it, and how many there can be.
  public var groupTasks, groupTaskLimit: UInt64?

  /// Knows nothing yet.
  public init() {}
}
