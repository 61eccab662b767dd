"use strict";
(() => {
const root = document.documentElement;
root.classList.add("scripted");
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
const tip = document.getElementById("tip");
const said = document.getElementById("said");
const figures = [];

const systemDark = matchMedia("(prefers-color-scheme: dark)");
let printing = false;
const isDark = () =>
  !printing && (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);
const theme = document.getElementById("theme");
const nameTheme = () => { theme.textContent = isDark() ? "Light page" : "Dark page"; };
const redrawAll = () => { for (const figure of figures) figure.drawAll(); };
theme.hidden = false;
nameTheme();
theme.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  nameTheme();
  redrawAll();
});
systemDark.addEventListener("change", () => { nameTheme(); redrawAll(); });
const print = (on) => { if (printing !== on) { printing = on; redrawAll(); } };
addEventListener("beforeprint", () => print(true));
addEventListener("afterprint", () => print(false));
matchMedia("print").addEventListener("change", (event) => print(event.matches));

for (const button of all(".copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const quoted = document.getElementById(button.dataset.of);
    const text = all("p", quoted).map((p) => p.textContent).join("\n\n");
    let copied = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(quoted);
      copied = document.execCommand("copy");
    }
    said.textContent = copied ? "Copied." : "Not copied. Select the text and copy it.";
    button.textContent = copied ? "Copied" : "Select the text to copy it";
    setTimeout(() => { button.textContent = "Copy the text"; }, 2500);
  });
}

const hideTip = () => { tip.hidden = true; };
const showTip = (x, y, rows) => {
  tip.replaceChildren(...rows.map(([of, text, colour]) => {
    const row = document.createElement("div");
    if (of) {
      const title = document.createElement("span");
      title.className = "of";
      title.textContent = of;
      row.append(title);
    }
    if (colour) {
      const swatch = document.createElement("i");
      swatch.className = "swatch";
      swatch.style.background = colour;
      swatch.style.margin = "0";
      row.append(swatch);
    }
    const name = document.createElement("bdi");
    name.textContent = text;
    row.append(name);
    return row;
  }));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const left = x + 14 + box.width > innerWidth ? x - 14 - box.width : x + 14;
  const top = y + 14 + box.height > innerHeight ? y - 14 - box.height : y + 14;
  tip.style.left = Math.max(4, left) + "px";
  tip.style.top = Math.max(4, top) + "px";
};
addEventListener("scroll", hideTip, { passive: true, capture: true });

for (const table of all("table.dense")) {
  table.addEventListener("pointermove", (event) => {
    const cell = event.target.closest("tbody td");
    if (!cell) { hideTip(); return; }
    const row = cell.parentElement.cells[0].textContent;
    const column = table.tHead.rows[0].cells[cell.cellIndex].textContent;
    showTip(event.clientX, event.clientY, [["", row], ["×", column], ["", cell.textContent]]);
  });
  table.addEventListener("pointerleave", hideTip);
}

// A box takes the keyboard's focus only where there is something to scroll.
const boxes = all(".scroll[tabindex], .legend ul");
const measureBoxes = () => {
  for (const box of boxes) {
    const scrolls =
      box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (scrolls && box.classList.contains("scroll")) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
};
addEventListener("resize", measureBoxes);
measureBoxes();
const NOWHERE = 65535, FILL = 0.94, DEEPEST = 200;
const bytes = (element) => {
  const text = atob(element.textContent);
  const array = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) array[i] = text.charCodeAt(i);
  return array;
};
const lines = (element) => {
  const list = new TextDecoder().decode(bytes(element)).split("\n");
  list.pop();
  return list;
};
const pixel = (r, g, b) => (0xff000000 | b << 16 | g << 8 | r) >>> 0;
// One place before the first level is for cells without a level.
const palette = (element) => {
  const rgb = bytes(element);
  const colours = new Uint32Array(rgb.length / 3 + 1);
  colours[0] = pixel(0x9c, 0xa3, 0xab);
  for (let i = 1; i < colours.length; i++)
    colours[i] = pixel(rgb[3 * i - 3], rgb[3 * i - 2], rgb[3 * i - 1]);
  return colours;
};
const css = (colour) =>
  `rgb(${colour & 255} ${colour >>> 8 & 255} ${colour >>> 16 & 255})`;
const inkOf = (dark) => dark
  ? { page: pixel(0x14, 0x17, 0x1c), faint: pixel(0x2b, 0x30, 0x37), strong: pixel(0xff, 0xff, 0xff) }
  : { page: pixel(0xff, 0xff, 0xff), faint: pixel(0xe3, 0xe6, 0xea), strong: pixel(0, 0, 0) };

// The pixels of a disc, as steps from its middle: whole ones, and edge ones with their share.
const disc = (radius, width, soft) => {
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

class Column {
  constructor(figure, element) {
    this.figure = figure;
    this.places = new Uint16Array(bytes(element).buffer);
    this.pictures = [];
    this.whole();
  }
  whole() { this.x = 0.5; this.y = 0.5; this.zoom = 1; }
  hold() {
    this.zoom = Math.min(DEEPEST, Math.max(1, this.zoom));
    const half = 0.5 / this.zoom;
    this.x = Math.min(1 - half, Math.max(half, this.x));
    this.y = Math.min(1 - half, Math.max(half, this.y));
    for (const picture of this.pictures)
      picture.canvas.style.touchAction = this.zoom > 1 ? "none" : "pan-y";
  }
  // Zooms so that what is at (u, v), each in 0...1 of the picture, stays there.
  zoomBy(factor, u = 0.5, v = 0.5) {
    const before = this.zoom;
    this.zoom = Math.min(DEEPEST, Math.max(1, before * factor));
    const gained = (1 / before - 1 / this.zoom) / FILL;
    this.x += (u - 0.5) * gained;
    this.y += (0.5 - v) * gained;
    this.changed();
  }
  moveBy(u, v) {
    this.x -= u / (this.zoom * FILL);
    this.y += v / (this.zoom * FILL);
    this.changed();
  }
  changed() {
    this.hold();
    this.figure.point(null);
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.draw(); });
  }
  // Where a cell is, each in 0...1 of the picture.
  where(i) {
    const s = this.zoom * FILL / 65534;
    return [
      (this.places[2 * i] - 65534 * this.x) * s + 0.5,
      0.5 - (this.places[2 * i + 1] - 65534 * this.y) * s,
    ];
  }
  draw() {
    const started = performance.now();
    const ratio = Math.min(printing ? 3 : devicePixelRatio || 1, 3);
    const side = Math.max(1, Math.round((this.pictures[0].canvas.clientWidth || 400) * ratio));
    const count = this.places.length / 2;
    const size = Math.min(5, Math.max(0.7, 26 / Math.pow(count, 0.34)));
    const radius = Math.min(9, size * Math.pow(this.zoom, 0.4) * Math.min(1, side / ratio / 420 + 0.3)) * ratio;
    const margin = Math.ceil(radius) + 2;
    const width = side + 2 * margin;
    if (this.width !== width || this.side !== side) {
      this.width = width;
      this.side = side;
      this.image = new ImageData(width, width);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    if (!this.at) this.at = new Int32Array(count);
    const s = this.zoom * FILL / 65534 * side;
    const left = side / 2 - 65534 * this.x * s + margin, top = side / 2 + 65534 * this.y * s + margin;
    const last = side + 2 * margin - 1, inner = Math.ceil(radius) + 1;
    const places = this.places, at = this.at;
    for (let i = 0; i < count; i++) {
      const px = left + places[2 * i] * s | 0, py = top - places[2 * i + 1] * s | 0;
      at[i] = px < inner || py < inner || px > last - inner || py > last - inner
        || places[2 * i] === NOWHERE ? -1 : py * width + px;
    }
    const stamp = disc(radius, width, count * radius * radius < 400000);
    const ink = inkOf(isDark());
    for (const picture of this.pictures) this.paint(picture, stamp, ink, margin);
    performance.measure("redraw", { start: started, end: performance.now() });
    performance.clearMeasures("redraw");
  }
  paint({ canvas, row }, stamp, ink, margin) {
    const { at, pixels, side } = this, { codes, mask } = row;
    const colours = isDark() ? row.dark : row.light;
    const { whole, edge, share } = stamp, count = at.length;
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
        if (at[i] >= 0 && mask[codes[i]]) put(at[i], row.own[codes[i]] ? colours[codes[i]] : ink.strong);
    }
    if (canvas.width !== side) { canvas.width = side; canvas.height = side; }
    canvas.getContext("2d").putImageData(this.image, -margin, -margin);
  }
  // The cell nearest to (u, v) and at most so far away, among those of an accepted level.
  nearest(u, v, reach, codes, mask) {
    if (!this.grid) this.grid = gridOf(this.places);
    const { starts, cells, places } = { ...this.grid, places: this.places };
    const span = 65534 / (this.zoom * FILL);
    const x = 65534 * this.x + (u - 0.5) * span, y = 65534 * this.y + (0.5 - v) * span;
    const far = reach * span;
    let best = -1, least = far * far;
    const from = (z) => Math.max(0, z - far >> 9), to = (z) => Math.min(127, z + far >> 9);
    for (let row = from(y); row <= to(y); row++) {
      for (let box = row * 128 + from(x), end = row * 128 + to(x); box <= end; box++) {
        for (let k = starts[box]; k < starts[box + 1]; k++) {
          const i = cells[k];
          const dx = places[2 * i] - x, dy = places[2 * i + 1] - y, d = dx * dx + dy * dy;
          // Of cells in one place the last is on top.
          if ((d < least || (d === least && i > best)) && (!mask || mask[codes[i]])) { least = d; best = i; }
        }
      }
    }
    return best;
  }
}

// The cells by squares of 512 units, 128 × 128 of them.
const gridOf = (places) => {
  const count = places.length / 2;
  const starts = new Int32Array(128 * 128 + 1), cells = new Int32Array(count);
  const box = (i) => (places[2 * i + 1] >> 9) * 128 + (places[2 * i] >> 9);
  for (let i = 0; i < count; i++) if (places[2 * i] !== NOWHERE) starts[box(i) + 1]++;
  for (let b = 0; b < 128 * 128; b++) starts[b + 1] += starts[b];
  const next = starts.slice();
  for (let i = 0; i < count; i++) if (places[2 * i] !== NOWHERE) cells[next[box(i)]++] = i;
  return { starts, cells };
};
const listen = (picture) => {
  const { canvas, column, row } = picture, { figure } = column;
  const fingers = new Map();
  let moved = 0;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const look = (event, reach) => {
    const [u, v] = place(event);
    const i = column.nearest(u, v, reach / canvas.clientWidth, row.codes, row.mask);
    figure.point(i < 0 ? null : i, event);
  };
  canvas.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, place(event));
    moved = 0;
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== "touch") look(event, 10);
      return;
    }
    const now = place(event);
    const others = [...fingers].filter(([id]) => id !== event.pointerId).map(([, p]) => p);
    moved += Math.hypot(now[0] - before[0], now[1] - before[1]) * canvas.clientWidth;
    if (moved > 3) {
      canvas.classList.add("moving");
      if (others.length === 1) {
        const far = (p) => Math.max(0.01, Math.hypot(p[0] - others[0][0], p[1] - others[0][1]));
        column.moveBy((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
        column.zoomBy(far(now) / far(before), (now[0] + others[0][0]) / 2, (now[1] + others[0][1]) / 2);
      } else if (others.length === 0) {
        column.moveBy(now[0] - before[0], now[1] - before[1]);
      }
    }
    fingers.set(event.pointerId, now);
  });
  const lift = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    canvas.classList.remove("moving");
    if (event.type === "pointerup" && moved <= 3) look(event, event.pointerType === "touch" ? 24 : 10);
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") figure.point(null);
  });
  canvas.addEventListener("dblclick", () => { column.whole(); column.changed(); });
  canvas.addEventListener("wheel", (event) => {
    // A page that scrolls on is not caught by a picture under the pointer.
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== canvas) return;
    event.preventDefault();
    const [u, v] = place(event);
    const pixels = event.deltaY * (event.deltaMode === 0 ? 1 : 24);
    column.zoomBy(Math.exp(-Math.max(-300, Math.min(300, pixels)) * (event.ctrlKey ? 0.008 : 0.002)), u, v);
  }, { passive: false });
  const steps = { ArrowLeft: [0.1, 0], ArrowRight: [-0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") column.zoomBy(1.4);
    else if (event.key === "-" || event.key === "_") column.zoomBy(1 / 1.4);
    else if (event.key === "0" || event.key === "Home") { column.whole(); column.changed(); }
    else if (event.key === "Escape") figure.point(null);
    // At the whole picture there is nowhere to move, and the page scrolls.
    else if (steps[event.key] && column.zoom > 1) column.moveBy(...steps[event.key]);
    else return;
    event.preventDefault();
  });
  for (const button of all("[data-zoom]", picture.element)) {
    button.addEventListener("click", () => {
      const { zoom } = button.dataset;
      if (zoom === "reset") { column.whole(); column.changed(); } else column.zoomBy(zoom === "in" ? 1.6 : 1 / 1.6);
    });
  }
};

class Figure {
  constructor(element) {
    this.columns = all(".points", element).map((data) => new Column(this, data));
    const names = element.querySelector(".names");
    this.names = names ? lines(names) : null;
    this.rows = all(".colouring", element).map((part) => new Row(this, part));
    for (const row of this.rows) {
      all(".picture", row.element).forEach((part, k) => {
        const picture = {
          column: this.columns[k], row, canvas: part.querySelector("canvas"),
          element: part, ring: part.querySelector(".ring"),
        };
        this.columns[k].pictures.push(picture);
        listen(picture);
      });
      row.listen();
    }
    new ResizeObserver(() => {
      for (const column of this.columns)
        if (column.side !== Math.round(column.pictures[0].canvas.clientWidth * Math.min(devicePixelRatio || 1, 3)))
          column.changed();
    }).observe(element);
    this.drawAll();
  }
  drawAll() { for (const column of this.columns) column.draw(); }
  // Rings one cell in every picture, and tells about it where the pointer is.
  point(i, event) {
    if (i === null && this.pointed === null) return;
    this.pointed = i;
    for (const column of this.columns) {
      const [u, v] = i === null ? [-1, -1] : column.where(i);
      const seen = u >= 0 && u <= 1 && v >= 0 && v <= 1 && column.places[2 * i] !== NOWHERE;
      for (const { ring } of column.pictures) {
        ring.hidden = !seen;
        ring.style.left = 100 * u + "%";
        ring.style.top = 100 * v + "%";
      }
    }
    if (i === null) { hideTip(); return; }
    const rows = this.rows.map((row) => {
      const code = row.codes[i];
      return [row.name, code ? row.levels[code - 1] : "no value", css((isDark() ? row.dark : row.light)[code])];
    });
    if (this.names) rows.unshift(["", this.names[i]]);
    showTip(event.clientX, event.clientY, rows);
  }
}
class Row {
  constructor(figure, element) {
    this.figure = figure;
    this.element = element;
    this.name = element.querySelector("h3 bdi").textContent;
    const code = bytes(element.querySelector(".codes"));
    this.codes = element.dataset.bytes === "1" ? code
      : element.dataset.bytes === "2" ? new Uint16Array(code.buffer) : new Uint32Array(code.buffer);
    this.levels = lines(element.querySelector(".levels"));
    this.light = palette(element.querySelector(".on-light"));
    this.dark = palette(element.querySelector(".on-dark"));
    this.own = new Uint8Array(this.levels.length + 1);
    this.own.set(bytes(element.querySelector(".own")), 1);
    this.own[0] = 1;
    this.counts = new Uint32Array(this.levels.length + 1);
    for (const level of this.codes) this.counts[level]++;
    this.kept = new Set();
    this.mask = null;
    this.list = element.querySelector(".legend ul");
    this.found = element.querySelector(".found");
    this.notes = all(".legend .note:not(.found)", element);
  }
  // Shows alone the cells of the level pointed at, or of those that were clicked.
  show(level) {
    const shown = level === null ? this.kept : new Set([level]);
    const key = [...shown].join(" ");
    if (key === this.shown) return;
    this.shown = key;
    this.mask = null;
    if (shown.size > 0) {
      this.mask = new Uint8Array(this.levels.length + 1);
      for (const one of shown) {
        if (one === "others") this.own.forEach((own, k) => { if (!own) this.mask[k] = 1; });
        else this.mask[one] = 1;
      }
    }
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.figure.drawAll(); });
  }
  listen() {
    const key = (event) => event.target.closest("button[data-level]");
    const enter = (event) => { const k = key(event); if (k) this.show(k.dataset.level); };
    this.list.addEventListener("pointerover", (event) => {
      if (event.pointerType !== "touch") enter(event);
    });
    this.list.addEventListener("pointerleave", () => this.show(null));
    this.list.addEventListener("focusin", (event) => {
      if (event.target.matches(":focus-visible")) enter(event);
    });
    this.list.addEventListener("focusout", () => this.show(null));
    this.list.addEventListener("click", (event) => {
      const button = key(event);
      if (!button) return;
      const { level } = button.dataset;
      if (!this.kept.delete(level)) this.kept.add(level);
      button.setAttribute("aria-pressed", this.kept.has(level));
      this.show(null);
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.kept.size === 0) return;
      this.kept.clear();
      for (const button of all("[aria-pressed=true]", this.list)) button.setAttribute("aria-pressed", "false");
      this.show(null);
    });
    const input = this.element.querySelector(".filter input");
    if (!input) return;
    this.listed = [...this.list.children];
    let wait = 0;
    input.addEventListener("input", () => {
      clearTimeout(wait);
      wait = setTimeout(() => this.filter(input.value.trim().toLowerCase()), 80);
    });
  }
  filter(wanted) {
    for (const note of this.notes) note.hidden = wanted !== "";
    this.found.hidden = wanted === "";
    if (wanted === "") {
      for (const item of this.listed) {
        const button = item.firstElementChild;
        button.setAttribute("aria-pressed", this.kept.has(button.dataset.level));
      }
      this.list.replaceChildren(...this.listed);
      return;
    }
    const matches = [];
    this.levels.forEach((name, k) => { if (name.toLowerCase().includes(wanted)) matches.push(k + 1); });
    matches.sort((a, b) => this.counts[b] - this.counts[a] || a - b);
    const listed = matches.slice(0, 100);
    this.list.replaceChildren(...listed.map((level) => this.entry(level)));
    const text = listed.length < matches.length
      ? `The largest ${listed.length} of ${grouped(matches.length)} that match are listed.`
      : `${grouped(matches.length)} of ${grouped(this.levels.length)} match.`;
    this.found.textContent = text;
    said.textContent = text;
  }
  entry(level) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.level = level;
    button.setAttribute("aria-pressed", this.kept.has(String(level)));
    const swatch = document.createElement("i");
    swatch.className = "hue swatch";
    swatch.style.setProperty("--c", css(this.light[level]));
    swatch.style.setProperty("--d", css(this.dark[level]));
    const name = document.createElement("span");
    name.className = "name";
    const isolated = document.createElement("bdi");
    isolated.textContent = this.levels[level - 1];
    name.append(isolated);
    const count = document.createElement("span");
    count.className = "count";
    count.textContent = grouped(this.counts[level]);
    button.append(swatch, name, count);
    const item = document.createElement("li");
    item.append(button);
    return item;
  }
}
for (const element of all("figure.scatter")) figures.push(new Figure(element));
})();
