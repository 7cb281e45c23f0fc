import ALS
import ALSPlatform

extension JobPlan {
  /// The plan as a table for a person.
  var text: String {
    var lines = ["memory"]
    for part in memory {
      lines.append(line(part.name, part.bytes, part.isMapped ? "gives way when memory is short" : ""))
    }
    let limit = limit.map { "\(formattedSize(max(0, $0.limit.bytes))) \($0.limit.reason)" }
    lines.append(line("at most, in all", peak, limit ?? ""))
    lines.append("disk")
    for file in files {
      let free = DiskSpace(of: file.path).map { "\(formattedSize($0.free)) are free in \($0.directory)" }
      lines.append(line(file.name, file.bytes, free ?? ""))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func line(_ name: String, _ bytes: Int, _ note: String) -> String {
    let size = formattedSize(bytes)
    let width = 44
    let head = "  \(name)" + String(repeating: " ", count: max(1, width - name.count - size.count)) + size
    return note.isEmpty ? head : "\(head)   \(note)"
  }
}
