/// Counts that something may have changed on a machine, and wakes who waits for that.
actor Changes {
  /// How often something has changed; read it before looking, and wait for what comes after.
  private(set) var count = 0
  private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
  private var nextWaiter = 0

  func advance() {
    count += 1
    for waiter in waiting.values { waiter.resume() }
    waiting.removeAll()
  }

  /// Returns true when the count has gone past `seen`, false if `deadline` came first.
  func wait(after seen: Int, until deadline: ContinuousClock.Instant) async -> Bool {
    await withTaskGroup(of: Bool.self) { group in
      group.addTask {
        await self.wait(after: seen)
        return true
      }
      group.addTask {
        // Ends early, with an error, when the change came first; either way it is no longer of interest.
        try? await Task.sleep(until: deadline, clock: .continuous)
        return false
      }
      let changed = await group.next() ?? false
      group.cancelAll()
      return changed && !Task.isCancelled
    }
  }

  private func wait(after seen: Int) async {
    guard count == seen, !Task.isCancelled else { return }
    let number = nextWaiter
    nextWaiter += 1
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiting[number] = $0 }
    } onCancel: {
      Task { await self.forget(number) }
    }
  }

  private func forget(_ number: Int) {
    waiting.removeValue(forKey: number)?.resume()
  }
}
