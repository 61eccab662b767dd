#!/usr/bin/env python3
"""Opens reports in Chromium without a network, and uses them as a reader does.

The pages are written by

    SCHARMONIZE_WRITE_TO=written swift test --filter 'pages for inspection'

and looked at by

    look_at_report.py written

or single files by name. Of each page: it asks for nothing, and the console stays silent; every
canvas has points in more than two colours; pointing at a cell tells of it, and rings it in the
other pictures; the wheel, buttons and keys zoom; names in the legend show their cells; names are
written in the plots and taken away; numbers and layouts are selected; plots are saved as PNG and
SVG; the keyboard reaches both; the copy button copies; the page fits 360 pixels, and nothing on it
scrolls sideways at 1,280; everything that can be
used has a name, and text stands out from what it is on; dark and printed pages are drawn in
their own colours. Prints sizes and times. --pictures FOLDER keeps what was seen. Needs Python's
playwright and a Chromium; SCHARMONIZE_CHROMIUM names one elsewhere than in the path. Ends with 1
where something is wrong.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import sys
from xml.etree import ElementTree

from playwright.sync_api import sync_playwright

failures = []


def expect(condition, message):
    if not condition:
        failures.append(message)
        print(f"  wrong: {message}")


COLOURS = """(canvas) => {
  const { width, height } = canvas;
  const data = canvas.getContext("2d").getImageData(0, 0, width, height).data;
  const counts = new Map();
  const pixels = new Uint32Array(data.buffer);
  let hash = 0;
  for (const p of pixels) { counts.set(p, (counts.get(p) ?? 0) + 1); hash = hash * 31 + p | 0; }
  const page = [...counts].sort((a, b) => b[1] - a[1])[0][0];
  return { colours: counts.size, page: page & 0xffffff, hash };
}"""

# Where a point is drawn: the first pixel unlike the page, with its neighbours too.
POINT = """(canvas) => {
  const { width, height } = canvas;
  const pixels = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, width, height).data.buffer);
  const page = pixels[0];
  for (let y = 2; y < height - 2; y++)
    for (let x = 2; x < width - 2; x++)
      if ([0, 1, -1].every((d) => pixels[(y + d) * width + x] !== page && pixels[y * width + x + d] !== page))
        return [x / width, y / height];
  return null;
}"""

# The least contrast between text and what it stands on, and what has no name.
AUDIT = """() => {
  const light = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const style = getComputedStyle(element);
    if (!own || !element.checkVisibility() || ["SCRIPT", "STYLE", "NOSCRIPT"].includes(element.tagName)
        || parseFloat(style.fontSize) < 4) continue;
    const svg = element.namespaceURI.endsWith("svg");
    if (svg && element.tagName === "title") continue;
    const pair = [light(parse(svg ? style.fill : style.color).slice(0, 3)), light(ground(element))];
    const contrast = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    if (contrast < 4.5) found.push(`${element.tagName}.${element.className} ${contrast.toFixed(2)}`);
  }
  const unnamed = [...document.querySelectorAll("button, a, input, canvas, [role=region], svg[role=img]")]
    .filter((e) => e.checkVisibility() && !e.textContent.trim() && !e.getAttribute("aria-label")
      && !e.getAttribute("aria-labelledby") && !e.closest("label"))
    .map((e) => e.outerHTML.slice(0, 80));
  const levels = [...document.querySelectorAll("h1,h2,h3,h4")].map((h) => Number(h.tagName[1]));
  const jumps = levels.filter((level, k) => k > 0 && level > levels[k - 1] + 1);
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  return { found: found.slice(0, 5), unnamed, jumps, double: ids.filter((id, k) => ids.indexOf(id) !== k) };
}"""


# The large plots; the small panels neither zoom nor ring cells.
PLOTS = ".picture canvas"


def hashes(page, which=PLOTS):
    return [canvas.evaluate(COLOURS)["hash"] for canvas in page.query_selector_all(which)]


def settle(page):
    page.evaluate("() => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")


def look_at_pictures(page, name):
    for canvas in page.query_selector_all("canvas"):
        seen = canvas.evaluate(COLOURS)
        least = 2 if name == "two" else 3
        expect(seen["colours"] >= least, f"a canvas has {seen['colours']} colours")
    canvases = page.query_selector_all(PLOTS)
    canvas = canvases[0]
    canvas.scroll_into_view_if_needed()
    settle(page)  # the event of scrolling comes with the next frame, and hides a tip
    spot = canvas.evaluate(POINT)
    expect(spot is not None, "no point was found on a canvas")
    if spot:
        box = canvas.bounding_box()
        page.mouse.move(box["x"] + spot[0] * box["width"], box["y"] + spot[1] * box["height"])
        tip = page.locator("#tip")
        expect(tip.is_visible(), "pointing at a cell shows no tip")
        rings = page.locator(".ring:visible").count()
        expect(rings == len(canvases), f"{rings} of {len(canvases)} pictures ring the cell")
        print("  tip:", " | ".join(tip.inner_text().split("\n"))[:150])
        page.mouse.move(2, 2)
        expect(not tip.is_visible(), "the tip stays when the pointer leaves")
    panels = page.locator(".colouring").first.locator("canvas").count()
    whole = hashes(page)

    def changes(columns, what):
        settle(page)
        after = hashes(page)
        for k, (a, b) in enumerate(zip(whole, after)):
            expect((a != b) == (k % panels in columns), f"{what}: picture {k + 1} is wrong")

    canvas.click(position={"x": 20, "y": 20})
    page.mouse.wheel(0, -400)
    changes({0}, "the wheel")
    page.keyboard.press("0")
    changes(set(), "the key 0")
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    changes({0}, "the keys + and arrow")
    canvas.dblclick(position={"x": 20, "y": 20})
    changes(set(), "the double click")
    page.locator("[data-zoom=in]").last.click()
    changes({panels - 1}, "the button +")
    page.locator("[data-zoom=reset]").last.click()
    changes(set(), "the button of the whole")

    keys = page.locator(".colouring").first.locator(".legend button")
    if keys.count() > 1:
        keys.first.hover()
        settle(page)
        after = hashes(page)
        expect(whole[:panels] != after[:panels], "a name pointed at shows nothing")
        expect(whole[panels:] == after[panels:], "a name of one colouring changes another")
        page.mouse.move(2, 2)
        changes(set(), "leaving the legend")
        keys.first.click()
        page.mouse.move(2, 2)
        settle(page)
        expect(hashes(page) != whole, "a name that was clicked is not kept")
        expect(keys.first.get_attribute("aria-pressed") == "true", "a kept name does not say so")
        keys.first.press("Escape")
        settle(page)
        keys.first.evaluate("(e) => e.blur()")
        changes(set(), "Escape")
    for colouring in page.locator(".colouring").all():
        field = colouring.locator(".filter input")
        if field.count() == 0:
            continue
        listed = colouring.locator(".legend li").count()
        field.fill("7")
        page.wait_for_timeout(300)
        found = colouring.locator(".found")
        expect(found.is_visible(), "the filter says nothing")
        print("  filter:", found.inner_text())
        colouring.locator(".legend button").last.hover()
        settle(page)
        expect(hashes(page) != whole, "a name that was found shows nothing")
        page.mouse.move(2, 2)
        field.fill("")
        page.wait_for_timeout(300)
        expect(colouring.locator(".legend li").count() == listed, "the filter keeps names back")

    look_at_choices(page, whole)

    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => { const e = document.activeElement;
                return e.closest(".legend") ? "legend" : e.tagName.toLowerCase(); }"""
            )
        )
    for target in ("canvas", "legend", "a", "button"):
        expect(target in reached, f"the keyboard does not reach: {target}")


def look_at_choices(page, whole):
    """Names in the plots, numbers for colours, layouts of the small panels, and saving."""
    panels = page.locator(".colouring").first.locator("canvas").count()
    names = page.locator(".written").first
    names.click()
    settle(page)
    after = hashes(page)
    expect(whole[:panels] != after[:panels], "names are not written in the plots")
    names.click()
    settle(page)
    expect(hashes(page) == whole, "names in the plots are not taken away")

    choices = page.locator(".gradients [data-choice]")
    if choices.count() > 1:
        title = page.locator(".gradients h3 bdi").inner_text()
        choices.nth(1).click()
        settle(page)
        expect(page.locator(".gradients h3 bdi").inner_text() != title, "a number is not selected")
        expect(page.locator(".ramp:visible").count() == 1, "not one scale is shown")
        choices.nth(0).click()
        settle(page)
        expect(hashes(page) == whole, "the first number is not selected again")
    layouts = page.locator(".highlights [data-choice]")
    if layouts.count() > 1:
        small = hashes(page, ".one canvas")
        layouts.nth(0).click()
        settle(page)
        expect(hashes(page, ".one canvas") != small, "a layout of the small panels is not selected")

    for place in (".picture", ".gradients .picture", ".highlights"):
        for kind in ("PNG", "SVG"):
            button = page.locator(f"{place} [data-save={kind}]").first
            if button.count() == 0:
                continue
            with page.expect_download() as download:
                button.click()
            file = pathlib.Path(download.value.path())
            start = file.read_bytes()[:5]
            expect(start == (b"\x89PNG\r" if kind == "PNG" else b"<svg "), f"{kind} begins {start}")
            if kind == "SVG":
                ElementTree.parse(file)
            print(f"  saved {download.value.suggested_filename[:60]}: {file.stat().st_size / 1e6:.2f} MB")


def times(page):
    """Milliseconds of redraws while one column is zoomed, as the page measured them."""
    page.evaluate("""() => {
      window.redraws = [];
      new PerformanceObserver((list) => window.redraws.push(...list.getEntriesByName("redraw")))
        .observe({ type: "measure" });
    }""")
    canvas = page.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    canvas.focus()
    for key in ["+"] * 8 + ["-"] * 8:
        page.keyboard.press(key)
        settle(page)
    return page.evaluate("() => window.redraws.map((e) => e.duration)")


def look_at(browser, path, pictures):
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")
    expect(path.stat().st_size < 10_000_000, "the page is larger than 10 MB")
    keep = (lambda page, what: page.screenshot(path=pictures / f"{path.stem}-{what}.png",
            full_page=True)) if pictures else lambda page, what: None
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, offline=True, color_scheme="light",
        permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.on("console", lambda m: expect(m.type != "error", f"console: {m.text}"))
    page.on("pageerror", lambda e: expect(False, f"script: {e}"))
    page.on("dialog", lambda d: (expect(False, "a name ran as a script"), d.dismiss()))
    requests = []
    page.on("request", lambda r: requests.append(r.url))
    page.goto(path.resolve().as_uri())
    settle(page)
    opened = page.evaluate("() => performance.timing.domComplete - performance.timing.fetchStart")
    keep(page, "light")
    wide = page.evaluate("""() => [document.documentElement, ...document.querySelectorAll(".scroll")]
      .filter((e) => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1).length""")
    expect(wide == 0, f"{wide} boxes scroll sideways at 1,280 pixels")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        settle(page)
        audit = page.evaluate(AUDIT)
        for what, found in audit.items():
            expect(not found, f"{scheme}: {what}: {found}")
        grounds = {c.evaluate(COLOURS)["page"] for c in page.query_selector_all(PLOTS)}
        wanted = 0xFFFFFF if scheme == "light" else 0x1C1714
        expect(name_is_tiny(path) or grounds == {wanted}, f"{scheme}: canvases stand on {grounds}")
    keep(page, "dark")
    page.emulate_media(color_scheme="light")
    look_at_pictures(page, path.stem)
    drawn = times(page)
    print(f"  opened in {opened} ms; {len(drawn)} redraws of a column:"
          f" median {statistics.median(drawn):.1f}, most {max(drawn):.1f} ms")

    page.locator("#theme").click()
    expect(page.evaluate("() => document.documentElement.dataset.theme") == "dark", "no dark page")
    # What stays of the dark page on paper would be dark.
    page.emulate_media(media="print")
    settle(page)
    ground = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    expect(ground == "rgb(255, 255, 255)", f"paper is {ground}")
    grounds = {c.evaluate(COLOURS)["page"] for c in page.query_selector_all(PLOTS)}
    expect(grounds == {0xFFFFFF}, f"canvases on paper stand on {grounds}")
    keep(page, "paper")
    page.emulate_media(media="null")
    pdf = page.pdf(path=pictures / f"{path.stem}.pdf" if pictures else None, format="A4",
                   print_background=True)
    expect(len(pdf) > 10_000, "the printed page is empty")

    copy = page.locator(".copy").first
    copy.click()
    page.wait_for_timeout(100)
    said = page.locator("#said").inner_text()
    expect(said == "Copied.", f"the copy button says '{said}'")
    quoted = page.locator("blockquote").first.inner_text()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    expect(copied.split() == quoted.split(), "what was copied is not the text")

    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="light")
    settle(page)
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    expect(wide <= 360, f"the page is {wide} pixels wide on a screen of 360")
    hidden = page.evaluate("""() => [...document.querySelectorAll(".caption, figcaption, .legend")]
      .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1).length""")
    expect(hidden == 0, f"{hidden} captions or legends are cut at 360 pixels")
    keep(page, "narrow")
    expect(requests == [path.resolve().as_uri()], f"the page asked for {requests[1:3]}")
    context.close()

    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(path.resolve().as_uri())
    expect(page.get_by_text("scripts are disabled here").count() > 0, "without scripts nothing is said")
    expect(page.locator("table").count() >= 2, "without scripts there are no tables")
    keep(page, "plain")
    context.close()


def name_is_tiny(path):
    return path.stem == "two"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("reports", type=pathlib.Path, nargs="+")
    parser.add_argument("--pictures", type=pathlib.Path)
    options = parser.parse_args()
    chromium = os.environ.get("SCHARMONIZE_CHROMIUM") or next(
        filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if not chromium:
        print("skipped: no Chromium in the path; name one in SCHARMONIZE_CHROMIUM")
        return
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    paths = [p for given in options.reports
             for p in (sorted(given.glob("*.html")) if given.is_dir() else [given])]
    if not paths:
        sys.exit("there are no reports")
    with sync_playwright() as play:
        # As root, in containers, Chromium has no sandbox of its own.
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in paths:
            look_at(browser, path, options.pictures)
        browser.close()
    print(f"{len(paths)} reports, {len(failures)} wrong")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
