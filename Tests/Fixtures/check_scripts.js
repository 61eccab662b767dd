// Runs the scripts of a report's page without a browser, and checks what they compute and save.
//
//     node check_scripts.js ../../Sources/Report/Page
//
// Prints nothing if all is as it should be; ends with 1 at the first difference.
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const folder = process.argv[2];
const names = ["report", "drawing", "labels", "pictures", "panels", "saving", "start"];

// As much of a browser as the scripts use when they start, on a page without figures.
const element = () => ({
  addEventListener() {}, append() {}, setAttribute() {}, replaceChildren() {},
  classList: { add() {} }, dataset: {}, style: {}, textContent: "",
});
const pens = [];
const browser = {
  document: {
    documentElement: element(), getElementById: element, querySelectorAll: () => [],
    createElement: () => ({ ...element(), getContext: () => (pens.push([]), pen(pens.at(-1))) }),
  },
  matchMedia: () => ({ ...element(), matches: false }),
  addEventListener() {}, atob, TextDecoder, performance, Blob,
  ImageData: class {
    constructor(width, height) { this.data = new Uint8ClampedArray(4 * width * height); }
  },
};
const pen = (calls) => new Proxy({}, {
  get: (_, name) => (...values) => calls.push([name, ...values]),
  set: () => true,
});
vm.createContext(browser);
for (const name of names) {
  const file = path.join(folder, name + ".js");
  vm.runInContext(fs.readFileSync(file, "utf8"), browser, { filename: file });
}
const run = (code) => vm.runInContext(code, browser);

// Two groups of level 1, the larger one at the top right; level 2 lies at the left; one cell has
// no place.
const cells = [];
for (let i = 0; i < 300; i++) cells.push([50000 + i % 17 * 20, 52000 + i % 13 * 20, 1]);
for (let i = 0; i < 100; i++) cells.push([10000 + i % 7 * 20, 9000 + i % 5 * 20, 1]);
for (let i = 0; i < 50; i++) cells.push([9000, 40000 + i, 2]);
cells.push([65535, 65535, 2]);
browser.places = Uint16Array.from(cells.flatMap(([x, y]) => [x, y]));
browser.codes = Uint8Array.from(cells.map(([, , code]) => code));

// Names are at the densest place of a level, not between its groups.
const densest = run("densestPlaces(places, codes, [1, 2, 3])");
assert(Math.abs(densest.get(1)[0] - 50160) < 50 && Math.abs(densest.get(1)[1] - 52120) < 50);
assert(Math.abs(densest.get(2)[0] - 9000) < 1 && !densest.has(3));

run(`
  const column = { places, densest: (row) => densestPlaces(places, codes, row.largest) };
  const levels = ["T <cell> & \\ud800 \\u0000", "B".repeat(200)];
  const row = {
    name: "type", codes, levels, largest: [1, 2], written: true, mask: null,
    colours: paletteOf([255, 0, 0, 0, 0, 255]), own: Uint8Array.of(1, 1, 1),
    keys: [{ text: levels[0], count: "400", colour: "rgb(255, 0, 0)" }],
  };
`);
const written = run("namesIn(column, row, WHOLE, 640)");
assert.deepStrictEqual([...written].map((n) => [...n.text].length), [14, 24]);
assert(written.every(({ x, width }) => x - width / 2 >= 0 && x + width / 2 <= 640));
// Names that would cover each other are left out, and so are those of hidden levels.
assert.strictEqual(run("namesIn({ ...column, densest: () => new Map([[1, [9, 9]], [2, [9, 9]]]) }, row, WHOLE, 640).length"), 1);
assert.strictEqual(run("namesIn(column, { ...row, mask: Uint8Array.of(0, 0, 1) }, WHOLE, 640).length"), 1);
assert.strictEqual(run("namesIn(column, { ...row, written: false }, WHOLE, 640).length"), 0);

// An SVG has every cell that has a place, in the colour of its level, and names only as text.
run(`
  const sheet = {
    name: "after", width: 900, height: 700,
    pictures: [{ column, row, view: WHOLE, x: 16, y: 36, side: 640, title: "</svg><script>" }],
    legend: { title: "type", keys: row.keys, x: 700, y: 36 },
  };
  const vector = new VectorPen(sheet);
  drawSheet(sheet, vector);
`);
const svg = run("vector.source");
const count = (text, part) => text.split(part).length - 1;
assert.strictEqual(count(svg, "h.01"), 450);
assert.strictEqual(count(svg, "<svg "), 2);
assert.strictEqual(count(svg, "</svg>"), 2);
assert(svg.includes('stroke="rgb(255, 0, 0)"') && svg.includes('stroke="rgb(0, 0, 255)"'));
assert(svg.includes("&lt;/svg&gt;&lt;script&gt;") && !svg.includes("<script"));
assert(!/[\u0000-\u0008]/.test(svg) && svg.isWellFormed());
// Points of both levels alternate in layers, so that neither covers the other.
assert(count(svg, "<path ") > 3);
// A selection is grey below the selected cells.
run("row.mask = Uint8Array.of(0, 0, 1); const some = new VectorPen(sheet); drawSheet(sheet, some); row.mask = null;");
const some = run("some.source");
assert(count(some, "h.01") < 450 && count(some, "h.01") > 50 && some.indexOf("rgb(227, 230, 234)") < some.indexOf("rgb(0, 0, 255)"));
assert(!some.includes('stroke="rgb(255, 0, 0)"'));

// A PNG is drawn with the same texts.
run("const raster = new CanvasPen(sheet); drawSheet(sheet, raster);");
const texts = pens.flat().filter(([name]) => name === "fillText").map(([, text]) => text);
assert(texts.includes("</svg><script>") && texts.includes("type"));

// A picture has the colours of its cells where they are.
run(`
  const painter = new Painter();
  painter.place(places, WHOLE, 200, 1);
  painter.paint(document.createElement("canvas"), row, false);
`);
const pixels = new Set(run("painter.pixels"));
assert(pixels.has(0xff0000ff) && pixels.has(0xffff0000) && pixels.has(0xffffffff));
assert.strictEqual([...run("painter.at")].filter((p) => p < 0).length, 1);

// Numbers of shades span the scale.
const numberOf = (scale, code) =>
  run(`Shades.prototype.numberOf(${JSON.stringify(scale)}, ${code})`);
assert.strictEqual(numberOf({ low: 100, high: 10000, isLogarithmic: true }, 128), "1,000");
assert.strictEqual(numberOf({ low: 0, high: 2, isLogarithmic: false }, 255), "2");

// File names have neither slashes nor dots of their own, and an end.
assert.strictEqual(run('fileName("../a b: T/B", ".png")'), "a-b-T-B.png");
assert.strictEqual(run('fileName("***", ".svg")'), "picture.svg");
assert(run('fileName("x".repeat(500), ".svg")').length < 100);
