// The ELBO, seen: drag q, draw from it again and again, watch both bars and the gap to log p(x).
// Python computes, over the live channel while a hand moves; here numbers become pixels.

import { drawBars, drawBehind, drawGap, drawQ, gapScales, handles, mapScales, posteriorPicture } from "./elbo-draw.js";
import { SIDE, paintDigit, restore, underlay } from "./latent-draw.js";
import { openLive } from "../core/live.js";
import { themeColours } from "../core/palette.js";
import { createStage, draggable } from "../core/stage.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const PIXELS = SIDE * SIDE;
const PICTURES = 12;
const SETTLE_MS = 350;
const PLAY_MS = 450;
const REACH = 16;
const MAX_SEED = 9999;
const NAMED = [["reconstruction", "reconstruction"], ["kl1", "KL₁"], ["kl2", "KL₂"], ["kl", "KL"], ["elbo", "−ELBO"]];

export default defineWidget("elbo-bars", (root, actions) => {
  let data = null;
  let place = null;
  let startId = null;
  let x = null;
  let runs = null;
  let cloud = null;
  let before = null; // the encoder's bars
  let density = null;
  let picture = null;
  let background = null; // of the map: what a drag of q leaves alone
  let behindOf = ""; // what it was drawn of
  let painted = null; // the draws that bars and pictures show
  let live = null;
  let settling = 0;
  let playing = 0;
  let grabbed = 0;
  let shownView = null;
  let charted = ""; // what the chart shows
  let colours = null;
  let scales = null;
  let gap = null;
  const loop = frameLoop(paint);

  // -- the parts -------------------------------------------------------------------------------
  const button = (text, title, onclick) => element("button", { type: "button", title, onclick }, text);
  const mapHolder = element("div", {});
  const barHolder = element("div", {});
  const gapHolder = element("div", {});
  const draws = element("select", { "aria-label": "Draws of z", title: "Draws of z" });
  const play = button("Repeat", "Draw anew, twice a second", () => (playing ? stop() : start()));
  play.setAttribute("aria-pressed", "false");
  const own = button("Encoder's q", "Let go of q (Home)", () => setQ(null, performance.now(), 0));
  const tools = element("div", { class: "tools" }, button("Draw anew", "New draws of ε (r)", () => resample()), play,
    element("label", {}, "draws ", draws), own);
  const small = Array.from({ length: PICTURES + 1 }, (_, i) => element("canvas", { width: SIDE, height: SIDE, role: "img",
    "aria-label": i ? `Reconstruction of draw ${i}` : "Mean of all reconstructions" }));
  const sheet = element("div", { class: "sheet" }, ...small.slice(1));
  const mean = element("figure", {}, small[0], element("figcaption", {}, "mean"));
  const values = {};
  const number = (name, label) => {
    values[name] = element("button", { type: "button", class: "number", "data-number": name, title: `Open ${label}`,
      onclick: () => { place.opened = name; settle(0); loop.request(); } });
    return element("span", { class: "pair" }, label, values[name]);
  };
  const scrub = element("input", { type: "range", min: 0, max: 0, step: 1, "aria-label": "Number of importance samples" });
  const scrubText = element("output", {});
  const status = element("p", { class: "status", role: "status" });
  const connection = element("p", { class: "connection", role: "alert" });
  root.append(
    element("div", { class: "top" }, element("div", {}, mapHolder, tools),
      element("div", {}, barHolder, element("div", { class: "numbers" }, ...NAMED.map(([name, label]) => number(name, label))),
        element("div", { class: "pictures" }, mean, sheet))),
    gapHolder,
    element("div", { class: "scrubber" }, scrub, scrubText, number("estimate", "log p, run 1"), number("gap", "gap"),
      number("window", "by the map")),
    status, connection);
  const map = createStage(mapHolder, { className: "map", aspect: 1, minHeight: 240, maxHeight: 330, onResize: () => loop.request(),
    label: "Map: the true posterior in blue, q as an ellipse. Arrows move mu, with shift they change sigma; r draws anew; Home: the encoder's q" });
  const bars = createStage(barHolder, { className: "bars", aspect: 0.3, minHeight: 116, maxHeight: 116, focusable: false,
    label: "Reconstruction and KL in nats", onResize: () => { painted = null; loop.request(); } });
  const chart = createStage(gapHolder, { className: "gap", aspect: 0.28, minHeight: 190, maxHeight: 205,
    label: "Estimates of log p(x) against the number of samples. Arrows scrub", onResize: () => loop.request() });

  // -- what is asked of Python -----------------------------------------------------------------
  const qNow = () => place.q ?? data.encoder;
  function ask(eventTime = null) {
    live ??= openLive(data.path, {
      onReply: (view, { eventTime: about }) => about && onReply(view, about),
      onError: (text) => { connection.textContent = text; },
      onState: (state, text) => {
        root.dataset.live = state;
        connection.textContent = state === "waiting" ? text : "";
        if (state === "open") queueMicrotask(() => ask());
      },
    });
    const bytes = new Uint8Array(24 + PIXELS);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, place.seed, true);
    view.setUint32(4, place.draws, true);
    qNow().forEach((value, i) => view.setFloat32(8 + 4 * i, value, true));
    bytes.set(x, 24);
    live.send(bytes, { time: eventTime, n: place.draws, start: startId });
  }
  function onReply(view, about) {
    if (about.start !== startId) return;
    const { n } = about;
    const floats = (at, count) => Float32Array.from({ length: count }, (_, i) => view.getFloat32(4 * (at + i), true));
    const [reconstruction, spread] = floats(2, 2);
    cloud = { kl: floats(0, 2), reconstruction, spread, z: floats(4, 2 * n), bce: floats(4 + 2 * n, n),
      pictures: new Uint8Array(view.buffer, view.byteOffset + 4 * (4 + 3 * n), PIXELS * (1 + Math.min(n, PICTURES))) };
    connection.textContent = "";
    root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
    loop.request(about.time);
  }
  /** The map's own square, or a wider one where q is too large for it; not while a hand moves q. */
  function fitView() {
    const { middle, half } = data.view;
    const q = qNow();
    const needed = Math.max(...[0, 1].map((j) => Math.abs(q[j] - middle[j]) + 2.3 * q[2 + j]));
    shownView = { middle, half: needed > half ? Math.min(30, needed) : half };
  }
  function setQ(q, time, wait = null) {
    place.q = q;
    ask(time);
    loop.soon();
    if (wait !== null) settle(wait);
  }
  function resample() {
    place.seed = (place.seed % MAX_SEED) + 1;
    ask(performance.now());
    if (!playing) settle(SETTLE_MS);
  }
  function start() {
    playing = setInterval(resample, PLAY_MS);
    play.setAttribute("aria-pressed", "true");
    resample();
  }
  function stop() {
    clearInterval(playing);
    playing = 0;
    play.setAttribute("aria-pressed", "false");
    settle(0);
  }
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(() => {
      fitView();
      announce();
      loop.request();
      actions.setState("place", { ...place, start_id: startId });
    }, wait);
  }
  draws.addEventListener("change", () => { place.draws = Number(draws.value); ask(performance.now()); settle(0); });

  // -- input -----------------------------------------------------------------------------------
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  function moved(q) {
    const { middle, half } = shownView;
    const [least, most] = data.limits;
    return [clamp(q[0], middle[0] - half, middle[0] + half), clamp(q[1], middle[1] - half, middle[1] + half),
      clamp(q[2], least, Math.min(most, half)), clamp(q[3], least, Math.min(most, half))];
  }
  function dragTo([px, py], time) {
    const q = [...qNow()];
    const [zx, zy] = [scales.x.inverse(px), scales.y.inverse(py)];
    if (grabbed === 0) [q[0], q[1]] = [zx, zy];
    else if (grabbed === 1) q[2] = Math.abs(zx - q[0]) / 2;
    else q[3] = Math.abs(zy - q[1]) / 2;
    setQ(moved(q), time);
  }
  draggable(map, {
    start(point) {
      if (!scales) return false;
      const far = handles(scales, qNow()).map(([hx, hy]) => Math.hypot(hx - point[0], hy - point[1]));
      grabbed = far.indexOf(Math.min(...far));
      if (far[grabbed] > REACH) grabbed = 0;
      return true;
    },
    move: (point, event) => dragTo(point, event.timeStamp),
    end(point, event, wasMoved) {
      if (!wasMoved && grabbed === 0) dragTo(point, event.timeStamp);
      settle(0);
    },
  });
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  map.canvas.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (event.key === "r") resample();
    else if (event.key === "Home") setQ(null, event.timeStamp, SETTLE_MS);
    else if (arrow) {
      const q = [...qNow()];
      for (const j of [0, 1]) {
        if (event.shiftKey) q[2 + j] *= 1.1 ** arrow[j];
        else q[j] += (arrow[j] * shownView.half) / 40;
      }
      setQ(moved(q), event.timeStamp, SETTLE_MS);
    } else return;
    event.preventDefault();
  });
  function scrubTo(index, time, wait) {
    const at = clamp(index, 0, runs.samples.length - 1);
    place.samples = runs.samples[at];
    loop.request(time);
    settle(wait);
  }
  const index = () => Math.max(0, runs.samples.findIndex((n) => n >= place.samples));
  scrub.addEventListener("input", (event) => scrubTo(Number(scrub.value), event.timeStamp, SETTLE_MS));
  const nearest = ([px]) => {
    const wanted = 10 ** gap.x.inverse(px);
    return runs.samples.reduce((best, n, i) => (Math.abs(Math.log(n / wanted)) < Math.abs(Math.log(runs.samples[best] / wanted)) ? i : best), 0);
  };
  draggable(chart, {
    start(point, event) { scrubTo(nearest(point), event.timeStamp, SETTLE_MS); return true; },
    move: (point, event) => scrubTo(nearest(point), event.timeStamp, SETTLE_MS),
  });
  chart.canvas.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: index() - 1, ArrowRight: index() + 1, Home: 0, End: runs.samples.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    scrubTo(to, event.timeStamp, SETTLE_MS);
  });

  // -- the picture -----------------------------------------------------------------------------
  const near = (a, b) => a.every((value, i) => Math.abs(value - b[i]) <= 1e-5 * (1 + Math.abs(value)));
  const kl = () => cloud.kl[0] + cloud.kl[1];
  function announce() {
    const at = index();
    const P = runs.samples.length;
    const ends = Array.from({ length: runs.estimates.length / P }, (_, r) => runs.estimates[r * P + at]);
    const t = (value) => numberText(value, 5);
    status.textContent = `${runs.samples[at].toLocaleString("en")} draw${runs.samples[at] === 1 ? "" : "s"}: five runs say log p(x) from ${t(Math.min(...ends))} to ` +
      `${t(Math.max(...ends))}; ELBO ${t(runs.elbo)}, so the gap is about ${numberText(runs.log_p - runs.elbo)} nats.`;
  }
  function paint(now, eventTime) {
    if (!data || !map.width || !chart.width) return;
    const fresh = themeColours(root);
    if (fresh !== colours) {
      colours = fresh;
      picture = background = painted = null;
      charted = "";
    }
    picture ??= posteriorPicture(density, colours);
    scales = mapScales(map, shownView);
    const behind = `${startId} ${data.encoder} ${shownView.middle} ${shownView.half} ${map.width} ${map.canvas.width}`;
    if (!background || behindOf !== behind) {
      background = underlay(map, (under) => drawBehind(under, scales, { picture, extent: data.view, encoder: data.encoder }, colours));
      behindOf = behind;
    }
    restore(map.context, background);
    drawQ(map.context, scales, { z: cloud.z, q: qNow() }, colours);
    if (painted !== cloud) {
      painted = cloud;
      drawBars(bars, { reconstruction: cloud.reconstruction, spread: cloud.spread, kl: kl(), before }, colours);
      small.forEach((canvas, i) => {
        const has = (i + 1) * PIXELS <= cloud.pictures.length;
        canvas.hidden = !has;
        if (has) paintDigit(canvas, cloud.pictures.subarray(i * PIXELS, (i + 1) * PIXELS), colours);
      });
    }
    const at = index();
    const stale = !near(qNow(), runs.q);
    const wanted = `${runs.q} ${startId} ${at} ${stale} ${chart.width} ${chart.canvas.width}`;
    if (wanted !== charted) { // while q is dragged it stands still
      charted = wanted;
      gap = gapScales(chart, runs);
      drawGap(chart, gap, runs, at, stale, colours);
    }
    scrub.max = String(runs.samples.length - 1);
    scrub.value = String(at);
    scrubText.textContent = `n = ${runs.samples[at].toLocaleString("en")}`;
    const show = (name, value, digits) => {
      const text = numberText(value, digits);
      if (values[name].textContent !== text) values[name].textContent = text;
    };
    show("reconstruction", cloud.reconstruction, 4);
    show("kl1", cloud.kl[0], 3);
    show("kl2", cloud.kl[1], 3);
    show("kl", kl(), 4);
    show("elbo", cloud.reconstruction + kl(), 4);
    show("estimate", runs.estimates[at], 5);
    show("gap", runs.log_p - runs.elbo, 3);
    show("window", data.log_p, 5);
    own.disabled = place.q === null;
    Object.assign(root.dataset, { q: qNow().map((v) => v.toFixed(4)).join(","), seed: String(place.seed), samples: String(place.samples),
      reconstruction: cloud.reconstruction.toFixed(4), kl: kl().toFixed(4), opened: place.opened, stale: String(stale) });
    if (eventTime !== null) measurePaint("elbo-bars", "drag", eventTime);
  }

  return {
    update(payload) {
      data = payload;
      charted = "";
      painted = null;
      runs = { ...payload.runs, samples: [...decodeArray(payload.runs.samples)], estimates: decodeArray(payload.runs.estimates) };
      if (payload.start_id !== startId) {
        startId = root.dataset.start = payload.start_id;
        place = structuredClone(payload.place);
        x = decodeArray(payload.x);
        density = decodeArray(payload.posterior);
        picture = background = null;
        const told = payload.cloud;
        const [reconstruction, spread] = decodeArray(told.numbers);
        cloud = { kl: decodeArray(told.kl), reconstruction, spread, z: decodeArray(told.z), bce: decodeArray(told.bce),
          pictures: decodeArray(told.pictures) };
        before = payload.encoder_bars;
        fitView();
        draws.replaceChildren(...payload.draws.map((n) => element("option", { value: n, selected: n === place.draws }, String(n))));
      }
      announce();
      loop.request();
    },
    repaint: () => loop.request(),
    destroy() {
      clearTimeout(settling);
      clearInterval(playing);
      loop.cancel();
      live?.close();
      for (const stage of [map, bars, chart]) stage.destroy();
    },
  };
});
