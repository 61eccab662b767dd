/// The method by which a training changes the weights.
public enum Optimizer: String, Sendable, Codable, CaseIterable {
  /// Muon for the wide matrices between hidden layers and of the output, and Adam for all others.
  ///
  /// Muon moves a matrix equally far along all directions in which gradients agree, so fewer cells need to
  /// be visited: see <doc:Measurements>. Gradients of four steps make one movement.
  ///
  /// Reference: Jordan et al. 2024, <https://kellerjordan.github.io/posts/muon/>.
  case muon

  /// Adam for all weights.
  ///
  /// Reference: Kingma and Ba 2015, <https://arxiv.org/abs/1412.6980>.
  case adam
}
