// Six trainings that differ in beta, under one scrubber: everything glides from one to the next.

import { SIDE, gridImage, inkImage } from "./latent-draw.js";
import { DIGITS, themeColours } from "../core/palette.js";
import { createStage, drawAxes, draggable, linearScale, niceTicks } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { calm, decodeArray, defineWidget, element, frameLoop, inflate, measurePaint, numberText } from "../core/widget.js";

const GLIDE_MS = 260;
const REACH = 9;
const COLUMNS = 8; // of the sheet
const MARGIN = { left: 34, right: 6, top: 6, bottom: 22 };
const ROWS = [["bce", "reconstr."], ["kl", "KL"], ["elbo", "−ELBO"], ["loss", "loss"]];
const WHOSE = [["digit", "this digit"], ["test", "10,000"]];

export default defineWidget("beta-scrub", (root, actions) => {
  let data = null;
  let shots = []; // by beta: { mu, sigma, half, grid, image, sheet, back, middle, spread, numbers }
  let now_ = null; // what is on screen: the same, between two shots while it glides
  let glide = null; // { from, began }
  let at = 2;
  let startId = null;
  let colours = null;
  let picks = 0;
  let scales = null;
  let spots = []; // of the rate's points, in pixels
  const loop = frameLoop(paint);

  const holder = element("div", {});
  const legend = element("div", { class: "legend", role: "group", "aria-label": "Colours of the digits" },
    ...DIGITS.map((colour, digit) => {
      const dot = element("i", { "aria-hidden": "true" });
      dot.style.background = colour;
      return element("span", {}, dot, String(digit));
    }));
  const canvas = (label, width = SIDE, height = SIDE, kind = "digit") =>
    element("canvas", { class: kind, width, height, role: "img", "aria-label": label });
  const given = canvas("The digit");
  const back = canvas("What comes back of it");
  const sheet = canvas("Draws from the prior", COLUMNS * SIDE, SIDE, "drawn");
  const sheetName = element("figcaption", {});
  const numbers = element("div", { class: "numbers", role: "group", "aria-label": "Numbers that open" },
    element("span", {}), ...WHOSE.map(([, name]) => element("span", {}, name)));
  const cells = {};
  for (const [row, name] of ROWS) {
    numbers.append(element("span", {}, name));
    for (const [whose, words] of WHOSE) {
      cells[`${whose}:${row}`] = element("button", { type: "button", "aria-label": `${name} of ${words}`,
        onclick: () => tell(`${whose}:${row}`) });
      numbers.append(cells[`${whose}:${row}`]);
    }
  }
  const rateHolder = element("div", {});
  root.append(element("div", { class: "columns" }, element("div", {}, holder, legend),
    element("div", {},
      element("div", { class: "top" }, element("figure", {}, given, element("figcaption", {}, "x")),
        element("figure", {}, back, element("figcaption", {}, "comes back")), numbers),
      element("figure", { class: "sheet" }, sheet, sheetName), rateHolder)));
  const stage = createStage(holder, { className: "map", aspect: 1, minHeight: 260, maxHeight: 412,
    label: "Map of 2,000 digits' codes. Arrows step through beta, space plays; click a digit to choose it",
    onResize: () => loop.request() });
  const rates = createStage(rateHolder, { className: "rates", aspect: 0.42, minHeight: 150, maxHeight: 172,
    label: "Rate and distortion of the six. Arrows step through beta, click to choose one", onResize: () => loop.request() });
  const beta = element("output", {});
  const transport = createTransport(root, { unit: "beta", onStep, hold: 500, extra: [beta] });
  const status = element("p", { class: "status", role: "status" });
  root.append(status);

  function onStep(next, { eventTime, settled }) {
    if (next !== at) {
      at = next;
      glide = calm() || !now_ ? null : { from: now_, began: performance.now() };
      if (!glide) now_ = shots[at];
    }
    describe();
    loop.request(eventTime);
    if (settled) tell("");
  }
  const tell = (opened) => actions.setState("view", { at, opened, count: ++picks, start_id: startId });
  function describe() {
    beta.textContent = `β = ${data.betas[at]}`;
    if (status.textContent !== data.texts[at]) status.textContent = data.texts[at];
    sheetName.textContent = `Drawn from N(0, I) at β = ${data.betas[at]}; the same draws for every β`;
    Object.assign(root.dataset, { at: String(at), beta: data.betas[at], digit: data.digit.id });
  }

  // -- between two shots -----------------------------------------------------------------------
  const lerp = (a, b, t) => a + (b - a) * t;
  function between(a, b, t) {
    const many = (one, two) => {
      const out = new Float32Array(two.length);
      for (let i = 0; i < out.length; i++) out[i] = lerp(one[i], two[i], t);
      return out;
    };
    const mixed = { half: lerp(a.half, b.half, t), rate: lerp(a.rate, b.rate, t), distortion: lerp(a.distortion, b.distortion, t),
      grids: [...a.grids.map(([shot, share]) => [shot, share * (1 - t)]), [b.grids[0][0], t]].filter(([, share]) => share > 0.01) };
    for (const name of ["mu", "sigma", "sheet", "back", "middle", "spread"]) mixed[name] = many(a[name], b[name]);
    mixed.numbers = Object.fromEntries(Object.entries(b.numbers).map(([name, value]) => {
      const before = a.numbers[name];
      return [name, value === null || before === null ? value : lerp(before, value, t)];
    }));
    return mixed;
  }

  // -- drawing ---------------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!data || !shots.length || !stage.width) return;
    const fresh = themeColours(root);
    if (fresh !== colours) {
      colours = fresh;
      for (const shot of shots) shot.image = null;
    }
    now_ ??= shots[at];
    if (glide) {
      const part = Math.min(1, (now - glide.began) / GLIDE_MS);
      now_ = part >= 1 ? shots[at] : between(glide.from, shots[at], Math.max(0, part) ** 2 * (3 - 2 * Math.max(0, part)));
      if (part >= 1) glide = null;
      else loop.request();
    }
    drawMap();
    pixels(given, data.digit.x);
    pixels(back, now_.back);
    drawSheet();
    drawNumbers();
    drawRates();
    root.dataset.gliding = String(glide !== null);
    const waiting = glide ? null : shots.find((shot) => !shot.image);
    if (waiting) { // one a frame, before the scrubber gets there
      waiting.image = gridImage(waiting.grid, data.side, colours);
      loop.request();
    }
    root.dataset.images = String(shots.filter((shot) => shot.image).length);
    if (eventTime !== null) measurePaint("beta-scrub", "scrub", eventTime);
  }
  const pixels = (view, values) =>
    view.getContext("2d").putImageData(inkImage(values, SIDE, colours.inkRgb, colours.paperRgb), 0, 0);
  function drawMap() {
    const { context, width, height } = stage;
    const size = Math.min(width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom);
    const box = { left: MARGIN.left, top: MARGIN.top, width: size, height: size };
    const x = linearScale(-now_.half, now_.half, box.left, box.left + size);
    const y = linearScale(-now_.half, now_.half, box.top + size, box.top);
    scales = { x, y };
    context.clearRect(0, 0, width, height);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, size, size);
    context.clip();
    for (const [shot, share] of now_.grids) {
      shot.image ??= gridImage(shot.grid, data.side, colours);
      context.globalAlpha = 0.3 * share;
      context.drawImage(shot.image, x(-shot.half), y(shot.half), 2 * shot.half * x.slope, 2 * shot.half * x.slope);
    }
    context.globalAlpha = 1;
    // The prior's circles of one and two standard deviations: what the KL pulls the codes into.
    context.strokeStyle = colours.text;
    context.lineWidth = 1;
    context.setLineDash([2, 4]);
    for (const radius of [1, 2]) {
      context.beginPath();
      context.arc(x(0), y(0), radius * x.slope, 0, 2 * Math.PI);
      context.stroke();
    }
    context.setLineDash([]);
    const radius = Math.max(1.5, size / 260);
    const every = Math.round(data.labels.length / (now_.sigma.length / 2));
    for (let digit = 0; digit < 10; digit++) {
      context.fillStyle = DIGITS[digit];
      context.beginPath();
      for (let i = 0; i < data.labels.length; i++) {
        if (data.labels[i] !== digit) continue;
        const [px, py] = [x(now_.mu[2 * i]), y(now_.mu[2 * i + 1])];
        context.moveTo(px + radius, py);
        context.arc(px, py, radius, 0, 2 * Math.PI);
      }
      context.fill();
      context.globalAlpha = 0.3;
      context.beginPath();
      for (let k = 0, i = 0; i < data.labels.length; k++, i += every) {
        if (data.labels[i] !== digit) continue;
        const [px, py] = [x(now_.mu[2 * i]), y(now_.mu[2 * i + 1])];
        const rx = now_.sigma[2 * k] * x.slope;
        context.moveTo(px + rx, py);
        context.ellipse(px, py, rx, now_.sigma[2 * k + 1] * x.slope, 0, 0, 2 * Math.PI);
      }
      context.fill();
      context.globalAlpha = 1;
    }
    const [cx, cy] = [x(now_.middle[0]), y(now_.middle[1])];
    for (const times of [2, 1]) {
      const [rx, ry] = [0, 1].map((j) => Math.max(times === 1 ? 4 : 0, now_.spread[j] * x.slope * times));
      for (const [style, line] of [[colours.background, 4.5], [colours.text, 2]]) {
        context.strokeStyle = style;
        context.lineWidth = line;
        context.setLineDash(times === 2 ? [4, 3] : []);
        context.beginPath();
        context.ellipse(cx, cy, rx, ry, 0, 0, 2 * Math.PI);
        context.stroke();
      }
    }
    context.restore();
    for (const scale of [x, y]) scale.ticks = () => niceTicks(-now_.half, now_.half, 4);
    drawAxes(context, x, y, box, colours);
  }
  function drawSheet() {
    const rows = now_.sheet.length / SIDE / SIDE / COLUMNS;
    if (sheet.height !== rows * SIDE) sheet.height = rows * SIDE;
    const wide = new Float32Array(now_.sheet.length); // tiles to rows of the whole sheet
    for (let line = 0; line < rows * COLUMNS * SIDE; line++) {
      const [n, y] = [Math.floor(line / SIDE), line % SIDE];
      wide.set(now_.sheet.subarray(line * SIDE, (line + 1) * SIDE),
        ((Math.floor(n / COLUMNS) * SIDE + y) * COLUMNS + (n % COLUMNS)) * SIDE);
    }
    sheet.getContext("2d").putImageData(inkImage(wide, COLUMNS * SIDE, colours.inkRgb, colours.paperRgb), 0, 0);
  }
  function drawNumbers() {
    for (const [name, cell] of Object.entries(cells)) {
      const value = now_.numbers[name];
      const text = value === null ? "none" : numberText(value, 4);
      if (cell.textContent !== text) cell.textContent = text;
      cell.style.backgroundSize = `${value === null ? 0 : Math.min(100, (100 * value) / data.most[name])}% 100%`;
    }
  }
  function drawRates() {
    const { context, width, height } = rates;
    if (!width) return;
    const box = { left: 46, top: 10, width: width - 58, height: height - 50 };
    const far = Math.max(...shots.slice(1).map((s) => s.rate)) * 1.25;
    const all = shots.map((s) => s.distortion);
    const [low, high] = [Math.min(...all) - 3, Math.max(...all) + 3];
    const x = linearScale(0, far, box.left, box.left + box.width);
    const y = linearScale(low, high, box.top + box.height, box.top);
    context.clearRect(0, 0, width, height);
    drawAxes(context, x, y, box, colours, { xLabel: "rate: KL, nats", yLabel: "distortion" });
    spots = shots.map((s, i) => [i ? x(s.rate) : box.left + box.width, y(s.distortion)]);
    context.strokeStyle = DIGITS[0];
    context.lineWidth = 2;
    context.beginPath();
    spots.slice(1).forEach(([px, py]) => context.lineTo(px, py));
    context.stroke();
    context.setLineDash([3, 4]); // without a KL there is no rate: the distortion alone
    context.beginPath();
    context.moveTo(box.left, spots[0][1]);
    context.lineTo(spots[0][0], spots[0][1]);
    context.stroke();
    context.setLineDash([]);
    context.font = `12px ${colours.font}`;
    spots.forEach(([px, py], i) => {
      context.fillStyle = i ? DIGITS[0] : colours.background;
      context.beginPath();
      context.arc(px, py, 4.5, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
      context.fillStyle = colours.text;
      context.textAlign = i ? "left" : "right";
      context.textBaseline = i ? "bottom" : "top";
      context.fillText(i ? data.betas[i] : "β = 0 ", px + (i ? 6 : -4), py + (i ? -4 : 4));
    });
    const [hx, hy] = [Math.min(box.left + box.width, x(now_.rate)), y(now_.distortion)];
    for (const [style, line] of [[colours.background, 5], [DIGITS[3], 2.5]]) {
      context.strokeStyle = style;
      context.lineWidth = line;
      context.beginPath();
      context.arc(hx, hy, 8, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  // -- input -----------------------------------------------------------------------------------
  const closest = (places, [px, py]) => places.reduce((best, [x, y], i) => {
    const far = Math.hypot(x - px, y - py);
    return far < best[1] ? [i, far] : best;
  }, [-1, Infinity]);
  draggable(rates, {
    start: () => spots.length > 0,
    move: (point, event) => transport.go(closest(spots, point)[0], event, GLIDE_MS, false),
    end: (point, event) => transport.go(closest(spots, point)[0], event, GLIDE_MS, true),
  });
  draggable(stage, {
    start: () => scales !== null,
    end: (point, event, moved) => {
      const places = data.labels.length ? Array.from(data.labels, (_, i) =>
        [scales.x(now_.mu[2 * i]), scales.y(now_.mu[2 * i + 1])]) : [];
      const [hit, far] = closest(places, point);
      if (!moved && far < REACH) actions.setState("pick", { index: hit, count: ++picks });
    },
  });
  transport.keys(stage.canvas);
  transport.keys(rates.canvas);

  // -- what Python says ------------------------------------------------------------------------
  async function unpack(next) {
    const [mu, tiles, pictures] = await Promise.all([next.mu, next.grid, next.sheet].map(inflate));
    const sigma = decodeArray(next.sigma);
    const codes = new Int16Array(mu.buffer);
    const piece = (values, i) => values.subarray((i * values.length) / next.betas.length, ((i + 1) * values.length) / next.betas.length);
    shots = next.betas.map((_, i) => {
      const shot = { mu: Float32Array.from(piece(codes, i), (v) => v * next.unit), grid: piece(tiles, i), image: null,
        sheet: piece(pictures, i), sigma: piece(sigma, i), half: next.halves[i], distortion: next.test.bce[i],
        rate: next.test.kl[i] ?? Math.max(...next.test.kl) * 1.25 };
      shot.grids = [[shot, 1]];
      return shot;
    });
    dress();
    root.dataset.boards = "true";
  }
  /** What the chosen digit is at each beta. */
  function dress() {
    const { digit, test } = data;
    shots.forEach((shot, i) => {
      shot.back = digit.back.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
      shot.middle = digit.mu[i];
      shot.spread = digit.sigma[i];
      shot.numbers = {};
      for (const [row] of ROWS) {
        shot.numbers[`digit:${row}`] = digit[row][i];
        shot.numbers[`test:${row}`] = test[row][i];
      }
    });
    data.most = Object.fromEntries(Object.keys(shots[0].numbers).map((name) =>
      [name, Math.max(...shots.map((s) => s.numbers[name] ?? 0))]));
    glide = null;
    now_ = shots[at];
    loop.request();
  }

  return {
    update(next) {
      const known = data?.id === next.id;
      const digit = { ...next.digit, x: decodeArray(next.digit.x), back: decodeArray(next.digit.back) };
      const other = !known || data.digit.id !== digit.id;
      data = known ? { ...data, digit } : { ...next, labels: decodeArray(next.labels), digit };
      if (next.start_id !== startId) {
        startId = next.start_id;
        at = next.start;
        transport.setCount(data.betas.length, at);
        if (shots.length && now_) glide = { from: now_, began: performance.now() };
      }
      if (!known) unpack(data);
      else if (other && shots.length) dress();
      describe();
      loop.request();
    },
    destroy() {
      loop.cancel();
      transport.destroy();
      stage.destroy();
      rates.destroy();
    },
  };
});
