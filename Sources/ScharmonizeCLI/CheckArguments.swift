internal import ArgumentParser

/// Checks of the result on request.
struct CheckArguments: ParsableArguments {
  @Flag(
    help: """
      Run two controls, one with permuted batch labels and one with another seed, and report the \
      Jaccard index of each 30-nearest-neighbour graph.
      """)
  var permutationTest = false
}
