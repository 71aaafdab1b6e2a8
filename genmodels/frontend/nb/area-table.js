// Bayes' theorem as areas. Three numbers make the picture; what stands beside it while a line moves is
// measured on the drawn rectangles. What opens comes from Python (pages/nb/theorem/area_table.py).

import { NEGATIVE, POSITIVE, rgb, themeColours } from "../core/palette.js";
import { createStage, draggable, pngButton } from "../core/stage.js";
import { calm, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";

const EDGE = { left: 20, right: 20, top: 22, bottom: 38 };
const ZOOM_MS = 600;
const NAMES = ["prior", "if_true", "if_false"];

export default defineWidget("area-table", (root, actions) => {
  let data = null;
  let state = null; // prior, if_true, if_false, given ("all", "E", "not E"), open
  let goto = null;
  let told = null;
  let held = null; // the number under the hand
  let zoom = 0; // 0: everyone, 1: the event alone
  let from = 0; // where a glide began
  let started = null;
  let seen = true; // the event that the second square zooms to

  const pair = element("div", { class: "pair" });
  root.append(pair);
  const side = (className, label) => {
    const box = element("div", { class: "side" });
    pair.append(box);
    return createStage(box, { className, label, aspect: 1.02, minHeight: 240, maxHeight: 372,
      focusable: false, onResize: () => frame.request() });
  };
  const whole = side("whole", "The square: columns as wide as the prior, dark parts as high as the likelihoods");
  const part = side("part", "The second square: what was seen, zoomed to the whole");
  const sliders = element("div", { class: "sliders" });
  const inputs = NAMES.map((name) => {
    const input = element("input", { type: "range", min: 0, max: 1, step: 0.001, "data-name": name,
      oninput: (event) => set(name, Number(input.value), event.timeStamp), onchange: () => tell() });
    const label = element("span");
    const output = element("output");
    sliders.append(element("label", {}, label, output, input));
    return { input, label, output };
  });
  const choices = ["all", "E", "not E"].map((given) => element("button", { type: "button", "data-given": given,
    onclick: () => {
      glide(given);
      tell();
    } }));
  const scrub = element("input", { type: "range", min: 0, max: 1, step: 0.01, class: "scrub", "aria-label": "Zoom",
    oninput: (event) => {
      started = null;
      zoom = Number(scrub.value);
      if (state.given === "all") state.given = seen ? "E" : "not E";
      frame.request(event.timeStamp);
    }, onchange: () => tell() });
  const numbers = element("div", { class: "numbers" });
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.append(sliders, element("div", { class: "transport" }, ...choices, scrub,
    pngButton(part, "bayes-theorem", () => themeColours(root).background)), numbers, status);
  const frame = frameLoop(paint);
  const opens = ["joint-h", "joint-n", "evidence", "posterior", "factor"].map((slot) => {
    const value = element("b");
    const title = element("span");
    const button = element("button", { type: "button", "data-slot": slot, onclick: () => {
      const name = button.dataset.open;
      state.open = state.open === name ? null : name;
      frame.request();
      tell();
    } }, title, value);
    numbers.append(button);
    return { slot, button, title, value };
  });

  // -- rectangles ------------------------------------------------------------------------------
  /** The four areas of the unit square, y upwards: [left, bottom, width, height, is H, is E]. */
  function areas() {
    const { prior: p, if_true: t, if_false: f } = state;
    return [[0, 0, p, t, true, true], [0, t, p, 1 - t, true, false],
      [p, 0, 1 - p, f, false, true], [p, f, 1 - p, 1 - f, false, false]];
  }
  const size = (area) => area[2] * area[3];
  function measured() {
    const [he, hn, ne, nn] = areas().map(size);
    const [h, n] = seen ? [he, ne] : [hn, nn];
    return { all: [he, hn, ne, nn], h, n, both: h + n, share: h + n > 0 ? h / (h + n) : null };
  }
  /** On the way from everyone (0) to the event alone (1): every side in a straight line. */
  function zoomed(share, at) {
    const mix = (a, b) => a + (b - a) * at;
    return areas().map(([x, y, width, height, isH, isE]) => {
      const [left, wide] = isH ? [0, share] : [share, 1 - share];
      const kept = isE === seen;
      return [mix(x, left), mix(y, kept ? 0 : seen ? 1 : 0), mix(width, wide), mix(height, kept ? 1 : 0), isH, isE];
    });
  }
  const square = (stage) => {
    const length = Math.min(stage.width - EDGE.left - EDGE.right, stage.height - EDGE.top - EDGE.bottom);
    return { left: (stage.width - length) / 2, top: EDGE.top, length };
  };

  // -- drawing ---------------------------------------------------------------------------------
  function halton(i, base) {
    let [value, share] = [0, 1];
    for (; i > 0; i = Math.floor(i / base)) {
      share /= base;
      value += share * (i % base);
    }
    return value;
  }
  const spots = Array.from({ length: 1000 }, (_, i) => [halton(i + 1, 2), halton(i + 1, 3)]);
  const percent = (share) => `${numberText(100 * share)} %`;
  const resting = () => data.of.every((value, i) => value === state[NAMES[i]]);
  const people = () => (resting() ? data.counts.flat() : measured().all.map((a) => Math.round(data.total * a)));

  function draw(stage, list, title, colours) {
    const { context: c } = stage;
    const { left, top, length } = square(stage);
    const counts = people();
    c.clearRect(0, 0, stage.width, stage.height);
    c.font = `600 13px ${colours.font}`;
    c.fillStyle = colours.text;
    c.textAlign = "left";
    c.textBaseline = "bottom";
    c.fillText(title, left, top - 5);
    list.forEach(([x, y, width, height, isH, isE], i) => {
      const [r, g, b] = rgb(isH ? POSITIVE : NEGATIVE);
      const box = [left + x * length, top + (1 - y - height) * length, width * length, height * length];
      c.fillStyle = `rgb(${r} ${g} ${b} / ${data.people ? (isE ? 0.3 : 0.09) : isE ? 0.85 : 0.22})`;
      c.fillRect(...box);
      c.strokeStyle = colours.background;
      c.lineWidth = 1;
      c.strokeRect(...box);
      if (data.people && box[2] > 0.5 && box[3] > 0.5) {
        c.fillStyle = isH ? POSITIVE : NEGATIVE;
        c.globalAlpha = isE ? 1 : 0.5;
        for (let n = 0; n < Math.min(counts[i], spots.length); n++) {
          const [u, v] = spots[n];
          c.fillRect(box[0] + u * Math.max(box[2] - 3, 0), box[1] + v * Math.max(box[3] - 3, 0), 3, 3);
        }
        c.globalAlpha = 1;
      }
      const text = data.people ? `${counts[i].toLocaleString("en")}` : percent(size(areas()[i]));
      const name = isE ? data.e : data.not_e;
      c.font = `12px ${colours.font}`;
      c.textBaseline = "middle";
      c.textAlign = "center";
      if (box[3] > 17 && box[2] > c.measureText(text).width + 8) {
        const [mx, my] = [box[0] + box[2] / 2, box[1] + box[3] / 2];
        const two = box[3] > 36 && box[2] > c.measureText(name).width + 10;
        const wide = Math.max(c.measureText(text).width, two ? c.measureText(name).width : 0) + 10;
        c.fillStyle = colours.background;
        c.globalAlpha = 0.82;
        c.fillRect(mx - wide / 2, my - (two ? 17 : 9), wide, two ? 34 : 18);
        c.globalAlpha = 1;
        c.fillStyle = colours.text;
        if (two) c.fillText(name, mx, my - 8);
        c.fillText(text, mx, my + (two ? 8 : 0));
      }
    });
    c.strokeStyle = colours.text;
    c.lineWidth = 1;
    c.strokeRect(left + 0.5, top + 0.5, length, length);
  }
  function columnNames(stage, width, shares, colours) {
    const { context: c } = stage;
    const { left, top, length } = square(stage);
    c.font = `12px ${colours.font}`;
    c.textBaseline = "top";
    const y = top + length + 17;
    const texts = [`${data.h} ${percent(shares[0])}`, `${data.not_h} ${percent(shares[1])}`];
    const ends = [left, left + length];
    const edge = left + width * length;
    texts.forEach((text, i) => {
      const half = c.measureText(text).width / 2;
      const middle = i ? (edge + ends[1]) / 2 : (ends[0] + edge) / 2;
      const low = i ? left + c.measureText(texts[0]).width + 12 + half : left - 14 + half;
      const high = i ? stage.width - 4 - half : left + length - c.measureText(texts[1]).width - 12 - half;
      c.textAlign = "center";
      c.fillStyle = i ? NEGATIVE : POSITIVE;
      c.fillRect(Math.max(low, Math.min(high, middle)) - half, y + 15, 2 * half, 2);
      c.fillStyle = colours.text;
      c.fillText(text, Math.max(low, Math.min(high, middle)), y);
    });
  }
  /** Where each number's handle is: in the margin, so that a thin column can still be taken. */
  function handles() {
    const { left, top, length } = square(whole);
    return { prior: [left + state.prior * length, top + length + 8],
      if_true: [left - 9, top + (1 - state.if_true) * length],
      if_false: [left + length + 9, top + (1 - state.if_false) * length] };
  }
  function drawHandles(colours) {
    const { context: c } = whole;
    const { left, top, length } = square(whole);
    const edge = left + state.prior * length;
    const ends = { prior: [edge, top], if_true: [edge, null], if_false: [edge, null] };
    for (const [name, [x, y]] of Object.entries(handles())) {
      c.strokeStyle = colours.text;
      c.lineWidth = held === name ? 3 : 1.6;
      c.beginPath();
      c.moveTo(x, y);
      c.lineTo(ends[name][0], ends[name][1] ?? y);
      c.stroke();
      c.fillStyle = held === name ? colours.primary : colours.background;
      c.beginPath();
      c.arc(x, y, 7, 0, 2 * Math.PI);
      c.fill();
      c.stroke();
    }
  }
  function paint(now, eventTime) {
    if (!data) return;
    if (started !== null) {
      const done = calm() ? 1 : Math.min(1, (now - started) / ZOOM_MS);
      const eased = done * done * (3 - 2 * done);
      const target = state.given === "all" ? 0 : 1;
      zoom = from + (target - from) * eased;
      if (done < 1) frame.request();
      else started = null;
    }
    describe();
    const colours = themeColours(root);
    const found = measured();
    if (whole.width) {
      draw(whole, areas(), data.people ? `1,000 ${data.unit}` : `All ${data.unit}`, colours);
      columnNames(whole, state.prior, [state.prior, 1 - state.prior], colours);
      drawHandles(colours);
    }
    if (part.width) {
      const event = seen ? data.e : data.not_e;
      if (found.share === null) {
        part.context.clearRect(0, 0, part.width, part.height);
        part.context.fillStyle = colours.text;
        part.context.font = `14px ${colours.font}`;
        part.context.textAlign = "center";
        part.context.fillText("Never seen: nothing to zoom to.", part.width / 2, part.height / 2);
      } else {
        const list = zoomed(found.share, zoom);
        draw(part, list, zoom > 0.99 ? `Given: ${event}` : zoom < 0.01 ? `All ${data.unit}` : "Zooming in …", colours);
        if (zoom > 0.99) columnNames(part, found.share, [found.share, 1 - found.share], colours);
        else if (zoom < 0.01) columnNames(part, state.prior, [state.prior, 1 - state.prior], colours);
      }
    }
    if (eventTime !== null) measurePaint("area-table", "drag", eventTime);
  }

  // -- words -----------------------------------------------------------------------------------
  function describe() {
    const found = measured();
    const event = seen ? data.e : data.not_e;
    const flag = seen ? 1 : 0;
    const labels = [`P(${data.h})`, `P(${data.e} | ${data.h})`, `P(${data.e} | ${data.not_h})`];
    inputs.forEach(({ input, label, output }, i) => {
      label.textContent = labels[i];
      input.setAttribute("aria-label", labels[i]);
      output.textContent = percent(state[NAMES[i]]);
      if (root.getRootNode().activeElement !== input || Math.abs(Number(input.value) - state[NAMES[i]]) > 0.0006) {
        input.value = String(state[NAMES[i]]);
      }
    });
    choices.forEach((button, i) => {
      button.textContent = i ? `Given: ${i === 1 ? data.e : data.not_e}` : "All";
      button.setAttribute("aria-pressed", String(button.dataset.given === state.given));
    });
    scrub.value = String(zoom);
    const counts = people();
    const [h, n] = seen ? [counts[0], counts[2]] : [counts[1], counts[3]];
    const factor = seen ? [state.if_true, state.if_false] : [1 - state.if_true, 1 - state.if_false];
    const shown = {
      "joint-h": [`joint-1-${flag}`, `${data.h} and ${event}`, data.people ? String(h) : percent(found.h)],
      "joint-n": [`joint-0-${flag}`, `${data.not_h} and ${event}`, data.people ? String(n) : percent(found.n)],
      evidence: [`evidence-${flag}`, `evidence: ${event}`, data.people ? String(h + n) : percent(found.both)],
      posterior: [`posterior-${flag}`, `posterior: ${data.h}`, found.share === null ? "undefined"
        : data.people ? `${h} of ${h + n}` : percent(found.share)],
      factor: ["factor", "heights, left over right", numberText(factor[0] / factor[1])],
    };
    opens.forEach(({ slot, button, title, value }) => {
      const [name, words, text] = shown[slot];
      button.dataset.open = name;
      button.hidden = slot === "factor" && !seen;
      button.setAttribute("aria-pressed", String(state.open === name));
      title.textContent = words;
      value.textContent = text;
    });
    status.textContent = found.share === null ? `${event}: never. There is nothing to condition on.`
      : data.people ? `Of ${h + n} ${data.unit} (${event}): ${data.h} ${h}, ${data.not_h} ${n}. ` +
        `Exactly: ${percent(found.share)}.`
        : `Before: ${data.h} ${percent(state.prior)}. Given ${event}: ${percent(found.share)}.`;
    Object.assign(root.dataset, { prior: String(state.prior), ifTrue: String(state.if_true),
      ifFalse: String(state.if_false), given: state.given, zoom: zoom.toFixed(2), open: state.open ?? "",
      posterior: found.share === null ? "" : found.share.toPrecision(6), held: held ?? "" });
  }

  // -- the hand --------------------------------------------------------------------------------
  function set(name, value, eventTime) {
    state[name] = Math.min(1, Math.max(0, Math.round(1000 * value) / 1000));
    frame.request(eventTime);
  }
  function glide(given) {
    if (given !== "all") {
      const other = (given === "E") !== seen;
      seen = given === "E";
      if (other) zoom = 0;
    }
    from = zoom;
    started = performance.now();
    state.given = given;
    frame.request();
  }
  const pull = ([px, py], event) => {
    const { left, top, length } = square(whole);
    set(held, held === "prior" ? (px - left) / length : 1 - (py - top) / length, event.timeStamp);
  };
  draggable(whole, {
    start(point, event) {
      if (!data) return false;
      const { left, length } = square(whole);
      const [px, py] = point;
      const at = handles();
      const edge = at.prior[0];
      const clamp = (value, low, high) => Math.max(low, Math.min(high, value));
      const away = {
        prior: Math.min(Math.hypot(px - at.prior[0], py - at.prior[1]), Math.abs(px - edge) + 4),
        if_true: Math.hypot(px - clamp(px, left - 16, edge), py - at.if_true[1]),
        if_false: Math.hypot(px - clamp(px, edge, left + length + 16), py - at.if_false[1]),
      };
      held = NAMES.reduce((best, name) => (away[name] < away[best] ? name : best));
      if (away[held] > 26) held = null;
      if (held) frame.request(event.timeStamp);
      return held !== null;
    },
    move: pull,
    end() {
      held = null;
      frame.request();
      tell();
    },
  });
  function tell() {
    if (!data) return;
    const view = { token: goto, ...state };
    const text = JSON.stringify(view);
    if (text === told) return;
    told = text;
    actions.setState("view", view);
  }

  return {
    update(next) {
      const first = data === null;
      data = next;
      if (next.goto.token !== goto) {
        goto = next.goto.token;
        told = null;
        const { prior, if_true, if_false, given, open } = next.goto;
        const before = state?.given ?? "all";
        state = { prior, if_true, if_false, given, open };
        if (given !== "all") seen = given === "E";
        if (first) zoom = given === "all" ? 0 : 1;
        else if (given !== before) glide(given);
      }
      describe();
      frame.request();
    },
    repaint: () => frame.request(),
    destroy() {
      frame.cancel();
      whole.destroy();
      part.destroy();
    },
  };
});
