/// A named set of human and mouse genes, by symbol, ignoring case.
package enum GeneSet: String, Sendable, CaseIterable {
  /// Genes of the mitochondrial genome, such as MT-ND1 and mt-Nd1.
  case mito

  /// Proteins of the cytosolic ribosome and their pseudogenes: RPS and RPL with a number, RPSA and
  /// RPLP0 to RPLP2.
  ///
  /// Kinases such as RPS6KA1 are not included.
  case ribo

  /// Genes of the phases S and G2/M (Tirosh et al. 2016,
  /// <https://doi.org/10.1126/science.aad0501>).
  case cycle

  /// Genes induced by the dissociation of tissue, such as immediate early genes and heat shock
  /// proteins (van den Brink et al. 2017, <https://doi.org/10.1038/nmeth.4437>).
  case stress

  /// XIST, TSIX and the expressed genes of the Y chromosome.
  case sex

  /// Returns whether a gene is in the set.
  ///
  /// - Parameter symbol: The gene's symbol.
  /// - Returns: `true` if it is.
  package func contains(_ symbol: String) -> Bool {
    let symbol = symbol.uppercased()
    switch self {
    case .mito:
      // R writes MT.ND1, and names of Drosophila genes have a colon.
      return ["MT-", "MT.", "MT:"].contains { symbol.hasPrefix($0) }
    case .ribo:
      if ["RPSA", "RPLP"].contains(where: symbol.hasPrefix) { return true }
      guard symbol.hasPrefix("RPS") || symbol.hasPrefix("RPL") else { return false }
      let rest = symbol.dropFirst(3)
      return rest.first?.isNumber == true && !rest.contains("K") && !rest.contains("BP")
    case .cycle: return Self.cycleGenes.contains(symbol)
    case .stress: return Self.stressGenes.contains(symbol)
    case .sex: return Self.sexGenes.contains(symbol)
    }
  }

  private static let cycleGenes = names(
    """
    MCM5 PCNA TYMS FEN1 MCM2 MCM7 MCM4 RRM1 UNG GINS2 MCM6 CDCA7 DTL PRIM1 UHRF1 CENPU MLF1IP HELLS
    RFC2 POLR1B RPA2 NASP RAD51AP1 GMNN WDR76 SLBP CCNE2 UBR7 POLD3 MSH2 ATAD2 RAD51 RRM2 CDC45 CDC6
    EXO1 TIPIN DSCC1 BLM CASP8AP2 USP1 CLSPN POLA1 CHAF1B MRPL36 BRIP1 E2F8
    HMGB2 CDK1 NUSAP1 UBE2C BIRC5 TPX2 TOP2A NDC80 CKS2 NUF2 CKS1B MKI67 TMPO CENPF TACC3 PIMREG
    FAM64A SMC4 CCNB2 CKAP2L CKAP2 AURKB BUB1 KIF11 ANP32E TUBB4B GTSE1 KIF20B HJURP CDCA3 JPT1 HN1
    CDC20 TTK CDC25C KIF2C RANGAP1 NCAPD2 DLGAP5 CDCA2 CDCA8 ECT2 KIF23 HMMR AURKA PSRC1 ANLN LBR
    CKAP5 CENPE CTCF NEK2 G2E3 GAS2L3 CBX5 CENPA
    """)

  private static let stressGenes = names(
    """
    FOS FOSB FOSL2 JUN JUNB JUND EGR1 EGR2 EGR3 IER2 IER3 IER5 ATF3 BTG1 BTG2 DUSP1 DUSP2 DUSP6
    HSPA1A HSPA1B HSPA8 HSPA5 HSPB1 HSPD1 HSPE1 HSPH1 HSP90AA1 HSP90AB1 DNAJA1 DNAJB1 DNAJB4 SOCS3
    ZFP36 NR4A1 NR4A2 NR4A3 KLF2 KLF4 KLF6 CEBPB CEBPD NFKBIA NFKBIZ GADD45B GADD45G PPP1R15A UBC
    CCN1 CYR61 RHOB SGK1 MCL1 ODC1
    """)

  private static let sexGenes = names(
    """
    XIST TSIX RPS4Y1 RPS4Y2 DDX3Y EIF1AY EIF2S3Y KDM5D UTY USP9Y ZFY ZFY1 ZFY2 NLGN4Y TMSB4Y TTTY10
    TTTY14 TTTY15 TXLNGY PRKY PCDH11Y SRY LINC00278 UBA1Y
    """)

  private static func names(_ text: String) -> Set<String> {
    Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
  }
}
