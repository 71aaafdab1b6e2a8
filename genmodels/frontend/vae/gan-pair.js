// The same z in a VAE and a GAN: a pad, and what each draws there.

import { SIDE, gridImage, paintDigit } from "./latent-draw.js";
import { openLive } from "../core/live.js";
import { themeColours } from "../core/palette.js";
import { pngButton } from "../core/stage.js";
import { decodeArray, defineWidget, element, frameLoop, inflate, measurePaint, numberText } from "../core/widget.js";
import { createZPad } from "./z-pad.js";

const TILE = SIDE * SIDE;
const WHO = ["VAE", "GAN"];

export default defineWidget("gan-pair", (root, actions) => {
  let data = null;
  let live = null;
  let startId = null;
  let settling = 0;
  let colours = null;
  let planes = null;
  let images = []; // the planes' pictures in this theme
  let made = null; // { pictures, sharpness, real } as answered last
  let painted = null; // what of it the pictures show
  let drawn = 0;
  const loop = frameLoop(paint);
  const holder = element("div", {});
  const cells = WHO.map((who) => {
    const canvas = element("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": `What the ${who} draws at z` });
    const numbers = element("p", { class: "numbers" });
    return { canvas, numbers, figure: element("figure", {}, element("figcaption", {}, who), canvas, numbers) };
  });
  const home = element("button", { type: "button", title: "Back to z = 0", onclick: (event) => moveTo([0, 0], event.timeStamp, 0) }, "z = 0");
  const status = element("p", { class: "status", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  const columns = element("div", { class: "columns" }, holder, element("div", { class: "both" }, ...cells.map((c) => c.figure)));
  const pad = createZPad(holder, { aspect: 0.92, label: "z in the plane. Arrows move it, with shift farther; Home goes to 0",
    onMove: moveTo, onRest: () => settle(0), onHome: () => home.click(), onResize: () => loop.request() });
  const { model } = pad;
  model.opacity = 0.45;
  const tools = element("div", { class: "tools" }, home, pngButton(pad.stage, "plane", () => colours.background));
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
    live.send(Float32Array.from(model.z), eventTime);
  }
  function moveTo(z, eventTime, wait) {
    model.z = z;
    ask(eventTime);
    loop.soon();
    if (wait !== null) settle(wait);
  }
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(() => {
      describe();
      actions.setState("place", { z: [...model.z], start_id: startId });
    }, wait);
  }
  function describe() {
    const text = `z = (${model.z.map((v) => numberText(v)).join(", ")}) in both.`;
    if (status.textContent !== text) status.textContent = text;
  }

  // -- the picture -----------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!data || !pad.stage.width) return;
    const fresh = themeColours(root);
    if (fresh !== colours) {
      colours = fresh;
      images = [];
      painted = null;
      showPlane();
    }
    pad.paint(colours);
    if (made && painted !== made) {
      painted = made;
      cells.forEach(({ canvas, numbers }, k) => {
        paintDigit(canvas, made.pictures.subarray(k * TILE, (k + 1) * TILE), colours);
        numbers.textContent = `sharpness ${numberText(made.sharpness[k])}, D(x) = ${numberText(made.real[k])}`;
      });
    }
    Object.assign(root.dataset, { z: model.z.map((v) => v.toFixed(3)).join(","), drawn: String(drawn),
      sharpness: made ? made.sharpness.map((v) => v.toFixed(4)).join(",") : "", behind: String(data.behind) });
    if (eventTime !== null) measurePaint("gan-pair", "drag", eventTime);
  }
  /** The plane of one of the two behind the handle, or none. */
  function showPlane() {
    const k = data.behind;
    const size = data.side * data.side * TILE;
    if (planes && colours && k < WHO.length) images[k] ??= gridImage(planes.subarray(k * size, (k + 1) * size), data.side, colours);
    model.gridPicture = images[k] ?? null;
    pad.forget();
    loop.request();
  }

  return {
    update(next) {
      const anew = next.start_id !== startId;
      startId = next.start_id;
      if (!data) inflate(next.planes).then((all) => {
        planes = all;
        root.dataset.planes = "true";
        showPlane();
      });
      const turned = data?.behind !== next.behind;
      data = next;
      model.view.half = model.extent = data.view;
      if (turned) showPlane();
      if (anew) {
        clearTimeout(settling);
        model.z = [...next.start.z];
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
      pad.destroy();
    },
  };
});
