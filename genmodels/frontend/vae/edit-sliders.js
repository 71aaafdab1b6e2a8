// A digit and sliders that mean something. The server moves z and decodes; this file asks and paints.

import { SIDE, paintDigit } from "./latent-draw.js";
import { openLive } from "../core/live.js";
import { themeColours } from "../core/palette.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText, signedText } from "../core/widget.js";

const SETTLE_MS = 250;

export default defineWidget("edit-sliders", (root, actions) => {
  let data = null;
  let live = null;
  let startId = null;
  let settling = 0;
  let colours = null;
  let made = null; // { predicted, measured, pixels }
  const place = { t: [], held: true };
  const loop = frameLoop(paint);
  const canvas = (label) => element("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": label });
  const views = ["The digit", "What comes back", "The edited digit"].map(canvas);
  const captions = ["x, the digit", "y at μ, what comes back", "y, edited"];
  const rows = element("div", { class: "rows", role: "group", "aria-label": "Attributes" });
  const held = element("button", { type: "button", "aria-pressed": "true",
    title: "Moving one attribute keeps the predictions of the others", onclick: (event) => {
      place.held = !place.held;
      describe();
      ask(event.timeStamp);
      settle(0);
    } }, "Hold the others");
  const reset = element("button", { type: "button", onclick: (event) => {
    place.t = place.t.map(() => 0);
    describe();
    ask(event.timeStamp);
    settle(0);
  } }, "Back to 0");
  const status = element("p", { class: "status", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  root.append(element("div", { class: "pictures" },
    ...views.map((view, i) => element("figure", {}, view, element("figcaption", {}, captions[i])))),
  rows, element("div", { class: "tools" }, held, reset), status, connection);
  let parts = [];

  function build() {
    rows.replaceChildren(element("div", { class: "row head" }, element("b", {}, "attribute"), element("span", {}, ""),
      element("span", {}, "sd"), element("span", {}, "predicted"), element("span", {}, "measured")));
    parts = data.names.map((name, k) => {
      const slider = element("input", { type: "range", min: -3, max: 3, step: 0.05, "aria-label": name,
        oninput: (event) => {
          place.t[k] = Number(slider.value);
          describe();
          ask(event.timeStamp);
          settle(SETTLE_MS);
        } });
      const amount = element("output", {});
      const predicted = element("button", { type: "button", title: `Open the predicted ${name}`,
        onclick: () => open(`predicted:${k}`) });
      const measured = element("span", {});
      rows.append(element("div", { class: "row" }, element("b", {}, name), slider, amount, predicted, measured));
      return { slider, amount, predicted, measured };
    });
  }
  function ask(eventTime = null) {
    if (!data) return;
    const K = data.names.length;
    const bytes = new Uint8Array(4 + 4 * K + SIDE * SIDE);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, place.held ? 1 : 0, true);
    place.t.forEach((value, k) => view.setFloat32(4 + 4 * k, value, true));
    bytes.set(data.picture, 4 + 4 * K);
    live ??= { path: data.live, socket: openLive(data.live, {
      onReply: (body, { eventTime: about }) => {
        const numbers = (from) => Array.from({ length: K }, (_, k) => body.getFloat32(4 * (from + k), true));
        made = { predicted: numbers(0), measured: numbers(K),
          pixels: new Uint8Array(body.buffer, body.byteOffset + 8 * K, SIDE * SIDE) };
        connection.textContent = "";
        root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
        loop.request(about);
      },
      onError: (message) => { connection.textContent = message; },
      onState: (state, text) => { connection.textContent = state === "waiting" ? text : ""; },
    }) };
    live.socket.send(bytes, eventTime);
  }
  const told = () => ({ t: [...place.t], held: place.held, opened: "", start_id: startId });
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(() => actions.setState("place", told()), wait);
  }
  function open(name) {
    clearTimeout(settling);
    actions.setState("place", { ...told(), opened: name });
  }
  function paint(now, eventTime) {
    if (!data) return;
    colours = themeColours(root);
    [data.picture, data.back, made?.pixels ?? null].forEach((pixels, i) => paintDigit(views[i], pixels, colours));
    if (made) {
      parts.forEach((part, k) => {
        part.predicted.textContent = numberText(made.predicted[k]);
        part.measured.textContent = numberText(made.measured[k]);
      });
      root.dataset.measured = made.measured.map((v) => v.toFixed(3)).join(",");
    }
    if (eventTime !== null) measurePaint("edit-sliders", "edit", eventTime);
  }
  function describe() {
    parts.forEach((part, k) => {
      part.slider.value = String(place.t[k]);
      part.amount.textContent = place.t[k] === 0 ? "0" : signedText(place.t[k]);
    });
    held.setAttribute("aria-pressed", String(place.held));
    const moved = data.names.filter((_, k) => place.t[k] !== 0);
    const text = moved.length ? `Moved: ${moved.join(", ")}${place.held ? ", the others held" : ""}.` : "Nothing moved yet.";
    if (status.textContent !== text) status.textContent = text;
    root.dataset.t = place.t.map((v) => v.toFixed(2)).join(",");
    root.dataset.held = String(place.held);
  }
  return {
    update(next) {
      const first = data === null;
      data = { ...next, picture: decodeArray(next.picture), back: decodeArray(next.back) };
      if (first) build();
      if (live && live.path !== data.live) {
        live.socket.close();
        live = null;
      }
      const anew = next.start_id !== startId;
      if (anew) {
        startId = next.start_id;
        place.t = [...next.start.t];
        place.held = next.start.held;
      }
      if (anew || root.dataset.asked !== next.picture_id + data.live) ask();
      root.dataset.asked = next.picture_id + data.live;
      describe();
      loop.request();
    },
    destroy() {
      clearTimeout(settling);
      loop.cancel();
      live?.socket.close();
    },
  };
});
