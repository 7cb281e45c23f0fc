// A training over MPI takes a communicator and this.
@_exported public import class ALSCommandLine.DistributedTraining
@_exported public import struct ALSCommandLine.DistributedValidation
