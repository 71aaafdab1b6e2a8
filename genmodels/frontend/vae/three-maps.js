// Three maps of the same digits. A digit chosen on one is marked on all; a place dragged on one is
// decoded by that map alone, if it can. Python computes; here numbers become pixels.

import { SIDE, drawDots, paintDigit, restore, underlay } from "./latent-draw.js";
import { openLive } from "../core/live.js";
import { DIGITS, themeColours } from "../core/palette.js";
import { createStage, draggable, linearScale } from "../core/stage.js";
import { decodeArray, defineWidget, element, frameLoop, inflate, measurePaint, numberText } from "../core/widget.js";

const REACH = 9;
const MARGIN = 6;
const SETTLE_MS = 350;

export default defineWidget("three-maps", (root, actions) => {
  let data = null;
  let pictures = null;
  let startId = null;
  let hover = -1;
  let settling = 0;
  let colours = themeColours(root);
  const place = { selected: -1, at: null }; // at: { map, z } of the dragged place
  const loop = frameLoop(paint);
  const grid = element("div", { class: "maps" });
  const given = element("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": "The digit" });
  const says = element("p", { class: "status", role: "status" });
  const legend = element("div", { class: "legend", role: "group", "aria-label": "Colours of the digits" },
    ...DIGITS.map((colour, digit) => {
      const dot = element("i", { "aria-hidden": "true" });
      dot.style.background = colour;
      return element("span", {}, dot, String(digit));
    }));
  const connection = element("p", { class: "connection", role: "alert" });
  root.append(grid, element("div", { class: "given" }, given, says), legend, connection);
  let maps = [];

  function build() {
    grid.replaceChildren();
    for (const map of maps) {
      map.live?.close();
      map.stage.destroy();
    }
    maps = data.maps.map((told, m) => {
      const heading = element("button", { type: "button", title: "Open the vote of the neighbours",
        onclick: () => open(`vote:${m}`) });
      const out = element("canvas", { class: "out", width: SIDE, height: SIDE, role: "img" });
      const note = element("p", {});
      const holder = element("div", {});
      const panel = element("figure", {},
        element("div", { class: "heading" }, element("b", {}, told.name), heading), holder,
        element("div", { class: "back" }, out, note));
      panel.style.margin = "0";
      grid.append(panel);
      const map = { ...told, m, points: decodeArray(told.points), heading, out, note, shown: null, live: null,
        background: null };
      map.stage = createStage(holder, { className: "map", aspect: 1, minHeight: 200, maxHeight: 400,
        label: `${told.name}. Arrows move the place, with shift farther; n and p choose digits`,
        onResize: () => { map.background = null; loop.request(); } });
      listen(map);
      return map;
    });
  }

  // -- what is asked of Python -----------------------------------------------------------------
  function ask(map, eventTime = null) {
    if (!map.decode || !place.at) return;
    map.live ??= openLive(map.decode, {
      onReply: (view, { eventTime: about }) => {
        map.shown = new Uint8Array(view.buffer, view.byteOffset, SIDE * SIDE);
        map.asked = about;
        root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
        loop.request(about);
      },
      onError: (message) => { connection.textContent = message; },
      onState: (state, text) => { connection.textContent = state === "waiting" ? text : ""; },
    });
    map.live.send(Float32Array.from(place.at.z), eventTime);
  }
  function moveTo(map, z, eventTime) {
    place.at = { map: map.m, z };
    if (map.decode) ask(map, eventTime);
    if (map.decode) loop.soon();
    else loop.request(eventTime);
    describe();
  }
  function select(index) {
    place.selected = index;
    place.at = null;
    for (const map of maps) map.shown = null;
    describe();
    loop.request();
    settle(0);
  }
  function open(name) {
    actions.setState("place", { ...told(), opened: name });
  }
  const told = () => ({ selected: place.selected, at: place.at, opened: "", start_id: startId });
  function settle(wait) {
    clearTimeout(settling);
    settling = setTimeout(() => actions.setState("place", told()), wait);
  }

  // -- input -----------------------------------------------------------------------------------
  function scalesOf(map) {
    const { width, height } = map.stage;
    const [xl, xh, yl, yh] = map.range;
    return [linearScale(xl, xh, MARGIN, width - MARGIN), linearScale(yl, yh, height - MARGIN, MARGIN)];
  }
  function nearest(map, [px, py], reach) {
    const [x, y] = scalesOf(map);
    let best = -1;
    let least = reach ** 2;
    for (let i = 0; i < data.labels.length; i++) {
      const far = (x(map.points[2 * i]) - px) ** 2 + (y(map.points[2 * i + 1]) - py) ** 2;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }
  function listen(map) {
    const { stage } = map;
    const inverse = (point) => {
      const [x, y] = scalesOf(map);
      const [xl, xh, yl, yh] = map.range;
      return [Math.min(xh, Math.max(xl, x.inverse(point[0]))), Math.min(yh, Math.max(yl, y.inverse(point[1])))];
    };
    draggable(stage, {
      start: () => true,
      move: (point, event) => moveTo(map, inverse(point), event.timeStamp),
      end: (point, event, moved) => {
        if (!moved) {
          const hit = nearest(map, point, REACH);
          if (hit >= 0) return select(hit);
          moveTo(map, inverse(point), event.timeStamp);
        }
        settle(0);
      },
    });
    stage.canvas.addEventListener("pointermove", (event) => {
      if (event.buttons) return;
      const index = nearest(map, stage.place(event), REACH);
      if (index === hover) return;
      hover = index;
      stage.canvas.style.cursor = index < 0 ? "crosshair" : "pointer";
      describe();
      loop.request();
    });
    stage.canvas.addEventListener("pointerleave", () => {
      hover = -1;
      describe();
      loop.request();
    });
    const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    stage.canvas.addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      if (event.key === "n" || event.key === "p") {
        const N = data.labels.length;
        select((place.selected + (event.key === "n" ? 1 : N - 1) + (place.selected < 0 && event.key === "p" ? 1 : 0)) % N);
      } else if (event.key === "Escape") select(-1);
      else if (arrow) {
        const [xl, xh, yl, yh] = map.range;
        const size = event.shiftKey ? 0.05 : 0.01;
        const z = place.at?.map === map.m ? place.at.z : [(xl + xh) / 2, (yl + yh) / 2];
        moveTo(map, [Math.min(xh, Math.max(xl, z[0] + arrow[0] * size * (xh - xl))),
          Math.min(yh, Math.max(yl, z[1] + arrow[1] * size * (yh - yl)))], event.timeStamp);
        settle(SETTLE_MS);
      } else return;
      event.preventDefault();
    });
  }

  // -- the picture -----------------------------------------------------------------------------
  function paint(now, eventTime) {
    if (!data) return;
    const fresh = themeColours(root);
    if (fresh !== colours) {
      colours = fresh;
      for (const map of maps) map.background = null;
    }
    for (const map of maps) paintMap(map);
    const index = hover >= 0 ? hover : place.selected;
    const own = data.own && index < 0;
    paintDigit(given, own ? data.own.picture : index >= 0 && pictures ? pictureOf(index) : null, colours);
    given.style.visibility = own || index >= 0 ? "visible" : "hidden";
    if (eventTime !== null) measurePaint("three-maps", "drag", eventTime);
  }
  const pictureOf = (i) => pictures.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
  function paintMap(map) {
    const { context, width, height } = map.stage;
    if (!width) return;
    const [x, y] = scalesOf(map);
    if (!map.background) {
      map.background = underlay(map.stage, (under) => {
        under.fillStyle = colours.background;
        under.fillRect(0, 0, width, height);
        drawDots(under, { x, y }, map.points, data.labels, Math.max(1.5, width / 220));
        under.strokeStyle = colours.border;
        under.strokeRect(0.5, 0.5, width - 1, height - 1);
      });
    }
    restore(context, map.background);
    const spot = (i) => [x(map.points[2 * i]), y(map.points[2 * i + 1])];
    const near = data.near && data.near.index === place.selected ? data.near.lists[map.m] : [];
    if (place.selected >= 0) {
      const from = spot(place.selected);
      for (const i of near) {
        const to = spot(i);
        const same = data.labels[i] === data.labels[place.selected];
        context.strokeStyle = colours.text;
        context.setLineDash(same ? [] : [3, 3]);
        context.lineWidth = 1;
        context.beginPath();
        context.moveTo(...from);
        context.lineTo(...to);
        context.stroke();
        if (!same) tag(context, ...to, data.labels[i]);
      }
      context.setLineDash([]);
      ring(context, ...from, 7);
    }
    if (hover >= 0) ring(context, ...spot(hover), 6);
    if (data.own?.places[map.m] && place.selected < 0) star(context, x(data.own.places[map.m][0]), y(data.own.places[map.m][1]));
    const here = place.at?.map === map.m ? place.at.z : null;
    if (here) cross(context, x(here[0]), y(here[1]));
    paintBack(map, here, x, y);
  }
  function paintBack(map, here, x, y) {
    let shown = null;
    let words = map.none;
    if (here && map.decode) [shown, words] = [map.shown, `Decoded from z = (${here.map((v) => numberText(v)).join(", ")}).`];
    else if (here) {
      const i = nearest(map, [x(here[0]), y(here[1])], 1e6);
      [shown, words] = [pictures && pictureOf(i), `No way back from here. The nearest of the 2,000 is this ${data.labels[i]}.`];
    } else if (data.back && data.back.of === key()) {
      const back = data.back.pictures[map.m];
      shown = back;
      words = back ? `Comes back with squared error ${numberText(data.back.errors[map.m])}.`
        : data.own && place.selected < 0 ? "A new picture has no place on this map." : "Has no way back to a picture.";
    }
    paintDigit(map.out, shown, colours);
    map.out.style.visibility = shown ? "visible" : "hidden";
    if (map.note.textContent !== words) map.note.textContent = words;
  }
  const key = () => (place.selected >= 0 ? `digit:${place.selected}` : data.own ? data.own.id : "");
  function mark(context, draw) {
    for (const [style, width] of [[colours.background, 4], [colours.text, 2]]) {
      context.strokeStyle = style;
      context.lineWidth = width;
      context.beginPath();
      draw();
      context.stroke();
    }
  }
  const ring = (context, px, py, r) => mark(context, () => context.arc(px, py, r, 0, 2 * Math.PI));
  const cross = (context, px, py) => mark(context, () => {
    for (const [dx, dy] of [[8, 0], [0, 8]]) {
      context.moveTo(px - dx, py - dy);
      context.lineTo(px + dx, py + dy);
    }
  });
  const star = (context, px, py) => mark(context, () => {
    for (let i = 0; i < 3; i++) {
      const [dx, dy] = [9 * Math.cos((i * Math.PI) / 3), 9 * Math.sin((i * Math.PI) / 3)];
      context.moveTo(px - dx, py - dy);
      context.lineTo(px + dx, py + dy);
    }
  });
  function tag(context, px, py, digit) {
    context.font = `600 12px ${colours.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 3;
    context.strokeStyle = colours.background;
    context.strokeText(String(digit), px, py - 9);
    context.fillStyle = colours.text;
    context.fillText(String(digit), px, py - 9);
  }
  function describe() {
    const index = hover >= 0 ? hover : place.selected;
    let text = "Click a digit to find it on all three maps; drag a free place to decode it.";
    if (index >= 0) text = `A ${data.labels[index]}, test picture ${data.indices[index] + 1}.`;
    else if (place.at) {
      const map = maps[place.at.map];
      text = `${map.name}: z = (${place.at.z.map((v) => numberText(v)).join(", ")}).`;
    } else if (data.own) text = "Your digit, as the maps take it.";
    if (says.textContent !== text) says.textContent = text;
    root.dataset.selected = String(place.selected);
    root.dataset.at = place.at ? `${place.at.map}:${place.at.z.map((v) => v.toFixed(3)).join(",")}` : "";
  }

  return {
    update(next) {
      const old = data;
      data = { ...next, labels: old?.id === next.id ? old.labels : decodeArray(next.labels),
        indices: old?.id === next.id ? old.indices : decodeArray(next.indices) };
      if (data.own) data.own = { ...data.own, picture: decodeArray(data.own.picture) };
      if (data.back) data.back = { ...data.back, pictures: data.back.pictures.map((p) => p && decodeArray(p)) };
      if (old?.id !== next.id) {
        build();
        inflate(next.pictures).then((all) => {
          pictures = all;
          root.dataset.pictures = "true";
          loop.request();
        });
      }
      maps.forEach((map, m) => {
        map.heading.textContent = next.accuracies[m];
        map.none = next.maps[m].none;
      });
      if (next.start_id !== startId) {
        startId = next.start_id;
        place.selected = next.start.selected;
        place.at = next.start.at;
        for (const map of maps) map.shown = null;
        if (place.at) ask(maps[place.at.map]);
      }
      describe();
      loop.request();
    },
    destroy() {
      clearTimeout(settling);
      loop.cancel();
      for (const map of maps) {
        map.live?.close();
        map.stage.destroy();
      }
    },
  };
});
