// The vowel pad: drag through the plane of two formants and hear the vowel that has them.
// Posteriors and the third formant come from Python on a grid; this file reads between its places.

import { COMPONENTS, themeColours } from "../core/palette.js";
import { createStage, draggable, pngButton } from "../core/stage.js";
import { drawBackground, drawCursor, drawTicks, layout } from "./vowel-draw.js";
import { createSpeaker, render, wav } from "./vowel-sound.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint } from "../core/widget.js";

const REACH = 6; // pixels within which a click takes a recorded vowel
const NUDGE = 0.008; // of the plane's side
const SHORT = 0.35; // seconds that a click or a key sounds
const LONG = 0.7;
const ARRAYS = ["points", "classes", "rows", "formants", "bright", "borders", "posterior", "f3"];

export default defineWidget("vowel-pad", (root, actions) => {
  let data = null;
  let colours = null;
  let background = null;
  let u = [0, 0]; // the cursor: F1's, F2's coordinate
  let chosen = null; // place of a recorded vowel in data.rows
  let goto = null;
  let told = null;
  let playing = false;

  const stage = createStage(root, { className: "pad", aspect: 0.66, minHeight: 280, maxHeight: 440,
    label: "Vowels", onResize: () => repaint() });
  const shares = element("div", { class: "shares", role: "img" });
  root.appendChild(shares);
  const bar = element("div", { class: "bar" });
  const button = (text, title, onclick) => element("button", { type: "button", title, onclick }, text);
  const play = button("Play", "Sound the vowel at the cursor (Enter)", () => say(LONG));
  const volume = element("input", { type: "range", min: "0", max: "1", step: "0.05", value: "0.6",
    "aria-label": "Volume", oninput: () => speaker.setVolume(Number(volume.value)) });
  bar.append(
    play,
    button("‹ Recorded", "The recorded vowel before (p)", () => walk(-1)),
    button("Recorded ›", "The next recorded vowel (n)", () => walk(1)),
    element("label", {}, "Volume", volume),
    element("span", { class: "gap" }),
    button("WAV", "Save the sound", save),
    pngButton(stage, "vowels", () => themeColours(root).background),
  );
  root.appendChild(bar);
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.appendChild(status);
  const frame = frameLoop(paint);
  const speaker = createSpeaker(
    (now) => {
      playing = now;
      root.dataset.playing = String(now);
      frame.request();
    },
    (message) => { status.textContent = message; },
  );

  // -- between the grid's places and hertz -----------------------------------------------------
  function hertz(place = u) {
    const { kind, mean, deviation, lowest, highest } = data.scale;
    return place.map((value, i) => {
      const f = kind === "log" ? Math.exp(value) : mean[i] + deviation[i] * value;
      return Math.round(10 * Math.max(lowest, Math.min(highest, f))) / 10;
    });
  }
  function plane(formants) {
    const { kind, mean, deviation } = data.scale;
    return inside(formants.map((f, i) => (kind === "log" ? Math.log(f) : (f - mean[i]) / deviation[i])));
  }
  function inside([u1, u2]) {
    const [left, right, top, bottom] = data.box;
    return [Math.max(top, Math.min(bottom, u1)), Math.max(right, Math.min(left, u2))];
  }
  /** A grid's `width` values at the cursor, linear between its places. */
  function read(grid, width) {
    const [rows, columns] = grid.shape;
    const [left, right, top, bottom] = data.box;
    const across = ((u[1] - left) / (right - left)) * (columns - 1);
    const down = ((u[0] - top) / (bottom - top)) * (rows - 1);
    const c = Math.max(0, Math.min(columns - 2, Math.floor(across)));
    const r = Math.max(0, Math.min(rows - 2, Math.floor(down)));
    const [s, t] = [across - c, down - r];
    const at = (i, j, k) => grid[((r + i) * columns + c + j) * width + k];
    return Array.from({ length: width }, (_, k) =>
      (1 - t) * ((1 - s) * at(0, 0, k) + s * at(0, 1, k)) + t * ((1 - s) * at(1, 0, k) + s * at(1, 1, k)));
  }
  function tone() {
    if (chosen !== null) {
      const [f0, f1, f2, f3] = data.formants.subarray(4 * chosen, 4 * chosen + 4);
      return { f0, f1, f2, f3 };
    }
    const [f1, f2] = hertz();
    return { f1, f2, f3: read(data.f3, 1)[0] };
  }
  function say(seconds) {
    if (data) speaker.say(data.voice, tone(), seconds);
  }
  async function save() {
    const blob = wav(await render(data.voice, tone()));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${root.dataset.vowel.replace("’", "")}.wav`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // -- what is said ----------------------------------------------------------------------------
  function describe() {
    const posterior = read(data.posterior, data.words.length).map((value) => value / 255);
    const best = posterior.indexOf(Math.max(...posterior));
    const { f0, f1, f2, f3 } = tone();
    root.dataset.f1 = String(Math.round(f1));
    root.dataset.f2 = String(Math.round(f2));
    root.dataset.vowel = data.words[best];
    root.dataset.recorded = chosen === null ? "" : String(data.rows[chosen]);
    root.dataset.playing = String(playing);
    const percent = posterior.map((value) => `${Math.round(100 * value)} %`);
    [...shares.children].forEach((share, c) => {
      share.dataset.winner = String(c === best);
      share.firstChild.style.height = `${100 * posterior[c]}%`;
      share.lastChild.textContent = percent[c];
    });
    shares.setAttribute("aria-label", `Posterior: ${data.words.map((word, c) => `${word} ${percent[c]}`).join(", ")}`);
    const heard = `most like “${data.words[best]}”, ${percent[best]}`;
    status.textContent = chosen === null
      ? `F1 ${Math.round(f1)}, F2 ${Math.round(f2)}, F3 ${Math.round(f3)} Hz, voice of ${data.voice.name}: ${heard}.`
      : `“${data.words[data.classes[chosen]]}”, said by ${data.said_by[chosen]}: ` +
        `F0 ${Math.round(f0)}, F1 ${Math.round(f1)}, F2 ${Math.round(f2)}, F3 ${Math.round(f3)} Hz; ${heard}.`;
  }
  function tell() {
    if (!data) return;
    const view = { token: goto, hertz: hertz(), vowel: chosen === null ? null : data.rows[chosen] };
    const text = JSON.stringify(view);
    if (text === told) return;
    told = text;
    actions.setState("view", view);
  }

  // -- the picture -----------------------------------------------------------------------------
  function repaint() {
    background = null;
    frame.request();
  }
  function paint(now, eventTime) {
    if (!data || !stage.width) return;
    const { canvas, context } = stage;
    if (!background) {
      colours = themeColours(root);
      background = document.createElement("canvas");
      background.width = canvas.width;
      background.height = canvas.height;
      const under = background.getContext("2d");
      const density = canvas.width / stage.width;
      under.setTransform(density, 0, 0, density, 0, 0);
      const places = layout(stage, data);
      drawBackground(under, places, data, colours);
      drawTicks(under, places, colours);
    }
    context.clearRect(0, 0, stage.width, stage.height);
    context.drawImage(background, 0, 0, stage.width, stage.height);
    const best = data.words.indexOf(root.dataset.vowel);
    drawCursor(context, layout(stage, data), u, root.dataset.vowel, COMPONENTS[best], playing, colours);
    if (eventTime !== null) measurePaint("vowel-pad", "drag", eventTime);
  }

  // -- what the reader does --------------------------------------------------------------------
  function move(next, eventTime) {
    u = inside(next);
    chosen = null;
    describe();
    frame.request(eventTime);
  }
  function choose(place) {
    chosen = place;
    u = [data.points[2 * place], data.points[2 * place + 1]];
    describe();
    frame.request();
  }
  /** Through the bright vowels, or through all where none stands out. */
  function walk(by) {
    if (!data) return;
    const among = data.bright.length ? [...data.bright] : [...data.rows.keys()];
    const here = among.indexOf(chosen);
    const next = here < 0 ? (by > 0 ? 0 : among.length - 1) : here + by;
    choose(among[(next + among.length) % among.length]);
    say(LONG);
    tell();
  }
  function under([px, py]) {
    const { x, y } = layout(stage, data);
    let [best, nearest] = [null, REACH];
    const among = data.bright.length ? data.bright : data.rows.keys();
    for (const i of among) {
      const away = Math.hypot(x(data.points[2 * i + 1]) - px, y(data.points[2 * i]) - py);
      if (away <= nearest) [best, nearest] = [i, away];
    }
    return best;
  }
  const placed = ([px, py]) => {
    const { x, y } = layout(stage, data);
    return [y.inverse(py), x.inverse(px)];
  };
  draggable(stage, {
    start(point, event) {
      if (!data) return false;
      move(placed(point), event.timeStamp);
      say(null);
      return true;
    },
    move(point, event) {
      move(placed(point), event.timeStamp);
      speaker.follow(tone());
    },
    end(point, event, moved) {
      const recorded = moved ? null : under(point);
      if (recorded !== null) {
        choose(recorded);
        say(SHORT);
      } else speaker.hush(moved ? 0.05 : SHORT);
      tell();
    },
  });
  const ARROWS = { ArrowLeft: [0, 1], ArrowRight: [0, -1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  stage.canvas.addEventListener("keydown", (event) => {
    if (!data || event.altKey || event.ctrlKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) {
      const [left, right, top, bottom] = data.box;
      const step = NUDGE * (event.shiftKey ? 5 : 1);
      move([u[0] + arrow[0] * step * (bottom - top), u[1] + arrow[1] * step * (left - right)], event.timeStamp);
      if (event.repeat && playing) speaker.follow(tone());
      else say(null);
    } else if (event.key === "Enter" || event.key === " ") {
      if (!event.repeat) say(LONG);
    } else if (event.key === "n" || event.key === "p") walk(event.key === "n" ? 1 : -1);
    else return;
    event.preventDefault();
  });
  const rest = () => {
    if (playing) speaker.hush(0.1);
    tell();
  };
  stage.canvas.addEventListener("keyup", (event) => { if (ARROWS[event.key]) rest(); });
  stage.canvas.addEventListener("blur", () => { if (playing) speaker.hush(); });


  return {
    update(next) {
      if (next.pad_id !== data?.pad_id) {
        const kept = data && [hertz(), chosen === null ? null : data.rows[chosen]];
        data = { ...next };
        for (const name of ARRAYS) data[name] = decodeArray(next[name]);
        data.ellipses = Object.fromEntries(
          Object.entries(next.ellipses).map(([name, values]) => [name, decodeArray(values)]));
        shares.replaceChildren(...data.words.map((word, c) => {
          const fill = element("i");
          fill.style.background = COMPONENTS[c];
          return element("div", { class: "share", title: `${data.symbols[c]} as in ${word}` }, fill,
            element("span", {}, word), element("span", {}, ""));
        }));
        if (kept) put(...kept);
      }
      if (next.goto.token !== goto) {
        goto = next.goto.token;
        told = null;
        put(next.goto.hertz, next.goto.vowel);
      }
      describe();
      repaint();
      stage.canvas.setAttribute("aria-label", "First formant downwards, second formant leftwards. Arrows move " +
        "the voice, with shift farther; Enter sounds it; n and p go through the recorded vowels.");
    },
    repaint: () => repaint(),
    destroy() {
      frame.cancel();
      speaker.close();
      stage.destroy();
    },
  };

  function put(formants, row) {
    const place = row === null ? -1 : data.rows.indexOf(row);
    if (place >= 0) choose(place);
    else {
      chosen = null;
      u = plane(formants);
    }
  }
});
