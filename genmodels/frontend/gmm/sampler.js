// Draws from a mixture: u picks a component on the ruler of weights, z is carried to a point.

import * as draw from "./em-draw.js";
import { COMPONENTS, themeColours } from "../core/palette.js";
import { createStage, pngButton } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const INSET = 44; // pixels of the small normal's radius, for 2.5 sigma
const GREY = "#8c929a";

export default defineWidget("sampler", (root, actions) => {
  let data = null;
  let step = 0;
  let glide = null;
  let goto = null;

  const pair = element("div", { class: "pair" });
  const [left, right] = [element("div"), element("div")];
  pair.append(left, right);
  root.appendChild(pair);
  const size = { aspect: 1.06, maxHeight: 440, onResize: () => frame.request() };
  const given = createStage(left, { className: "given", label: "The data", ...size });
  const made = createStage(right, { className: "made", label: "The draws", ...size });
  const ruler = createStage(root, { className: "ruler", aspect: 0.08, minHeight: 62, maxHeight: 62,
    label: "The weights laid end to end, and where u falls", onResize: () => frame.request() });
  const transport = createTransport(root, { unit: "half step", onStep,
    extra: [pngButton(made, "draws", () => themeColours(root).background)] });
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.appendChild(status);
  const frame = frameLoop(paint);
  for (const stage of [given, made, ruler]) transport.keys(stage.canvas);

  function onStep(next, { glide: length, eventTime, settled }) {
    glide = length > 0 && next === step + 1 && next % 2 === 0 ? { began: performance.now(), length } : null;
    step = next;
    describe();
    frame.request(eventTime);
    if (settled) actions.setState("view", { trace: data.trace_id, step });
  }
  function describe() {
    root.dataset.step = String(step);
    root.dataset.steps = String(data.statuses.length - 1);
    root.dataset.drawn = String(Math.floor(step / 2));
    status.textContent = data.statuses[step];
  }

  function points(context, view, values, count, colour) {
    for (let i = 0; i < count; i++) {
      context.beginPath();
      context.arc(view.x(values[2 * i]), view.y(values[2 * i + 1]), 3.2, 0, 6.2832);
      context.fillStyle = colour(i);
      context.fill();
    }
  }
  function frameOf(stage, theme, inside) {
    const { context } = stage;
    const view = draw.layout(stage, data.range);
    context.clearRect(0, 0, stage.width, stage.height);
    draw.drawStageAxes(context, view, theme, data.labels);
    context.save();
    context.beginPath();
    context.rect(view.box.left, view.box.top, view.box.width, view.box.height);
    context.clip();
    inside(context, view);
    context.restore();
    return view;
  }
  function paint(now, eventTime) {
    if (!data || !made.width) return;
    const theme = themeColours(root);
    const complete = Math.floor(step / 2);
    const active = step % 2 === 1 ? complete : complete - 1; // the draw on show
    frameOf(given, theme, (context, view) =>
      points(context, view, data.points, data.points.length / 2, () => GREY));
    let part = 1;
    if (glide) {
      part = Math.min(1, Math.max(0, (now - glide.began) / glide.length));
      if (part >= 1) glide = null;
      else frame.request();
    }
    const chosen = active >= 0 ? data.components[active] : -1;
    const view = frameOf(made, theme, (context, at) => {
      for (let k = 0; k < data.models.means.shape[1]; k++) {
        const bell = draw.component(data.models, 0, 0, 1, k);
        context.globalAlpha = chosen < 0 || k === chosen ? 1 : 0.3;
        draw.drawEllipse(context, bell, at.x, at.y, 1, COMPONENTS[k], false);
        draw.drawEllipse(context, bell, at.x, at.y, 2, COMPONENTS[k], true);
      }
      context.globalAlpha = 1;
      const shown = part < 1 ? complete - 1 : complete;
      points(context, at, data.x, shown, (i) => COMPONENTS[data.components[i]]);
      for (let k = 0; k < data.models.means.shape[1]; k++) {
        const [a, b] = draw.component(data.models, 0, 0, 1, k).mean;
        draw.drawMean(context, k, at.x(a), at.y(b), theme, k === chosen, false);
      }
    });
    if (active >= 0 && step % 2 === 0) inset(made.context, view, active, part, theme);
    drawRuler(theme, active);
    if (eventTime !== null) measurePaint("sampler", "scrub", eventTime);
  }
  // The standard normal in the corner; its cross travels to the point that it becomes.
  function inset(context, { x, y, box }, n, part, theme) {
    const [cx, cy] = emptiest(x, y, box);
    context.fillStyle = theme.background;
    context.globalAlpha = 0.85;
    context.beginPath();
    context.arc(cx, cy, INSET, 0, 6.2832);
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = theme.text;
    for (const sigmas of [1, 2]) {
      context.setLineDash(sigmas === 1 ? [] : [4, 3]);
      context.lineWidth = 1;
      context.beginPath();
      context.arc(cx, cy, (INSET / 2.5) * sigmas, 0, 6.2832);
      context.stroke();
    }
    context.setLineDash([]);
    const [fx, fy] = [cx + (INSET / 2.5) * data.z[2 * n], cy - (INSET / 2.5) * data.z[2 * n + 1]];
    const [tx, ty] = [x(data.x[2 * n]), y(data.x[2 * n + 1])];
    const colour = COMPONENTS[data.components[n]];
    context.strokeStyle = colour;
    context.lineWidth = 1.2;
    context.beginPath();
    context.moveTo(fx, fy);
    context.lineTo(tx, ty);
    context.stroke();
    for (const [px, py, radius] of [[fx, fy, 3], [fx + (tx - fx) * part, fy + (ty - fy) * part, 5.5]]) {
      context.beginPath();
      context.arc(px, py, radius, 0, 6.2832);
      context.fillStyle = colour;
      context.fill();
      context.strokeStyle = theme.text;
      context.lineWidth = 1.5;
      context.stroke();
    }
    context.fillStyle = theme.text;
    context.font = `12px ${theme.font}`;
    context.textAlign = "center";
    context.fillText("z", cx, cy + INSET + 12);
  }
  // The corner with the fewest draws, of all that will come, so that it doesn't jump.
  function emptiest(x, y, box) {
    const [near, far] = [INSET + 8, INSET + 22];
    const corners = [[box.left + box.width - near, box.top + near], [box.left + near, box.top + near],
      [box.left + near, box.top + box.height - far], [box.left + box.width - near, box.top + box.height - far]];
    const crowd = corners.map(([cx, cy]) => {
      let count = 0;
      for (let i = 0; i < data.x.length; i += 2) {
        if (Math.hypot(x(data.x[i]) - cx, y(data.x[i + 1]) - cy) < INSET * 1.4) count++;
      }
      return count;
    });
    return corners[crowd.indexOf(Math.min(...crowd))];
  }
  function drawRuler(theme, active) {
    const { context, width, height } = ruler;
    context.clearRect(0, 0, width, height);
    const [from, length, top, tall] = [52, width - 66, 22, 22];
    context.font = `12px ${theme.font}`;
    context.textBaseline = "middle";
    let sum = 0;
    data.models.weights.forEach((weight, k) => {
      context.fillStyle = COMPONENTS[k];
      context.globalAlpha = active < 0 || data.components[active] === k ? 1 : 0.4;
      context.fillRect(from + sum * length, top, Math.max(0, weight * length - 1), tall);
      context.globalAlpha = 1;
      context.fillStyle = "#fff";
      context.textAlign = "center";
      if (weight * length > 26) context.fillText(numberText(weight), from + (sum + weight / 2) * length, top + tall / 2 + 1);
      sum += weight;
    });
    context.fillStyle = theme.text;
    context.textAlign = "right";
    context.fillText("weights", from - 6, top + tall / 2);
    if (active < 0) return;
    const at = from + data.u[active] * length;
    context.beginPath();
    context.moveTo(at, top + tall + 2);
    context.lineTo(at, top - 3);
    context.strokeStyle = theme.text;
    context.lineWidth = 2.5;
    context.stroke();
    context.textAlign = at > width - 60 ? "right" : "left";
    context.fillText(`u = ${numberText(data.u[active])}`, at + (context.textAlign === "right" ? 4 : -4), top - 12);
  }

  return {
    update(next) {
      if (next.trace_id !== data?.trace_id) {
        data = { ...next, points: decodeArray(next.points), components: decodeArray(next.components),
          z: decodeArray(next.z), x: decodeArray(next.x),
          models: { means: decodeArray(next.means), roots: decodeArray(next.roots), weights: decodeArray(next.weights) } };
        step = 0;
        glide = null;
        transport.setCount(data.statuses.length, 0);
      }
      if (next.goto && next.goto.token !== goto) {
        goto = next.goto.token;
        step = Math.min(data.statuses.length - 1, next.goto.step);
        transport.setCount(data.statuses.length, step);
      }
      describe();
      frame.request();
    },
    destroy() {
      frame.cancel();
      transport.destroy();
      for (const stage of [given, made, ruler]) stage.destroy();
    },
  };
});
