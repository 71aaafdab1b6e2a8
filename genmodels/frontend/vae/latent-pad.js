// The latent pad: drag z, see its digit; choose a digit, see mu, sigma, epsilon and the losses.
// Python computes (over the live channel); this file sends numbers and draws what comes back.

import { EPSILON_VIEW, SIDE, drawBackground, drawEpsilon, drawOverlay, gridImage,
  overlayBounds, padScales, paintDigit, restore, underlay } from "./latent-draw.js";
import { buildParts } from "./latent-parts.js";
import { openLive } from "../core/live.js";
import { themeColours } from "../core/palette.js";
import { createStage, draggable } from "../core/stage.js";
import { decodeArray, defineWidget, frameLoop, inflate, measurePaint, numberText } from "../core/widget.js";

const REACH = 10; // pixels within which a dot is hit
const NUDGE = 0.05;
const EPSILON_NUDGE = 0.1;
const LARGE = 5; // times as far with shift
const SETTLE_MS = 350; // after the last key of a run of nudges
const ZOOM_HALF = 0.6;
const NUMBERS = 13; // float32 before the pixels of an encode reply

export default defineWidget("latent-pad", (root, actions) => {
  let data = null;
  let colours = null;
  let scales = null;
  let background = null; // grid, dots and axes, drawn once
  let stale = null; // what the last frame drew over the background; null: all of it
  let grid = null;
  let pictures = null;
  let decoder = null;
  let encoder = null;
  let startId = null;
  let settling = 0;
  let settled = true;
  let drawn = 0;
  const place = { z: [0, 0], selected: -1, epsilon: [0, 0], given: "z", opened: "" };
  const view = { x: 0, y: 0, half: 4, home: 4 };
  const model = { view, hidden: new Set(), hover: null, opacity: 0.3, pictureOf, z: place.z, chosen: null };
  const shown = { out: null, numbers: null };

  // -- the parts -------------------------------------------------------------------------------
  const loop = frameLoop(draw);
  const parts = buildParts(root, model.opacity, {
    toggle, open, step,
    zoom: () => setZoom(view.half === view.home),
    release: () => select(-1),
    opacity: (value) => { model.opacity = value; repaint(); },
    pixel: (pixel) => { if (place.selected >= 0) open(`pixel:${pixel}`); },
  });
  const { status, connection } = parts;
  const stage = createStage(parts.padHolder, { className: "pad", aspect: 1, minHeight: 250, maxHeight: 458,
    label: "Latent pad. Arrows move z, with shift farther; n and p choose digits; Home goes to the middle",
    onResize: () => repaint() });
  const epsilonStage = createStage(parts.epsilonHolder, { className: "epsilon", aspect: 1, minHeight: 80,
    maxHeight: 130, label: "Epsilon. Arrows move it, with shift farther; Home sets it to zero",
    onResize: () => loop.request() });

  // -- what is asked of Python -----------------------------------------------------------------
  function pictureOf(index) {
    return pictures ? pictures.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE) : null;
  }
  function ask(eventTime = null) {
    if (!data) return;
    const about = { time: eventTime, selected: place.selected, given: place.given };
    if (place.selected < 0) {
      decoder ??= connect(data.decode, onDecoded);
      decoder.send(Float32Array.from(place.z), about);
      return;
    }
    const picture = pictureOf(place.selected);
    if (!picture) return; // asked again when the pictures are there
    encoder ??= connect(data.encode, onEncoded);
    const bytes = new Uint8Array(12 + picture.length);
    const header = new DataView(bytes.buffer);
    const latent = place.given === "z" ? place.z : place.epsilon;
    header.setUint32(0, place.given === "z" ? 1 : 0, true);
    header.setFloat32(4, latent[0], true);
    header.setFloat32(8, latent[1], true);
    bytes.set(picture, 12);
    encoder.send(bytes, about);
  }
  function connect(path, onReply) {
    return openLive(path, {
      onReply: (view, { eventTime: about }) => about && onReply(view, about),
      onError: (message) => { connection.textContent = message; },
      onState: (state, text) => {
        root.dataset.live = state;
        connection.textContent = state === "waiting" ? text : "";
        if (state === "open") queueMicrotask(() => ask()); // after a break, what is on screen now
      },
    });
  }
  function onDecoded(bytes, about) {
    if (about.selected !== place.selected) return;
    shown.out = new Uint8Array(bytes.buffer, bytes.byteOffset, SIDE * SIDE);
    answered(about);
  }
  function onEncoded(bytes, about) {
    if (about.selected !== place.selected) return;
    const values = Array.from({ length: NUMBERS }, (_, i) => bytes.getFloat32(4 * i, true));
    shown.numbers = values;
    shown.out = new Uint8Array(bytes.buffer, bytes.byteOffset + 4 * NUMBERS, SIDE * SIDE);
    if (place.given === about.given) {
      if (place.given === "z") place.epsilon = values.slice(4, 6);
      else setZ(values.slice(6, 8));
    }
    answered(about);
  }
  function answered(about) {
    drawn += 1;
    if (settled) announce(); // the numbers of what was let go
    connection.textContent = "";
    loop.request(about.time);
  }

  // -- what the reader does --------------------------------------------------------------------
  function setZ(z) {
    place.z = z;
    model.z = z;
  }
  function moveZ(z, eventTime) {
    setZ(z);
    settled = false;
    place.given = "z";
    ask(eventTime);
    loop.soon();
  }
  function moveEpsilon(epsilon, eventTime) {
    place.epsilon = epsilon;
    settled = false;
    place.given = "epsilon";
    ask(eventTime);
    loop.soon();
  }
  function select(index, tell = true) {
    place.selected = index;
    model.chosen = index < 0 ? null : {
      mu: [data.mu[2 * index], data.mu[2 * index + 1]],
      sigma: [data.sigma[2 * index], data.sigma[2 * index + 1]],
    };
    shown.numbers = null;
    if (index >= 0) {
      place.epsilon = [0, 0];
      place.given = "epsilon";
      setZ([...model.chosen.mu]);
      const outside = model.chosen.mu.some((value) => Math.abs(value) > view.home);
      if (outside || view.half < view.home) setZoom(true);
    } else {
      place.given = "z";
      if (place.opened && place.opened !== "prior") place.opened = "";
    }
    ask();
    loop.request();
    if (tell) settle(0);
  }
  function step(way) {
    const allowed = [];
    for (let i = 0; i < data.labels.length; i++) if (!model.hidden.has(data.labels[i])) allowed.push(i);
    if (!allowed.length) return;
    const at = way > 0 ? allowed.findIndex((i) => i > place.selected)
      : allowed.findLastIndex((i) => i < place.selected);
    select(at < 0 ? allowed.at(way > 0 ? 0 : -1) : allowed[at], false);
    settle(SETTLE_MS);
  }
  function toggle(digit) {
    if (!model.hidden.delete(digit)) model.hidden.add(digit);
    parts.legendButtons[digit].setAttribute("aria-pressed", String(!model.hidden.has(digit)));
    root.dataset.hidden = [...model.hidden].sort().join("");
    repaint();
  }
  function setZoom(close) {
    const middle = model.chosen ? model.chosen.mu : place.z;
    Object.assign(view, close ? { x: middle[0], y: middle[1], half: ZOOM_HALF } : { x: 0, y: 0, half: view.home });
    parts.zoom.setAttribute("aria-pressed", String(close));
    root.dataset.zoom = String(close);
    repaint();
  }
  function open(name) {
    place.opened = name;
    settle(0);
    loop.request();
  }
  function settle(wait) {
    clearTimeout(settling);
    settled = false;
    settling = setTimeout(() => {
      settled = true;
      announce();
      actions.setState("place", { ...place, z: [...place.z], epsilon: [...place.epsilon], start_id: startId });
    }, wait);
  }
  function announce() {
    const pair = (values) => `(${values.map((v) => numberText(v)).join(", ")})`;
    let text = `z = ${pair(place.z)}.`;
    if (place.selected >= 0) {
      const losses = shown.numbers ? `, −ELBO ${numberText(shown.numbers[12], 4)} nats` : "";
      text = `A ${data.labels[place.selected]}, test picture ${data.indices[place.selected] + 1}: ` +
        `z = ${pair(place.z)}${losses}.`;
    }
    if (status.textContent !== text) status.textContent = text;
  }

  // -- input -----------------------------------------------------------------------------------
  function nearest([px, py]) {
    let best = -1;
    let least = REACH ** 2;
    for (let i = 0; i < data.labels.length; i++) {
      if (model.hidden.has(data.labels[i])) continue;
      const far = (scales.x(data.mu[2 * i]) - px) ** 2 + (scales.y(data.mu[2 * i + 1]) - py) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }
  const within = ([px, py]) => px >= scales.box.left && px <= scales.box.left + scales.box.width &&
    py >= scales.box.top && py <= scales.box.top + scales.box.height;
  const placeOf = ([px, py]) => {
    const { box } = scales;
    return [scales.x.inverse(Math.min(box.left + box.width, Math.max(box.left, px))),
      scales.y.inverse(Math.min(box.top + box.height, Math.max(box.top, py)))];
  };
  draggable(stage, {
    start: (point) => scales !== null && within(point),
    move: (point, event) => {
      model.hover = null;
      moveZ(placeOf(point), event.timeStamp);
    },
    end: (point, event, moved) => {
      if (!moved) {
        const onHandle = Math.hypot(point[0] - scales.x(place.z[0]), point[1] - scales.y(place.z[1])) < 9;
        const hit = onHandle ? -1 : nearest(point);
        if (hit >= 0) return select(hit);
        if (onHandle) return open(place.selected < 0 ? "prior" : "z1");
        moveZ(placeOf(point), event.timeStamp);
      }
      settle(0);
    },
  });
  stage.canvas.addEventListener("pointermove", (event) => {
    if (event.buttons || !scales) return;
    const index = nearest(stage.place(event));
    const changed = index !== (model.hover?.index ?? -1);
    model.hover = index < 0 ? null : { index };
    stage.canvas.style.cursor = index < 0 ? "crosshair" : "pointer";
    if (changed) loop.request();
  });
  stage.canvas.addEventListener("pointerleave", () => {
    model.hover = null;
    loop.request();
  });
  const epsilonOf = ([px, py]) => {
    const middle = Math.min(epsilonStage.width, epsilonStage.height) / 2;
    const limit = (value) => Math.min(EPSILON_VIEW, Math.max(-EPSILON_VIEW, value));
    return [limit(((px - middle) / middle) * EPSILON_VIEW), limit(((middle - py) / middle) * EPSILON_VIEW)];
  };
  draggable(epsilonStage, {
    start: () => place.selected >= 0,
    move: (point, event) => moveEpsilon(epsilonOf(point), event.timeStamp),
    end: (point, event, moved) => {
      if (!moved) moveEpsilon(epsilonOf(point), event.timeStamp);
      settle(0);
    },
  });
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  function keys(event, unit, values, move) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    const actionsByKey = {
      n: () => step(1), p: () => step(-1), Escape: () => place.selected >= 0 && select(-1),
      "+": () => setZoom(true), "-": () => setZoom(false),
      Home: () => { move([0, 0], event.timeStamp); settle(SETTLE_MS); },
    };
    if (!arrow && !actionsByKey[event.key]) return;
    event.preventDefault();
    if (!arrow) return actionsByKey[event.key]();
    const far = unit * (event.shiftKey ? LARGE : 1);
    move([values[0] + arrow[0] * far, values[1] + arrow[1] * far], event.timeStamp);
    settle(SETTLE_MS);
  }
  stage.canvas.addEventListener("keydown", (event) => {
    const limit = (z) => z.map((value) => Math.min(view.home, Math.max(-view.home, value)));
    keys(event, NUDGE, place.z, (z, time) => moveZ(limit(z), time));
  });
  epsilonStage.canvas.addEventListener("keydown", (event) =>
    keys(event, EPSILON_NUDGE, place.epsilon, (epsilon, time) =>
      moveEpsilon(epsilon.map((v) => Math.min(EPSILON_VIEW, Math.max(-EPSILON_VIEW, v))), time)));

  // -- the picture -----------------------------------------------------------------------------
  function repaint() {
    background = null;
    loop.request();
  }
  function readTheme() {
    const fresh = themeColours(root);
    if (fresh === colours) return;
    colours = fresh;
    model.colours = colours;
    parts.original.dataset.index = "";
    model.gridPicture = grid && gridImage(grid, data.side, colours);
    background = null;
  }
  function draw(now, eventTime) {
    if (!data || !stage.width) return;
    readTheme();
    const { canvas, context, width } = stage;
    if (!background) {
      scales = padScales(stage, view);
      background = underlay(stage, (under) => drawBackground(under, scales, model));
      stale = null;
    }
    restore(context, background, stale, canvas.width / width);
    drawOverlay(context, scales, model);
    stale = overlayBounds(scales, model);
    paintDigit(parts.out, shown.out, colours);
    parts.showNumbers(place, shown.numbers);
    if (place.selected >= 0) {
      const { original } = parts;
      const painted = `${place.selected} ${pictures !== null}`;
      if (original.dataset.index !== painted) {
        original.dataset.index = painted;
        paintDigit(original, pictureOf(place.selected), colours);
      }
      if (epsilonStage.width) drawEpsilon(epsilonStage, colours, place.epsilon);
    }
    report();
    if (eventTime !== null) measurePaint("latent-pad", "drag", eventTime);
  }
  function report() {
    const pair = (values) => values.map((v) => v.toFixed(4)).join(",");
    Object.assign(root.dataset, {
      z: pair(place.z), selected: String(place.selected), epsilon: pair(place.epsilon),
      given: place.given, drawn: String(drawn), opened: place.opened,
      label: place.selected < 0 ? "" : String(data.labels[place.selected]),
      reconstruction: shown.numbers ? shown.numbers[11].toFixed(4) : "",
      elbo: shown.numbers ? shown.numbers[12].toFixed(4) : "",
    });
  }

  // -- what Python says ------------------------------------------------------------------------
  async function unpack(payload) {
    const [tiles, digits] = await Promise.all([inflate(payload.grid), inflate(payload.pictures)]);
    if (data?.id !== payload.id) return;
    [grid, pictures] = [tiles, digits];
    if (colours) model.gridPicture = gridImage(grid, data.side, colours);
    root.dataset.pictures = "true";
    repaint();
    ask();
  }
  function begin(start) {
    place.opened = start.opened;
    if (start.selected >= 0) {
      select(start.selected, false);
      if (start.given === "z") setZ([...start.z]);
      else place.epsilon = [...start.epsilon];
      place.given = start.given;
    } else {
      select(-1, false);
      setZ([...start.z]);
    }
    shown.out = start.selected < 0 && data.pictureZ.every((v, j) => v === start.z[j]) ? data.picture : null;
    setZoom(start.zoom || place.z.some((value) => Math.abs(value) > view.home));
    ask();
    announce();
  }

  return {
    update(payload) {
      if (data?.id !== payload.id) {
        data = { ...payload, mu: decodeArray(payload.mu), sigma: decodeArray(payload.sigma),
          labels: decodeArray(payload.labels), indices: decodeArray(payload.indices),
          picture: decodeArray(payload.picture), pictureZ: payload.picture_z };
        Object.assign(model, { mu: data.mu, labels: data.labels, extent: payload.view });
        view.half = view.home = payload.view;
        unpack(payload);
      }
      if (payload.start_id !== startId) {
        startId = payload.start_id;
        root.dataset.start = startId;
        begin(payload.start);
      }
      loop.request();
    },
    repaint: () => loop.request(),
    destroy() {
      clearTimeout(settling);
      loop.cancel();
      decoder?.close();
      encoder?.close();
      stage.destroy();
      epsilonStage.destroy();
    },
  };
});
