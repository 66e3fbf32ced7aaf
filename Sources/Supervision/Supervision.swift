// The module Supervision.
