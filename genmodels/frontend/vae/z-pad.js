// A plane of z under the hand, for the widgets that decode over the live channel: what stands still is
// drawn once, and a frame of a drag draws the handle alone, over the box that the last one left.

import { drawBackground, drawOverlay, overlayBounds, padScales, restore, underlay } from "./latent-draw.js";
import { createStage, draggable } from "../core/stage.js";

const REACH = 8; // px from a dot, to pick it
const FARTHER = 5; // times as far with shift
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * `pad.model` is what latent-draw.js draws: z, view.half, grid, dots; after any change but z's,
 * `pad.forget()`. `pad.paint(colours)` belongs into the widget's frame.
 * - `onMove(z, eventTime, wait)`: the hand or a key wants z there; rest follows after `wait` ms, or,
 *   where that is null, when the hand lets go (`onRest`)
 * - `onHome(event)`; `onKey(event)` true where it took the key; `onPick(index)` of a clicked dot,
 *   of those that `pickable(index)` allows; `onResize()`
 */
export function createZPad(parent, { label, aspect = 0.9, maxHeight = 430, step = 0.05, keyWait = 350, onMove, onRest,
  onHome, onKey = (_event) => false, onPick = null, pickable = (_index) => true, onResize }) {
  const model = { view: { x: 0, y: 0, half: 1 }, extent: 1, z: [0, 0], chosen: null, hover: null, mu: [], labels: [],
    hidden: new Set(), gridPicture: null, opacity: 0.35, colours: null };
  let background = null;
  let scales = null;
  let stale = null; // where the last frame drew over the background; null: anywhere
  const forget = () => { background = null; };
  const stage = createStage(parent, { className: "pad", aspect, minHeight: 280, maxHeight, label,
    onResize: () => { forget(); onResize(); } });

  function move(z, eventTime, wait) {
    const { half } = model.view;
    onMove(z.map((v) => Math.min(half, Math.max(-half, v))), eventTime, wait);
  }
  const at = ([px, py]) => [scales.x.inverse(px), scales.y.inverse(py)];
  function nearest([px, py]) {
    let best = -1;
    let least = REACH ** 2;
    for (let i = 0; i < model.labels.length; i++) {
      if (!pickable(i)) continue;
      const far = (scales.x(model.mu[2 * i]) - px) ** 2 + (scales.y(model.mu[2 * i + 1]) - py) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }
  draggable(stage, {
    start: ([px, py]) => scales !== null && px >= scales.box.left - 6 && py <= scales.box.top + scales.box.height + 6,
    move: (point, event) => move(at(point), event.timeStamp, null),
    end(point, event, moved) {
      if (moved) return onRest();
      const hit = onPick ? nearest(point) : -1;
      if (hit >= 0) onPick(hit);
      else move(at(point), event.timeStamp, 0);
    },
  });
  if (onPick) {
    stage.canvas.addEventListener("pointermove", (event) => {
      if (!event.buttons && scales) stage.canvas.style.cursor = nearest(stage.place(event)) < 0 ? "crosshair" : "pointer";
    });
  }
  stage.canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    const far = step * (event.shiftKey ? FARTHER : 1);
    if (arrow) move(model.z.map((v, j) => v + far * arrow[j]), event.timeStamp, keyWait);
    else if (event.key === "Home") onHome(event);
    else if (!onKey(event)) return;
    event.preventDefault();
  });

  return {
    stage,
    model,
    forget,
    paint(colours) {
      if (colours !== model.colours) forget();
      model.colours = colours;
      const { canvas, context, width } = stage;
      if (!background) {
        scales = padScales(stage, model.view);
        background = underlay(stage, (under) => drawBackground(under, scales, model));
        stale = null;
      }
      restore(context, background, stale, canvas.width / width);
      drawOverlay(context, scales, model);
      stale = overlayBounds(scales, model);
    },
    destroy: () => stage.destroy(),
  };
}
