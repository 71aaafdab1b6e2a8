// Points put by hand: click adds, drag moves, Delete removes; the bells fitted to them stand behind.

import * as draw from "./em-draw.js";
import { COMPONENTS, themeColours } from "../core/palette.js";
import { createStage, draggable } from "../core/stage.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const REACH = 11; // pixels within which a press takes a point
const UNASSIGNED = [140, 146, 154];

export default defineWidget("point-editor", (root, actions) => {
  let data = null;
  let points = []; // [[x, y], ...] as they stand, also before Python has them
  let model = null;
  let colours = null;
  let cursor = null; // [x, y] of the keyboard's cross
  let selected = -1;
  let dragging = false;
  let pending = null; // what was sent and not yet answered

  const stage = createStage(root, { className: "stage", aspect: 0.7, maxHeight: 520,
    label: "Click to add points. Arrows move a cross, Enter adds a point, n and p choose, Delete removes.",
    onResize: () => frame.request() });
  const undo = element("button", { type: "button", onclick: () => change(points.slice(0, -1)) }, "Remove the last");
  const clear = element("button", { type: "button", onclick: () => change([]) }, "Remove all");
  const count = element("span", { class: "count" });
  root.appendChild(element("div", { class: "row" }, undo, clear, count));
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.appendChild(status);
  const frame = frameLoop(paint);

  function describe(text = null) {
    root.dataset.points = String(points.length);
    root.dataset.selected = selected >= 0 ? String(selected) : "";
    undo.disabled = clear.disabled = !points.length;
    count.textContent = `${points.length} point${points.length === 1 ? "" : "s"}`;
    status.textContent = text ?? (points.length < 2
      ? "Click to add points: two, and a mixture is fitted."
      : "Click to add, drag to move, Delete to remove the chosen one.");
  }
  function change(next, chosen = -1) {
    points = next;
    selected = chosen;
    colours = null; // they belonged to the points before
    describe();
    frame.request();
    pending = JSON.stringify(points);
    actions.setTrigger("points", points);
  }
  function add(place) {
    if (points.length >= data.limit) {
      return describe(`At most ${data.limit} points by hand; paste or upload more.`);
    }
    change([...points, place], points.length);
  }
  const view = () => draw.layout(stage, data.range);
  function placeOf([px, py]) {
    const { x, y, box } = view();
    const inside = (value, low, size) => Math.min(low + size, Math.max(low, value));
    return [x.inverse(inside(px, box.left, box.width)), y.inverse(inside(py, box.top, box.height))];
  }
  function nearest([px, py]) {
    const { x, y } = view();
    let best = -1;
    let least = REACH;
    points.forEach(([a, b], i) => {
      const distance = Math.hypot(x(a) - px, y(b) - py);
      if (distance < least) [best, least] = [i, distance];
    });
    return best;
  }
  draggable(stage, {
    start(point) {
      selected = nearest(point);
      dragging = selected >= 0;
      cursor = null;
      describe();
      frame.request();
      return true;
    },
    move(point, event) {
      if (!dragging) return;
      points[selected] = placeOf(point);
      frame.request(event.timeStamp);
    },
    end(point, event, moved) {
      if (dragging && moved) change(points, selected);
      else if (!dragging && !moved) add(placeOf(point));
      dragging = false;
    },
  });

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  stage.canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const [left, right, low, high] = data.range;
    if (ARROWS[event.key]) {
      const size = event.shiftKey ? 0.1 : 0.02;
      cursor ??= [(left + right) / 2, (low + high) / 2];
      cursor[0] = Math.min(right, Math.max(left, cursor[0] + ARROWS[event.key][0] * size * (right - left)));
      cursor[1] = Math.min(high, Math.max(low, cursor[1] + ARROWS[event.key][1] * size * (high - low)));
      describe(`Cross at ${numberText(cursor[0])}, ${numberText(cursor[1])}; Enter adds a point.`);
      frame.request(event.timeStamp);
    } else if (event.key === "Enter" && cursor) add([...cursor]);
    else if ((event.key === "n" || event.key === "p") && points.length) {
      const way = event.key === "n" ? 1 : -1;
      selected = (Math.max(selected, way > 0 ? -1 : 0) + way + points.length) % points.length;
      const [x, y] = points[selected];
      describe(`Point ${selected + 1} at ${numberText(x)}, ${numberText(y)}; Delete removes it.`);
      frame.request();
    } else if ((event.key === "Delete" || event.key === "Backspace") && selected >= 0) {
      change(points.filter((_, i) => i !== selected));
    } else return;
    event.preventDefault();
  });

  function paint(now, eventTime) {
    if (!data || !stage.width) return;
    const { context } = stage;
    const theme = themeColours(root);
    const here = view();
    const { x, y, box } = here;
    context.clearRect(0, 0, stage.width, stage.height);
    draw.drawStageAxes(context, here, theme, data.labels);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    if (model) {
      for (let k = 0; k < model.means.shape[1]; k++) {
        const bell = draw.component(model, 0, 0, 1, k);
        draw.drawEllipse(context, bell, x, y, 1, COMPONENTS[k], false);
        draw.drawEllipse(context, bell, x, y, 2, COMPONENTS[k], true);
      }
    }
    points.forEach(([a, b], i) => {
      const [r, g, bl] = colours ? [0, 1, 2].map((c) => colours[3 * i + c]) : UNASSIGNED;
      context.beginPath();
      context.arc(x(a), y(b), 5, 0, 6.2832);
      context.fillStyle = `rgb(${r} ${g} ${bl})`;
      context.fill();
      context.lineWidth = i === selected ? 3 : 1;
      context.strokeStyle = i === selected ? theme.text : theme.background;
      context.stroke();
    });
    if (cursor) {
      context.strokeStyle = theme.text;
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(x(cursor[0]) - 9, y(cursor[1]));
      context.lineTo(x(cursor[0]) + 9, y(cursor[1]));
      context.moveTo(x(cursor[0]), y(cursor[1]) - 9);
      context.lineTo(x(cursor[0]), y(cursor[1]) + 9);
      context.stroke();
    }
    context.restore();
    if (!points.length) {
      context.fillStyle = theme.text;
      context.font = `15px ${theme.font}`;
      context.textAlign = "center";
      context.fillText("Click here to add points", box.left + box.width / 2, box.top + box.height / 2);
    }
    if (eventTime !== null) measurePaint("point-editor", "drag", eventTime);
  }

  return {
    update(next) {
      data = next;
      // An answer to what was sent before the newest change: what stands here is newer.
      if (pending !== null && pending !== JSON.stringify(next.points)) return frame.request();
      pending = null;
      if (!dragging) points = next.points.map((point) => [...point]);
      model = next.model && { means: decodeArray(next.model.means), roots: decodeArray(next.model.roots), weights: decodeArray(next.model.weights) };
      colours = next.model ? draw.colourCache(decodeArray(next.model.gammas))(0) : null;
      if (selected >= points.length) selected = -1;
      describe();
      frame.request();
    },
    destroy() {
      frame.cancel();
      stage.destroy();
    },
  };
});
