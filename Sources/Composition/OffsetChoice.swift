/// Chooses between hypotheses about the offset of two sets of clusters.
///
/// A hypothesis is strong if matched clusters agree about their means and explain part of the
/// spread of both sets. If none is strong, support minus relative offset decides; the match is weak
/// if it explains part of one set.
///
/// - Parameters:
///   - a: The first set.
///   - b: The second set.
///   - options: The thresholds.
/// - Returns: The best match; its offset is that of `a` relative to `b`.
func bestMatch(
  _ a: ClusterProfiles, _ b: ClusterProfiles, options: CompositionOptions
) -> OffsetMatch {
  let search = OffsetSearch(a, b, width: options.matchWidth)
  guard let best = search.hypotheses.first else { return search.nearestPair() }
  // The noise of single cells raises the product with the other side more than the noise of means.
  let agreements = options.agreement...(a.areCells || b.areCells ? 1.7 : 1.25)
  var strongest: OffsetMatch?
  for hypothesis in search.hypotheses.prefix(200) where hypothesis.support >= 0.6 * best.support {
    var match = search.match(hypothesis.support, hypothesis.links)
    let figures = match.figures
    guard agreements.contains(figures.agreement), figures.explained.min() >= options.explained,
      figures.relativeOffset < options.strongOffset
    else { continue }
    match.kind = .strong
    match.score = (match.support + min(1, figures.explained.max())) * min(figures.agreement, 1)
    if match.score > strongest?.score ?? 0 { strongest = match }
  }
  if var strongest {
    strongest.settleOffset(a, b, width: options.matchWidth)
    return strongest
  }
  var nearest: (match: OffsetMatch, value: Double)?
  for hypothesis in search.hypotheses.prefix(400) {
    let match = search.match(hypothesis.support, hypothesis.links)
    let value = match.support - max(0, match.figures.relativeOffset)
    if value > nearest?.value ?? -.infinity { nearest = (match, value) }
  }
  guard var match = nearest?.match else { return search.nearestPair() }
  let figures = match.figures
  if agreements.contains(figures.agreement), figures.explained.max() >= options.explained {
    match.kind = .weak
  }
  return match
}
