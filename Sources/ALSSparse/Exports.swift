// Errors are part of this module's interface.
@_exported public import struct ALSPlatform.ALSError
@_exported public import enum ALSPlatform.MappedFileFailure
