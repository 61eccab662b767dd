"use strict";
// Figures of cells: columns of pictures with one layout each, and rows with one colouring each.

// The strongest zoom.
const DEEPEST = 200;

// A layout, its view, and its pictures.
class Column {
  constructor(figure, element) {
    this.figure = figure;
    this.places = new Uint16Array(bytesOf(element).buffer);
    this.pictures = [];
    this.painter = new Painter();
    // The densest places of a row's levels.
    this.known = new Map();
    this.whole();
  }
  whole() { Object.assign(this, WHOLE); }
  // Keeps the view within the layout.
  hold() {
    this.zoom = Math.min(DEEPEST, Math.max(1, this.zoom));
    const half = 0.5 / this.zoom;
    this.x = Math.min(1 - half, Math.max(half, this.x));
    this.y = Math.min(1 - half, Math.max(half, this.y));
    for (const picture of this.pictures)
      picture.canvas.style.touchAction = this.zoom > 1 ? "none" : "pan-y";
  }
  // Zooms around a point of the picture, whose coordinates are in 0...1.
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
  // Where a cell is in a picture, each coordinate in 0...1 from the top left.
  where(i) { return whereIs(this.places, i, this); }
  densest(row) {
    if (!this.known.has(row)) this.known.set(row, densestPlaces(this.places, row.codes, row.largest));
    return this.known.get(row);
  }
  draw() {
    const started = performance.now();
    const ratio = Math.min(printing ? 3 : devicePixelRatio || 1, 3), dark = isDark();
    const side = Math.max(1, Math.round((this.pictures[0].canvas.clientWidth || 400) * ratio));
    this.side = side;
    this.painter.place(this.places, this, side, ratio);
    for (const { canvas, row } of this.pictures) {
      this.painter.paint(canvas, row, dark);
      writeNames(canvas, namesIn(this, row, this, side / ratio), ratio, dark);
    }
    performance.measure("redraw", { start: started, end: performance.now() });
    performance.clearMeasures("redraw");
  }
  // The cell nearest to a point of the picture, within a reach, among those of unmasked levels.
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
          // Of cells at one place, the last is on top.
          if ((d < least || (d === least && i > best)) && (!mask || mask[codes[i]])) { least = d; best = i; }
        }
      }
    }
    return best;
  }
}

// The cells of each square of 512 × 512 units, of 128 × 128 squares.
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
// Lets a picture be pointed at, moved and zoomed.
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
    // The wheel scrolls the page unless the picture was clicked.
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
    // The whole picture cannot move, so the page scrolls.
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

// All pictures of one figure.
class Figure {
  constructor(element) {
    this.columns = all(".points", element).map((data) => new Column(this, data));
    const names = element.querySelector(".names");
    this.names = names ? linesOf(names) : null;
    this.rows = [
      ...all(".colouring", element).map((part) => new Row(this, part)),
      ...all(".gradients", element).map((part) => new Shades(this, part)),
    ];
    for (const row of this.rows) {
      all(".picture", row.element).forEach((part, k) => {
        const picture = {
          column: this.columns[k], row, canvas: part.querySelector("canvas"),
          element: part, ring: part.querySelector(".ring"),
        };
        this.columns[k].pictures.push(picture);
        listen(picture);
        for (const button of all("[data-save]", part))
          button.addEventListener("click", () => save(pictureSheet(picture), button.dataset.save));
      });
      row.listen();
    }
    this.highlights = all(".highlights", element).map((part) => new Highlights(this, part));
    new ResizeObserver(() => {
      for (const column of this.columns)
        if (column.side !== Math.round(column.pictures[0].canvas.clientWidth * Math.min(devicePixelRatio || 1, 3)))
          column.changed();
      for (const panels of this.highlights) panels.resized();
    }).observe(element);
    this.drawAll();
  }
  drawAll() {
    for (const column of this.columns) column.draw();
    for (const panels of this.highlights) panels.draw();
  }
  // Draws the columns soon, once for several changes.
  redraw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      for (const column of this.columns) column.draw();
    });
  }
  // Rings one cell in every picture, and describes it beside the pointer.
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
    const rows = this.rows.flatMap((row) => row.tips(i));
    if (this.names) rows.unshift(["", this.names[i]]);
    showTip(event.clientX, event.clientY, rows);
  }
}
// A colouring by levels, with its legend.
class Row {
  constructor(figure, element) {
    this.figure = figure;
    this.element = element;
    this.name = element.querySelector("h3 bdi").textContent;
    const code = bytesOf(element.querySelector(".codes"));
    this.codes = element.dataset.bytes === "1" ? code
      : element.dataset.bytes === "2" ? new Uint16Array(code.buffer) : new Uint32Array(code.buffer);
    this.levels = linesOf(element.querySelector(".levels"));
    this.colours = paletteOf(bytesOf(element.querySelector(".colours")));
    this.own = new Uint8Array(this.levels.length + 1);
    this.own.set(bytesOf(element.querySelector(".own")), 1);
    this.own[0] = 1;
    this.counts = new Uint32Array(this.levels.length + 1);
    for (const level of this.codes) this.counts[level]++;
    this.largest = this.levels.map((_, k) => k + 1)
      .filter((code) => this.own[code] && this.counts[code] > 0)
      .sort((a, b) => this.counts[b] - this.counts[a] || a - b).slice(0, MOST_WRITTEN);
    this.kept = new Set();
    this.mask = null;
    this.list = element.querySelector(".legend ul");
    this.found = element.querySelector(".found");
    this.notes = all(".legend .note:not(.found)", element);
  }
  // The lines of a tooltip about a cell.
  tips(i) {
    const code = this.codes[i];
    return [[this.name, code ? this.levels[code - 1] : "no value", css(this.colours[code])]];
  }
  // The entries of the legend, as they are listed.
  get keys() {
    return all("button[data-level]", this.list).map((button) => ({
      text: button.querySelector(".name").textContent,
      count: button.querySelector(".count").textContent,
      colour: getComputedStyle(button.querySelector(".swatch")).backgroundColor,
    }));
  }
  // Shows only the cells of the level pointed at, or of the levels that were clicked.
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
    this.figure.redraw();
  }
  listen() {
    const written = this.element.querySelector(".written");
    this.written = written.getAttribute("aria-pressed") === "true";
    written.addEventListener("click", () => {
      this.written = !this.written;
      written.setAttribute("aria-pressed", this.written);
      this.figure.redraw();
    });
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
    swatch.className = "swatch";
    swatch.style.setProperty("--hue", css(this.colours[level]));
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
