/// The version of this package.
public enum ALSVersion {
  /// In semantic versioning; also in the metadata of model files.
  public static let current = "1.0.0"
}
