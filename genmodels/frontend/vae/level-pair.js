// Two levels of latents: drag the upper, redraw the lower, and the other way round. The server
// decodes all pictures at once over the live channel; this file asks and paints.

import { SIDE, gridImage, paintDigit } from "./latent-draw.js";
import { openLive } from "../core/live.js";
import { DIGITS, themeColours } from "../core/palette.js";
import { pngButton } from "../core/stage.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";
import { createZPad } from "./z-pad.js";

const PIXELS = SIDE * SIDE;

export default defineWidget("level-pair", (root, actions) => {
  let data = null;
  let live = null;
  let startId = null;
  let settling = 0;
  let colours = null;
  let pixels = null; // uint8, the picture, then both sheets
  let asked = "";
  let dirty = true;
  let handled = false; // a drag that is not over yet: Python's answer is about an older place
  const place = { z2: [0, 0], home: [0, 0], seed1: 0, seed2: 0, pick: 0 };
  const loop = frameLoop(paint);

  const small = (label) => element("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": label });
  const digit = small("The digit");
  const own = small("The picture of the upper and the held lower level");
  const digitPart = element("figure", {}, digit, element("figcaption", {}, "x, the digit"));
  const ownText = element("figcaption", {});
  const padHolder = element("div", {});
  const status = element("p", { class: "status", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  const back = element("button", { type: "button", onclick: (event) => {
    Object.assign(place, { z2: [...data.start_of.z2], home: [...data.start_of.home], pick: data.start_of.pick });
    changed(event.timeStamp, 0);
  } }, "Back to the start");
  const legend = element("div", { class: "legend" }, "q(z₂ | x) means of test digits:", ...DIGITS.map((colour, digitName) =>
    element("span", {}, element("i", { style: `background: ${colour}` }), String(digitName))));
  const sheets = [
    sheet("Upper held, lower redrawn", "Redraw the lower", "seed1", (i) => {
      place.pick = i;
      place.home = [...place.z2];
    }, "Hold this lower level"),
    sheet("Lower held, upper redrawn", "Redraw the upper", "seed2", (i) => { place.z2 = [...uppers(i)]; }, "Go to this upper level"),
  ];
  root.append(element("div", { class: "columns" }, element("div", {}, padHolder, legend, element("div", { class: "tools" }, back)),
    element("div", {}, element("div", { class: "pictures" }, digitPart, element("figure", {}, own, ownText)),
      ...sheets.map((part) => part.node))), status, connection);
  const pad = createZPad(padHolder, { aspect: 1, maxHeight: 440, step: 0.1, keyWait: 300, onMove: move, onRest: () => settle(0),
    label: "The upper level. Arrows move it, with shift farther; Home goes back to the start",
    onHome: (event) => move([...data.start_of.z2], event.timeStamp, 300), onResize: () => loop.request() });
  const { model } = pad;
  model.axes = ["upper latent 1", "upper latent 2"];
  root.querySelector(".columns .tools").append(pngButton(pad.stage, "upper-level", () => colours.background));

  function sheet(title, button, seed, take, hint) {
    const views = Array.from({ length: 12 }, (_, i) => {
      const view = element("canvas", { width: SIDE, height: SIDE });
      return { view, button: element("button", { type: "button", "aria-label": `${hint}: picture ${i + 1}`, title: hint,
        onclick: (event) => {
          take(i);
          changed(event.timeStamp, 0);
        } }, view) };
    });
    const again = element("button", { type: "button", onclick: (event) => {
      place[seed] = (place[seed] + 1) % 10000;
      if (seed === "seed1" && place.pick >= 0) place.home = [...place.z2];
      changed(event.timeStamp, 0);
    } }, button);
    const node = element("section", { "aria-label": title }, element("div", { class: "head" }, element("b", {}, title), again),
      element("div", { class: "tiles" }, ...views.map((one) => one.button)));
    return { node, views };
  }
  const uppers = (i) => [data.uppers[2 * i], data.uppers[2 * i + 1]].map(limit);
  const limit = (v) => Math.min(data.view, Math.max(-data.view, v));

  function ask(eventTime = null) {
    const bytes = new DataView(new ArrayBuffer(20 + 4 * data.lower.length));
    bytes.setUint32(0, data.hold ? 1 : 0, true);
    bytes.setUint32(4, place.seed1, true);
    bytes.setUint32(8, place.seed2, true);
    place.z2.forEach((v, j) => bytes.setFloat32(12 + 4 * j, v, true));
    data.lower.forEach((v, j) => bytes.setFloat32(20 + 4 * j, v, true));
    live ??= openLive(data.live, {
      onReply: (view, { eventTime: about }) => {
        data.uppers = Array.from({ length: 24 }, (_, i) => view.getFloat32(4 * i, true));
        pixels = new Uint8Array(view.buffer, view.byteOffset + 96, 25 * PIXELS);
        dirty = true;
        connection.textContent = "";
        root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
        loop.request(about);
      },
      onError: (message) => { connection.textContent = message; },
      onState: (state, text) => { connection.textContent = state === "waiting" ? text : ""; },
    });
    live.send(new Uint8Array(bytes.buffer), eventTime);
  }
  function settle(wait) {
    handled = true;
    clearTimeout(settling);
    settling = setTimeout(() => {
      handled = false;
      actions.setState("place", { ...place, z2: [...place.z2], home: [...place.home], start_id: startId });
    }, wait);
  }
  function changed(eventTime, wait) {
    model.z = place.z2;
    ask(eventTime);
    describe();
    loop.soon();
    if (wait !== null) settle(wait);
  }
  function move(z2, eventTime, wait) {
    if (wait === null) { // under the hand
      handled = true;
      clearTimeout(settling);
    }
    place.z2 = z2;
    changed(eventTime, wait);
  }

  function paint(now, eventTime) {
    if (!data || !pad.stage.width) return;
    const fresh = themeColours(root);
    if (fresh !== colours) {
      colours = fresh;
      model.gridPicture = gridImage(data.grid, data.side, colours);
      dirty = true;
    }
    pad.paint(colours);
    if (dirty) {
      dirty = false;
      const tile = (i) => (pixels ? pixels.subarray(i * PIXELS, (i + 1) * PIXELS) : null);
      paintDigit(own, tile(0), colours);
      paintDigit(digit, data.digit?.x ?? null, colours);
      sheets.forEach(({ views }, s) => views.forEach(({ view }, i) => paintDigit(view, tile(1 + 12 * s + i), colours)));
    }
    if (eventTime !== null) measurePaint("level-pair", "drag", eventTime);
  }
  function describe() {
    const pair = `(${place.z2.map((v) => numberText(v)).join(", ")})`;
    const lower = place.pick < 0 ? "the digit's own" : `redrawn picture ${place.pick + 1}'s`;
    const text = `Upper level z₂ = ${pair}. Held of the lower: ${data.hold ? "z₁" : "ε₁"}, ${lower}.`;
    if (status.textContent !== text) status.textContent = text;
    ownText.textContent = "y of z₂ and the held lower level";
    sheets[0].views.forEach(({ button }, i) => button.setAttribute("aria-pressed", String(i === place.pick)));
    Object.assign(root.dataset, { z2: place.z2.map((v) => v.toFixed(3)).join(","), pick: String(place.pick),
      seed1: String(place.seed1), seed2: String(place.seed2) });
  }

  return {
    update(next) {
      const uppersBefore = data?.uppers ?? [];
      data = { ...next, grid: decodeArray(next.grid), mu: decodeArray(next.mu), labels: decodeArray(next.labels),
        lower: decodeArray(next.lower), digit: next.digit && { ...next.digit, x: decodeArray(next.digit.x) },
        start_of: next.origin, uppers: uppersBefore };
      Object.assign(model, { mu: data.mu, labels: data.labels, extent: data.view, chosen: data.digit });
      model.view.half = data.view;
      digitPart.style.display = data.digit ? "" : "none";
      const anew = next.start_id !== startId;
      if (anew) {
        startId = next.start_id;
        Object.assign(place, next.start, { z2: [...next.start.z2], home: [...next.start.home] });
        handled = false;
      }
      model.z = place.z2;
      dirty = true;
      const question = `${data.hold} ${[...data.lower]}`;
      if (anew || (question !== asked && !handled)) ask();
      asked = question;
      describe();
      loop.request();
    },
    destroy() {
      clearTimeout(settling);
      loop.cancel();
      live?.close();
      pad.destroy();
    },
  };
});
