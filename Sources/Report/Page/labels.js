"use strict";
// The names of levels in the pictures, each at the densest place of its cells.

// At most so many levels have names in a picture: those with the most cells.
const MOST_WRITTEN = 40;
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';

// The densest place of each level, by its code; levels without cells have none. The mean of all
// cells would lie between the groups of a level that has several.
const densestPlaces = (places, codes, written) => {
  const side = 64;
  const counts = new Map(written.map((code) => [code, new Uint32Array(side * side)]));
  const count = places.length / 2;
  const boxOf = (i) => (places[2 * i + 1] >> 10) * side + (places[2 * i] >> 10);
  for (let i = 0; i < count; i++) {
    const boxes = counts.get(codes[i]);
    if (boxes && places[2 * i] !== NOWHERE) boxes[boxOf(i)]++;
  }
  const centres = new Map();
  for (const [code, boxes] of counts) {
    let most = 0, best = -1;
    for (let box = 0; box < boxes.length; box++) {
      if (boxes[box] === 0) continue;
      let sum = 0;
      for (const y of [-1, 0, 1]) for (const x of [-1, 0, 1]) sum += boxes[box + y * side + x] ?? 0;
      if (sum > most) { most = sum; best = box; }
    }
    if (best >= 0) centres.set(code, { box: best, x: 0, y: 0, cells: 0 });
  }
  for (let i = 0; i < count; i++) {
    const centre = centres.get(codes[i]);
    if (!centre || places[2 * i] === NOWHERE) continue;
    const dx = (places[2 * i] >> 10) - centre.box % side;
    const dy = (places[2 * i + 1] >> 10) - Math.floor(centre.box / side);
    if (Math.abs(dx) > 1 || Math.abs(dy) > 1) continue;
    centre.x += places[2 * i];
    centre.y += places[2 * i + 1];
    centre.cells++;
  }
  const densest = new Map();
  for (const [code, { x, y, cells }] of centres) densest.set(code, [x / cells, y / cells]);
  return densest;
};

const shortened = (text, most) => {
  const letters = [...text];
  return letters.length > most ? letters.slice(0, most - 1).join("") + "…" : text;
};

// The names to write in a picture of this side in CSS pixels, those of larger levels first. A name
// that would cover another one is left out.
const namesIn = (column, row, view, side) => {
  if (!row.written) return [];
  const densest = column.densest(row);
  const names = [];
  for (const code of row.largest) {
    const place = densest.get(code);
    if (!place || (row.mask && !row.mask[code])) continue;
    const [u, v] = whereIs(place, 0, view);
    if (u < 0 || u > 1 || v < 0 || v > 1) continue;
    const text = shortened(row.levels[code - 1], 24);
    const size = side < 220 ? 10 : 12;
    const width = [...text].length * size * 0.6 + 6, height = size + 4;
    if (width > side) continue;
    // A name stays within the picture.
    const x = Math.min(side - width / 2, Math.max(width / 2, u * side));
    const y = Math.min(side - height / 2, Math.max(height / 2, v * side));
    const covers = (other) =>
      Math.abs(x - other.x) < (width + other.width) / 2
      && Math.abs(y - other.y) < (height + other.height) / 2;
    if (!names.some(covers)) names.push({ text, x, y, width, height, size });
  }
  return names;
};
const writeNames = (canvas, names, ratio, dark) => {
  const pen = canvas.getContext("2d");
  const { page, strong } = inksOf(dark);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  for (const { text, x, y, size } of names) {
    pen.font = `600 ${size * ratio}px ${FONT}`;
    pen.strokeStyle = css(page);
    pen.lineWidth = 3.5 * ratio;
    pen.strokeText(text, x * ratio, y * ratio);
    pen.fillStyle = css(strong);
    pen.fillText(text, x * ratio, y * ratio);
  }
};
