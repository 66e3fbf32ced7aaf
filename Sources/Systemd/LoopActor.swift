/// The actor of everything that touches sd-event, sd-bus or a descriptor of the loop.
@globalActor
public actor LoopActor {
  /// The one instance that the language asks for; all isolation comes from ``EventLoop/main``.
  public static let shared = LoopActor()

  /// The event loop as this actor's executor.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe EventLoop.main.asUnownedSerialExecutor()
  }
}

extension LoopActor {
  /// Enters the actor from a C callback, which always runs on the loop's thread; traps on any other.
  package nonisolated static func assumeIsolated<T>(_ body: @LoopActor () throws -> T) rethrows -> T {
    EventLoop.main.checkIsolated()
    return try withoutActuallyEscaping(body) { body in
      // The same step that the standard library takes in MainActor.assumeIsolated: isolation is no part of a
      // function's representation, and the line above has checked it.
      try unsafe unsafeBitCast(body, to: (() throws -> T).self)()
    }
  }
}
