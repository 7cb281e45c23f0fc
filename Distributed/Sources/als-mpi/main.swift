import ALSCommandLine
import ALSDistributed

DistributedCommand.prepare()
do {
  let communicator = try MPICommunicator()
  switch DistributedCommand.run(
    Array(CommandLine.arguments.dropFirst()), over: communicator, ranksHere: communicator.countHere)
  {
  case .together(let code):
    try communicator.finish()
    ProgramEnd.exit(code)
  case .alone(let code): communicator.abort(code)
  }
} catch {
  DistributedCommand.report(error)
  ProgramEnd.exit(70)
}
