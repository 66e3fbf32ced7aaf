import UnitDesign
