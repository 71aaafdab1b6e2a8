// A recording raced through ten words' models: scrub or play its frames, blank some, choose a word.

import { DIGITS, themeColours } from "../core/palette.js";
import { createStage, draggable, pngButton } from "../core/stage.js";
import { createTransport } from "../core/transport.js";
import { decodeArray, defineWidget, element, frameLoop, measurePaint, numberText } from "../core/widget.js";
import { drawBackground, drawMeans, drawRace, frameAt, hatch, layout } from "./word-draw.js";

const ARRAYS = ["frames", "means", "paths", "behind", "prefix", "posterior"];

/** Where the last instance was, by token: Streamlit may mount a widget anew in the middle of a rerun. */
const left = { token: null, heard: 0, word: null, focused: false };

export default defineWidget("word-race", (root, actions) => {
  let data = null;
  let heard = 0;
  let word = null; // whose path is shown; null: the winner's
  let goto = null;
  let told = null;
  let glide = null; // { from, began, length }
  let drag = null; // over frames: { from, to, away (blank or restore) }
  let background = null;
  let colours = null;

  const stage = createStage(root, { className: "stage", aspect: 0.62, minHeight: 360, maxHeight: 420,
    label: "Frames, path and race", onResize: repaint });
  const words = element("div", { class: "words", role: "group", "aria-label": "Whose path is shown" });
  root.appendChild(words);
  const tool = (text, title, action) =>
    element("button", { type: "button", title, "aria-label": title, onclick: action }, text);
  const blank = tool("Blank", "Take the current frame out, or put it back (b)", () => toggle(heard));
  const restore = tool("Restore", "Put all frames back (u)", () => setMissing([]));
  const transport = createTransport(root, { unit: "frame", onStep,
    extra: [blank, restore, pngButton(stage, "word-race", () => themeColours(root).background)] });
  transport.keys(stage.canvas);
  const status = element("p", { class: "status", "aria-live": "polite" });
  root.appendChild(status);
  const frame = frameLoop(paint);
  const shown = () => word ?? data.winner;

  function onStep(next, { glide: length, eventTime, settled }) {
    glide = length > 0 && Math.abs(next - heard) === 1 ? { from: heard, began: performance.now(), length } : null;
    heard = next;
    describe();
    frame.request(eventTime);
    if (settled) tell();
  }
  function tell() {
    const view = { token: goto, race: data.race_id, heard, word, missing: data.missing, reversed: data.reversed };
    const text = JSON.stringify(view);
    if (text === told) return;
    told = text;
    actions.setState("view", view);
  }

  // -- what is said ----------------------------------------------------------------------------
  function describe() {
    const T = data.paths.shape[1];
    const at = (w, values) => values[w * (T + 1) + heard];
    const order = data.words.map((_, w) => w).sort((a, b) => at(b, data.prefix) - at(a, data.prefix));
    const [first, second] = order;
    const lead = at(second, data.behind);
    const tied = heard === 0 || lead === 0;
    Object.assign(root.dataset, { step: heard, steps: T, word: shown(), leader: first, lead: lead.toFixed(3),
      missing: data.missing.join(" "), race: data.race_id, reversed: data.reversed });
    [...words.children].forEach((button, w) => {
      const share = Math.round(100 * at(w, data.posterior));
      button.setAttribute("aria-pressed", String(w === shown()));
      button.dataset.leads = String(!tied && w === first);
      button.setAttribute("aria-label", `${data.words[w]}: posterior ${share} %`);
      button.querySelector("i").style.height = `${100 * at(w, data.posterior)}%`;
      button.querySelector("small").textContent = `${share} %`;
    });
    blank.disabled = heard === 0;
    blank.textContent = data.missing.includes(heard - 1) ? "Unblank" : "Blank";
    restore.disabled = !data.missing.length;
    const gone = data.missing.length ? ` ${data.missing.length} ${data.missing.length === 1 ? "frame" : "frames"} taken out.` : "";
    if (heard === 0) {
      status.textContent = `Nothing heard yet: all ten words are equally probable.${gone}`;
      return;
    }
    const k = data.paths[shown() * T + heard - 1] + 1;
    const share = (100 * at(first, data.posterior)).toFixed(1);
    const leader = tied ? "no word leads" : `“${data.words[first]}” is ${numberText(lead)} nats ahead of ` +
      `“${data.words[second]}”, posterior ${share} %`;
    status.textContent = `Frame ${heard} of ${T}: ${leader}. “${data.words[shown()]}” is in state ${k}.${gone}`;
  }

  // -- the picture -----------------------------------------------------------------------------
  function repaint() {
    background = null;
    frame.request();
  }
  function paint(now, eventTime) {
    if (!data || !stage.width) return;
    const { canvas, context } = stage;
    const places = layout(stage, data);
    if (!background) {
      colours = themeColours(root);
      background = document.createElement("canvas");
      background.width = canvas.width;
      background.height = canvas.height;
      const under = background.getContext("2d");
      const density = canvas.width / stage.width;
      under.setTransform(density, 0, 0, density, 0, 0);
      drawBackground(under, places, data, shown(), colours);
    }
    let at = heard;
    if (glide) {
      let part = Math.max(0, Math.min(1, (now - glide.began) / glide.length));
      part = part * part * (3 - 2 * part);
      at = glide.from + part * (heard - glide.from);
      if (part >= 1) glide = null;
      else frame.request();
    }
    context.clearRect(0, 0, stage.width, stage.height);
    context.drawImage(background, 0, 0, stage.width, stage.height);
    drawMeans(context, places, data, shown(), heard, colours);
    if (drag && drag.to !== null) {
      const [a, b] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      context.globalAlpha = drag.away ? 0.9 : 0.5;
      hatch(context, places.edge(a - 1), places.heat.top, places.edge(b), places.heat.bottom, colours);
      context.globalAlpha = 1;
    }
    drawRace(context, places, data, shown(), at, colours);
    if (eventTime !== null) measurePaint("word-race", "scrub", eventTime);
  }

  // -- what the reader does ----------------------------------------------------------------------
  function choose(w) {
    word = w;
    describe();
    repaint();
    tell();
  }
  function toggle(t) {
    if (t < 1) return;
    const gone = new Set(data.missing);
    if (!gone.delete(t - 1)) gone.add(t - 1);
    setMissing([...gone]);
  }
  /** Shown at once; Python answers with the new ranking. */
  function setMissing(frames) {
    data.missing = frames.sort((a, b) => a - b);
    describe();
    repaint();
    tell();
  }
  const scrubTo = (point, event, settled) =>
    transport.go(Math.round(layout(stage, data).edge.inverse(point[0])), event, 0, settled);
  draggable(stage, {
    start(point, event) {
      if (!data) return false;
      const places = layout(stage, data);
      if (point[0] > places.heat.right + 4) return false;
      const t = frameAt(places, point);
      if (t !== null) drag = { from: t, to: null, away: !data.missing.includes(t - 1) };
      else scrubTo(point, event, false);
      return true;
    },
    move(point, event) {
      if (!drag) return scrubTo(point, event, false);
      const t = frameAt(layout(stage, data), point, true);
      if (t !== drag.from || drag.to !== null) drag.to = t;
      frame.request(event.timeStamp);
    },
    end(point, event) {
      if (!drag) return scrubTo(point, null, true);
      const { from, to, away } = drag;
      drag = null;
      if (to === null) {
        transport.go(from, event, 0);
        repaint();
        return;
      }
      const gone = new Set(data.missing);
      for (let t = Math.min(from, to); t <= Math.max(from, to); t++) {
        if (away) gone.add(t - 1);
        else gone.delete(t - 1);
      }
      setMissing([...gone]);
    },
  });
  stage.canvas.addEventListener("keydown", (event) => {
    if (!data || event.altKey || event.ctrlKey || event.metaKey) return;
    if (/^[0-9]$/.test(event.key)) choose(Number(event.key));
    else if (event.key === "b") toggle(heard);
    else if (event.key === "u") setMissing([]);
    else return;
    event.preventDefault();
  });


  return {
    update(next) {
      const moved = next.goto.token !== goto;
      // An answer that is older than the reader's last blanking: its own comes next.
      if (!moved && told && JSON.stringify(next.missing) !== JSON.stringify(data.missing)
        && next.reversed === data.reversed) return;
      data = { ...next };
      for (const name of ARRAYS) data[name] = decodeArray(next[name]);
      if (words.childElementCount !== data.words.length) {
        words.replaceChildren(...data.words.map((name, w) => {
          const fill = element("i");
          fill.style.background = DIGITS[w];
          return element("button", { type: "button", onclick: () => choose(w) }, fill,
            element("span", {}, element("b", {}, String(w)), ` ${name}`), element("small", {}));
        }));
      }
      const T = data.paths.shape[1];
      if (moved) {
        const again = left.token === next.goto.token;
        ({ heard, word } = again ? left : next.goto);
        goto = next.goto.token;
        glide = drag = null;
        told = null;
        transport.setCount(T + 1, heard);
        if (again && left.focused) stage.canvas.focus({ preventScroll: true });
        left.token = null;
      }
      describe();
      repaint();
      stage.canvas.setAttribute("aria-label", `${T} frames. Arrows go through them, space plays, digits choose the ` +
        "word whose path is shown, b takes the current frame out, u puts all back. With a pointer: drag over the " +
        "heat map to take frames out, along the race to scrub.");
    },
    repaint: () => repaint(),
    destroy() {
      const focused = root.getRootNode().activeElement === stage.canvas;
      Object.assign(left, { token: goto, heard, word, focused });
      frame.cancel();
      transport.destroy();
      stage.destroy();
    },
  };
});
