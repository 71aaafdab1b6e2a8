// A window on a long sequence: pan, zoom and brush it, point at a place, open one.
//
// Places count from 0. The main stage shows `window`; the whole stage shows everything, with the
// window on it. What they draw is the widget's own.

import { draggable, linearScale } from "../core/stage.js";

export const LEFT = 50; // px beside both stages, for numbers
export const RIGHT = 10;
const EDGE = 8; // px around a window's edge that resize it

/** Places from 0 to pixels; `first` and `last` are the places on show. */
export function placeScale(stage, first, last) {
  return linearScale(first - 0.5, last + 0.5, LEFT, stage.width - RIGHT);
}

/** Columns of at least a pixel: [left, right, first place, one past the last]. */
export function* columns(x, first, last) {
  if (x.slope >= 1) {
    for (let t = first; t <= last; t++) yield [x(t - 0.5), x(t + 0.5), t, t + 1];
    return;
  }
  const left = Math.floor(x(first - 0.5));
  const right = Math.ceil(x(last + 0.5));
  for (let px = left; px < right; px++) {
    const a = Math.max(first, Math.round(x.inverse(px) + 0.5));
    const b = Math.min(last + 1, Math.max(a + 1, Math.round(x.inverse(px + 1) + 0.5)));
    if (a <= last) yield [px, px + 1, a, b];
  }
}

/** Sums that make any run's mean one subtraction: (K, T + 1), from (T, K). */
export function cumulated(shares, T, K) {
  const sums = Array.from({ length: K }, () => new Float64Array(T + 1));
  for (let t = 0; t < T; t++) {
    for (let k = 0; k < K; k++) sums[k][t + 1] = sums[k][t] + shares[t * K + k];
  }
  return sums;
}

/** The window's frame over the whole; what is outside is dimmed. */
export function drawWindow(stage, x, window, colours) {
  const { context, width, height } = stage;
  const from = x(window[0] - 0.5);
  const to = Math.max(from + 3, x(window[1] + 0.5));
  context.fillStyle = colours.background;
  context.globalAlpha = 0.65;
  context.fillRect(LEFT, 0, from - LEFT, height);
  context.fillRect(to, 0, width - RIGHT - to, height);
  context.globalAlpha = 1;
  context.strokeStyle = colours.text;
  context.lineWidth = 2;
  context.strokeRect(from, 1, to - from, height - 2);
}

/** The pointed place (dashed) and the opened one, as upright lines. */
export function drawPlaces(context, x, view, top, bottom, colours) {
  const [first, last] = view.window;
  for (const [place, strong] of [[view.opened, true], [view.cursor, false]]) {
    if (place === null || place < first || place > last) continue;
    context.strokeStyle = colours.text;
    context.lineWidth = strong ? 2 : 1;
    context.setLineDash(strong ? [] : [3, 3]);
    context.beginPath();
    context.moveTo(x(place), top);
    context.lineTo(x(place), bottom);
    context.stroke();
    context.setLineDash([]);
  }
}

/**
 * `onChange(event, source)` after the window, the cursor or the opened place moved ("pan", "zoom",
 * "point", "open"); `onTell()` when the reader is done with it. `stride` places are a step with
 * Shift. `keys` are the widget's own: key -> action(source, place).
 */
export function createLongView(main, whole, { fewest = 8, stride = 21, onChange, onTell, keys = {} }) {
  const view = { T: 1, window: [0, 0], cursor: null, opened: null, show, zoom, point, open, middle, set };

  function show(first, last, source, event = "zoom") {
    const wide = Math.min(view.T, Math.max(Math.min(fewest, view.T), Math.round(last - first) + 1));
    const from = Math.round(Math.min(view.T - wide, Math.max(0, first)));
    view.window = [from, from + wide - 1];
    onChange(event, source);
  }
  function zoom(factor, around, source) {
    const [first, last] = view.window;
    const part = (around - first) / (last - first || 1);
    const wide = (last - first + 1) * factor;
    show(around - part * (wide - 1), around + (1 - part) * (wide - 1), source);
  }
  function middle() {
    const [first, last] = view.window;
    const t = view.cursor ?? view.opened;
    return t !== null && t >= first && t <= last ? t : (first + last) / 2;
  }
  function point(t, source, follow = false) {
    view.cursor = t === null ? null : Math.min(view.T - 1, Math.max(0, t));
    const [first, last] = view.window;
    if (follow && (view.cursor < first || view.cursor > last)) {
      const half = (last - first) / 2;
      show(view.cursor - half, view.cursor + half, source, "pan");
    }
    onChange("point", source);
  }
  function open(t) {
    view.opened = t;
    onChange("open", null);
    onTell();
  }
  /** Another sequence of `T` places, or the same moved to a window and an opened place. */
  function set(T, window, opened) {
    view.T = T;
    const [first, last] = window ?? [0, T - 1];
    view.window = [Math.max(0, Math.min(first, T - 2)), Math.max(0, Math.min(last, T - 1))];
    view.opened = opened === null || opened >= T ? null : opened;
    if (view.cursor !== null && view.cursor >= T) view.cursor = null;
  }
  const placeAt = (px) => Math.min(view.window[1], Math.max(view.window[0],
    Math.round(placeScale(main, ...view.window).inverse(px))));

  // -- pointer and wheel -------------------------------------------------------------------------
  let drag = null;
  draggable(main, {
    start(at) {
      drag = { from: at[0], window: view.window };
      return true;
    },
    move(at, source) {
      const [first, last] = drag.window;
      const by = (drag.from - at[0]) / placeScale(main, first, last).slope;
      show(first + by, last + by, source, "pan");
    },
    end(at, source, moved) {
      if (moved) onTell();
      else open(placeAt(at[0]));
    },
  });
  main.canvas.addEventListener("pointermove", (source) => {
    if (!source.buttons) point(placeAt(main.place(source)[0]), source);
  });
  main.canvas.addEventListener("pointerleave", () => point(null));
  main.canvas.addEventListener("wheel", (source) => {
    if (source.ctrlKey) return;
    source.preventDefault();
    const [first, last] = view.window;
    const sideways = source.shiftKey ? source.deltaY : source.deltaX;
    if (Math.abs(sideways) > Math.abs(source.shiftKey ? 0 : source.deltaY)) {
      const by = (sideways / main.width) * (last - first);
      show(first + by, last + by, source, "pan");
    } else {
      const factor = Math.exp(Math.max(-60, Math.min(60, source.deltaY)) / 250);
      zoom(factor, placeAt(main.place(source)[0]), source);
    }
  }, { passive: false });
  let brush = null;
  draggable(whole, {
    start(at) {
      const x = placeScale(whole, 0, view.T - 1);
      const [from, to] = [x(view.window[0] - 0.5), x(view.window[1] + 0.5)];
      const all = view.window[1] - view.window[0] + 1 >= view.T;
      const kind = all ? "draw" : Math.abs(at[0] - from) < EDGE ? "left" : Math.abs(at[0] - to) < EDGE ? "right"
        : at[0] > from && at[0] < to ? "move" : "draw";
      brush = { kind, place: x.inverse(at[0]), window: view.window };
      return true;
    },
    move(at, source) {
      const place = placeScale(whole, 0, view.T - 1).inverse(at[0]);
      const [first, last] = brush.window;
      const by = place - brush.place;
      if (brush.kind === "move") return show(first + by, last + by, source, "pan");
      const [a, b] = brush.kind === "left" ? [place, last] : brush.kind === "right" ? [first, place] : [brush.place, place];
      show(Math.min(a, b), Math.max(a, b), source);
    },
    end(at, source, moved) {
      if (!moved) {
        const half = (view.window[1] - view.window[0]) / 2;
        show(brush.place - half, brush.place + half, source, "pan");
      }
      onTell();
    },
  });

  // -- keys --------------------------------------------------------------------------------------
  main.canvas.addEventListener("keydown", (source) => {
    if (source.altKey || source.ctrlKey || source.metaKey) return;
    const [first, last] = view.window;
    const step = source.shiftKey ? stride : 1;
    const at = view.cursor ?? view.opened ?? Math.round((first + last) / 2);
    const page = 0.8 * (last - first);
    const actions = {
      ArrowLeft: () => point(at - step, source, true), ArrowRight: () => point(at + step, source, true),
      ArrowUp: () => zoom(0.7, middle(), source), ArrowDown: () => zoom(1 / 0.7, middle(), source),
      "+": () => zoom(0.7, middle(), source), "=": () => zoom(0.7, middle(), source),
      "-": () => zoom(1 / 0.7, middle(), source), "0": () => show(0, view.T - 1, source),
      PageUp: () => show(first - page, last - page, source, "pan"),
      PageDown: () => show(first + page, last + page, source, "pan"),
      Home: () => point(0, source, true), End: () => point(view.T - 1, source, true),
      Enter: () => open(at), Escape: () => { view.cursor = null; open(null); },
      ...Object.fromEntries(Object.entries(keys).map(([key, action]) => [key, () => action(source, at)])),
    };
    const action = actions[source.key];
    if (!action) return;
    action();
    source.preventDefault();
  });
  return view;
}
