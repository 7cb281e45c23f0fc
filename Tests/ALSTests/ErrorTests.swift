import ALS
import ALSPlatform
import Testing

/// An error's parts, which its message puts together.
@Suite struct ErrorTests {
  @Test func parts() {
    let error = ALSError(.data, "value 1.5 is not whole. Correct it, or choose another column.", at: "x.csv, line 3")
    #expect(error.message == "x.csv, line 3: value 1.5 is not whole. Correct it, or choose another column.")
    #expect(error.place == "x.csv, line 3")
    #expect(error.reason == "value 1.5 is not whole.")
    #expect(error.remedy == "Correct it, or choose another column.")
    #expect(error.at("y.csv") == error)
    let bare = ALSError(.data, "there is nothing")
    #expect((bare.place, bare.reason, bare.remedy) == (nil, "there is nothing", nil))
    #expect(bare.at("y.csv").message == "y.csv: there is nothing")
  }

  /// Who reads a model finds the file in a field.
  @Test func filesAreNamed() {
    let error = #expect(throws: ALSError.self) { try FactorModel(contentsOf: "/nowhere/model") }
    #expect(error?.place == "/nowhere/model" && error?.kind == .unreadable)
  }
}
