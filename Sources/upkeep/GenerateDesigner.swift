import Glibc
import Inspection
import Systemd
import UnitDesign
import UnitFiles

/// Turns options into plans, with what this machine, or a tree, tells about programs and systemd.
struct GenerateDesigner: Sendable {
  /// A plan, and where its options stood.
  struct Designed {
    var plan: UnitPlan
    /// `FILE:LINE: `, or nothing for the command line.
    var place = ""
  }

  /// The tree to look at; nil for this machine.
  let root: String?

  /// Plans the service of a command line.
  func plan(_ arguments: RequestArguments) throws(ExitError) -> Designed {
    var planner = UnitPlanner()
    var programs: [[String]: ProgramFacts] = [:]
    do throws(RequestError) {
      return Designed(plan: try plan(arguments, base, &planner, &programs))
    } catch {
      throw ExitError(error.description, code: GenerateOutput.usage)
    }
  }

  /// Plans the services of a file, one line of options each; blank lines and those that begin with # are passed over.
  ///
  /// - Parameters:
  ///   - path: the file; `-` is standard input.
  ///   - common: options that hold for every line, before its own.
  /// - Returns: the plans in the order of the lines.
  /// - Throws: all lines that are wrong, with their places.
  func plans(from path: String, _ common: RequestArguments) throws(ExitError) -> [Designed] {
    let content: [UInt8]
    do throws(SystemError) {
      content = try TextFile.read(path)
    } catch {
      throw ExitError(error.description, code: ExitError.unusable)
    }
    let lines = Self.lines(of: content)
    let base = base
    let results = UnitSweep.map(lines) { lines in
      var planner = UnitPlanner()
      var programs: [[String]: ProgramFacts] = [:]
      return lines.map { line in
        Result { () throws(RequestError) in
          var arguments = try Self.arguments(line.text)
          arguments.pairs = common.pairs + arguments.pairs
          return try plan(arguments, base, &planner, &programs)
        }
      }
    }
    var plans: [Designed] = []
    var faults: [String] = []
    var makers: [String: Int] = [:]
    for (line, result) in zip(lines, results) where faults.count < Self.mostFaults {
      let place = "\(path == "-" ? "standard input" : path):\(line.number): "
      do throws(RequestError) {
        let plan = try result.get()
        for file in plan.files {
          if let other = makers.updateValue(line.number, forKey: file.relativePath) {
            throw RequestError("", "\(file.name) is made by line \(other) already; give it another --name")
          }
        }
        plans.append(Designed(plan: plan, place: place))
      } catch {
        faults.append(place + error.description)
      }
    }
    guard faults.isEmpty else {
      throw ExitError(faults.joined(separator: "\nupkeep: "), code: ExitError.unusable)
    }
    return plans
  }

  /// How many wrong lines are told at once.
  private static let mostFaults = 20

  // MARK: Steps

  /// A line of options with its number.
  private struct Line: Sendable {
    var number: Int
    var text: ArraySlice<UInt8>
  }

  private static func lines(of content: [UInt8]) -> [Line] {
    content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
      .compactMap { index, text in
        let first = text.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0d }
        guard let first, first != UInt8(ascii: "#") else { return nil }
        return Line(number: index + 1, text: text)
      }
  }

  private var base: ServiceRequest {
    var request = ServiceRequest(
      version: MachineSurroundings(root: root).systemdVersion ?? Self.standardVersion)
    request.wrapperPath = Self.wrapperPath
    return request
  }

  /// The version that units are made for where there is no systemd to look at.
  private static let standardVersion = 252

  private func plan(
    _ arguments: RequestArguments, _ base: ServiceRequest, _ planner: inout UnitPlanner,
    _ programs: inout [[String]: ProgramFacts]
  ) throws(RequestError) -> UnitPlan {
    let request = try arguments.request(base)
    var existing: Unit?
    if let unit = request.dropIn {
      existing = try? UnitLoader(request.scope == .user ? .user : .system, root: root).load(unit)
      // Only for another machine a drop-in may be made blindly.
      if existing == nil, request.command == nil, request.kinds == nil {
        throw RequestError(
          "--drop-in \(unit)", "there is no such unit here to look at; say --exec COMMAND or --runtime KIND")
      }
    }
    let words = request.command?.words ?? existing.map { ExistingService.command(of: $0) } ?? []
    guard !words.isEmpty else { return try planner.plan(request, facts: nil, existing: existing) }
    // Services of one program are many; what is known of it is the same unless a script is among the words.
    let key = request.command == nil ? words : Self.key(words)
    let facts = programs[key] ?? ProgramFacts(of: words, in: ProgramReader(root: root))
    programs[key] = facts
    return try planner.plan(request, facts: facts, existing: existing)
  }

  /// What of a command decides about its facts: the program, and up to the script what stands before it.
  private static func key(_ words: [String]) -> [String] {
    let isPlain = words.count > 1 && words[1].hasPrefix("--") && words[0].hasPrefix("/")
    return isPlain && ProgramFacts.namesNative(words[0]) ? [words[0]] : words
  }

  private static func arguments(_ line: ArraySlice<UInt8>) throws(RequestError) -> RequestArguments {
    guard let text = String(validating: line, as: UTF8.self) else {
      throw RequestError("", "the line is not UTF-8")
    }
    let words: [[UInt8]]
    do throws(ValueError) {
      words = try WordList.parse(text)
    } catch {
      throw RequestError("", error.message)
    }
    return try RequestArguments(words)
  }

  /// Where `upkeep-run` will be: beside this program when it is installed, else where packages put it.
  private static var wrapperPath: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(decoding: buffer[..<max(count, 0)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let folder = own.split(separator: "/").dropLast().joined(separator: "/")
    let isInstalled = ["usr/bin", "usr/local/bin", "opt/upkeep/bin"].contains(folder)
    return "/\(isInstalled ? folder : "usr/bin")/upkeep-run"
  }
}
