// Ink for a digit: strokes by mouse, finger, pen or keys on a raster of 112 x 112, undone one by one.
// It draws and packs bits; what makes a digit of them stands in Python (genmodels/ink.py).

import { SIDE, inkImage } from "./latent-draw.js";
import { createStage, draggable } from "../core/stage.js";
import { createKeyPen } from "../core/stroke-pen.js";

export const PAD = 112;
export const INK = 0; // kinds of a request to /live/draw
export const DIGIT = 1;
export const KEYS = "Space puts the pen down and lifts it, arrows move it, Home, End, Page Up and Page Down go " +
  "aslant, u undoes, e erases, Delete clears";
const INKED = 128; // alpha from which a pixel of the raster is ink

/**
 * A square pad in `parent`. `onInk(eventTime)` after every change, `onEnd(eventTime)` when the pen is
 * lifted or a tool was used, `onShow(eventTime)` where only the pen's place changed.
 * A digit that was loaded is the drawing until it is touched; then it is ink like the rest.
 */
export function createInk(parent, { onInk, onEnd, onShow, maxHeight = 320 }) {
  const stage = createStage(parent, { className: "ink", aspect: 1, minHeight: 120, maxHeight,
    label: `Drawing pad. ${KEYS}`, onResize: () => onShow(null) });
  const [raster, before] = [0, 1].map(() => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = PAD;
    return canvas;
  });
  const under = before.getContext("2d"); // all ink before the stroke that is being drawn
  const pencil = raster.getContext("2d", { willReadFrequently: true });
  const pen = [0.5, 0.5]; // as keys move it, sides of the pad, y upwards
  const tool = { width: 11, erase: false };
  let penSeen = false;
  let strokes = []; // { points: [[x, y]], width, erase }, pixels of the raster
  let loaded = null; // uint8 (784)
  let current = null;

  // The whole stroke at once: traced piece by piece, its soft edges would add up at every joint.
  function trace({ points, width, erase }) {
    pencil.globalCompositeOperation = erase ? "destination-out" : "source-over";
    pencil.lineCap = pencil.lineJoin = "round";
    pencil.lineWidth = width;
    pencil.strokeStyle = "#fff";
    pencil.beginPath();
    pencil.moveTo(points[0][0], points[0][1]);
    for (const [x, y] of points.slice(1)) pencil.lineTo(x, y);
    if (points.length === 1) pencil.lineTo(points[0][0] + 0.01, points[0][1]);
    pencil.stroke();
    pencil.globalCompositeOperation = "source-over";
  }
  function redraw() {
    pencil.clearRect(0, 0, PAD, PAD);
    if (loaded) {
      const small = document.createElement("canvas");
      small.width = small.height = SIDE;
      small.getContext("2d").putImageData(inkImage(loaded, SIDE, [255, 255, 255], [0, 0, 0], true), 0, 0);
      pencil.drawImage(small, 0, 0, PAD, PAD);
    }
    for (const stroke of strokes) trace(stroke);
  }
  const edge = () => Math.min(stage.width, stage.height);
  const placed = ([px, py]) => [(px / edge()) * PAD, (py / edge()) * PAD];
  const ofPen = ([x, y]) => [x * PAD, (1 - y) * PAD];

  function begin(point, time) {
    current = { points: [point], width: tool.erase ? 1.6 * tool.width : tool.width, erase: tool.erase };
    strokes.push(current);
    under.clearRect(0, 0, PAD, PAD);
    under.drawImage(raster, 0, 0);
    trace(current);
    onInk(time);
  }
  function go(point, time) {
    if (!current) return;
    const [x, y] = current.points.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) < 0.4) return;
    current.points.push(point);
    pencil.clearRect(0, 0, PAD, PAD);
    pencil.drawImage(before, 0, 0);
    trace(current);
    onInk(time);
  }
  function finish(time) {
    if (!current) return;
    current = null;
    onEnd(time);
  }
  draggable(stage, {
    start(point, event) {
      penSeen = false;
      keyPen.lift();
      begin(placed(point), event.timeStamp);
      return true;
    },
    move: (point, event) => go(placed(point), event.timeStamp),
    end: (point, event) => finish(event.timeStamp),
  });
  const keyPen = createKeyPen(stage.canvas, {
    enabled: () => true,
    place: () => { penSeen = true; return pen; },
    down: (at, _, time) => begin(ofPen(at), time),
    move: (at, _, time) => go(ofPen(at), time),
    up: (at, _, time) => finish(time),
    drop() { current = null; undo(performance.now()); },
    shown: (time) => onShow(time),
  });
  stage.canvas.addEventListener("keydown", (event) => {
    const undoes = event.key === "u" || (event.key === "z" && (event.ctrlKey || event.metaKey));
    if (undoes) undo(event.timeStamp);
    else if (event.altKey || event.ctrlKey || event.metaKey) return;
    else if (event.key === "Delete" || event.key === "Backspace") clear(event.timeStamp);
    else if (event.key === "e") api.onErase?.(!tool.erase);
    else return;
    event.preventDefault();
  });

  function changed(time) {
    current = null;
    keyPen.lift();
    redraw();
    onInk(time);
    onEnd(time);
  }
  function undo(time) {
    if (strokes.length) strokes.pop();
    else if (loaded) loaded = null;
    else return;
    changed(time);
  }
  function clear(time) {
    if (!strokes.length && !loaded) return;
    strokes = [];
    loaded = null;
    changed(time);
  }
  const api = {
    stage, tool, undo, clear, onErase: null,
    get drawing() { return current !== null; },
    get empty() { return !strokes.length && !loaded; },
    /** A finished digit (uint8, 784) in place of all ink, or null for an empty pad. */
    load(digit) {
      strokes = [];
      current = null;
      loaded = digit;
      keyPen.lift();
      redraw();
    },
    /** [kind, bytes] as /live/draw wants the drawing. */
    packed() {
      if (loaded && !strokes.length) return [DIGIT, loaded];
      const { data } = pencil.getImageData(0, 0, PAD, PAD);
      const bits = new Uint8Array((PAD * PAD) / 8);
      for (let i = 0; i < PAD * PAD; i++) if (data[4 * i + 3] >= INKED) bits[i >> 3] |= 128 >> (i & 7);
      return [INK, bits];
    },
    /** Paint the pad; `hint` stands on it while it is empty. */
    paint(colours, hint = "") {
      const { context, width, height } = stage;
      const side = edge();
      context.clearRect(0, 0, width, height);
      if (api.empty && hint) {
        context.fillStyle = colours.text;
        context.globalAlpha = 0.75;
        context.font = `14px ${colours.font}`;
        context.textAlign = "center";
        context.fillText(hint, side / 2, side / 2);
        context.globalAlpha = 1;
      }
      const copy = document.createElement("canvas");
      copy.width = copy.height = PAD;
      const dye = copy.getContext("2d");
      dye.drawImage(raster, 0, 0);
      dye.globalCompositeOperation = "source-in"; // white ink in the page's own colour
      dye.fillStyle = colours.text;
      dye.fillRect(0, 0, PAD, PAD);
      context.drawImage(copy, 0, 0, side, side);
      context.strokeStyle = colours.text;
      context.lineWidth = 1;
      context.strokeRect(0.5, 0.5, side - 1, side - 1);
      if (!penSeen) return;
      context.strokeStyle = colours.primary;
      context.lineWidth = keyPen.down ? 3 : 1.5;
      context.beginPath();
      context.arc(pen[0] * side, (1 - pen[1]) * side, Math.max(5, (tool.width / PAD / 2) * side), 0, 2 * Math.PI);
      context.stroke();
    },
    destroy: () => stage.destroy(),
  };
  return api;
}
