// A training as a film. The losses are the scrubber; the map's dots glide from moment to moment.

import { SIDE, gridImage } from "./latent-draw.js";
import { DIGITS, themeColours } from "../core/palette.js";
import { createStage, drawAxes, draggable, linearScale, niceTicks, pngButton } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, element, frameLoop, inflate, measurePaint, numberText } from "../core/widget.js";

const GRID = 6;
const VIEW = 4.2;
const MARGIN = { left: 34, right: 8, top: 8, bottom: 24 };

export default defineWidget("latent-movie", (root, actions) => {
  let data = null;
  let labels = null;
  let colours = null;
  let run = null;
  let goto = null;
  let shots = []; // { mu: Float32Array, grid: Uint8Array, loss }
  let at = 0;
  let follow = true; // the newest moment, while the training runs
  let glide = null;
  const loop = frameLoop(paint);

  const holder = element("div", {});
  const grid = element("canvas", { class: "grid", width: GRID * SIDE, height: GRID * SIDE, role: "img",
    "aria-label": "Pictures decoded over the map" });
  const caption = element("figcaption", {});
  const legend = element("div", { class: "legend", role: "group", "aria-label": "Colours of the digits" },
    ...DIGITS.map((colour, digit) => {
      const dot = element("i", { "aria-hidden": "true" });
      dot.style.background = colour;
      return element("span", {}, dot, String(digit));
    }));
  root.append(element("div", { class: "columns" }, element("figure", {}, holder, legend),
    element("figure", {}, grid, caption)));
  const stage = createStage(holder, { className: "stage", aspect: 1, minHeight: 240, maxHeight: 420,
    label: "Map of the codes. Arrows step, space plays", onResize: () => loop.request() });
  const curve = createStage(root, { className: "curve", aspect: 0.1, minHeight: 96, maxHeight: 96,
    label: "Losses over the training; click to jump", onResize: () => loop.request() });
  const transport = createTransport(root, { unit: "moment", onStep, hold: 0,
    extra: [pngButton(stage, "training", () => colours.background)] });
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.append(status);

  function onStep(next, { glide: length, eventTime, settled }) {
    glide = length > 0 && Math.abs(next - at) === 1 ? { from: at, began: performance.now(), length: Math.min(length, 160) } : null;
    at = next;
    follow = at === shots.length - 1;
    loop.request(eventTime);
    describe();
    if (settled) tell();
  }
  const tell = () => actions.setState("view", { run, token: goto, moment: at });

  // -- drawing ---------------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!shots.length || !stage.width) return;
    const fresh = themeColours(root);
    if (fresh !== colours) {
      colours = fresh;
      for (const shot of shots) shot.image = null;
    }
    const { context, width, height } = stage;
    context.clearRect(0, 0, width, height);
    const size = Math.min(width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom);
    const box = { left: MARGIN.left, top: MARGIN.top, width: size, height: size };
    const x = linearScale(-VIEW, VIEW, box.left, box.left + size);
    const y = linearScale(-VIEW, VIEW, box.top + size, box.top);
    for (const scale of [x, y]) scale.ticks = () => niceTicks(-VIEW, VIEW, 4);
    drawAxes(context, x, y, box, colours);
    let part = 1;
    let from = shots[at];
    if (glide) {
      part = Math.min(1, (now - glide.began) / glide.length);
      from = shots[glide.from] ?? from;
      if (part >= 1) glide = null;
      else loop.request();
    }
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, size, size);
    context.clip();
    // The prior's circles of one and two standard deviations: what the KL pulls the codes into.
    context.strokeStyle = colours.border;
    for (const radius of [1, 2]) {
      context.beginPath();
      context.arc(x(0), y(0), radius * x.slope, 0, 2 * Math.PI);
      context.stroke();
    }
    const to = shots[at].mu;
    const radius = Math.max(1.6, size / 240);
    for (let digit = 0; digit < 10; digit++) {
      context.fillStyle = DIGITS[digit];
      context.beginPath();
      for (let i = 0; i < labels.length; i++) {
        if (labels[i] !== digit) continue;
        const px = x(from.mu[2 * i] + (to[2 * i] - from.mu[2 * i]) * part);
        const py = y(from.mu[2 * i + 1] + (to[2 * i + 1] - from.mu[2 * i + 1]) * part);
        context.moveTo(px + radius, py);
        context.arc(px, py, radius, 0, 2 * Math.PI);
      }
      context.fill();
    }
    context.restore();
    const shot = shots[at];
    shot.image ??= gridImage(shot.grid, GRID, colours);
    const under = grid.getContext("2d");
    under.fillStyle = colours.background;
    under.fillRect(0, 0, grid.width, grid.height);
    under.drawImage(shot.image, 0, 0);
    drawLosses();
    if (eventTime !== null) measurePaint("latent-movie", "scrub", eventTime);
  }
  function drawLosses() {
    const { context, width, height } = curve;
    if (!width) return;
    context.clearRect(0, 0, width, height);
    const box = { left: 44, top: 16, width: width - 54, height: height - 32 };
    const values = shots.flatMap((s) => [s.loss.test, s.loss.train]);
    const high = Math.min(Math.max(...values), 260);
    const low = Math.min(...values) - 2;
    const x = linearScale(0, Math.max(1, data.total - 1), box.left, box.left + box.width);
    const y = linearScale(low, high, box.top + box.height, box.top);
    curve.x = x;
    context.strokeStyle = colours.border;
    context.strokeRect(box.left + 0.5, box.top + 0.5, box.width, box.height);
    context.font = `12px ${colours.font}`;
    context.fillStyle = colours.text;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const tick of niceTicks(low, high, 2)) context.fillText(String(tick), box.left - 5, y(tick));
    context.textAlign = "left";
    context.textBaseline = "bottom";
    context.fillText("−ELBO, nats: test ", box.left, box.top - 2);
    const wide = context.measureText("−ELBO, nats: test ").width;
    const line = (left, dash, colour) => {
      context.strokeStyle = colour;
      context.setLineDash(dash);
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(left, box.top - 9);
      context.lineTo(left + 18, box.top - 9);
      context.stroke();
    };
    line(box.left + wide, [], DIGITS[0]);
    context.fillText("training ", box.left + wide + 28, box.top - 2);
    line(box.left + wide + 82, [4, 3], DIGITS[3]);
    for (const { name, dash, colour } of [
      { name: "train", dash: [4, 3], colour: DIGITS[3] }, { name: "test", dash: [], colour: DIGITS[0] },
    ]) {
      context.strokeStyle = colour;
      context.setLineDash(dash);
      context.lineWidth = 2;
      context.beginPath();
      shots.forEach((s, i) => {
        const py = Math.max(box.top, y(s.loss[name]));
        if (i) context.lineTo(x(i), py);
        else context.moveTo(x(i), py);
      });
      context.stroke();
    }
    context.setLineDash([]);
    context.strokeStyle = colours.text;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x(at), box.top);
    context.lineTo(x(at), box.top + box.height);
    context.stroke();
  }
  function describe() {
    const loss = shots[at]?.loss;
    const text = loss ? `Step ${loss.step.toLocaleString("en")}, epoch ${numberText(loss.epoch)}: −ELBO on test digits ` +
      `${numberText(loss.test, 4)} nats = ${numberText(loss.bce, 4)} reconstruction + ${numberText(loss.kl)} KL.`
      : "Waiting for the first moment …";
    if (status.textContent !== text) status.textContent = text;
    caption.textContent = "Decoded at 36 places over ±3";
    Object.assign(root.dataset, { step: String(at), steps: String(shots.length - 1), run: run ?? "",
      total: String(data.total), running: String(data.running) });
  }
  draggable(curve, {
    start: (point, event) => jump(point, event, false),
    move: (point, event) => jump(point, event, false),
    end: (point, event) => jump(point, event, true),
  });
  function jump(point, event, settled) {
    if (curve.x && shots.length) transport.go(Math.min(shots.length - 1, Math.round(curve.x.inverse(point[0]))), event, 0, settled);
    return true;
  }
  transport.keys(stage.canvas);
  transport.keys(curve.canvas);

  async function take(next) {
    const [mu, all] = await Promise.all([inflate(next.mu), inflate(next.grid)]);
    if (next.run !== run) return;
    const codes = new Int16Array(mu.buffer);
    const size = 2 * labels.length;
    const tile = GRID * GRID * SIDE * SIDE;
    const follows = follow && data.running;
    next.losses.forEach((loss, i) => {
      const n = next.first + i;
      if (shots[n] && !shots[n].stands) return;
      const shot = { mu: Float32Array.from(codes.subarray(i * size, (i + 1) * size), (v) => v * next.unit),
        grid: all.slice(i * tile, (i + 1) * tile), loss, image: null };
      while (shots.length < n) shots.push({ ...shot, stands: true }); // stands in for one that was missed
      shots[n] = shot;
    });
    if (goto !== next.goto.token) {
      goto = next.goto.token;
      follow = next.running;
      at = Math.max(0, follow ? shots.length - 1 : Math.min(shots.length - 1, next.goto.moment));
    } else if (follows && shots.length) at = shots.length - 1;
    if (shots.length) transport.setCount(shots.length, at);
    describe();
    loop.request();
  }

  return {
    update(next) {
      labels ??= decodeArray(next.labels);
      if (next.run !== run) {
        run = next.run;
        shots = [];
        at = 0;
        follow = true;
        goto = null;
        glide = null;
      }
      const known = data && data.run === next.run && data.first === next.first &&
        data.losses.length === next.losses.length && goto === next.goto.token;
      data = next;
      if (!known) take(next);
      describe();
      loop.request();
    },
    destroy() {
      loop.cancel();
      transport.destroy();
      stage.destroy();
      curve.destroy();
    },
  };
});
