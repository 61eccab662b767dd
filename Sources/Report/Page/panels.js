"use strict";
// Rows of pictures that are coloured by a number, and small panels that highlight one level each.

// A colouring by a number of each cell; the reader selects which.
class Shades {
  constructor(figure, element) {
    Object.assign(this, { figure, element, mask: null, written: false, levels: [], largest: [] });
    this.colours = paletteOf(bytesOf(element.querySelector(".colours")));
    this.own = new Uint8Array(this.colours.length).fill(1);
    this.title = element.querySelector("h3 bdi");
    this.ramps = all(".ramp", element).map((part) => ({
      part,
      name: part.querySelector("bdi").textContent,
      codes: bytesOf(part.querySelector(".shades")),
      low: Number(part.dataset.low),
      high: Number(part.dataset.high),
      isLogarithmic: part.dataset.scale === "log",
    }));
    this.select(0);
  }
  listen() {
    choices(this.element, (k) => { this.select(k); this.figure.redraw(); });
  }
  select(k) {
    const ramp = this.ramps[k];
    this.name = ramp.name;
    this.codes = ramp.codes;
    this.title.textContent = ramp.name;
    this.ramps.forEach(({ part }, other) => { part.hidden = other !== k; });
    this.selected = ramp;
  }
  // A shade's number, rounded to three digits: a page has 255 shades, not all numbers.
  numberOf({ low, high, isLogarithmic }, code) {
    const share = (code - 1) / 254;
    const number = isLogarithmic ? low * Math.pow(high / low, share) : low + (high - low) * share;
    const rounded = Number(number.toPrecision(3));
    return Math.abs(rounded) < 1000 ? String(rounded) : grouped(Math.round(rounded));
  }
  tips(i) {
    return this.ramps.map((ramp) => {
      const code = ramp.codes[i];
      const text = code ? "about " + this.numberOf(ramp, code) : "no value";
      return [ramp.name, text, css(this.colours[code])];
    });
  }
  // The legend of a saved picture: nine shades of the scale with their numbers.
  get keys() {
    return Array.from({ length: 9 }, (_, k) => {
      const code = Math.round(255 - k * 254 / 8);
      return { text: this.numberOf(this.selected, code), count: "", colour: css(this.colours[code]) };
    });
  }
}

// Small panels, each with the cells of one level in colour and all others in grey.
class Highlights {
  constructor(figure, element) {
    this.row = figure.rows[Number(element.dataset.colouring)];
    this.figure = figure;
    this.painter = new Painter();
    this.panels = all(".one", element).map((part) => {
      const code = Number(part.dataset.level);
      const mask = new Uint8Array(this.row.levels.length + 1);
      mask[code] = 1;
      const { codes, colours, own } = this.row;
      return { code, canvas: part.querySelector("canvas"), row: { codes, colours, own, mask } };
    });
    this.column = figure.columns[figure.columns.length - 1];
    choices(element, (k) => { this.column = figure.columns[k]; this.draw(); });
    for (const button of all("[data-save]", element))
      button.addEventListener("click", () => save(panelsSheet(this), button.dataset.save));
  }
  get ratio() { return Math.min(printing ? 3 : devicePixelRatio || 1, 3); }
  get wanted() { return Math.max(1, Math.round((this.panels[0].canvas.clientWidth || 150) * this.ratio)); }
  resized() { if (this.side !== this.wanted) this.draw(); }
  draw() {
    this.side = this.wanted;
    // Few cells of one level are seen among all others only as larger points.
    this.painter.place(this.column.places, WHOLE, this.side, this.ratio, 1.6);
    for (const { canvas, row } of this.panels) this.painter.paint(canvas, row, isDark());
  }
}
