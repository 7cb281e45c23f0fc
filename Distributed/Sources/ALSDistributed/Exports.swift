// A training over MPI takes a communicator and this.
@_exported public import class ALSDistributedTraining.DistributedTraining
@_exported public import struct ALSDistributedTraining.DistributedValidation
