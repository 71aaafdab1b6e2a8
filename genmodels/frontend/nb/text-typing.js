// What every widget with a typed text does: refuse what is too long, paint a key at once, tell the page.

import { frameLoop, measurePaint } from "../core/widget.js";

const PAUSE_MS = 700; // of no typing until the page (link, inspector) hears of the text

/**
 * A text area that takes at most `longest()` characters, refusing the whole of what is too much;
 * `unit` names what it holds. `onText(before, eventTime)` after each edit, with the text before it.
 * Returns what sets the text that is known before an edit.
 */
export function guardLength(area, { unit, longest, complain, onText }) {
  let before = { text: "", start: 0, end: 0 };
  let keyTime = 0;
  const remember = () => {
    before = { text: area.value, start: area.selectionStart, end: area.selectionEnd };
  };
  const tooLong = (length) => complain(`That would make ${length.toLocaleString("en")} characters; `
    + `${unit} has at most ${longest().toLocaleString("en")}. Nothing was changed.`);
  area.addEventListener("keydown", (event) => { keyTime = event.timeStamp; });
  area.addEventListener("beforeinput", remember);
  area.addEventListener("paste", (event) => {
    const more = event.clipboardData?.getData("text") ?? "";
    const length = area.value.length - (area.selectionEnd - area.selectionStart) + more.length;
    if (length > longest()) {
      event.preventDefault();
      tooLong(length);
    }
  });
  area.addEventListener("input", (event) => {
    if (area.value.length > longest()) {
      const { length } = area.value;
      area.value = before.text;
      area.setSelectionRange(before.start, before.end);
      tooLong(length);
      return;
    }
    complain("");
    const { text } = before;
    remember();
    onText(text, event.timeStamp - keyTime < 100 ? keyTime : event.timeStamp);
  });
  return remember;
}

/**
 * The widget's frames: `repaint` draws in the next one; `now` draws and lays `area` out at once, so
 * that the frame paints so much the earlier. Measures `genmodels:<widget>:key`.
 */
export function createPainter(widget, area, draw) {
  let drawn = false; // what the next frame shows stands already
  const frame = frameLoop((time, eventTime) => {
    if (!drawn) draw();
    drawn = false;
    if (eventTime !== null) measurePaint(widget, "key", eventTime);
  });
  function repaint(eventTime = null) {
    drawn = false;
    frame.request(eventTime);
  }
  return {
    repaint,
    now(eventTime) {
      if (drawn) return repaint(eventTime);
      draw();
      area.getBoundingClientRect();
      drawn = true;
      frame.request(eventTime);
    },
    cancel: frame.cancel,
  };
}

/** Tells the page `state()` under `name`, if it is another than it knows of: `now`, or `soon`. */
export function createTelling(actions, name, state) {
  let told = "";
  let pause = 0;
  const telling = {
    now() {
      clearTimeout(pause);
      const said = state();
      const text = JSON.stringify(said);
      if (text === told) return;
      told = text;
      actions.setState(name, said);
    },
    soon(wait = PAUSE_MS) {
      clearTimeout(pause);
      pause = setTimeout(telling.now, wait);
    },
    /** The page has handed over the state as it stands. */
    known() {
      clearTimeout(pause);
      told = JSON.stringify(state());
    },
    close: () => clearTimeout(pause),
  };
  return telling;
}
