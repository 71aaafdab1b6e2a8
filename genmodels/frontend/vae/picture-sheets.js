// Sheets of small pictures side by side, each to be pressed.

import { SIDE, paintDigit } from "./latent-draw.js";
import { themeColours } from "../core/palette.js";
import { pngButton } from "../core/stage.js";
import { decodeArray, defineWidget, element, frameLoop } from "../core/widget.js";

const TILE = SIDE * SIDE;

export default defineWidget("picture-sheets", (root, actions) => {
  let data = null;
  let startId = null;
  let colours = null;
  let tiles = []; // { canvas, pixels } of every picture
  const loop = frameLoop(paint);
  const table = element("div", { class: "sheets" });
  const save = pngButton({ get canvas() { return together(); } }, "pictures", () => colours.background);
  root.append(table, element("div", { class: "tools" }, save));

  function paint() {
    if (!data) return;
    const fresh = themeColours(root);
    if (fresh === colours) return;
    colours = fresh;
    for (const { canvas, pixels } of tiles) paintDigit(canvas, pixels, colours);
  }
  /** All sheets below each other on one canvas, each under its name, a picture at twice its size. */
  function together() {
    const [side, gap, head] = [2 * SIDE, 4, 26];
    const rows = (sheet) => Math.ceil(sheet.names.length / sheet.columns);
    const high = (sheet) => head + rows(sheet) * (side + gap) + 10;
    const whole = element("canvas", { width: Math.max(...data.sheets.map((sheet) => Math.max(sheet.columns * (side + gap), 8 * sheet.title.length))),
      height: data.sheets.reduce((sum, sheet) => sum + high(sheet), 0) });
    const context = whole.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.font = `600 14px ${colours.font}`;
    context.fillStyle = colours.text;
    context.textBaseline = "middle";
    let top = 0;
    let n = 0;
    for (const sheet of data.sheets) {
      context.fillText(sheet.title, 0, top + head / 2);
      sheet.names.forEach((_, i) => {
        const [column, row] = [i % sheet.columns, Math.floor(i / sheet.columns)];
        context.drawImage(tiles[n].canvas, column * (side + gap), top + head + row * (side + gap), side, side);
        n += 1;
      });
      top += high(sheet);
    }
    return whole;
  }
  function press(event, sheet, picture) {
    for (const other of table.querySelectorAll("button")) other.setAttribute("aria-pressed", "false");
    event.currentTarget.setAttribute("aria-pressed", "true");
    actions.setState("pick", { sheet, picture, start_id: startId });
  }
  function deal() {
    tiles = [];
    table.replaceChildren(...data.sheets.map((sheet, s) => {
      const pixels = decodeArray(sheet.pictures);
      const buttons = sheet.names.map((name, i) => {
        const canvas = element("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
        tiles.push({ canvas, pixels: pixels.subarray(i * TILE, (i + 1) * TILE) });
        return element("button", { type: "button", "aria-pressed": "false", "aria-label": `${sheet.title}: ${name}`,
          class: sheet.marked.includes(i) ? "marked" : "", title: name, onclick: (event) => press(event, s, i) }, canvas);
      });
      const grid = element("div", { class: "grid", style: `grid-template-columns: repeat(${sheet.columns}, minmax(0, 1fr))` }, ...buttons);
      return element("figure", {}, element("figcaption", {}, sheet.title), grid, element("p", { class: "numbers" }, sheet.note));
    }));
    table.style.setProperty("--least", `${data.least}px`);
    colours = null;
    Object.assign(root.dataset, { sheets: String(data.sheets.length), sheet: startId });
  }

  return {
    update(next) {
      const anew = next.start_id !== startId;
      data = next;
      startId = next.start_id;
      if (anew) deal();
      loop.request();
    },
    destroy: () => loop.cancel(),
  };
});
