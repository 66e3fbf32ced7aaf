// The module Processes.
