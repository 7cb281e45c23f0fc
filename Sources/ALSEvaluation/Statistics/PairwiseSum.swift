/// The sum in a fixed order, with a rounding error that grows with the logarithm of the number of terms.
///
/// Higham, "The Accuracy of Floating Point Summation", SIAM J. Sci. Comput. 1993.
func pairwiseSum(_ terms: ArraySlice<Double>) -> Double {
  if terms.count <= 64 { return terms.reduce(0, +) }
  let middle = terms.startIndex + terms.count / 2
  return pairwiseSum(terms[..<middle]) + pairwiseSum(terms[middle...])
}
