// The same z in a VAE and a GAN: a pad, and what each draws there.

import { SIDE, channels, drawBackground, drawOverlay, gridImage, padScales, paintDigit, restore, underlay } from "./latent-draw.js";
import { openLive } from "./live.js";
import { themeColours } from "./palette.js";
import { createStage, draggable, pngButton } from "./stage.js";
import { decodeArray, defineWidget, element, frameLoop, inflate, measurePaint, numberText } from "./widget.js";

const NUDGE = 0.05;
const SETTLE_MS = 350;
const TILE = SIDE * SIDE;
const WHO = ["VAE", "GAN"];

export default defineWidget("gan-pair", (root, actions) => {
  let data = null;
  let live = null;
  let startId = null;
  let settling = 0;
  let colours = null;
  let background = null; // the plane behind and the axes, drawn once
  let scales = null;
  let planes = null;
  let images = []; // the planes' pictures in this theme
  let made = null; // { pictures, sharpness, real } as answered last
  let z = [0, 0];
  let drawn = 0;
  const loop = frameLoop(paint);
  const holder = element("div", {});
  const cells = WHO.map((who) => {
    const canvas = element("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": `What the ${who} draws at z` });
    const numbers = element("p", { class: "numbers" });
    return { canvas, numbers, figure: element("figure", {}, element("figcaption", {}, who), canvas, numbers) };
  });
  const home = element("button", { type: "button", title: "Back to z = 0", onclick: (event) => { moveTo([0, 0], event.timeStamp); settle(0); } }, "z = 0");
  const status = element("p", { class: "status", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  const columns = element("div", { class: "columns" }, holder, element("div", { class: "both" }, ...cells.map((c) => c.figure)));
  const stage = createStage(holder, { className: "pad", aspect: 0.92, minHeight: 280, maxHeight: 430,
    label: "z in the plane. Arrows move it, with shift farther; Home goes to 0", onResize: () => repaint() });
  const tools = element("div", { class: "tools" }, home, pngButton(stage, "plane", () => colours.background));
  root.append(columns, tools, status, connection);

  // -- what is asked and told ------------------------------------------------------------------
  function ask(eventTime = null) {
    live ??= openLive(data.live, {
      onReply: (body, { eventTime: about }) => {
        const read = (at) => body.getFloat32(4 * at, true);
        made = { sharpness: [read(0), read(1)], real: [read(2), read(3)],
          pictures: new Uint8Array(body.buffer, body.byteOffset + 16, 2 * TILE) };
        drawn += 1;
        connection.textContent = "";
        loop.request(about);
      },
      onError: (message) => { connection.textContent = message; },
      onState: (state, text) => {
        connection.textContent = state === "waiting" ? text : "";
        root.dataset.live = state;
        if (state === "open" && data) queueMicrotask(() => ask());
      },
    });
    live.send(Float32Array.from(z), eventTime);
  }
  function moveTo(next, eventTime) {
    z = next.map((v) => Math.min(data.view, Math.max(-data.view, v)));
    ask(eventTime);
    loop.request();
  }
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(() => {
      describe();
      actions.setState("place", { z: [...z], start_id: startId });
    }, wait);
  }
  function describe() {
    const text = `z = (${z.map((v) => numberText(v)).join(", ")}) in both.`;
    if (status.textContent !== text) status.textContent = text;
  }

  // -- input -----------------------------------------------------------------------------------
  const zOf = ([px, py]) => [scales.x.inverse(px), scales.y.inverse(py)];
  draggable(stage, {
    start: ([px, py]) => scales !== null && px >= scales.box.left - 6 && py <= scales.box.top + scales.box.height + 6,
    move: (point, event) => moveTo(zOf(point), event.timeStamp),
    end: (point, event, moved) => {
      if (!moved) moveTo(zOf(point), event.timeStamp);
      settle(0);
    },
  });
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  stage.canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const far = NUDGE * (event.shiftKey ? 5 : 1);
      moveTo(z.map((v, j) => v + arrow[j] * far), event.timeStamp);
      settle(SETTLE_MS);
    } else if (event.key === "Home") home.click();
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
      images = [];
      background = null;
    }
    const { context } = stage;
    if (!background) {
      const k = data.behind;
      const size = data.side * data.side * TILE;
      if (planes && k < WHO.length) images[k] ??= gridImage(planes.subarray(k * size, (k + 1) * size), data.side, colours);
      scales = padScales(stage, { x: 0, y: 0, half: data.view });
      background = underlay(stage, (under) => drawBackground(under, scales, { colours, view: { half: data.view }, gridPicture: images[k], opacity: 0.45,
        extent: data.view, mu: [], labels: [], hidden: new Set() }));
    }
    restore(context, background);
    drawOverlay(context, scales, { colours, z, chosen: null });
    cells.forEach(({ canvas, numbers }, k) => {
      paintDigit(canvas, made?.pictures.subarray(k * TILE, (k + 1) * TILE), colours);
      numbers.textContent = made ? `sharpness ${numberText(made.sharpness[k])}, D(x) = ${numberText(made.real[k])}` : "";
    });
    Object.assign(root.dataset, { z: z.map((v) => v.toFixed(3)).join(","), drawn: String(drawn),
      sharpness: made ? made.sharpness.map((v) => v.toFixed(4)).join(",") : "", behind: String(data.behind) });
    if (eventTime !== null) measurePaint("gan-pair", "drag", eventTime);
  }

  return {
    update(next) {
      const anew = next.start_id !== startId;
      startId = next.start_id;
      if (!data) inflate(next.planes).then((all) => {
        planes = all;
        root.dataset.planes = "true";
        repaint();
      });
      if (data?.behind !== next.behind) background = null;
      data = next;
      if (anew) {
        clearTimeout(settling);
        z = [...next.start.z];
        made = { ...next.start, pictures: decodeArray(next.start.pictures) };
        ask();
      }
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
