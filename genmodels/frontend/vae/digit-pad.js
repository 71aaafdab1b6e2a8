// The drawing pad: a digit is encoded while it is drawn. Ink goes to Python over the live channel;
// the centred digit, its posterior, reconstruction and losses come back and are drawn here.

import { createInk } from "./digit-ink.js";
import { SIDE, drawBackground, drawOverlay, overlayBounds, padScales, paintDigit, restore, underlay } from "./latent-draw.js";
import { openLive } from "../core/live.js";
import { DIGITS, themeColours } from "../core/palette.js";
import { createStage } from "../core/stage.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const NUMBERS = 13; // float32 that open a reply
const ZOOM_HALF = 0.6;
const PIXELS = SIDE * SIDE;
const NAMED = [ // name, text, index into the reply
  ["mu1", "μ₁", 0], ["mu2", "μ₂", 1], ["sigma1", "σ₁", 2], ["sigma2", "σ₂", 3],
  ["kl", "KL", 10], ["reconstruction", "reconstruction", 11], ["elbo", "−ELBO", 12],
];

const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));

export default defineWidget("digit-pad", (root, actions) => {
  let data = null;
  let startId = null;
  let live = null;
  let asked = 0;
  let released = null; // the number of the request whose reply goes to Python
  let token = 0;
  let settling = 0;
  let background = null;
  let stale = null; // where the last frame drew over it
  let painted; // the reconstruction that the pictures and numbers show
  let scales = null;
  let colours = null;
  let close = false; // the map is held round the ellipse
  const home = { x: 0, y: 0, half: 4 };
  const shown = { numbers: null, x: null, y: null };
  const model = { view: home, hidden: new Set(), hover: null, opacity: 0, z: null, chosen: null };
  const loop = frameLoop(paint);

  // -- the parts -------------------------------------------------------------------------------
  const holder = element("div", { class: "holder" });
  const button = (text, title, onclick) => element("button", { type: "button", title, onclick }, text);
  const erase = button("Erase", "Erase instead of drawing (e)", () => setErase(!ink.tool.erase));
  erase.setAttribute("aria-pressed", "false");
  const width = element("input", { type: "range", min: 5, max: 21, step: 1, value: 11, "aria-label": "Width of the pen",
    title: "Width of the pen", oninput: () => { ink.tool.width = Number(width.value); } });
  const tools = element("div", { class: "tools" }, erase,
    button("Undo", "Take the last stroke back (u)", (event) => ink.undo(event.timeStamp)),
    button("Clear", "Clear the pad (Delete)", (event) => ink.clear(event.timeStamp)), width);
  const small = (label) => element("canvas", { class: "small", width: SIDE, height: SIDE, role: "img", "aria-label": label });
  const xPicture = small("The drawing as the encoder gets it");
  const yPicture = small("Its reconstruction");
  const pictures = element("div", { class: "pictures" },
    element("figure", {}, xPicture, element("figcaption", {}, "x, centred")),
    element("figure", {}, yPicture, element("figcaption", {}, "decoded")));
  const numbers = element("div", { class: "numbers" });
  const values = NAMED.map(([name, text]) => {
    const value = element("button", { type: "button", class: "number", "data-number": name, disabled: true,
      title: `Open ${text}`, onclick: () => open(name) });
    numbers.append(element("span", {}, text), value);
    return value;
  });
  const mapHolder = element("div", {});
  const zoom = button("Zoom", "Show the ellipse closely", () => {
    close = !close;
    zoom.setAttribute("aria-pressed", String(close));
    root.dataset.zoom = String(close);
    background = null;
    loop.request();
  });
  zoom.setAttribute("aria-pressed", "false");
  const legend = element("div", { class: "legend", role: "group", "aria-label": "Colours of the digits" },
    ...DIGITS.map((colour, digit) => {
      const dot = element("i", { "aria-hidden": "true" });
      dot.style.background = colour;
      return element("span", {}, dot, String(digit));
    }), zoom);
  const mapPart = element("div", {}, mapHolder, legend);
  const message = element("p", { class: "message", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  root.append(
    element("div", { class: "layout" }, element("div", { class: "draw" }, holder, tools), mapPart,
      element("div", { class: "read" }, pictures, numbers)),
    message, connection);
  yPicture.addEventListener("click", (event) => {
    if (!data?.opens || !shown.y) return;
    const box = yPicture.getBoundingClientRect();
    const at = (offset, size) => Math.min(SIDE - 1, Math.max(0, Math.floor((offset / size) * SIDE)));
    open(`pixel:${at(event.clientY - box.top, box.height) * SIDE + at(event.clientX - box.left, box.width)}`);
  });
  const ink = createInk(holder, {
    onInk: (time) => { ask(time); loop.soon(); },
    onEnd: () => { released = asked; settle(); },
    onShow: (time) => loop.request(time),
  });
  ink.onErase = setErase;
  const map = createStage(mapHolder, { className: "map", aspect: 1, minHeight: 200, maxHeight: 340, focusable: false,
    label: "Map of the latent plane: 2,000 encoded test digits, and the ellipse of the drawn one",
    onResize: () => { background = null; loop.request(); } });

  function setErase(on) {
    ink.tool.erase = on;
    erase.setAttribute("aria-pressed", String(on));
  }

  // -- what is asked of Python -----------------------------------------------------------------
  function ask(eventTime = null) {
    asked += 1;
    if (ink.empty) {
      forget("");
      return;
    }
    live ??= openLive(data.path, {
      onReply: (view, { eventTime: about }) => about && onReply(view, about),
      onError: (text, { eventTime: about }) => {
        if (!about || about.number < asked) return;
        forget(text);
        tell(about.number);
      },
      onState: (state, text) => {
        root.dataset.live = state;
        connection.textContent = state === "waiting" ? text : "";
        if (state === "open" && shown.x === null && !ink.empty) queueMicrotask(() => ask());
      },
    });
    const [kind, drawing] = ink.packed();
    const bytes = new Uint8Array(12 + drawing.length);
    new DataView(bytes.buffer).setUint32(0, kind, true); // epsilon stays 0: z = mu
    bytes.set(drawing, 12);
    if (released !== null) released = asked; // asked again after a break
    live.send(bytes, { time: eventTime, number: asked });
  }
  function onReply(view, about) {
    shown.numbers = Array.from({ length: NUMBERS }, (_, i) => view.getFloat32(4 * i, true));
    const at = view.byteOffset + 4 * NUMBERS;
    shown.x = new Uint8Array(view.buffer, at, PIXELS);
    shown.y = new Uint8Array(view.buffer, at + PIXELS, PIXELS);
    model.chosen = { mu: shown.numbers.slice(0, 2), sigma: shown.numbers.slice(2, 4) };
    message.textContent = "";
    connection.textContent = "";
    root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
    loop.request(about.time);
    tell(about.number);
  }
  function forget(text) {
    Object.assign(shown, { numbers: null, x: null, y: null });
    model.chosen = null;
    message.textContent = text;
    loop.request();
  }
  function settle() { // strokes of one digit follow each other: Python hears of the last
    clearTimeout(settling);
    settling = setTimeout(() => { if (ink.empty || shown.answered === released) say(); }, 250);
  }
  function tell(number) {
    shown.answered = number;
    if (released !== null && number >= released && !ink.drawing) settle();
  }
  function say() {
    if (released === null || ink.drawing) return;
    released = null;
    token += 1;
    const text = ink.empty ? "" : message.textContent;
    actions.setState("digit", { start_id: startId, token, pixels: shown.x ? toBase64(shown.x) : null, problem: text });
    root.dataset.told = String(token);
  }
  function open(name) {
    token += 1;
    actions.setState("opened", { start_id: startId, token, name });
  }

  // -- the picture -----------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!data || !ink.stage.width) return;
    const fresh = themeColours(root);
    if (fresh !== colours) {
      colours = fresh;
      model.colours = colours;
      background = null;
      painted = undefined;
    }
    ink.paint(colours, "Draw a digit here");
    if (painted !== shown.y) { // a reply brings all of it anew
      painted = shown.y;
      paintDigit(xPicture, shown.x, colours);
      paintDigit(yPicture, shown.y, colours);
      values.forEach((value, i) => {
        const text = shown.numbers ? numberText(shown.numbers[NAMED[i][2]], i > 4 ? 4 : 3) : "–";
        if (value.textContent !== text) value.textContent = text;
      });
    }
    for (const value of values) value.disabled = !shown.numbers || !data.opens;
    if (data.map && map.width) paintMap();
    root.dataset.mu = shown.numbers ? shown.numbers.slice(0, 2).map((v) => v.toFixed(4)).join(",") : "";
    root.dataset.elbo = shown.numbers ? shown.numbers[12].toFixed(4) : "";
    root.dataset.message = message.textContent;
    if (eventTime !== null) measurePaint("digit-pad", "draw", eventTime);
  }
  function paintMap() {
    const { canvas, context, width: wide } = map;
    const view = close && model.chosen ? { x: model.chosen.mu[0], y: model.chosen.mu[1], half: ZOOM_HALF } : home;
    if (!background || view !== model.view) {
      model.view = view;
      scales = padScales(map, view);
      background = underlay(map, (under) => drawBackground(under, scales, model));
      stale = null;
    }
    restore(context, background, stale, canvas.width / wide);
    if (model.chosen) drawOverlay(context, scales, model);
    stale = model.chosen ? overlayBounds(scales, model) : [0, 0, 0, 0];
  }

  return {
    update(payload) {
      if (data && data.path !== payload.path) {
        live?.close();
        live = null;
      }
      if (payload.map && data?.map?.id !== payload.map.id) {
        Object.assign(model, { mu: decodeArray(payload.map.mu), labels: decodeArray(payload.map.labels) });
        home.half = payload.map.view;
        background = null;
      }
      const elsewhere = data !== null && data.path !== payload.path;
      data = payload;
      mapPart.hidden = !payload.map;
      root.dataset.map = String(Boolean(payload.map));
      numbers.hidden = !payload.numbers;
      if (payload.start_id !== startId) {
        startId = root.dataset.start = payload.start_id;
        released = null;
        token = 0;
        ink.load(payload.digit ? decodeArray(payload.digit) : null);
        ask();
      } else if (elsewhere) ask();
      loop.request();
    },
    repaint: () => loop.request(),
    destroy() {
      clearTimeout(settling);
      loop.cancel();
      live?.close();
      ink.destroy();
      map.destroy();
    },
  };
});
