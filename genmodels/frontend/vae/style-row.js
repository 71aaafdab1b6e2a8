// One style in ten digits. A pad for z; the server decodes it with all ten labels at once.

import { SIDE, gridImage, paintDigit } from "./latent-draw.js";
import { openLive } from "../core/live.js";
import { DIGITS, themeColours } from "../core/palette.js";
import { pngButton } from "../core/stage.js";
import { decodeArray, defineWidget, element, frameLoop, inflate, measurePaint, numberText } from "../core/widget.js";
import { createZPad } from "./z-pad.js";

const TILE = SIDE * SIDE;

export default defineWidget("style-row", (root, actions) => {
  let data = null;
  let live = null;
  let startId = null;
  let settling = 0;
  let colours = null;
  let grids = null; // uint8 of all ten planes
  let pictures = []; // their images in this theme
  let ten = null; // uint8 [10][784] as decoded last
  let painted = ""; // what the row and the large picture show
  let picks = 0;
  let drawn = 0;
  let y = 0; // the digit
  const only = element("input", { type: "checkbox", onchange: () => showPlane() });
  const loop = frameLoop(paint);
  const holder = element("div", {});
  const canvas = (label) => element("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": label });
  const large = canvas("The style in the chosen digit");
  const [given, back] = [canvas("The digit that the style is read from"), canvas("What comes back of it")];
  const [largeName, givenName] = [element("figcaption", {}), element("figcaption", {})];
  const cells = DIGITS.map((colour, digit) => {
    const dot = element("i", { "aria-hidden": "true" });
    dot.style.background = colour;
    const picture = canvas(`The style as a ${digit}`);
    const button = element("button", { type: "button", "data-digit": digit, "aria-pressed": "false",
      "aria-label": `Show the ${digit}s of this plane`, onclick: (event) => turn(digit, event.timeStamp) },
    picture, element("span", {}, dot, String(digit)));
    return { button, picture };
  });
  const home = element("button", { type: "button", title: "Back to the style of the chosen digit", onclick: (event) => {
    y = data.chosen.y;
    showPlane();
    moveTo([...data.chosen.mu], event.timeStamp, 0);
  } }, "Its own style");
  const status = element("p", { class: "status", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  root.append(element("div", { class: "columns" }, holder, element("div", { class: "side" },
    element("figure", {}, large, largeName),
    element("div", { class: "pair" }, element("figure", {}, given, givenName),
      element("figure", {}, back, element("figcaption", {}, "comes back, at μ"))))),
  element("div", { class: "row", role: "group", "aria-label": "The style in ten digits" }, ...cells.map((c) => c.button)));
  const pad = createZPad(holder, { aspect: 0.86, maxHeight: 420,
    label: "Pad of styles. Arrows move z, with shift farther; 0 to 9 choose the digit; Home goes to the digit's own style",
    onMove: moveTo, onRest: () => settle(0), onHome: () => home.click(), onResize: () => loop.request(),
    onKey: (event) => /^[0-9]$/.test(event.key) && turn(Number(event.key), event.timeStamp),
    pickable: (i) => !only.checked || data.labels[i] === y,
    onPick: (index) => actions.setState("pick", { index, count: ++picks }) });
  const { model } = pad;
  model.opacity = 0.34;
  root.append(element("div", { class: "tools" }, home, element("label", {}, only, "only its own dots"),
    pngButton(pad.stage, "styles", () => colours.background)), status, connection);

  // -- what is asked and told ------------------------------------------------------------------
  function ask(eventTime = null) {
    live ??= openLive(data.live, {
      onReply: (body, { eventTime: about }) => {
        ten = new Uint8Array(body.buffer, body.byteOffset, 10 * TILE);
        drawn += 1;
        connection.textContent = "";
        loop.request(about);
      },
      onError: (message) => { connection.textContent = message; },
      onState: (state, text) => {
        connection.textContent = state === "waiting" ? text : "";
        if (state === "open" && data) queueMicrotask(() => ask());
      },
    });
    live.send(Float32Array.from(model.z), eventTime);
  }
  function moveTo(z, eventTime, wait) {
    model.z = z;
    ask(eventTime);
    loop.soon();
    if (wait !== null) settle(wait);
  }
  function turn(digit, eventTime) {
    y = digit;
    showPlane();
    loop.request(eventTime);
    settle(0);
    return true;
  }
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(() => {
      describe();
      actions.setState("place", { z: [...model.z], y, start_id: startId });
    }, wait);
  }
  function describe() {
    const text = `z = (${model.z.map((v) => numberText(v)).join(", ")}) in ten digits; behind it, the plane of the ${y}s.`;
    if (status.textContent !== text) status.textContent = text;
  }

  // -- the picture -----------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!data || !pad.stage.width) return;
    const fresh = themeColours(root);
    if (fresh !== colours) {
      colours = fresh;
      pictures = [];
      painted = "";
      showPlane();
    }
    pad.paint(colours);
    const wanted = `${drawn} ${startId} ${y} ${data.chosen.id} ${data.chosen.y}`;
    if (painted !== wanted) {
      painted = wanted;
      cells.forEach(({ button, picture }, digit) => {
        paintDigit(picture, ten?.subarray(digit * TILE, (digit + 1) * TILE), colours);
        button.setAttribute("aria-pressed", String(digit === y));
      });
      paintDigit(given, data.chosen.x, colours);
      paintDigit(back, data.chosen.back, colours);
      paintDigit(large, ten?.subarray(y * TILE, (y + 1) * TILE), colours);
      largeName.textContent = `decoded as a ${y}`;
    }
    Object.assign(root.dataset, { z: model.z.map((v) => v.toFixed(3)).join(","), y: String(y), drawn: String(drawn) });
    if (eventTime !== null) measurePaint("style-row", "drag", eventTime);
  }
  /** The chosen digit's plane behind the handle, with all dots or its own. */
  function showPlane() {
    if (grids && colours) {
      const size = data.side * data.side * TILE;
      pictures[y] ??= gridImage(grids.subarray(y * size, (y + 1) * size), data.side, colours);
    }
    model.gridPicture = pictures[y] ?? null;
    model.hidden = new Set(only.checked ? DIGITS.map((_, k) => k).filter((k) => k !== y) : []);
    pad.forget();
    loop.request();
  }

  return {
    update(next) {
      const known = data?.id === next.id;
      const chosen = { ...next.chosen, x: decodeArray(next.chosen.x), back: decodeArray(next.chosen.back) };
      if (known) data = { ...data, chosen };
      else {
        data = { ...next, mu: decodeArray(next.mu), labels: decodeArray(next.labels), chosen };
        inflate(next.grids).then((all) => {
          grids = all;
          root.dataset.planes = "true";
          showPlane();
        });
      }
      Object.assign(model, { mu: data.mu, labels: data.labels, chosen, extent: data.view });
      model.view.half = data.view;
      if (next.start_id !== startId) {
        startId = next.start_id;
        clearTimeout(settling);
        model.z = [...next.start.z];
        y = next.start.y;
        ten = decodeArray(next.start.ten);
        showPlane();
        ask();
      }
      givenName.textContent = `x, ${chosen.name}`;
      root.dataset.chosen = chosen.id;
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
