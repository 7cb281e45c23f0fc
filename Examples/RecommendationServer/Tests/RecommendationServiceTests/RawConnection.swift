import Foundation

/// A connection that sends bytes as they are, so that a request can be left unfinished.
final class RawConnection: Sendable {
  private let descriptor: Int32

  /// Connects to a port of this machine; `nil` when nobody listens there.
  init?(port: Int) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    // A server that never answers fails the test rather than stopping it.
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    if status != 0 { return nil }
  }

  deinit { close(descriptor) }

  /// Sends all of a short text.
  func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      == bytes.count
  }

  /// Everything that comes until the other side closes the connection; `nil` when it keeps it open and says nothing.
  func receiveAll() -> String? {
    var all: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      switch recv(descriptor, &part, part.count, 0) {
      case let count where count > 0: all += part[..<count]
      case -1 where errno == EAGAIN: return nil
      default: return String(decoding: all, as: UTF8.self)
      }
    }
  }
}
