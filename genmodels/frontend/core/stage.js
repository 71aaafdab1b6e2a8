// A canvas that is sharp on every screen, its scales, and pointer input in its own coordinates.

/**
 * A canvas inside `parent`, as wide as its parent and `aspect` (height / width) high within
 * [minHeight, maxHeight]. `onResize()` is called when its size or the screen's density changes.
 *
 * @param {HTMLElement} parent
 * @param {{ className?: string, label?: string, aspect?: number, minHeight?: number, maxHeight?: number,
 *   focusable?: boolean, onResize?: () => void }} options
 */
export function createStage(parent, { className = "", label, aspect = 0.62, minHeight = 220,
  maxHeight = 640, focusable = true, onResize }) {
  const canvas = document.createElement("canvas");
  canvas.className = className;
  canvas.setAttribute("role", "img");
  if (label) canvas.setAttribute("aria-label", label);
  if (focusable) {
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
  }
  parent.appendChild(canvas);
  const context = canvas.getContext("2d");
  const stage = { canvas, context, width: 0, height: 0, aspect, minHeight, maxHeight };

  stage.fit = () => {
    const width = Math.floor(parent.clientWidth);
    if (!width) return;
    const height = Math.round(
      Math.min(stage.maxHeight, Math.max(stage.minHeight, width * stage.aspect)));
    const density = window.devicePixelRatio || 1;
    if (width === stage.width && height === stage.height && canvas.width === Math.round(width * density)) {
      return;
    }
    stage.width = width;
    stage.height = height;
    canvas.width = Math.round(width * density);
    canvas.height = Math.round(height * density);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    context.setTransform(density, 0, 0, density, 0, 0);
    if (made) onResize?.();
  };
  let made = false; // the first size is the maker's to draw
  const observer = new ResizeObserver(() => stage.fit());
  observer.observe(parent);
  stage.destroy = () => observer.disconnect();

  /** An event's place on the canvas in CSS pixels. */
  stage.place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  stage.fit();
  made = true;
  return stage;
}

/** A linear map from [low, high] to pixels [from, to], with its inverse and its ticks. */
export function linearScale(low, high, from, to) {
  const slope = (to - from) / (high - low || 1);
  const scale = (value) => from + (value - low) * slope;
  scale.inverse = (pixel) => low + (pixel - from) / slope;
  scale.slope = slope;
  scale.low = low;
  scale.high = high;
  scale.ticks = (count = 5) => niceTicks(low, high, count);
  return scale;
}

export function niceTicks(low, high, count = 5) {
  const raw = (high - low) / count;
  if (!(raw > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999) ?? 10 * power;
  const ticks = [];
  for (let t = Math.ceil(low / step) * step; t <= high + step * 1e-9; t += step) {
    ticks.push(Math.abs(t) < step * 1e-9 ? 0 : t);
  }
  return ticks;
}

/** Axes at the left and the bottom with names; numbers as short as they can be. */
export function drawAxes(context, x, y, box, colours, { xLabel = "", yLabel = "" } = {}) {
  const short = (value) => String(Number(value.toPrecision(6))).replace("-", "−");
  context.save();
  context.font = `12px ${colours.font}`;
  context.fillStyle = colours.text;
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.beginPath();
  context.rect(box.left + 0.5, box.top + 0.5, box.width, box.height);
  context.stroke();
  context.globalAlpha = 0.75;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of x.ticks(Math.max(2, Math.round(box.width / 110)))) {
    context.fillText(short(tick), x(tick), box.top + box.height + 5);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of y.ticks(Math.max(2, Math.round(box.height / 70)))) {
    context.fillText(short(tick), box.left - 6, y(tick));
  }
  context.globalAlpha = 1;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  if (xLabel) context.fillText(xLabel, box.left + box.width / 2, box.top + box.height + 34);
  if (yLabel) {
    context.translate(12, box.top + box.height / 2);
    context.rotate(-Math.PI / 2);
    context.textBaseline = "middle";
    context.fillText(yLabel, 0, 0);
  }
  context.restore();
}

/**
 * Drag by mouse, touch or pen. `start(point, event)` returns true to take the drag; `move` gets
 * points at the device's own rate where the browser has pointerrawupdate, else once a frame;
 * `end(point, event, moved)` comes on release, also for a plain click (moved is false).
 *
 * @param {any} stage
 * @param {{ start: Function, move?: Function, end?: Function }} actions
 */
export function draggable(stage, { start, move, end }) {
  const { canvas } = stage;
  const moveEvent = "onpointerrawupdate" in canvas && window.isSecureContext
    ? "pointerrawupdate" : "pointermove";
  let active = null;
  const onMove = (event) => {
    if (!active || event.pointerId !== active.id) return;
    const point = stage.place(event);
    if (!active.moved && Math.hypot(point[0] - active.from[0], point[1] - active.from[1]) < 3) return;
    active.moved = true;
    move?.(point, event);
  };
  const onDown = (event) => {
    if (active || event.button !== 0) return;
    const point = stage.place(event);
    if (!start(point, event)) return;
    active = { id: event.pointerId, from: point, moved: false };
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
    event.preventDefault();
  };
  const onUp = (event) => {
    if (!active || event.pointerId !== active.id) return;
    const { moved } = active;
    active = null;
    end?.(stage.place(event), event, moved);
  };
  canvas.addEventListener("pointerdown", onDown);
  canvas.addEventListener(moveEvent, onMove);
  canvas.addEventListener("pointerup", onUp);
  canvas.addEventListener("pointercancel", onUp);
}

/** A button that saves the stage as it stands, on the theme's background, as `name`.png. */
export function pngButton(stage, name, background) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "PNG";
  button.title = "Save the picture as PNG";
  button.addEventListener("click", () => {
    const { canvas } = stage;
    const copy = document.createElement("canvas");
    copy.width = canvas.width;
    copy.height = canvas.height;
    const context = copy.getContext("2d");
    context.fillStyle = background();
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(canvas, 0, 0);
    copy.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${name}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    }, "image/png");
  });
  return button;
}
