import Foundation

/// An sRGB colour.
struct RGB: Hashable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  /// Makes the colour `0xRRGGBB`.
  init(_ hex: Int) {
    red = UInt8(hex >> 16 & 255)
    green = UInt8(hex >> 8 & 255)
    blue = UInt8(hex & 255)
  }

  /// Converts linear light to the nearest colour; `nil` if no screen can show it.
  init?(linear: SIMD3<Double>) {
    guard linear.min() > -0.0005, linear.max() < 1.0005 else { return nil }
    func channel(_ light: Double) -> Int {
      let x = min(max(light, 0), 1)
      let coded = x <= 0.003_130_8 ? 12.92 * x : 1.055 * pow(x, 1 / 2.4) - 0.055
      return Int((coded * 255).rounded())
    }
    self.init(channel(linear.x) << 16 | channel(linear.y) << 8 | channel(linear.z))
  }

  /// Converts a colour, with reduced chroma if no screen can show it.
  init(fitting lab: OKLab) {
    var lab = lab
    for _ in 0..<40 {
      if let colour = RGB(linear: lab.linear) {
        self = colour
        return
      }
      lab.axes.y *= 0.95
      lab.axes.z *= 0.95
    }
    self = Palette.shared
  }

  /// The colour in the notation of style sheets.
  var css: String {
    let hex = String(Int(red) << 16 | Int(green) << 8 | Int(blue), radix: 16)
    return "#" + String(repeating: "0", count: 6 - hex.count) + hex
  }

  /// The colour as red, green and blue.
  var bytes: [UInt8] { [red, green, blue] }

  /// The light of red, green and blue, each in 0...1.
  var linear: SIMD3<Double> {
    func light(_ channel: UInt8) -> Double {
      let x = Double(channel) / 255
      return x <= 0.040_45 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4)
    }
    return SIMD3(light(red), light(green), light(blue))
  }

  /// Returns the contrast ratio of two colours, from 1 to 21, by the Web Content Accessibility
  /// Guidelines 2.2.
  func contrast(with other: RGB) -> Double {
    func luminance(_ colour: RGB) -> Double {
      (colour.linear * SIMD3(0.2126, 0.7152, 0.0722)).sum()
    }
    let pair = [luminance(self), luminance(other)]
    return ((pair.max() ?? 0) + 0.05) / ((pair.min() ?? 0) + 0.05)
  }
}

/// A colour in the space OKLab: lightness, green to red, blue to yellow.
///
/// Equal distances look about equally far (Björn Ottosson, "A perceptual color space for image
/// processing", 2020).
struct OKLab {
  /// Lightness in 0...1, followed by the two colour axes.
  var axes: SIMD3<Double>

  /// Makes a colour from lightness, chroma, and hue in turns.
  init(lightness: Double, chroma: Double, hue: Double) {
    axes = SIMD3(lightness, chroma * cos(2 * .pi * hue), chroma * sin(2 * .pi * hue))
  }

  /// Converts linear light.
  init(linear light: SIMD3<Double>) {
    let cones = SIMD3(
      (light * SIMD3(0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9)).sum(),
      (light * SIMD3(0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6)).sum(),
      (light * SIMD3(0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5)).sum())
    let roots = SIMD3(cbrt(cones.x), cbrt(cones.y), cbrt(cones.z))
    axes = SIMD3(
      (roots * SIMD3(0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8)).sum(),
      (roots * SIMD3(1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9)).sum(),
      (roots * SIMD3(0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0)).sum())
  }

  /// The linear light of red, green and blue; outside 0...1 if no screen can show the colour.
  var linear: SIMD3<Double> {
    let roots = SIMD3(
      (axes * SIMD3(1, 0.396_337_777_4, 0.215_803_757_3)).sum(),
      (axes * SIMD3(1, -0.105_561_345_8, -0.063_854_172_8)).sum(),
      (axes * SIMD3(1, -0.089_484_177_5, -1.291_485_548_0)).sum())
    let cones = roots * roots * roots
    return SIMD3(
      (cones * SIMD3(4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2)).sum(),
      (cones * SIMD3(-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5)).sum(),
      (cones * SIMD3(-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701_0)).sum())
  }

  /// Returns the perceived distance of two colours; black and white have the distance 1.
  func distance(to other: OKLab) -> Double {
    let d = axes - other.axes
    return (d * d).sum().squareRoot()
  }
}

/// A kind of colour vision, normal or colour-blind.
///
/// The two colour-blind kinds follow Machado, Oliveira and Fernandes, "A physiologically-based
/// model for simulation of color vision deficiency", 2009.
enum Vision: CaseIterable {
  case usual, protanopia, deuteranopia

  /// Returns the colour that this vision perceives for linear light.
  func seen(_ light: SIMD3<Double>) -> OKLab {
    let rows: [SIMD3<Double>]
    switch self {
    case .usual: return OKLab(linear: light)
    case .protanopia:
      rows = [
        SIMD3(0.152286, 1.052583, -0.204868), SIMD3(0.114503, 0.786281, 0.099216),
        SIMD3(-0.003882, -0.048116, 1.051998),
      ]
    case .deuteranopia:
      rows = [
        SIMD3(0.367322, 0.860646, -0.227968), SIMD3(0.280085, 0.672501, 0.047413),
        SIMD3(-0.011820, 0.042940, 0.968881),
      ]
    }
    let seen = SIMD3((rows[0] * light).sum(), (rows[1] * light).sum(), (rows[2] * light).sum())
    return OKLab(linear: seen.clamped(lowerBound: .zero, upperBound: .one))
  }
}
