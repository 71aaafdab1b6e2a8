// Codes changed by hand: a place of the grid, a code of the palette, the picture at once.

import { CODES, GRID, PLACES, codeAt, drawGrid, drawPalette, placeAt } from "./code-draw.js";
import { SIDE, paintDigit } from "./latent-draw.js";
import { openLive } from "../core/live.js";
import { themeColours } from "../core/palette.js";
import { createStage, pngButton } from "../core/stage.js";
import { decodeArray, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const SETTLE_MS = 250;

export function buildEdit(root, actions) {
  let data = null;
  let live = null;
  let startId = null;
  let settling = 0;
  let colours = null;
  let pixels = null;
  let names = true;
  const codes = new Uint8Array(PLACES);
  const changed = new Set();
  let place = -1;
  const loop = frameLoop(paint);

  const gridHolder = element("div", {});
  const paletteHolder = element("div", {});
  const small = (text) => element("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": text });
  const digit = small("The digit");
  const own = small("What the encoder's codes decode to");
  const reset = element("button", { type: "button", onclick: (event) => {
    changed.clear();
    codes.set(data.codes);
    moved(event.timeStamp);
    settle(0);
  } }, "The encoder's codes");
  const numbers = element("button", { type: "button", "aria-pressed": "true", onclick: () => {
    names = !names;
    numbers.setAttribute("aria-pressed", String(names));
    loop.request();
  } }, "Numbers");
  const status = element("p", { class: "status", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  const tools = element("div", { class: "tools" }, reset, numbers);
  root.append(element("div", { class: "columns" },
    element("div", {}, gridHolder, element("div", { class: "below" },
      element("figure", {}, digit, element("figcaption", {}, "x, the digit")),
      element("figure", {}, own, element("figcaption", {}, "its codes, decoded")), tools)),
    element("div", {}, paletteHolder)), status, connection);
  const grid = createStage(gridHolder, { className: "grid", aspect: 1, minHeight: 240, maxHeight: 380,
    label: "7 by 7 codes. Arrows choose a place, comma and full stop change its code, Escape lets go",
    onResize: () => loop.request() });
  const palette = createStage(paletteHolder, { className: "codes", aspect: 1.36, minHeight: 300, maxHeight: 500,
    label: "64 codes. Arrows change the code of the chosen place", onResize: () => loop.request() });
  tools.append(pngButton(grid, "codes", () => colours.background));

  function ask(eventTime = null) {
    live ??= openLive(data.live, {
      onReply: (view, { eventTime: about }) => {
        pixels = new Uint8Array(view.buffer, view.byteOffset, SIDE * SIDE);
        connection.textContent = "";
        root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
        loop.request(about);
      },
      onError: (message) => { connection.textContent = message; },
      onState: (state, text) => { connection.textContent = state === "waiting" ? text : ""; },
    });
    live.send(Uint8Array.from(codes), eventTime);
  }
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(() => actions.setState("place", {
      changes: [...changed].sort((a, b) => a - b).map((p) => [p, codes[p]]), place, start_id: startId }), wait);
  }
  function moved(eventTime) {
    ask(eventTime);
    describe();
    loop.request();
  }
  function choose(next, wait = 0) {
    place = next;
    describe();
    loop.request();
    settle(wait);
  }
  function put(code, event, wait = 0) {
    if (place < 0) {
      status.textContent = "Choose a place of the grid first.";
      return;
    }
    codes[place] = (code + CODES) % CODES;
    if (codes[place] === data.codes[place]) changed.delete(place);
    else changed.add(place);
    moved(event.timeStamp);
    settle(wait);
  }

  grid.canvas.addEventListener("click", (event) => {
    const hit = placeAt(grid, grid.place(event));
    if (hit >= 0) choose(hit === place ? -1 : hit);
  });
  grid.canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -GRID, ArrowDown: GRID };
    if (moves[event.key]) choose(place < 0 ? 0 : (place + moves[event.key] + PLACES) % PLACES, SETTLE_MS);
    else if (event.key === "." && place >= 0) put(codes[place] + 1, event, SETTLE_MS);
    else if (event.key === "," && place >= 0) put(codes[place] - 1, event, SETTLE_MS);
    else if (event.key === "Escape" && place >= 0) choose(-1);
    else return;
    event.preventDefault();
  });
  palette.canvas.addEventListener("click", (event) => {
    const hit = codeAt(palette, palette.place(event));
    if (hit >= 0) put(hit, event);
  });
  palette.canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -8, ArrowDown: 8 };
    if (!moves[event.key]) return;
    event.preventDefault();
    put((place < 0 ? 0 : codes[place]) + moves[event.key], event, SETTLE_MS);
  });

  function paint(now, eventTime) {
    if (!data || !grid.width) return;
    colours = themeColours(root);
    drawGrid(grid, colours, { pixels, codes, place, changed, names });
    const distances = place >= 0 ? data.distances.subarray(place * CODES, (place + 1) * CODES) : null;
    drawPalette(palette, colours, { patches: data.palette, distances, nearest: place >= 0 ? data.codes[place] : -1,
      chosen: place >= 0 ? codes[place] : -1, text: (v) => numberText(v, 2) });
    paintDigit(digit, data.x, colours);
    paintDigit(own, data.y, colours);
    if (eventTime !== null) measurePaint("code-grid", "code", eventTime);
  }
  function describe() {
    let text = "Click a place of the grid, then a code: its picture follows.";
    if (place >= 0) {
      const [was, is] = [data.codes[place], codes[place]];
      text = `Place ${place + 1} (row ${Math.floor(place / GRID) + 1}, column ${(place % GRID) + 1}): code ${is}` +
        `${is === was ? ", the nearest" : `; the nearest, outlined, is ${was}`}. Under the codes: |e − z|².`;
    } else if (changed.size) text = `${changed.size} of 49 codes changed (′).`;
    if (status.textContent !== text) status.textContent = text;
    reset.disabled = !changed.size;
    Object.assign(root.dataset, { place: String(place), codes: [...codes].join(","), changed: String(changed.size) });
  }

  return {
    update(next) {
      data = { ...next, x: decodeArray(next.x), y: decodeArray(next.y), codes: decodeArray(next.codes),
        distances: decodeArray(next.distances), palette: decodeArray(next.palette) };
      if (next.start_id !== startId) {
        startId = next.start_id;
        codes.set(data.codes);
        changed.clear();
        for (const [p, k] of next.start.changes) {
          codes[p] = k;
          if (k !== data.codes[p]) changed.add(p);
        }
        place = next.start.place;
        pixels = data.y;
        ask();
      }
      describe();
      loop.request();
    },
    destroy() {
      clearTimeout(settling);
      loop.cancel();
      live?.close();
      grid.destroy();
      palette.destroy();
    },
  };
}
