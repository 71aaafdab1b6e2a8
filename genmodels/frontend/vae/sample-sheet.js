// A sheet of pictures drawn from the prior. The slider narrows the draw; the server draws and
// decodes over the live channel, and this file paints.

import { SIDE, inkImage, paintDigit } from "./latent-draw.js";
import { openLive } from "../core/live.js";
import { themeColours } from "../core/palette.js";
import { createStage, pngButton } from "../core/stage.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const SETTLE_MS = 250;
const PIXELS = SIDE * SIDE;

export default defineWidget("sample-sheet", (root, actions) => {
  let data = null;
  let live = null;
  let startId = null;
  let settling = 0;
  let colours = null;
  let tiles = null; // uint8, side * side pictures in rows
  let dirty = true;
  const place = { tau: 1, seed: 0, selected: -1 };
  const back = document.createElement("canvas");
  const loop = frameLoop(paint);

  const holder = element("div", {});
  const slider = element("input", { type: "range", min: 0, max: 4, step: 0.01, "aria-label": "Largest |z| allowed",
    oninput: (event) => {
      place.tau = Number(slider.value);
      ask(event.timeStamp);
      describe();
      settle(SETTLE_MS);
    } });
  const value = element("output", {});
  const again = element("button", { type: "button", onclick: (event) => {
    place.seed = (place.seed + 1) % 10000;
    place.selected = -1;
    ask(event.timeStamp);
    describe();
    settle(0);
  } }, "Draw again");
  const large = element("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": "The chosen picture" });
  const largeText = element("figcaption", {});
  const real = element("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": "The nearest real digit" });
  const realText = element("figcaption", {});
  const status = element("p", { class: "status", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  const realPart = element("figure", {}, real, realText);
  const tools = element("div", { class: "tools" }, element("label", {}, "|z| ≤", slider), value, again);
  root.append(element("div", { class: "columns" }, holder,
    element("div", { class: "side" }, element("figure", {}, large, largeText), realPart)), tools, status, connection);
  const stage = createStage(holder, { className: "sheet", aspect: 1, minHeight: 240, maxHeight: 520,
    label: "Sheet of pictures. Arrows choose one, Escape lets it go", onResize: () => loop.request() });
  tools.append(pngButton(stage, "digits", () => colours.background));

  function ask(eventTime = null) {
    if (!data?.live) return;
    const bytes = new DataView(new ArrayBuffer(16));
    bytes.setInt32(0, data.label, true);
    bytes.setUint32(4, data.side ** 2, true);
    bytes.setUint32(8, place.seed, true);
    bytes.setFloat32(12, place.tau, true);
    live ??= { path: data.live, socket: openLive(data.live, {
      onReply: (view, { eventTime: about }) => {
        tiles = new Uint8Array(view.buffer, view.byteOffset + view.byteLength - data.side ** 2 * PIXELS,
          data.side ** 2 * PIXELS);
        dirty = true;
        root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
        connection.textContent = "";
        loop.request(about);
      },
      onError: (message) => { connection.textContent = message; },
      onState: (state, text) => { connection.textContent = state === "waiting" ? text : ""; },
    }) };
    live.socket.send(new Uint8Array(bytes.buffer), eventTime);
  }
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(() => actions.setState("place", { ...place, start_id: startId }), wait);
  }
  function select(index) {
    place.selected = index === place.selected ? -1 : index;
    describe();
    loop.request();
    settle(0);
  }

  // -- input -----------------------------------------------------------------------------------
  const box = () => {
    const size = Math.min(stage.width, stage.height);
    return { left: (stage.width - size) / 2, size };
  };
  stage.canvas.addEventListener("click", (event) => {
    const [px, py] = stage.place(event);
    const { left, size } = box();
    const [column, row] = [px - left, py].map((v) => Math.floor((v / size) * data.side));
    if (column >= 0 && column < data.side && row >= 0 && row < data.side) select(row * data.side + column);
  });
  stage.canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -data.side, ArrowDown: data.side };
    if (event.key === "Escape" && place.selected >= 0) select(place.selected);
    else if (moves[event.key]) {
      const n = data.side ** 2;
      const next = place.selected < 0 ? 0 : (place.selected + moves[event.key] + n) % n;
      place.selected = -1;
      select(next);
    } else return;
    event.preventDefault();
  });

  // -- the picture -----------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!data || !stage.width) return;
    const fresh = themeColours(root);
    if (fresh !== colours) {
      colours = fresh;
      dirty = true;
    }
    const { context } = stage;
    const { left, size } = box();
    context.fillStyle = colours.background;
    context.fillRect(0, 0, stage.width, stage.height);
    const n = data.side;
    if (tiles && dirty) {
      back.width = back.height = n * SIDE;
      const under = back.getContext("2d");
      for (let i = 0; i < n * n; i++) {
        under.putImageData(inkImage(tiles.subarray(i * PIXELS, (i + 1) * PIXELS), SIDE, colours.inkRgb, colours.paperRgb),
          (i % n) * SIDE, Math.floor(i / n) * SIDE);
      }
      dirty = false;
    }
    if (tiles) {
      context.imageSmoothingEnabled = false;
      context.drawImage(back, left, 0, size, size);
    }
    context.strokeStyle = colours.border;
    context.lineWidth = 1;
    for (let i = 0; i <= n; i++) {
      const at = Math.round((i * size) / n) + 0.5;
      context.beginPath();
      context.moveTo(left + at, 0);
      context.lineTo(left + at, size);
      context.moveTo(left, at);
      context.lineTo(left + size, at);
      context.stroke();
    }
    const chosen = place.selected;
    if (chosen >= 0) {
      context.strokeStyle = colours.primary;
      context.lineWidth = 3;
      context.strokeRect(left + ((chosen % n) * size) / n, (Math.floor(chosen / n) * size) / n, size / n, size / n);
    }
    paintDigit(large, chosen >= 0 && tiles ? tiles.subarray(chosen * PIXELS, (chosen + 1) * PIXELS) : null, colours);
    const near = data.nearest && data.nearest.of === key() ? data.nearest : null;
    paintDigit(real, near?.pixels ?? null, colours);
    realPart.style.visibility = near ? "visible" : "hidden";
    realText.textContent = near ? `Nearest of 2,000 real digits: a ${near.label}, ${numberText(near.distance)} away.` : "";
    if (eventTime !== null) measurePaint("sample-sheet", "tau", eventTime);
  }
  const key = () => `${place.seed}:${place.tau}:${place.selected}`;
  function describe() {
    slider.value = String(place.tau);
    value.textContent = place.tau >= 4 ? "all" : place.tau.toFixed(2);
    largeText.textContent = place.selected >= 0 ? `Picture ${place.selected + 1} of ${data.side ** 2}.`
      : "Click a picture to open its z.";
    const text = data.live ? `${data.side ** 2} draws, seed ${place.seed}, ${place.tau >= 4 ? "from the whole prior"
      : `every |z| at most ${place.tau.toFixed(2)}`}.` : data.status;
    if (status.textContent !== text) status.textContent = text;
    Object.assign(root.dataset, { tau: place.tau.toFixed(2), seed: String(place.seed), selected: String(place.selected) });
  }

  return {
    update(next) {
      data = { ...next, nearest: next.nearest && { ...next.nearest, pixels: decodeArray(next.nearest.pixels) } };
      tools.querySelector("label").style.display = value.style.display = again.style.display = data.live ? "" : "none";
      if (live && live.path !== data.live) {
        live.socket.close();
        live = null;
      }
      const anew = next.start_id !== startId;
      if (anew) {
        startId = next.start_id;
        Object.assign(place, next.start);
      }
      if (data.live) {
        const asked = `${data.live} ${data.label}`;
        if (anew || root.dataset.asked !== asked) ask();
        root.dataset.asked = asked;
      } else {
        tiles = decodeArray(next.tiles);
        dirty = true;
        root.dataset.asked = "";
      }
      describe();
      loop.request();
    },
    destroy() {
      clearTimeout(settling);
      loop.cancel();
      live?.socket.close();
      stage.destroy();
    },
  };
});
