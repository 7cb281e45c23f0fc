import ArgumentParser

/// A length of time: `90s`, `10m`, `1h30m`.
struct TimeBudget: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    var (seconds, digits, parts) = (0.0, "", 0)
    for character in argument {
      switch character {
      case "0"..."9", ".": digits.append(character)
      case "s", "m", "h":
        guard let number = Double(digits) else { return nil }
        seconds += number * (character == "s" ? 1 : character == "m" ? 60 : 3600)
        digits = ""
        parts += 1
      default: return nil
      }
    }
    guard digits.isEmpty, parts > 0, seconds > 0, seconds.isFinite else { return nil }
    duration = .seconds(seconds)
  }
}
