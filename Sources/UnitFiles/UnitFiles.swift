// The module UnitFiles.
