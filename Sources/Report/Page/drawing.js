"use strict";
// The data of the pictures, and a painter of cells as points. Points are drawn pixel by pixel,
// which is much faster than shapes for 100,000 cells.

// A place has two coordinates in 0...65534; this one marks a cell without a place.
const NOWHERE = 65535;
// The share of a picture's side that the whole layout takes.
const FILL = 0.94;

const bytesOf = (element) => {
  const text = atob(element.textContent);
  const array = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) array[i] = text.charCodeAt(i);
  return array;
};
const linesOf = (element) => {
  const list = new TextDecoder().decode(bytesOf(element)).split("\n");
  list.pop();
  return list;
};

// Colours are numbers, in the byte order of a canvas's pixels.
const pixel = (r, g, b) => (0xff000000 | b << 16 | g << 8 | r) >>> 0;
const css = (colour) =>
  `rgb(${colour & 255}, ${colour >>> 8 & 255}, ${colour >>> 16 & 255})`;
// The first colour is that of cells without a level.
const paletteOf = (rgb) => {
  const colours = new Uint32Array(rgb.length / 3 + 1);
  colours[0] = pixel(0x9c, 0xa3, 0xab);
  for (let i = 1; i < colours.length; i++)
    colours[i] = pixel(rgb[3 * i - 3], rgb[3 * i - 2], rgb[3 * i - 1]);
  return colours;
};
// The colours of a picture's background, of cells that are not selected, and of selected cells
// whose levels share one grey.
const inksOf = (dark) => dark
  ? { page: pixel(0x14, 0x17, 0x1c), faint: pixel(0x2b, 0x30, 0x37), strong: pixel(0xff, 0xff, 0xff) }
  : { page: pixel(0xff, 0xff, 0xff), faint: pixel(0xe3, 0xe6, 0xea), strong: pixel(0, 0, 0) };

// The radius of a point in CSS pixels: smaller for many cells, larger when zoomed.
const radiusOf = (count, zoom, side) => {
  const size = Math.min(5, Math.max(0.7, 26 / Math.pow(count, 0.34)));
  return Math.min(9, size * Math.pow(zoom, 0.4) * Math.min(1, side / 420 + 0.3));
};

// The pixels of a disc, as steps from its middle: whole ones, and those of its edge with the
// covered share.
const discOf = (radius, width, soft) => {
  const whole = [], edge = [], share = [];
  const reach = Math.ceil(radius + 0.5);
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const cover = radius + 0.5 - Math.hypot(x, y);
      if (cover >= 1 || (!soft && cover >= 0.35) || (x === 0 && y === 0)) whole.push(y * width + x);
      else if (soft && cover > 0.05) { edge.push(y * width + x); share.push(Math.round(cover * 256)); }
    }
  }
  return { whole: Int32Array.from(whole), edge: Int32Array.from(edge), share };
};
const blend = (under, over, share) => {
  const mix = (shift) => {
    const u = under >>> shift & 255;
    return u + (((over >>> shift & 255) - u) * share >> 8) << shift;
  };
  return (0xff000000 | mix(0) | mix(8) | mix(16)) >>> 0;
};

// Where a cell is in a picture with this view, each coordinate in 0...1 from the top left.
const whereIs = (places, i, view) => {
  const s = view.zoom * FILL / 65534;
  return [
    (places[2 * i] - 65534 * view.x) * s + 0.5,
    0.5 - (places[2 * i + 1] - 65534 * view.y) * s,
  ];
};
const WHOLE = { x: 0.5, y: 0.5, zoom: 1 };

// A painter computes the pixel of each cell once for all pictures of one layout.
class Painter {
  // `ratio` is the number of pixels of a CSS pixel, `side` the picture's side in pixels, and
  // `scale` a factor of the points' radius.
  place(places, view, side, ratio, scale = 1) {
    const count = places.length / 2;
    const radius = radiusOf(count, view.zoom, side / ratio) * ratio * scale;
    // With a margin for points that are partly outside.
    const margin = Math.ceil(radius) + 2;
    const width = side + 2 * margin;
    if (this.width !== width || this.side !== side) {
      Object.assign(this, { width, side });
      this.image = new ImageData(width, width);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    if (this.at?.length !== count) this.at = new Int32Array(count);
    const s = view.zoom * FILL / 65534 * side;
    const left = side / 2 - 65534 * view.x * s + margin, above = side / 2 + 65534 * view.y * s + margin;
    const last = side + 2 * margin - 1, inner = Math.ceil(radius) + 1;
    const at = this.at;
    for (let i = 0; i < count; i++) {
      const x = left + places[2 * i] * s | 0, y = above - places[2 * i + 1] * s | 0;
      at[i] = x < inner || y < inner || x > last - inner || y > last - inner
        || places[2 * i] === NOWHERE ? -1 : y * width + x;
    }
    this.margin = margin;
    this.disc = discOf(radius, width, count * radius * radius < 400000);
  }
  // Draws the cells in the colours of their codes. With a mask, the codes that it lacks are grey,
  // below the others.
  paint(canvas, { codes, colours, own, mask }, dark) {
    const { at, pixels, side } = this, { whole, edge, share } = this.disc, count = at.length;
    const ink = inksOf(dark);
    pixels.fill(ink.page);
    const put = (p, colour) => {
      for (let k = 0; k < whole.length; k++) pixels[p + whole[k]] = colour;
      for (let k = 0; k < edge.length; k++) {
        const q = p + edge[k];
        pixels[q] = blend(pixels[q], colour, share[k]);
      }
    };
    if (!mask) {
      for (let i = 0; i < count; i++) if (at[i] >= 0) put(at[i], colours[codes[i]]);
    } else {
      for (let i = 0; i < count; i++) if (at[i] >= 0 && !mask[codes[i]]) put(at[i], ink.faint);
      for (let i = 0; i < count; i++)
        if (at[i] >= 0 && mask[codes[i]]) put(at[i], own[codes[i]] ? colours[codes[i]] : ink.strong);
    }
    if (canvas.width !== side) { canvas.width = side; canvas.height = side; }
    canvas.getContext("2d").putImageData(this.image, -this.margin, -this.margin);
  }
}
