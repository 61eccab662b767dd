"use strict";
// Saves pictures with their legends as PNG or SVG. Saved pictures are on white, for papers.

// A sheet is what is saved: its size in CSS pixels, pictures with their places on it, the titles of
// the pictures, and a legend.
const MARGIN = 16, LINE = 20, MOST_KEYS = 40;

const columnTitle = (figure, column) =>
  figure.rows[0].element.querySelectorAll(".panel > span:first-child")[figure.columns.indexOf(column)]
    .textContent;

const pictureSheet = ({ column, row }) => {
  const side = 640, x = MARGIN, y = MARGIN + LINE;
  const keys = row.keys.slice(0, MOST_KEYS);
  if (keys.length < row.keys.length)
    keys.push({ text: `and ${grouped(row.keys.length - keys.length)} more`, count: "", colour: null });
  const title = columnTitle(column.figure, column);
  return {
    name: `${title} ${row.name}`,
    width: side + 280 + 3 * MARGIN,
    height: Math.max(y + side, y + LINE * (keys.length + 1)) + MARGIN,
    pictures: [{ column, row, view: column, x, y, side, title }],
    legend: { title: row.name, keys, x: side + 2 * MARGIN, y },
  };
};
const panelsSheet = ({ column, row, panels, figure }) => {
  const side = 200, columns = Math.min(6, panels.length), step = side + MARGIN;
  const title = columnTitle(figure, column);
  return {
    name: `${title} each ${row.name}`,
    width: columns * step + MARGIN,
    height: Math.ceil(panels.length / columns) * (step + LINE) + MARGIN,
    pictures: panels.map((panel, k) => ({
      column, row: panel.row, view: WHOLE, side,
      x: MARGIN + (k % columns) * step,
      y: MARGIN + LINE + Math.floor(k / columns) * (step + LINE),
      title: row.levels[panel.code - 1],
    })),
    legend: null,
  };
};

// Draws a sheet with a pen, which is one of the two below.
const drawSheet = (sheet, pen) => {
  for (const { column, row, view, x, y, side, title } of sheet.pictures) {
    pen.text(shortened(title, Math.floor(side / 7)), x, y - 8, { size: 13, bold: true });
    pen.points(column.places, row, view, x, y, side);
    if (row.written)
      for (const name of namesIn(column, row, view, side))
        pen.text(name.text, x + name.x, y + name.y + name.size * 0.35,
          { size: name.size, bold: true, isCentred: true, hasHalo: true });
    pen.frame(x, y, side);
  }
  if (!sheet.legend) return;
  const { title, keys, x, y } = sheet.legend;
  pen.text(shortened(title, 36), x, y + 12, { size: 13, bold: true });
  keys.forEach(({ text, count, colour }, k) => {
    const line = y + 12 + LINE * (k + 1);
    if (colour) pen.dot(x + 6, line - 4, 6, colour);
    pen.text(shortened(count ? `${text} (${count})` : text, 36), x + 20, line, { size: 13 });
  });
};

// Draws on a canvas, with two pixels for each CSS pixel.
class CanvasPen {
  constructor({ width, height }) {
    this.ratio = 2;
    this.canvas = document.createElement("canvas");
    this.canvas.width = width * this.ratio;
    this.canvas.height = height * this.ratio;
    this.pen = this.canvas.getContext("2d");
    this.pen.scale(this.ratio, this.ratio);
    this.pen.fillStyle = "white";
    this.pen.fillRect(0, 0, width, height);
    this.painter = new Painter();
  }
  text(text, x, y, { size, bold, isCentred, hasHalo }) {
    this.pen.font = `${bold ? 600 : 400} ${size}px ${FONT}`;
    this.pen.textAlign = isCentred ? "center" : "left";
    if (hasHalo) {
      Object.assign(this.pen, { strokeStyle: "white", lineWidth: 3.5, lineJoin: "round" });
      this.pen.strokeText(text, x, y);
    }
    this.pen.fillStyle = "black";
    this.pen.fillText(text, x, y);
  }
  dot(x, y, radius, colour) {
    this.pen.fillStyle = colour;
    this.pen.beginPath();
    this.pen.arc(x, y, radius, 0, 2 * Math.PI);
    this.pen.fill();
  }
  frame(x, y, side) {
    Object.assign(this.pen, { strokeStyle: "#d5dae0", lineWidth: 1 });
    this.pen.strokeRect(x, y, side, side);
  }
  points(places, row, view, x, y, side) {
    const picture = document.createElement("canvas");
    this.painter.place(places, view, side * this.ratio, this.ratio);
    this.painter.paint(picture, row, false);
    this.pen.drawImage(picture, x, y, side, side);
  }
}

// Text in SVG: XML allows neither control characters nor halves of surrogate pairs.
const inXML = (text) => text
  .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
  .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
  .replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

// Writes SVG, in which points and text stay editable.
class VectorPen {
  constructor({ width, height }) {
    this.size = [width, height];
    this.parts = [];
  }
  text(text, x, y, { size, bold, isCentred, hasHalo }) {
    const halo = hasHalo ? ' stroke="white" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"' : "";
    this.parts.push(
      `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}"`
      + `${bold ? ' font-weight="600"' : ""}${isCentred ? ' text-anchor="middle"' : ""}${halo}>`
      + `${inXML(text)}</text>`);
  }
  dot(x, y, radius, colour) {
    this.parts.push(`<circle cx="${x}" cy="${y}" r="${radius}" fill="${colour}"/>`);
  }
  frame(x, y, side) {
    this.parts.push(`<rect x="${x}" y="${y}" width="${side}" height="${side}" fill="none" stroke="#d5dae0"/>`);
  }
  // A point is a line of no length with round ends, which takes few bytes. Points of one colour
  // are one path, but in 16 layers, so that no level covers another.
  points(places, { codes, colours, own, mask }, view, x, y, side) {
    const count = places.length / 2, ink = inksOf(false);
    // An inner drawing hides what is outside of it.
    this.parts.push(
      `<svg x="${x}" y="${y}" width="${side}" height="${side}" fill="none" stroke-linecap="round"`
      + ` stroke-width="${(2 * radiusOf(count, view.zoom, side)).toFixed(2)}">`);
    const placeOf = (i, decimals) => {
      const [u, v] = whereIs(places, i, view);
      if (places[2 * i] === NOWHERE || u < 0 || u > 1 || v < 0 || v > 1) return null;
      return `M${(u * side).toFixed(decimals)} ${(v * side).toFixed(decimals)}h.01`;
    };
    const layers = (isDrawn, colourOf) => {
      for (let layer = 0; layer < 16; layer++) {
        const paths = new Map();
        const end = Math.floor(count * (layer + 1) / 16);
        for (let i = Math.floor(count * layer / 16); i < end; i++) {
          const place = isDrawn(codes[i]) ? placeOf(i, 1) : null;
          if (place === null) continue;
          const colour = colourOf(codes[i]);
          if (!paths.has(colour)) paths.set(colour, []);
          paths.get(colour).push(place);
        }
        for (const [colour, path] of paths)
          this.parts.push(`<path stroke="${css(colour)}" d="${path.join("")}"/>`);
      }
    };
    if (mask) {
      // One grey point of each place is enough; small pictures have few places.
      const faint = new Set();
      for (let i = 0; i < count; i++)
        if (!mask[codes[i]]) faint.add(placeOf(i, side < 300 ? 0 : 1));
      faint.delete(null);
      this.parts.push(`<path stroke="${css(ink.faint)}" d="${[...faint].join("")}"/>`);
    }
    layers(
      (code) => !mask || mask[code],
      (code) => (mask && !own[code] ? ink.strong : colours[code]));
    this.parts.push("</svg>");
  }
  get source() {
    const [width, height] = this.size;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"`
      + ` viewBox="0 0 ${width} ${height}" font-family='${FONT}'>`
      + `<rect width="100%" height="100%" fill="white"/>${this.parts.join("\n")}</svg>\n`;
  }
}

const download = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};
// A file name of letters, digits and hyphens, at most 80 of them.
const fileName = (text, ending) =>
  (text.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 80) || "picture") + ending;

const save = (sheet, kind) => {
  const done = (blob) => {
    download(blob, fileName(sheet.name, "." + kind.toLowerCase()));
    said.textContent = `Saved as ${kind}.`;
  };
  if (kind === "SVG") {
    const pen = new VectorPen(sheet);
    drawSheet(sheet, pen);
    done(new Blob([pen.source], { type: "image/svg+xml" }));
  } else {
    const pen = new CanvasPen(sheet);
    drawSheet(sheet, pen);
    pen.canvas.toBlob(done, "image/png");
  }
};
