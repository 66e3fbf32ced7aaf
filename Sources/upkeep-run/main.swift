print("upkeep-run")
