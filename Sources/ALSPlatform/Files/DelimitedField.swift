/// The text as one field of delimited text.
///
/// In quotes (RFC 4180) where there are a delimiter, quotes or line breaks in it, or spaces around it, which readers leave
/// out.
package func delimitedField(_ text: String, by delimiter: Character = ",") -> String {
  let bytes = text.utf8
  let delimiter = delimiter.utf8.first
  guard
    bytes.first == UInt8(ascii: " ") || bytes.last == UInt8(ascii: " ")
      || bytes.contains(where: {
        $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") || $0 == delimiter
      })
  else { return text }
  // By scalars: a quote and an accent that follows it are one character.
  var field = "\""
  for scalar in text.unicodeScalars {
    if scalar == "\"" { field.unicodeScalars.append(scalar) }
    field.unicodeScalars.append(scalar)
  }
  return field + "\""
}
