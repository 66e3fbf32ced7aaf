import Presentation
import Systemd
import SystemdManager

/// What the verbs that change units without a job have in common.
struct UnitChanges {
  let acting: ActingOptions

  /// Does something to each unit, all of them even if one fails, and shows what came of it.
  ///
  /// - Parameters:
  ///   - verb: what is done, such as `pause`.
  ///   - done: what is said of a success, such as `paused`.
  ///   - units: the units' names.
  ///   - client: their manager.
  ///   - change: does it; what it returns is said in place of `done`.
  /// - Throws: the first status that is not 0, when all units have had their turn.
  @LoopActor
  func each(
    _ verb: String, _ done: String, _ units: [String], _ client: ManagerClient,
    _ change: @LoopActor (String) async throws -> String?
  ) async throws {
    var rows: [JSONValue] = []
    var code: Int32 = 0
    for unit in units {
      var (remark, reason) = (String?.none, String?.none)
      var status: Int32 = 0
      do {
        remark = try await change(unit)
        acting.say("\(DisplayText.escaped(unit)) \(remark ?? done)")
      } catch {
        var failure = ExitError("\(error)")
        if let error = error as? BusError {
          failure = await acting.manager.failure(error, verb, unit: unit, client)
        } else if let error = error as? ExitError {
          failure = error
        }
        (reason, status) = (failure.message, failure.code)
        if code == 0 { code = status }
        if acting.output == .text { StandardError.line("upkeep: \(failure.message)") }
      }
      rows.append(
        .object([
          .init("unit", .string(unit)), .init("verb", .string(verb)), .init("ok", .boolean(reason == nil)),
          .init("remark", .text(remark)), .init("reasons", .list(reason.map { [.string($0)] } ?? [])),
          .init("status", .integer(Int64(status))),
        ]))
    }
    if acting.output != .text {
      let text = JSONValue.list(rows).text(isPretty: acting.output == .jsonPretty)
      StandardOutput.write(Array("\(text)\n".utf8))
    }
    if code != 0 { throw ExitError("", code: code) }
  }
}
