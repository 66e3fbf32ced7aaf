/// What a setting takes as its value; the names are those of the table that `packaging/make-catalogue` writes.
public enum ValueKind: String, Sendable, Hashable, CaseIterable {
  /// Yes or no, or one of the setting's named values.
  case boolean = "bool"
  /// One of the setting's named values.
  case choice
  /// Words, all of which are among the setting's named values.
  case words
  /// A time span; a bare number is in seconds.
  case timeSpan = "span"
  /// A time span; a bare number is in nanoseconds.
  case nanoseconds = "nanos"
  /// A point in time of a timer: a span, or a calendar expression for `OnCalendar=`.
  case timer
  /// A number that is not negative.
  case unsigned
  /// A number.
  case integer = "int"
  /// A size in bytes.
  case size
  /// A size in bytes, a share of the memory in percent, or `infinity`.
  case memory
  /// A number of tasks, a share in percent, or `infinity`.
  case tasks
  /// A share in percent.
  case percentage = "percent"
  /// A weight from 1 to 10000.
  case weight
  /// A weight from 1 to 10000, or `idle`.
  case cpuWeight = "cpuweight"
  /// A resource limit, `SOFT:HARD`.
  case limit
  /// A nice level from -20 to 19.
  case niceLevel = "nice"
  /// A score from -1000 to 1000.
  case oomScore = "oomscore"
  /// A signal.
  case signal
  /// Permission bits in octal.
  case mode
  /// An exit status.
  case exitStatus = "status"
  /// Exit statuses and signals.
  case exitStatuses = "statuses"
  /// The name or number of an error, or `kill`.
  case errorNumber = "errno"
  /// An absolute path.
  case path
  /// An absolute path, `~`, with `-` before it if it may be missing.
  case workingDirectory = "folder"
  /// An absolute path, with `-` before it if it may be missing.
  case optionalPath = "optpath"
  /// Absolute paths, each with `-` or `+` before it.
  case paths
  /// Names of folders below one of systemd's own, such as `/var/lib`.
  case folders
  /// `SOURCE:DESTINATION:OPTIONS`, or a path with options.
  case binds
  /// An absolute path that is watched.
  case watch
  /// What a socket listens on.
  case listen
  /// A command line.
  case command
  /// A unit.
  case unit
  /// Units.
  case units
  /// A slice.
  case slice
  /// A condition or an assertion.
  case condition
  /// Addresses of documentation.
  case urls
  /// Any text.
  case text
  /// `NAME=VALUE` words.
  case environment
  /// Names of variables.
  case names
  /// A user or a group.
  case user
  /// Groups.
  case users
  /// Capabilities.
  case capabilities
  /// System calls and groups of them.
  case systemCalls = "syscalls"
  /// Architectures.
  case architectures
  /// Address families.
  case addressFamilies = "families"
  /// Kinds of namespaces, or yes or no.
  case namespaces
  /// Addresses with their prefix lengths.
  case addresses
  /// A credential, `NAME:PATH`.
  case credential
  /// Yes, no, or names of control group controllers.
  case delegate
  /// A value of a form of its own.
  case other
}
