import ALSCommandLine
import ALSDistributed
import Foundation

do {
  let communicator = try MPICommunicator()
  switch DistributedCommand.run(
    Array(CommandLine.arguments.dropFirst()), over: communicator, ranksHere: communicator.countHere)
  {
  case .together(let code):
    try communicator.finish()
    exit(code)
  case .alone(let code): communicator.abort(code)
  }
} catch {
  FileHandle.standardError.write(Data("als-mpi: \(error)\n".utf8))
  exit(70)
}
