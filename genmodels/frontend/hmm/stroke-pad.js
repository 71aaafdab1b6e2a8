// The stroke pad: draw a path, see its direction codes, and the signs race for it.
// Codes, likelihoods and states come from Python: in the payload, or live while a stroke is drawn.

import { openLive } from "../core/live.js";
import { themeColours } from "../core/palette.js";
import { createStage, draggable, pngButton } from "../core/stage.js";
import * as draw from "./stroke-draw.js";
import { createKeyPen, createTrack } from "../core/stroke-pen.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const ASK_MS = 8; // between two questions; what comes sooner waits for the frame
const REACH = 14; // pixels within which a click takes a step

export default defineWidget("stroke-pad", (root, actions) => {
  let data = null;
  let points = []; // of the stroke that stands on the pad, rows of x, y, t
  let scored = null; // { places, codes, states, loglik, followed, longer }
  let step = null; // null: all of them
  let follow = null; // null: the leader
  let goto = null;
  let drawing = false;
  let token = ""; // the newest drawn stroke's
  let mine = null; // the token of a drawn stroke that Python hasn't shown yet
  const pen = [0.5, 0.5];
  let penSeen = false; // the keyboard's pen is in use
  let live = null;
  let asked = 0;
  let replies = 0;
  let bars = [];
  let waiting = null; // the event time of a point that no question has told of yet
  let askedAt = 0;
  let kept = ""; // what became of a stroke of very many points
  const track = createTrack();

  // -- the parts -------------------------------------------------------------------------------
  const sides = element("div", { class: "sides" });
  const left = element("div", { class: "side" });
  const right = element("div", { class: "side" });
  sides.append(left, right);
  root.appendChild(sides);
  const stage = createStage(left, { className: "pad", aspect: 0.96, minHeight: 260, maxHeight: 400,
    label: "Pad", onResize: () => frame.request() });
  const race = element("div", { class: "race", role: "group", "aria-label": "Signs, the likeliest first" });
  const gauge = element("div", { class: "gauge" });
  const gaugeText = element("span");
  gauge.appendChild(gaugeText);
  right.append(race, gauge);
  const gaugeStage = createStage(gauge, { aspect: 0.1, minHeight: 24, maxHeight: 24, focusable: false,
    label: "Log-likelihood a step against the range of training", onResize: () => frame.request() });
  const curves = createStage(root, { className: "curve", aspect: 0.2, minHeight: 104, maxHeight: 128,
    label: "Log-likelihoods step by step, and the codes under them", onResize: () => frame.request() });
  const clear = element("button", { type: "button", title: "Take the stroke off the pad", onclick: () => {
    wipe();
    mine = "cleared"; // what Python still holds stays off until it sends another
  } }, "Clear");
  // Nothing glides here: 100 ms a step at speed 1.
  const transport = createTransport(root, { onStep, unit: "step", hold: -150, extra: [
    clear, pngButton(stage, "stroke", () => themeColours(root).background)] });
  const status = element("p", { class: "status", "aria-live": "polite" });
  const connection = element("p", { class: "connection" });
  root.append(status, connection);
  const frame = frameLoop(paint);

  // -- what is at a step -----------------------------------------------------------------------
  const steps = () => scored?.codes.length ?? 0;
  const at = () => Math.min(steps(), step ?? steps());
  const valueOf = (s, t = at()) => (t > 0 ? scored.loglik[s * steps() + t - 1] : 0);
  function order() {
    const t = at();
    return data.names.map((_, s) => s).sort((a, b) => valueOf(b, t) - valueOf(a, t) || a - b);
  }
  function onStep(next, { eventTime, settled }) {
    step = next >= steps() ? null : next;
    describe();
    frame.request(eventTime);
    if (settled) tell();
  }
  function tell() {
    actions.setState("view", { token: goto, step, follow });
  }
  function describe() {
    const n = steps();
    const t = at();
    Object.assign(root.dataset, { draws: String(data.draws), step: String(t), steps: String(n),
      drawing: String(drawing), codes: scored ? [...scored.codes].join(",") : "", stroke: mine ?? data.stroke.id,
      replies: String(replies), followed: scored ? data.names[scored.followed] ?? "" : "" });
    if (!scored || !bars.length) {
      root.dataset.leader = "";
      bars.forEach((bar) => showBar(bar, null));
      gaugeText.textContent = "";
      say(points.length ? "" : data.draws ? data.help : "");
      return;
    }
    const sorted = order();
    const top = sorted[0];
    const best = valueOf(top);
    root.dataset.leader = data.names[top];
    root.dataset.best = best.toFixed(3);
    sorted.forEach((s, place) => showBar(bars[s], { place, s, value: valueOf(s), best, t }));
    const s = scored.followed;
    const [low, high] = data.ranges[s];
    const full = valueOf(s, n) / n;
    const inside = full < low ? "below" : full > high ? "above" : "within";
    root.dataset.fit = inside;
    gaugeText.textContent = `“${data.names[s]}” a step: ${numberText(full)}, ${inside} the range of its own ` +
      `examples, ${numberText(low)} to ${numberText(high)}.`;
    if (drawing) return;
    const ahead = sorted.length > 1 ? `, ${numberText(best - valueOf(sorted[1]))} nats ahead of “${data.names[sorted[1]]}”` : "";
    const pace = data.by === 1 ? `${numberText(scored.spacing)} of the pad` : `${numberText(scored.spacing)} ms`;
    const long = scored.longer ? ` The stroke is long: it is walked in steps of ${pace}.` : "";
    const right = data.right === null ? "" : top === data.right ? " Rightly." : ` Wrongly: it is “${data.names[data.right]}”.`;
    say(t === 0 ? `Before the first of ${n} steps nothing is known.`
      : `${data.title ? `${data.title}: s` : "S"}tep ${t} of ${n}. “${data.names[top]}” leads with log P ${numberText(best, 4)}${ahead}.` +
        (t === n ? right : "") + long + kept +
        (data.draws && !token ? " Draw your own over it: mouse, finger, or Space and arrows." : ""));
  }
  function say(text) {
    if (status.textContent !== text) status.textContent = text;
  }
  function showBar(bar, about) {
    const { button, fill, rank, value } = bar;
    if (!about) {
      fill.style.width = "0";
      rank.textContent = value.textContent = "";
      button.dataset.leader = button.dataset.followed = "false";
      return;
    }
    const { place, s, t } = about;
    const behind = about.value - about.best;
    fill.style.width = `${100 * Math.max(0, 1 + behind / Math.max(60, 1.2 * Math.abs(about.best)))}%`;
    button.style.order = String(place);
    rank.textContent = place === 0 && t > 0 ? "▸" : String(place + 1);
    value.textContent = numberText(about.value, 4);
    button.dataset.leader = String(place === 0 && t > 0);
    button.dataset.followed = String(s === scored.followed);
    button.title = `${data.names[s]}: ${numberText(about.value, 5)} nats, ${numberText(behind)} to the leader. ` +
      "Click to follow its states.";
  }
  function makeBars() {
    bars = data.names.map((name, s) => {
      const fill = element("i");
      const [rank, value] = [element("span"), element("span")];
      const button = element("button", { type: "button", onclick: () => {
        follow = follow === s ? null : s;
        tell();
      } }, fill, rank, element("span", {}, name), value);
      return { button, fill, rank, value };
    });
    race.replaceChildren(...bars.map((bar) => bar.button));
    race.classList.toggle("roomy", data.names.length <= 11);
  }

  // -- what is asked of Python while a stroke is drawn -----------------------------------------
  function connect() {
    live ??= openLive(data.path, {
      onReply,
      onError: (message, { eventTime: about }) => {
        if (!about || about.number <= shownNumber) return;
        if (!message.includes("this is a dot")) connection.textContent = message;
        else if (!drawing) connection.textContent = "A dot has no direction: draw a path.";
      },
      onState: (state, text) => {
        root.dataset.live = state;
        connection.textContent = state === "waiting" ? text : "";
        if (state === "open" && drawing) queueMicrotask(() => ask(null));
      },
    });
  }
  let shownNumber = 0;
  function ask(eventTime) {
    if (!data.names.length || !track.points.length) return;
    const stroke = track.bytes();
    const head = new DataView(new ArrayBuffer(20));
    head.setUint32(0, data.set, true);
    head.setUint32(4, data.by, true);
    head.setInt32(8, follow !== null && follow < data.names.length ? follow : -1, true);
    head.setUint32(12, track.points.length, true);
    head.setUint32(16, data.own, true);
    const bytes = new Uint8Array(20 + stroke.length + data.wire.length);
    bytes.set(new Uint8Array(head.buffer), 0);
    bytes.set(stroke, 20);
    bytes.set(data.wire, 20 + stroke.length);
    asked += 1;
    askedAt = performance.now();
    waiting = null;
    root.dataset.pending = "true";
    live.send(bytes, { time: eventTime, number: asked, data });
  }
  function onReply(bytes, { eventTime: about }) {
    if (!about || about.data !== data || about.number <= shownNumber || (!drawing && !mine)) return;
    shownNumber = about.number;
    const [n, S] = [bytes.getUint32(0, true), bytes.getUint32(4, true)];
    if (S !== data.names.length) return;
    const floats = (from, count) => Float32Array.from({ length: count }, (_, i) => bytes.getFloat32(from + 4 * i, true));
    const end = 20 + 8 * (n + 1);
    const tail = end + 4 * S * n;
    const small = (from) => new Uint8Array(bytes.buffer, bytes.byteOffset + from, n);
    scored = { followed: bytes.getUint32(8, true), longer: bytes.getUint32(12, true) === 1,
      spacing: bytes.getFloat32(16, true), places: floats(20, 2 * (n + 1)), loglik: floats(end, S * n),
      codes: small(tail), states: small(tail + n) };
    replies += 1;
    root.dataset.pending = String(about.number !== asked);
    connection.textContent = "";
    transport.setCount(n + 1, n);
    describe();
    frame.request();
    painted = about.time;
  }
  let painted = null; // the event that the newest reply answers

  // -- drawing ---------------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!data || !stage.width) return;
    if (waiting !== null && drawing) ask(waiting);
    const colours = themeColours(root);
    const { context } = stage;
    const scale = draw.padScale(stage);
    context.clearRect(0, 0, stage.width, stage.height);
    draw.drawPaper(context, scale, colours);
    for (const ghost of data.ghosts) draw.drawPath(context, scale, ghost, 2, colours.text, 0.22, 1.5);
    draw.drawPath(context, scale, points.flat(), 3, colours.text, scored ? 0.3 : 0.9, 2);
    if (scored) draw.drawSteps(context, scale, scored, at(), colours);
    if (data.draws && penSeen) draw.drawPen(context, scale, pen, drawing, colours);
    draw.drawCurves(curves, scored, at(), scored ? order() : [], scored?.followed, data.names, colours);
    if (scored) {
      const s = scored.followed;
      draw.drawGauge(gaugeStage, valueOf(s, steps()) / steps(), data.ranges[s], colours);
    } else gaugeStage.context.clearRect(0, 0, gaugeStage.width, gaugeStage.height);
    if (painted !== null) measurePaint("stroke-pad", "draw", painted);
    painted = null;
    if (eventTime !== null) measurePaint("stroke-pad", drawing ? "ink" : "step", eventTime);
  }

  // -- what the reader does --------------------------------------------------------------------
  function wipe() {
    points = [];
    scored = null;
    step = null;
    shownNumber = asked;
    transport.setCount(1, 0);
    connection.textContent = "";
    describe();
    frame.request();
  }
  function begin([x, y], time, eventTime) {
    connect();
    wipe();
    mine = null;
    kept = "";
    drawing = true;
    track.start(x, y, time);
    points = track.points;
    describe();
    frame.request(eventTime);
  }
  /** @param {number[]} place */
  function go([x, y], time, eventTime) {
    if (!track.add(x, y, time)) return;
    points = track.points;
    if (performance.now() - askedAt >= ASK_MS) ask(eventTime);
    else waiting ??= eventTime;
    frame.request(eventTime);
  }
  /** @param {number[]} place */
  function finish([x, y], time, eventTime) {
    track.add(x, y, time, true);
    points = track.points;
    drawing = false;
    token = mine = `${Date.now().toString(36)}-${Math.floor(Math.random() * 1e9).toString(36)}`;
    ask(eventTime);
    describe();
    frame.request(eventTime);
    tell(); // all steps of it
    const exact = (v) => Math.round(v * 1e5) / 1e5;
    actions.setState("stroke", { token: mine, points: points.map((row) => row.map(exact)) });
  }
  const placed = ([px, py]) => {
    const { x, y } = draw.padScale(stage);
    return [x.inverse(px), y.inverse(py)];
  };
  function nearestStep([px, py]) {
    const { x, y } = draw.padScale(stage);
    let [best, nearest] = [null, REACH];
    for (let t = 1; t <= steps(); t++) {
      const away = Math.hypot(x(scored.places[2 * t]) - px, y(scored.places[2 * t + 1]) - py);
      if (away < nearest) [best, nearest] = [t, away];
    }
    return best;
  }
  let pressed = null; // a press that may become a stroke, or stay a click on a step
  draggable(stage, {
    start(point, event) {
      if (!data) return false;
      transport.pause();
      penSeen = false;
      pressed = { place: placed(point), time: event.timeStamp };
      return true;
    },
    move(point, event) {
      if (!data.draws) return;
      if (pressed) begin(pressed.place, pressed.time, event.timeStamp);
      pressed = null;
      go(placed(point), event.timeStamp, event.timeStamp);
    },
    end(point, event, moved) {
      if (data.draws && moved && !pressed) return finish(placed(point), event.timeStamp, event.timeStamp);
      pressed = null;
      const t = nearestStep(point);
      if (t !== null) transport.go(t, event, 0);
      else if (data.draws) connection.textContent = "A dot has no direction: draw a path.";
    },
  });
  createKeyPen(stage.canvas, {
    enabled: () => Boolean(data?.draws),
    place: () => { penSeen = true; return pen; },
    down: begin,
    move: go,
    up: finish,
    drop() { drawing = false; wipe(); mine = "cleared"; },
    shown: (eventTime) => frame.request(eventTime),
  });
  stage.canvas.addEventListener("keydown", (event) => { if (data && !data.draws) transport.onKey(event); });
  transport.keys(curves.canvas);
  draggable(curves, {
    start(point, event) { toCurve(point, event, false); return true; },
    move: (point, event) => toCurve(point, event, false),
    end: (point, event) => toCurve(point, event, true),
  });
  function toCurve([px], event, settled) {
    if (!steps()) return;
    const part = (px - 52) / Math.max(1, curves.width - 60);
    transport.go(Math.ceil(Math.max(0, part) * steps()), event, 0, settled);
  }

  // -- what Python says ------------------------------------------------------------------------
  return {
    update(next) {
      const names = data && next.names.join("\n") === data.names.join("\n");
      const moved = next.goto.token !== goto;
      const known = { ...next, wire: decodeArray(next.wire), ghosts: next.ghosts.map(decodeArray) };
      data = known;
      if (!names) makeBars();
      if (moved) {
        goto = next.goto.token;
        step = next.goto.step;
        follow = next.goto.follow;
      }
      if (!drawing && (!mine || moved || next.stroke.id === mine || next.rejected === mine)) {
        mine = null;
        const flat = decodeArray(next.stroke.points);
        const before = track.points.length;
        if (next.stroke.id !== token) token = kept = "";
        else if (3 * before > flat.length) kept = ` Kept as ${flat.length / 3} of its ${before} points.`;
        points = Array.from({ length: flat.length / 3 }, (_, i) => [...flat.subarray(3 * i, 3 * i + 3)]);
        const it = next.stroke.scored;
        scored = it && { followed: it.followed, longer: it.longer, spacing: it.spacing, places: decodeArray(it.places),
          codes: decodeArray(it.codes), states: decodeArray(it.states), loglik: decodeArray(it.log_likelihood) };
        transport.setCount(steps() + 1, at());
      } else if (mine || drawing) {
        scored = scored?.loglik.length === data.names.length * steps() ? scored : null;
      }
      clear.style.display = data.draws ? "" : "none";
      if (data.draws) connect();
      describe();
      frame.request();
      stage.canvas.setAttribute("aria-label", data.draws ? `Pad. ${data.help}`
        : "A recorded path. Arrows step, Space plays, Home and End jump.");
    },
    repaint: () => frame.request(),
    destroy() {
      frame.cancel();
      transport.destroy();
      live?.close();
      for (const each of [stage, curves, gaugeStage]) each.destroy();
    },
  };
});
