import ArgumentParser
import Inspection
import Presentation
import Systemd
import SystemdManager
import UnitFiles

/// `upkeep cat`: the files that make a unit, each under its path.
struct CatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cat",
    abstract: "Show the files of units with their drop-ins.",
    discussion: """
      Each file stands under its path in a comment, in the order in which systemd reads them, as they are on the disk. \
      On a terminal bytes that could steer it are escaped. With JSON, a list with unit, path and text.

      Examples:
        upkeep cat nginx
        upkeep cat 'my*.service' | less
      """)

  @OptionGroup var manager: ManagerOptions
  @OptionGroup var outputOptions: OutputOptions

  @Argument(help: "Names or patterns of units.")
  var units: [String]

  func run() throws {
    try LoopProgram.run { try await cat() }
  }

  // MARK: Steps

  @LoopActor
  private func cat() async throws {
    guard manager.address.isLocal else {
      throw ExitError("cat reads files of this machine; use ssh for another one", code: ExitError.unusable)
    }
    var locations: [UnitLocation] = []
    for name in try await names() { locations.append(try locate(name)) }
    var parts: [(unit: String, path: String, text: [UInt8])] = []
    for location in locations {
      for path in location.paths {
        do {
          parts.append((location.name, path, try TextFile.read(path)))
        } catch {
          throw ExitError(DisplayText.escaped("\(error)"))
        }
      }
    }
    switch outputOptions.output {
    case .text: outputOptions.show(parts.map(section).joined(separator: "\n"))
    case .json, .jsonPretty:
      outputOptions.show(
        .list(
          parts.map { part in
            .object([
              .init("unit", .string(part.unit)), .init("path", .string(part.path)),
              .init("text", .string(String(decoding: part.text, as: UTF8.self))),
            ])
          }))
    }
  }

  /// Patterns are matched against the loaded units where there is a manager, and names need none.
  @LoopActor
  private func names() async throws -> [String] {
    guard units.contains(where: Glob.isPattern) else {
      var names: [String] = []
      for unit in units { names.append(try UnitArguments.name(unit)) }
      return names
    }
    return try await UnitArguments.resolve(units, try manager.connect(), manager)
  }

  private func locate(_ name: String) throws(ExitError) -> UnitLocation {
    do {
      let location = try UnitSearch(manager.address.scope).locate(try UnitName(name))
      let shown = DisplayText.escaped(name)
      if location.isMasked {
        throw ExitError(
          "\(shown) is masked and has no content; '\(manager.command("unmask")) \(shown)' undoes it")
      }
      guard location.fragmentPath != nil || !location.dropInPaths.isEmpty else {
        throw ExitError("\(shown): there is no file for this unit", code: ManagerFailure.noSuchUnit)
      }
      return location
    } catch let error as ExitError {
      throw error
    } catch {
      throw ExitError(DisplayText.escaped("\(name): \(error)"))
    }
  }

  private func section(_ part: (unit: String, path: String, text: [UInt8])) -> String {
    let palette = outputOptions.palette
    let heading = palette.styled("# \(DisplayText.escaped(part.path))", .faint) + "\n"
    let text = String(decoding: part.text, as: UTF8.self)
    guard Terminal().isInteractive else { return heading + text + (text.hasSuffix("\n") ? "" : "\n") }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return heading + lines.map { DisplayText.escaped(String($0)) + "\n" }.joined()
  }
}
