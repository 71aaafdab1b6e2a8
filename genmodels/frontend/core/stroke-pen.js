// The pen of the stroke pad: points from mouse, finger, stylus or keys, thinned to what a frame holds.

const MAX_POINTS = 480; // fewer than the 512 that /live/gesture takes
const APART = 0.003; // sides of the pad: nearer points wait for the next
const WAIT_MS = 30; // or until so much time has passed
const KEY_STEP = 0.04; // sides of the pad: one step of the codes by length
const KEY_MS = 40; // a key's move counts as one step by time
const MOVES = {
  ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
  Home: [-1, 1], PageUp: [1, 1], End: [-1, -1], PageDown: [1, -1],
};

/** Rows of x, y (sides of the pad, y upwards) and t (ms from the first point). */
export function createTrack() {
  let points = [];
  let apart = APART;
  let wait = WAIT_MS;
  let began = 0;
  const clip = (value) => Math.min(2, Math.max(-1, value));
  return {
    get points() { return points; },
    start(x, y, time) {
      points = [[clip(x), clip(y), 0]];
      [apart, wait, began] = [APART, WAIT_MS, time];
    },
    /** True when the point was kept. `last` keeps it in any case. */
    add(x, y, time, last = false) {
      const [px, py, pt] = points[points.length - 1];
      const t = Math.max(pt, time - began);
      const [nx, ny] = [clip(x), clip(y)];
      if (!last && Math.hypot(nx - px, ny - py) < apart && t - pt < wait) return false;
      points.push([nx, ny, t]);
      if (points.length >= MAX_POINTS) {
        points = points.filter((_, i) => i % 2 === 0 || i === points.length - 1);
        [apart, wait] = [2 * apart, 2 * wait];
      }
      return true;
    },
    /** The points as /live/gesture wants them: float32, three a point. */
    bytes() {
      const values = new Float32Array(3 * points.length);
      points.forEach((point, i) => values.set(point, 3 * i));
      return new Uint8Array(values.buffer);
    },
  };
}

/**
 * Arrows move the pen, Space puts it down and lifts it. `down`, `move`, `up` get the event's time
 * and a clock in which every move takes KEY_MS, so that a slow typist's stroke isn't a slow stroke.
 */
export function createKeyPen(canvas, { enabled, place, down, move, up, drop, shown }) {
  const held = new Set();
  let clock = 0;
  let isDown = false;
  canvas.addEventListener("keydown", (event) => {
    if (!enabled() || event.altKey || event.ctrlKey || event.metaKey) return;
    const pen = place();
    if (MOVES[event.key]) {
      held.add(event.key);
      let [dx, dy] = [0, 0];
      for (const key of held) {
        dx += MOVES[key][0];
        dy += MOVES[key][1];
      }
      const length = Math.hypot(dx, dy);
      if (length > 0) {
        const size = KEY_STEP * (event.shiftKey ? 0.25 : 1);
        pen[0] = Math.min(1, Math.max(0, pen[0] + (size * dx) / length));
        pen[1] = Math.min(1, Math.max(0, pen[1] + (size * dy) / length));
        clock += KEY_MS;
        if (isDown) move(pen, clock, event.timeStamp);
        else shown(event.timeStamp);
      }
    } else if (event.key === " " || event.key === "Enter") {
      if (event.repeat) return;
      isDown = !isDown;
      if (isDown) down(pen, (clock = 0), event.timeStamp);
      else up(pen, clock, event.timeStamp);
    } else if (event.key === "Escape" && isDown) {
      isDown = false;
      drop();
    } else return;
    event.preventDefault();
  });
  canvas.addEventListener("keyup", (event) => held.delete(event.key));
  canvas.addEventListener("blur", () => held.clear());
  return {
    get down() { return isDown; },
    lift() { isDown = false; },
  };
}
