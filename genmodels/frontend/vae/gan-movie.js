// A GAN's training as a film: sixteen pictures of the same z, which digits it draws, both losses.

import { SIDE, gridImage } from "./latent-draw.js";
import { DIGITS, themeColours } from "../core/palette.js";
import { createStage, draggable, linearScale, niceTicks, pngButton } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, element, frameLoop, inflate, measurePaint, numberText } from "../core/widget.js";

const GRID = 4;
const SHEET = GRID * GRID * SIDE * SIDE;
const LOSSES = [{ name: "D", colour: "#D55E00", dash: [] }, { name: "G", colour: "#0072B2", dash: [5, 3] }];

export default defineWidget("gan-movie", (root, actions) => {
  let data = null;
  let sheets = null;
  let losses = null;
  let images = [];
  let colours = null;
  let goto = null;
  let at = 0;
  const loop = frameLoop(paint);
  const sheet = element("canvas", { class: "sheet", width: GRID * SIDE, height: GRID * SIDE, role: "img",
    "aria-label": "Sixteen pictures of the same z" });
  const bars = element("div", {});
  root.append(element("div", { class: "columns" },
    element("figure", {}, element("figcaption", {}, "G of the same sixteen z"), sheet),
    element("figure", {}, element("figcaption", {}, "Digits in 1,000 samples"), bars)));
  const chart = createStage(bars, { className: "bars", aspect: 0.8, minHeight: 180, maxHeight: 330, focusable: false,
    label: "How often each digit is found", onResize: () => loop.request() });
  const curve = createStage(root, { className: "curve", aspect: 0.2, minHeight: 130, maxHeight: 150,
    label: "Losses of D and G; drag to a moment. Arrows step, space plays", onResize: () => loop.request() });
  const transport = createTransport(root, { unit: "moment", onStep,
    extra: [pngButton(curve, "losses", () => colours.background)] });
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.append(status);

  function onStep(next, { eventTime, settled }) {
    at = next;
    loop.request(eventTime);
    describe();
    if (settled) actions.setState("view", { run: data.run, token: goto, moment: at });
  }
  function paint(now, eventTime) {
    if (!data || !sheets) return;
    const fresh = themeColours(root);
    if (fresh !== colours) {
      colours = fresh;
      images = [];
    }
    images[at] ??= gridImage(sheets.subarray(at * SHEET, (at + 1) * SHEET), GRID, colours);
    const under = sheet.getContext("2d");
    under.fillStyle = colours.background;
    under.fillRect(0, 0, sheet.width, sheet.height);
    under.drawImage(images[at], 0, 0);
    drawBars();
    drawLosses();
    if (eventTime !== null) measurePaint("gan-movie", "scrub", eventTime);
  }
  function drawBars() {
    const { context, width, height } = chart;
    if (!width) return;
    context.clearRect(0, 0, width, height);
    const counts = data.histograms[at];
    const total = counts.reduce((sum, n) => sum + n, 0) || 1;
    const box = { left: 40, top: 8, width: width - 48, height: height - 32 };
    const y = linearScale(0, 1, box.top + box.height, box.top);
    context.font = `12px ${colours.font}`;
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const tick of [0, 0.5, 1]) {
      context.fillStyle = colours.text;
      context.fillText(`${100 * tick} %`, box.left - 5, y(tick));
      context.fillStyle = colours.border;
      context.fillRect(box.left, y(tick), box.width, 1);
    }
    // A tenth each: what the real digits have, nearly.
    context.strokeStyle = colours.text;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(box.left, y(0.1));
    context.lineTo(box.left + box.width, y(0.1));
    context.stroke();
    context.setLineDash([]);
    context.textAlign = "center";
    counts.forEach((n, digit) => {
      const wide = box.width / 10;
      context.fillStyle = DIGITS[digit];
      context.fillRect(box.left + wide * (digit + 0.15), y(n / total), wide * 0.7, y(0) - y(n / total));
      context.fillStyle = colours.text;
      context.fillText(String(digit), box.left + wide * (digit + 0.5), box.top + box.height + 12);
    });
  }
  function drawLosses() {
    const { context, width, height } = curve;
    if (!width) return;
    context.clearRect(0, 0, width, height);
    const box = { left: 40, top: 20, width: width - 50, height: height - 42 };
    const n = losses.length / 2;
    let high = 0;
    for (const value of losses) high = Math.max(high, value);
    high = Math.min(high, 6);
    const x = linearScale(0, Math.max(n * data.every, data.steps.at(-1)), box.left, box.left + box.width);
    const y = linearScale(0, high, box.top + box.height, box.top);
    curve.x = x;
    context.font = `12px ${colours.font}`;
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.fillStyle = colours.text;
    for (const tick of niceTicks(0, high, 3)) context.fillText(String(tick), box.left - 5, y(tick));
    context.textAlign = "center";
    for (const tick of x.ticks?.() ?? niceTicks(0, n * data.every, 5)) context.fillText(String(tick), x(tick), box.top + box.height + 12);
    context.strokeStyle = colours.border;
    context.strokeRect(box.left + 0.5, box.top + 0.5, box.width, box.height);
    context.textAlign = "left";
    let left = box.left;
    LOSSES.forEach(({ name, colour, dash }, k) => {
      context.strokeStyle = colour;
      context.setLineDash(dash);
      context.lineWidth = 2;
      context.beginPath();
      for (let i = 0; i < n; i++) {
        const py = Math.max(box.top, y(losses[2 * i + k]));
        if (i) context.lineTo(x((i + 1) * data.every), py);
        else context.moveTo(x((i + 1) * data.every), py);
      }
      context.stroke();
      context.beginPath();
      context.moveTo(left, 9);
      context.lineTo(left + 20, 9);
      context.stroke();
      context.fillText(`loss of ${name}, nats`, left + 26, 10);
      left += 150;
    });
    // What both would have if D could tell nothing: D loses 2 log 2, G log 2.
    context.lineWidth = 1;
    context.setLineDash([2, 4]);
    context.strokeStyle = colours.text;
    for (const level of [Math.log(2), 2 * Math.log(2)]) {
      context.beginPath();
      context.moveTo(box.left, y(level));
      context.lineTo(box.left + box.width, y(level));
      context.stroke();
    }
    context.setLineDash([]);
    context.beginPath();
    context.moveTo(x(data.steps[at]), box.top);
    context.lineTo(x(data.steps[at]), box.top + box.height);
    context.lineWidth = 1.5;
    context.stroke();
  }
  function describe() {
    const n = losses ? losses.length / 2 : 0;
    const i = Math.min(n, Math.max(1, Math.round(data.steps[at] / data.every))) - 1;
    const seen = data.histograms[at].filter((count) => count >= 10).length;
    const text = `Step ${data.steps[at].toLocaleString("en")}: entropy of the digits ${numberText(data.entropies[at])} of 2.30 nats, ` +
      `${seen} of 10 found` + (n && at ? `; D loses ${numberText(losses[2 * i])}, G ${numberText(losses[2 * i + 1])}.` : ".");
    if (status.textContent !== text) status.textContent = text;
    Object.assign(root.dataset, { step: String(at), steps: String(data.steps.length - 1), run: data.run,
      entropy: data.entropies[at].toFixed(3) });
  }
  draggable(curve, {
    start: (point, event) => jump(point, event, false),
    move: (point, event) => jump(point, event, false),
    end: (point, event) => jump(point, event, true),
  });
  function jump(point, event, settled) {
    if (!curve.x) return false;
    const step = curve.x.inverse(point[0]);
    let best = 0;
    data.steps.forEach((s, i) => { if (Math.abs(s - step) < Math.abs(data.steps[best] - step)) best = i; });
    transport.go(best, event, 0, settled);
    return true;
  }
  transport.keys(curve.canvas);

  return {
    update(next) {
      const another = next.run !== data?.run;
      data = next;
      if (another) {
        images = [];
        losses = decodeArray(next.losses);
        sheets = null;
        inflate(next.sheets).then((all) => {
          if (data.run !== next.run) return;
          sheets = all;
          root.dataset.sheets = "true";
          loop.request();
        });
      }
      if (another || goto !== next.goto.token) {
        goto = next.goto.token;
        at = Math.min(next.goto.moment, next.steps.length - 1);
        transport.setCount(next.steps.length, at);
      }
      describe();
      loop.request();
    },
    destroy() {
      loop.cancel();
      transport.destroy();
      chart.destroy();
      curve.destroy();
    },
  };
});
