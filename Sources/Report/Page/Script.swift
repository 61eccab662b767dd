/// The scripts of the page.
enum Script {
  /// The scripts in the order in which they run; later ones use the names of earlier ones.
  static let all = [
    PackageResources.report_js, PackageResources.drawing_js, PackageResources.labels_js,
    PackageResources.pictures_js, PackageResources.panels_js, PackageResources.saving_js,
    PackageResources.start_js,
  ].map { String(decoding: $0, as: UTF8.self) }
}
