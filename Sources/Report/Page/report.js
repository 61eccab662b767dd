"use strict";
// The page without its pictures: the theme, buttons that copy, tooltips, and boxes that scroll.
// The scripts that follow share the names that are declared here.
const root = document.documentElement;
root.classList.add("scripted");
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
const tip = document.getElementById("tip");
const said = document.getElementById("said");
const figures = [];

// Lets the buttons of an element select one of several; calls back with the number selected.
const choices = (element, select) => {
  const buttons = all("[data-choice]", element);
  for (const button of buttons) {
    button.addEventListener("click", () => {
      for (const other of buttons) other.setAttribute("aria-pressed", other === button);
      select(Number(button.dataset.choice));
    });
  }
};

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
// Paper is white, also when the page is dark.
const onPaper = (is) => { if (printing !== is) { printing = is; redrawAll(); } };
addEventListener("beforeprint", () => onPaper(true));
addEventListener("afterprint", () => onPaper(false));
matchMedia("print").addEventListener("change", (event) => onPaper(event.matches));

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

// A tooltip of rows, each with a title, a text and a colour; a title or colour may be missing.
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

// The keyboard reaches a box only if there is something to scroll.
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
