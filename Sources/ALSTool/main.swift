import ALSCommandLine

ALSCommand.runAndExit()
