// The module Probes.
