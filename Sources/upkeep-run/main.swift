import Runner

RunnerProgram.main()
