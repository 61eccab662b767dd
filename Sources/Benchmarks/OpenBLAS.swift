import Foundation

/// OpenBLAS, if it is installed; it is loaded at run time, so that nothing depends on it.
@safe
struct OpenBLAS {
  private typealias Product =
    @convention(c) (
      Int32, Int32, Int32, Int32, Int32, Int32, Float, UnsafePointer<Float>, Int32,
      UnsafePointer<Float>, Int32, Float, UnsafeMutablePointer<Float>, Int32
    ) -> Void
  private typealias SetThreads = @convention(c) (Int32) -> Void

  private let product: Product

  /// Loads it for one thread; `nil` if it is not installed.
  init?() {
    let names = ["libopenblas.so.0", "libopenblas.so", "libopenblas.dylib"]
    guard
      let library = unsafe names.lazy.compactMap({ unsafe dlopen($0, RTLD_NOW) }).first,
      let product = unsafe dlsym(library, "cblas_sgemm"),
      let setThreads = unsafe dlsym(library, "openblas_set_num_threads")
    else { return nil }
    unsafe self.product = unsafeBitCast(product, to: Product.self)
    unsafe unsafeBitCast(setThreads, to: SetThreads.self)(1)
  }

  /// Returns the seconds of a dense layer's three products: outputs, and the gradients by the input
  /// and by the weights.
  func seconds(ofLayerFrom inputs: Int, to outputs: Int, cells: Int) -> Double {
    let x = [Float](repeating: 0.5, count: cells * inputs)
    let weight = [Float](repeating: 0.5, count: outputs * inputs)
    let dy = [Float](repeating: 0.5, count: cells * outputs)
    var (y, dx, dweight) = (dy, x, weight)
    return fastest(of: 40) {
      multiply(
        x, transposed: false, weight, transposed: true, m: cells, n: outputs, k: inputs, into: &y)
    }
      + fastest(of: 40) {
        multiply(
          dy, transposed: false, weight, transposed: false, m: cells, n: inputs, k: outputs,
          into: &dx)
      }
      + fastest(of: 40) {
        multiply(
          dy, transposed: true, x, transposed: false, m: outputs, n: inputs, k: cells,
          into: &dweight)
      }
  }

  /// Computes `c = op(a) op(b)`, all row-major; `(m, n)`, with inner size `k`.
  func multiply(
    _ a: [Float], transposed left: Bool, _ b: [Float], transposed right: Bool, m: Int, n: Int,
    k: Int, into c: inout [Float]
  ) {
    let (rowMajor, plain, transposed): (Int32, Int32, Int32) = (101, 111, 112)
    unsafe product(
      rowMajor, left ? transposed : plain, right ? transposed : plain, Int32(m), Int32(n),
      Int32(k), 1, a, Int32(left ? m : k), b, Int32(right ? k : n), 0, &c, Int32(n))
  }
}
