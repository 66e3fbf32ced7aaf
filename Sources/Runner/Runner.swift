// The module Runner.
