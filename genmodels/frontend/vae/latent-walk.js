// Two pins on the map, the pictures between them, and what changes from one to the next. The server
// walks, decodes and measures; this file asks while a pin is dragged, and paints.

import { SIDE, drawDots, inkImage, restore, underlay } from "./latent-draw.js";
import { openLive } from "../core/live.js";
import { NEGATIVE, POSITIVE, themeColours } from "../core/palette.js";
import { createStage, drawAxes, draggable, linearScale, niceTicks, pngButton } from "../core/stage.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const VIEW = 4;
const PIXELS = SIDE * SIDE;
const SETTLE_MS = 350;
const MARGIN = { left: 30, right: 6, top: 6, bottom: 22 };

export default defineWidget("latent-walk", (root, actions) => {
  let data = null;
  let live = null;
  let startId = null;
  let settling = 0;
  let colours = null;
  let background = null;
  let walk = null; // { z, change, toReal, blendToReal, y, blend }
  let held = 0;
  const pins = [[0, 0], [0, 0]];
  const loop = frameLoop(paint);

  const left = element("div", {});
  const strip = (label) => element("canvas", { class: "strip", role: "img", "aria-label": label });
  const walked = strip("Pictures along the walk");
  const blended = strip("Blends of the two pictures");
  const bars = element("div", { class: "bars" });
  const columns = element("div", { class: "columns" }, left, element("div", {},
    element("p", { class: "label" }, "Decoded along the way from A to B"), walked,
    element("p", { class: "label" }, "The two pictures' pixels blended"), blended, bars));
  const status = element("p", { class: "status", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  root.append(columns, status, connection);
  const map = createStage(left, { className: "map", aspect: 1, minHeight: 220, maxHeight: 320,
    label: "Map with pins A and B. A and B choose a pin, arrows move it, with shift farther",
    onResize: () => { background = null; loop.request(); } });
  const chart = createStage(bars, { className: "chart", aspect: 0.3, minHeight: 130, maxHeight: 170, focusable: false,
    label: "Change from step to step, and distance to the nearest real digit", onResize: () => loop.request() });
  const tools = element("div", { class: "tools" }, pngButton(chart, "walk", () => colours.background));
  root.append(tools);

  function ask(eventTime = null) {
    if (!data) return;
    const d = data.d;
    const bytes = new DataView(new ArrayBuffer(8 + 8 * d));
    bytes.setUint32(0, data.way, true);
    bytes.setUint32(4, data.n, true);
    pins.forEach((pin, p) => pin.forEach((v, j) => bytes.setFloat32(8 + 4 * (p * d + j), v, true)));
    live ??= { path: data.live, socket: openLive(data.live, {
      onReply: (view, { eventTime: about }) => {
        take(view);
        loop.request(about);
      },
      onError: (message) => { connection.textContent = message; },
      onState: (state, text) => { connection.textContent = state === "waiting" ? text : ""; },
    }) };
    live.socket.send(new Uint8Array(bytes.buffer), eventTime);
  }
  function take(view) {
    const { n, d } = data;
    let at = 0;
    const floats = (count) => Array.from({ length: count }, () => {
      at += 4;
      return view.getFloat32(at - 4, true);
    });
    const pixels = (count) => {
      at += count;
      return new Uint8Array(view.buffer, view.byteOffset + at - count, count);
    };
    if (view.byteLength !== 4 * (n * d + 3 * n - 1) + 2 * n * PIXELS) return; // of other settings
    walk = { z: floats(n * d), change: floats(n - 1), toReal: floats(n), blendToReal: floats(n),
      y: pixels(n * PIXELS), blend: pixels(n * PIXELS) };
    connection.textContent = "";
    root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
    describe();
  }
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(() => actions.setState("place", { a: [...pins[0]], b: [...pins[1]], start_id: startId }), wait);
  }

  // -- input -----------------------------------------------------------------------------------
  function scales() {
    const size = Math.min(map.width - MARGIN.left - MARGIN.right, map.height - MARGIN.top - MARGIN.bottom);
    const box = { left: MARGIN.left, top: MARGIN.top, width: size, height: size };
    const x = linearScale(-VIEW, VIEW, box.left, box.left + size);
    const y = linearScale(-VIEW, VIEW, box.top + size, box.top);
    for (const scale of [x, y]) scale.ticks = () => niceTicks(-VIEW, VIEW, 4);
    return { x, y, box };
  }
  const clamp = (v) => Math.min(VIEW, Math.max(-VIEW, v));
  draggable(map, {
    start: (point) => {
      if (data.d !== 2) return false;
      const { x, y } = scales();
      const far = pins.map((pin) => Math.hypot(x(pin[0]) - point[0], y(pin[1]) - point[1]));
      held = far[0] <= far[1] ? 0 : 1;
      return true;
    },
    move: (point, event) => place(point, event),
    end: (point, event, moved) => {
      if (!moved) place(point, event);
      settle(0);
    },
  });
  function place(point, event) {
    const { x, y } = scales();
    pins[held] = [clamp(x.inverse(point[0])), clamp(y.inverse(point[1]))];
    ask(event.timeStamp);
    loop.soon();
  }
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  map.canvas.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (event.key === "a" || event.key === "b") held = event.key === "a" ? 0 : 1;
    else if (arrow && data.d === 2) {
      const size = event.shiftKey ? 0.25 : 0.05;
      pins[held] = pins[held].map((v, j) => clamp(v + arrow[j] * size));
      ask(event.timeStamp);
      settle(SETTLE_MS);
    } else return;
    loop.request();
    event.preventDefault();
  });

  // -- drawing ---------------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!data || !colours && !root.isConnected) return;
    const fresh = themeColours(root);
    if (fresh !== colours) {
      colours = fresh;
      background = null;
    }
    if (data.d === 2) paintMap();
    if (walk) {
      paintStrip(walked, walk.y);
      paintStrip(blended, walk.blend);
      paintChart();
    }
    if (eventTime !== null) measurePaint("latent-walk", "drag", eventTime);
  }
  function paintStrip(canvas, pixels) {
    const { n } = data;
    if (canvas.width !== n * SIDE) {
      canvas.width = n * SIDE;
      canvas.height = SIDE;
    }
    const context = canvas.getContext("2d");
    for (let i = 0; i < n; i++) {
      context.putImageData(inkImage(pixels.subarray(i * PIXELS, (i + 1) * PIXELS), SIDE, colours.inkRgb, colours.paperRgb), i * SIDE, 0);
    }
  }
  function paintMap() {
    const { context } = map;
    if (!map.width) return;
    const { x, y, box } = scales();
    if (!background) {
      background = underlay(map, (under) => {
        drawDots(under, { x, y }, data.mu, data.labels, 1.5, box);
        drawAxes(under, x, y, box, colours);
      });
    }
    restore(context, background);
    const line = (style, lineWidth) => {
      context.strokeStyle = style;
      context.lineWidth = lineWidth;
      context.beginPath();
      for (let i = 0; i < data.n; i++) {
        const [px, py] = [x(walk.z[2 * i]), y(walk.z[2 * i + 1])];
        if (i) context.lineTo(px, py);
        else context.moveTo(px, py);
      }
      context.stroke();
    };
    if (walk) {
      line(colours.background, 5);
      line(colours.text, 2);
      context.fillStyle = colours.text;
      for (let i = 0; i < data.n; i++) context.fillRect(x(walk.z[2 * i]) - 2, y(walk.z[2 * i + 1]) - 2, 4, 4);
    }
    pins.forEach((pin, p) => {
      const [px, py] = [x(pin[0]), y(pin[1])];
      context.beginPath();
      context.arc(px, py, 11, 0, 2 * Math.PI);
      context.fillStyle = colours.background;
      context.fill();
      context.lineWidth = p === held ? 3.5 : 2;
      context.strokeStyle = p === held ? colours.primary : colours.text;
      context.stroke();
      context.fillStyle = colours.text;
      context.font = `600 13px ${colours.font}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText("AB"[p], px, py);
    });
  }
  function paintChart() {
    const { context, width, height } = chart;
    if (!width) return;
    context.clearRect(0, 0, width, height);
    const { n } = data;
    const box = { left: 34, top: 20, width: width - 40, height: height - 38 };
    const high = 1.05 * Math.max(...walk.change, ...walk.toReal, ...walk.blendToReal, 1);
    const y = linearScale(0, high, box.top + box.height, box.top);
    const x = (i) => box.left + ((i + 0.5) * box.width) / n;
    context.strokeStyle = colours.border;
    context.strokeRect(box.left + 0.5, box.top + 0.5, box.width, box.height);
    context.font = `12px ${colours.font}`;
    context.fillStyle = colours.text;
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const tick of niceTicks(0, high, 3)) context.fillText(String(tick), box.left - 5, y(tick));
    context.fillStyle = colours.border;
    walk.change.forEach((value, i) => {
      const wide = (0.5 * box.width) / n;
      context.fillRect(x(i + 0.5) - wide / 2, y(value), wide, y(0) - y(value));
    });
    for (const [values, dash, colour] of [[walk.toReal, [], NEGATIVE], [walk.blendToReal, [5, 4], POSITIVE]]) {
      context.strokeStyle = colour;
      context.setLineDash(dash);
      context.lineWidth = 2;
      context.beginPath();
      values.forEach((value, i) => (i ? context.lineTo(x(i), y(value)) : context.moveTo(x(i), y(value))));
      context.stroke();
    }
    context.setLineDash([]);
    context.textAlign = "left";
    context.textBaseline = "bottom";
    let at = box.left;
    for (const [text, colour, dash] of [["change to the next", colours.border, null], ["to the nearest real digit", NEGATIVE, []], ["blend", POSITIVE, [5, 4]]]) {
      if (dash === null) {
        context.fillStyle = colour;
        context.fillRect(at, 4, 12, 12);
      } else {
        context.strokeStyle = colour;
        context.setLineDash(dash);
        context.beginPath();
        context.moveTo(at, 10);
        context.lineTo(at + 16, 10);
        context.stroke();
        context.setLineDash([]);
      }
      context.fillStyle = colours.text;
      context.fillText(text, at + 20, 17);
      at += 30 + context.measureText(text).width;
    }
  }
  function describe() {
    if (!walk) return;
    const largest = Math.max(...walk.change);
    const middle = Math.floor(data.n / 2);
    const text = `Largest change from one picture to the next ${numberText(largest)}. In the middle, ` +
      `${numberText(walk.toReal[middle])} from the nearest real digit; the blend ${numberText(walk.blendToReal[middle])}.`;
    if (status.textContent !== text) status.textContent = text;
    Object.assign(root.dataset, { a: pins[0].map((v) => v.toFixed(3)).join(","), b: pins[1].map((v) => v.toFixed(3)).join(","),
      largest: largest.toFixed(4) });
  }

  return {
    update(next) {
      const before = data;
      data = { ...next, labels: decodeArray(next.labels), mu: next.mu && decodeArray(next.mu) };
      left.style.display = data.d === 2 ? "" : "none";
      columns.classList.toggle("alone", data.d !== 2);
      if (live && live.path !== data.live) {
        live.socket.close();
        live = null;
      }
      const anew = next.start_id !== startId;
      if (anew) {
        startId = next.start_id;
        pins[0] = [...next.start.a];
        pins[1] = [...next.start.b];
      }
      if (anew || !before || before.way !== data.way || before.live !== data.live) ask();
      if (before?.live !== data.live) background = null;
      loop.request();
    },
    destroy() {
      clearTimeout(settling);
      loop.cancel();
      live?.socket.close();
      map.destroy();
      chart.destroy();
    },
  };
});
