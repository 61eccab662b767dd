/// The precision of the factors of dense products in training, and in decoded profiles.
///
/// Weights, sums and everything else are in float32 in any case.
public enum ProductPrecision: String, Sendable, Codable, CaseIterable {
  /// Factors in float32.
  case float32

  /// Factors rounded to bfloat16, which has the exponents of float32 and eight significant bits.
  ///
  /// Products of the sparse first layer and of the critic stay in float32. So does inference, except for
  /// the output layer in the profiles that an embedding is made of: its weights were trained with
  /// rounded factors.
  case bfloat16 = "bf16"
}
