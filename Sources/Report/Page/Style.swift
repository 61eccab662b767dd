/// The style of the page.
enum Style {
  /// The style sheet of every page.
  ///
  /// A page follows the system's light or dark theme, or the choice of its button; in print it is
  /// light.
  static let sheet = [
    colours(.light, within: ":root"),
    "@media screen and (prefers-color-scheme: dark) {",
    colours(.dark, within: ":root:not([data-theme=light])"),
    "}",
    "@media screen {",
    colours(.dark, within: ":root[data-theme=dark]"),
    "}",
    layout, content, figures, paper,
  ].joined(separator: "\n")

  /// Returns the colours of a page's text and lines, by their names in style sheets.
  static func variables(on page: Palette.Page) -> KeyValuePairs<String, RGB> {
    switch page {
    case .light:
      [
        "page": Palette.Page.light.background, "ink": RGB(0x1B1F24), "soft": RGB(0x57606A),
        "line": RGB(0xD5DAE0), "raised": RGB(0xF5F7F9), "edge": RGB(0x7C8590),
        "accent": RGB(0x0B57A8), "alarm": RGB(0x9A4B00), "alarmed": RGB(0xFFF6E9),
        "bar": RGB(0x5B8DB8),
      ]
    case .dark:
      [
        "page": Palette.Page.dark.background, "ink": RGB(0xE4E8ED), "soft": RGB(0xA3ADB8),
        "line": RGB(0x343B45), "raised": RGB(0x1C2128), "edge": RGB(0x76808C),
        "accent": RGB(0x7DB5F2), "alarm": RGB(0xEBAA55), "alarmed": RGB(0x2A2113),
        "bar": RGB(0x5F93C2),
      ]
    }
  }

  private static func colours(_ page: Palette.Page, within selector: String) -> String {
    let names = variables(on: page).map { "--\($0):\($1.css)" }.joined(separator: ";")
    return """
      \(selector){color-scheme:\(page == .light ? "light" : "dark");\(names)}
      \(selector) .hue{--hue:var(\(page == .light ? "--c" : "--d"))}
      \(HeatColours.rules(on: page, within: selector))
      """
  }

  private static let layout = """
    *,*::before,*::after{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
    body{margin:0 auto;padding:2.5rem clamp(1rem,4vw,3rem) 5rem;max-width:78rem;
      background:var(--page);color:var(--ink);
      font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans",
      "Liberation Sans",Arial,sans-serif}
    header{position:relative;padding-right:7rem;margin-bottom:1.5rem}
    h1,h2,h3{line-height:1.25;font-weight:650;text-wrap:balance;overflow-wrap:anywhere}
    h1{font-size:clamp(1.6rem,1.2rem + 1.6vw,2.2rem);letter-spacing:-.015em;margin:0 0 .6rem}
    h2{font-size:1.35rem;letter-spacing:-.01em;margin:3rem 0 1rem;padding-top:1.25rem;
      border-top:1px solid var(--line)}
    h3{font-size:1rem;margin:1.75rem 0 .6rem}
    p,li,dd,dt,figcaption,caption{overflow-wrap:anywhere}
    p{max-width:44rem;margin:0 0 1rem}
    .lead{font-size:1.1rem;color:var(--soft);margin:0}
    a{color:var(--accent);text-underline-offset:.15em}
    :focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:3px}
    main:focus{outline:none}
    .skip{position:absolute;left:-999rem}
    .skip:focus{left:1rem;top:1rem;padding:.5rem 1rem;background:var(--page);z-index:9}
    .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
      white-space:nowrap}
    [hidden]{display:none!important}
    :root:not(.scripted) .live,:root:not(.scripted) .pictures,.scripted .unscripted{display:none}
    nav ol{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.35rem 1.4rem;
      counter-reset:n}
    nav a{text-decoration:none;font-size:.95rem}
    nav a:hover{text-decoration:underline}
    button,input{font:inherit;color:inherit}
    button{background:var(--raised);border:1px solid var(--edge);border-radius:6px;
      padding:.3rem .8rem;cursor:pointer;font-size:.9rem}
    button:hover{border-color:var(--accent);color:var(--accent)}
    #theme{position:absolute;right:0;top:.2rem}
    #tip{position:fixed;z-index:8;max-width:min(24rem,90vw);padding:.5rem .7rem;
      pointer-events:none;background:var(--page);color:var(--ink);border:1px solid var(--edge);
      border-radius:6px;box-shadow:0 4px 16px #0003;font-size:.85rem;line-height:1.45;
      overflow-wrap:anywhere}
    #tip div{display:flex;gap:.45rem;align-items:baseline}
    #tip .of{color:var(--soft);flex:none}
    """

  private static let content = """
    .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(22rem,100%),1fr));
      gap:0 2.5rem;margin:0 0 1rem}
    .facts div{display:flex;justify-content:space-between;gap:1rem;padding:.35rem 0;
      border-bottom:1px solid var(--line)}
    .facts dt{color:var(--soft)}
    .facts dd{margin:0;text-align:right;font-variant-numeric:tabular-nums}
    .warnings{list-style:none;margin:0 0 1rem;padding:0;max-width:48rem}
    .warnings li{padding:.7rem 1rem;margin-bottom:.6rem;background:var(--alarmed);
      border-left:4px solid var(--alarm);border-radius:0 6px 6px 0}
    .warnings strong{color:var(--alarm)}
    .calm{color:var(--soft)}
    .quotation{max-width:48rem;margin:0 0 1.25rem}
    .quotation blockquote{margin:0 0 .6rem;padding:1rem 1.25rem;background:var(--raised);
      border-radius:6px}
    .quotation p:last-child{margin-bottom:0}
    .citations{max-width:48rem;padding-left:1.4rem}
    .citations li{margin-bottom:.5rem}
    .scroll{overflow:auto;max-width:100%;margin:0 0 1.25rem}
    .scroll.tall{max-height:34rem;border-bottom:1px solid var(--line)}
    table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums}
    caption,figcaption{text-align:left;color:var(--soft);padding-bottom:.6rem;max-width:48rem;
      font-size:.95rem}
    caption{caption-side:top}
    .plain{min-width:min(36rem,100%)}
    .plain th,.plain td{padding:.35rem 0 .35rem 1.5rem;text-align:left;vertical-align:baseline;
      border-bottom:1px solid var(--line);font-weight:400;max-width:26rem;overflow-wrap:break-word}
    .plain th:first-child,.plain td:first-child{padding-left:0}
    .plain thead th{font-weight:600;border-bottom:1px solid var(--edge);position:sticky;top:0;
      background:var(--page)}
    .plain tbody th bdi{font-weight:500}
    .plain .number{text-align:right;white-space:nowrap}
    .plain thead .number{white-space:normal}
    .bar{display:inline-block;width:clamp(3rem,12vw,8rem);height:.65rem;margin-right:.8rem;border-radius:2px;
      background:var(--raised);box-shadow:inset 0 0 0 1px var(--line);overflow:hidden}
    .bar i{display:block;height:100%;background:var(--bar)}
    .none{color:var(--soft)}
    .swatch{display:inline-block;flex:none;width:.72rem;height:.72rem;border-radius:50%;
      background:var(--hue);margin-right:.5rem;forced-color-adjust:none}
    details{margin:.5rem 0 1rem}
    summary{cursor:pointer;color:var(--accent);width:max-content;max-width:100%;
      margin-bottom:.6rem}
    """

  private static let figures = """
    figure{margin:0 0 2rem}
    .how,.note{font-size:.88rem;color:var(--soft)}
    .how{max-width:48rem}
    .row{display:grid;grid-template-columns:minmax(0,1fr) 15rem;gap:1.25rem;align-items:start}
    .pictures{display:grid;gap:1rem;
      grid-template-columns:repeat(auto-fit,minmax(min(15rem,100%),1fr))}
    .picture{max-width:40rem}
    .panel{display:flex;justify-content:space-between;align-items:end;gap:.75rem;
      margin:0 0 .35rem;font-size:.9rem;color:var(--soft);overflow-wrap:anywhere}
    .frame{position:relative;border:1px solid var(--line);border-radius:6px;overflow:hidden}
    .frame:focus-within{border-color:var(--accent)}
    canvas{display:block;width:100%;aspect-ratio:1;background:var(--page);touch-action:pan-y;
      cursor:crosshair}
    canvas.moving{cursor:grabbing}
    canvas:focus-visible{outline-offset:-4px}
    .zoom{display:flex;gap:.25rem;flex:none}
    .zoom button{padding:.05rem .55rem;min-width:1.75rem;min-height:1.75rem;font-size:.85rem;
      background:none;border-color:var(--line);color:var(--soft)}
    @media (hover:none){.zoom button{min-width:2.4rem;min-height:2.4rem}}
    .ring{position:absolute;width:14px;height:14px;margin:-7px 0 0 -7px;border-radius:50%;
      border:2px solid var(--ink);box-shadow:0 0 0 1.5px var(--page);pointer-events:none}
    .legend ul{list-style:none;margin:0;padding:2px;max-height:26rem;overflow:auto}
    .legend li button{display:flex;width:100%;align-items:baseline;text-align:left;border:0;
      background:none;padding:.2rem .4rem;border-radius:4px;font-size:.88rem;line-height:1.35;
      color:var(--ink)}
    .legend li button:hover{background:var(--raised)}
    .legend li button[aria-pressed=true]{background:var(--raised);
      box-shadow:inset 0 0 0 2px var(--accent)}
    .legend .swatch{align-self:center}
    .legend .name{flex:1;overflow-wrap:anywhere;display:-webkit-box;-webkit-box-orient:vertical;
      -webkit-line-clamp:2;overflow:hidden}
    .legend .count{color:var(--soft);margin-left:.6rem;font-variant-numeric:tabular-nums}
    .legend .note{margin:.5rem .4rem}
    .filter{display:block;font-size:.88rem;color:var(--soft);margin-bottom:.5rem}
    .filter input{display:block;width:100%;padding:.35rem .5rem;margin-top:.2rem;
      border:1px solid var(--edge);border-radius:6px;background:var(--page);color:var(--ink)}
    @media (max-width:52rem){.row{grid-template-columns:minmax(0,1fr)}
      .legend ul{max-height:14rem;display:grid;
        grid-template-columns:repeat(auto-fill,minmax(min(13rem,100%),1fr));gap:0 1rem}}
    .lines svg:not(.sample){display:block;width:100%;min-width:34rem;max-width:50rem;
      height:auto;font-size:12px}
    .axis path{stroke:var(--line);fill:none}
    .axis text{fill:var(--soft);font-variant-numeric:tabular-nums}
    .axis .of{fill:var(--ink)}
    .line path{fill:none;stroke:var(--hue);stroke-width:2;stroke-linejoin:round}
    .line circle{fill:var(--hue);stroke:var(--page);stroke-width:1}
    .keys{list-style:none;margin:.4rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;
      font-size:.9rem}
    .keys svg{width:28px;height:8px;margin-right:.5rem;vertical-align:middle}
    .keys path{stroke:var(--hue);stroke-width:2.5;fill:none}
    .heat{border-collapse:separate;border-spacing:2px}
    .heat td{min-width:3.4rem;height:2.2rem;padding:0 .5rem;text-align:center;border-radius:3px}
    .heat th{font-weight:500;text-align:right;padding:0 .6rem;max-width:16rem;background:var(--page);
      overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
    .heat thead th{text-align:center;padding:.2rem .4rem;max-width:8rem}
    .heat .upright th{writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;
      max-width:none;max-height:11rem;padding:.4rem .1rem;vertical-align:top}
    .heat tbody th{position:sticky;left:0;z-index:1}
    .heat thead th{position:sticky;top:0;z-index:2}
    .heat thead td{position:sticky;left:0;top:0;z-index:3;background:var(--page)}
    .dense{border-spacing:1px;font-size:.65rem;line-height:1.1}
    .dense td{min-width:0;width:.75rem;height:.75rem;padding:0;border-radius:1px;font-size:0}
    .dense thead th{min-width:.75rem;padding:.4rem 0}
    .dense tbody th{padding:0 .4rem;max-width:12rem}
    .dense td:hover{outline:2px solid var(--ink)}
    .scale{display:flex;align-items:center;font-size:.88rem;color:var(--soft);
      font-variant-numeric:tabular-nums}
    .scale{white-space:nowrap}
    .scale i{flex:0 1 1rem;height:.8rem}
    .scale i:first-of-type{margin-left:.5rem;box-shadow:inset 1px 0 0 var(--line)}
    .scale i:last-of-type{margin-right:.5rem}
    @media (forced-colors:active){.heat td,.bar i,.scale i{forced-color-adjust:none}}
    @media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
    """

  private static let paper = """
    @media print{
      @page{margin:16mm}
      *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
      :root{font-size:9.5pt}
      body{max-width:none;padding:0}
      header{padding-right:0}
      nav,.skip,.how,.zoom,.filter,.copy,.ring,#theme,#tip,details{display:none!important}
      h2{break-after:avoid;margin-top:1.5rem}
      h3,.panel,figcaption,caption{break-after:avoid}
      tr,.row,.picture,.warnings li,.lines .scroll,.quotation{break-inside:avoid}
      .row{grid-template-columns:minmax(0,1fr);gap:.6rem}
      .legend{break-inside:avoid}
      .pictures{grid-template-columns:repeat(2,minmax(0,1fr))}
      .scroll,.scroll.tall,.legend ul{max-height:none;overflow:visible;display:block}
      .legend ul{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:0 1rem}
      .plain thead th,.heat th,.heat thead td{position:static}
      .legend li button{padding:.1rem .3rem}
      .lines svg:not(.sample){min-width:0}
      .dense{width:100%;table-layout:fixed;border-spacing:.5px;font-size:4pt}
      .dense thead td{width:5rem}
      .dense thead th,.dense td{min-width:0;width:auto;height:auto}
      a{color:inherit;text-decoration:none}
    }
    """
}
