// One style in ten digits. A pad for z; the server decodes it with all ten labels at once.

import { SIDE, channels, drawBackground, drawOverlay, gridImage, padScales, paintDigit, restore, underlay } from "./latent-draw.js";
import { openLive } from "./live.js";
import { DIGITS, themeColours } from "./palette.js";
import { createStage, draggable, pngButton } from "./stage.js";
import { decodeArray, defineWidget, element, frameLoop, inflate, measurePaint, numberText } from "./widget.js";

const REACH = 8;
const NUDGE = 0.05;
const SETTLE_MS = 350;
const TILE = SIDE * SIDE;

export default defineWidget("style-row", (root, actions) => {
  let data = null;
  let live = null;
  let startId = null;
  let settling = 0;
  let colours = null;
  let background = null; // the digit's plane, dots and axes, drawn once
  let scales = null;
  let grids = null; // uint8 of all ten planes
  let pictures = []; // their images in this theme
  let ten = null; // uint8 [10][784] as decoded last
  let picks = 0;
  let drawn = 0;
  const place = { z: [0, 0], y: 0 };
  const only = element("input", { type: "checkbox", onchange: () => repaint() });
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
    place.y = data.chosen.y;
    background = null;
    moveTo([...data.chosen.mu], event.timeStamp);
    settle(0);
  } }, "Its own style");
  const status = element("p", { class: "status", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  root.append(element("div", { class: "columns" }, holder, element("div", { class: "side" },
    element("figure", {}, large, largeName),
    element("div", { class: "pair" }, element("figure", {}, given, givenName),
      element("figure", {}, back, element("figcaption", {}, "comes back, at μ"))))),
  element("div", { class: "row", role: "group", "aria-label": "The style in ten digits" }, ...cells.map((c) => c.button)));
  const stage = createStage(holder, { className: "pad", aspect: 0.86, minHeight: 280, maxHeight: 420,
    label: "Pad of styles. Arrows move z, with shift farther; 0 to 9 choose the digit; Home goes to the digit's own style",
    onResize: () => repaint() });
  root.append(element("div", { class: "tools" }, home, element("label", {}, only, "only its own dots"),
    pngButton(stage, "styles", () => colours.background)), status, connection);

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
    live.send(Float32Array.from(place.z), eventTime);
  }
  function moveTo(z, eventTime) {
    const limit = (v) => Math.min(data.view, Math.max(-data.view, v));
    place.z = z.map(limit);
    ask(eventTime);
    loop.request();
  }
  function turn(digit, eventTime) {
    place.y = digit;
    background = null;
    loop.request(eventTime);
    settle(0);
  }
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(() => {
      describe();
      actions.setState("place", { z: [...place.z], y: place.y, start_id: startId });
    }, wait);
  }
  function describe() {
    const text = `z = (${place.z.map((v) => numberText(v)).join(", ")}) in ten digits; behind it, the plane of the ` +
      `${place.y}s.`;
    if (status.textContent !== text) status.textContent = text;
  }

  // -- input -----------------------------------------------------------------------------------
  const shows = (i) => !only.checked || data.labels[i] === place.y;
  function nearest([px, py]) {
    let best = -1;
    let least = REACH ** 2;
    for (let i = 0; i < data.labels.length; i++) {
      if (!shows(i)) continue;
      const far = (scales.x(data.mu[2 * i]) - px) ** 2 + (scales.y(data.mu[2 * i + 1]) - py) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }
  const zOf = ([px, py]) => [scales.x.inverse(px), scales.y.inverse(py)];
  draggable(stage, {
    start: ([px, py]) => scales !== null && px >= scales.box.left - 6 && py <= scales.box.top + scales.box.height + 6,
    move: (point, event) => moveTo(zOf(point), event.timeStamp),
    end: (point, event, moved) => {
      const hit = moved ? -1 : nearest(point);
      if (hit >= 0) return actions.setState("pick", { index: hit, count: ++picks });
      if (!moved) moveTo(zOf(point), event.timeStamp);
      settle(0);
    },
  });
  stage.canvas.addEventListener("pointermove", (event) => {
    if (!event.buttons && scales) stage.canvas.style.cursor = nearest(stage.place(event)) < 0 ? "crosshair" : "pointer";
  });
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  stage.canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const far = NUDGE * (event.shiftKey ? 5 : 1);
      moveTo(place.z.map((v, j) => v + arrow[j] * far), event.timeStamp);
      settle(SETTLE_MS);
    } else if (/^[0-9]$/.test(event.key)) turn(Number(event.key), event.timeStamp);
    else if (event.key === "Home") home.click();
    else return;
    event.preventDefault();
  });

  // -- the picture -----------------------------------------------------------------------------
  function repaint() {
    background = null;
    loop.request();
  }
  function paint(now, eventTime) {
    if (!data || !stage.width) return;
    const fresh = themeColours(root);
    if (fresh.text !== colours?.text || fresh.background !== colours?.background) {
      colours = { ...fresh, inkRgb: channels(fresh.text), paperRgb: channels(fresh.background) };
      pictures = [];
      background = null;
    }
    const { context } = stage;
    if (!background) {
      if (grids) {
        const size = data.side * data.side * TILE;
        pictures[place.y] ??= gridImage(grids.subarray(place.y * size, (place.y + 1) * size), data.side, colours);
      }
      scales = padScales(stage, { x: 0, y: 0, half: data.view });
      const hidden = new Set(only.checked ? DIGITS.map((_, k) => k).filter((k) => k !== place.y) : []);
      background = underlay(stage, (under) => drawBackground(under, scales, { colours, view: { half: data.view }, gridPicture: pictures[place.y], opacity: 0.34,
        extent: data.view, mu: data.mu, labels: data.labels, hidden }));
    }
    restore(context, background);
    drawOverlay(context, scales, { colours, z: place.z, chosen: data.chosen });
    cells.forEach(({ button, picture }, digit) => {
      paintDigit(picture, ten?.subarray(digit * TILE, (digit + 1) * TILE), colours);
      button.setAttribute("aria-pressed", String(digit === place.y));
    });
    const told = `${data.chosen.id} ${data.chosen.y} ${colours.text}`;
    if (given.dataset.told !== told) {
      given.dataset.told = told;
      paintDigit(given, data.chosen.x, colours);
      paintDigit(back, data.chosen.back, colours);
    }
    paintDigit(large, ten?.subarray(place.y * TILE, (place.y + 1) * TILE), colours);
    const name = `decoded as a ${place.y}`;
    if (largeName.textContent !== name) largeName.textContent = name;
    Object.assign(root.dataset, { z: place.z.map((v) => v.toFixed(3)).join(","), y: String(place.y),
      drawn: String(drawn) });
    if (eventTime !== null) measurePaint("style-row", "drag", eventTime);
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
          repaint();
        });
      }
      if (next.start_id !== startId) {
        startId = next.start_id;
        clearTimeout(settling);
        place.z = [...next.start.z];
        place.y = next.start.y;
        ten = decodeArray(next.start.ten);
        background = null;
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
      stage.destroy();
    },
  };
});
