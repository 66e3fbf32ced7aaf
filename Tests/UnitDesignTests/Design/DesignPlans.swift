import UnitFiles

@testable import UnitDesign

/// Plans services as the command line would, on a machine where every program is plain machine code unless said.
enum DesignPlans {
  static let files: DesignFiles = {
    var table: [String: [UInt8]] = [:]
    let code = DesignELF.file()
    for program in [
      "myapp", "node", "java", "python3", "nginx", "redis-server", "postgres", "haproxy", "supervisord",
      "cron",
      "luajit", "php", "ruby", "memcached",
    ] { table["/usr/bin/\(program)"] = code }
    table["/home/alice/run.py"] = Array("#!/usr/bin/python3\n".utf8)
    table["/tmp/run"] = code
    return DesignFiles(table)
  }()

  /// The plan for options as words of a shell without quotes; `_` in a word stands for a blank.
  static func plan(_ line: String, version: Int = 252, existing: Unit? = nil) throws -> UnitPlan {
    let words = line.split(separator: " ").map { word in
      Array(word.split(separator: "_", omittingEmptySubsequences: false).joined(separator: " ").utf8)
    }
    return try plan(words, version: version, existing: existing)
  }

  static func plan(_ words: [[UInt8]], version: Int = 252, existing: Unit? = nil) throws -> UnitPlan {
    let request = try RequestArguments(words).request(ServiceRequest(version: version))
    let facts = request.command.map { ProgramFacts(of: $0.words, in: files) }
    var planner = UnitPlanner()
    return try planner.plan(request, facts: facts, existing: existing)
  }

  /// Why a line is refused; empty when it is not.
  static func refusal(_ line: String, version: Int = 252) -> String {
    do {
      _ = try plan(line, version: version)
      return ""
    } catch {
      return "\(error)"
    }
  }
}

extension UnitPlan {
  /// The text of a file whose name ends so.
  func text(_ suffix: String = ".service") -> String {
    files.first { $0.relativePath.hasSuffix(suffix) }.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
  }

  /// The file as a unit.
  func unit(_ suffix: String = ".service") -> Unit {
    let file = files.first { $0.relativePath.hasSuffix(suffix) }
    return Unit(
      name: file?.name ?? "x.service", files: [UnitFile(parsing: file?.bytes ?? [], path: file?.name ?? "")])
  }

  /// The values of a directive of the service.
  func values(_ key: String, in section: String = "Service", of suffix: String = ".service") -> [String] {
    unit(suffix).values(key, in: section).map(\.value)
  }
}
