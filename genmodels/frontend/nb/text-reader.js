// A text that is typed and read at each key: here, by the model's lexicon, in the key's own frame;
// and when the hand rests, by Python, whose reading stays. Without a lexicon Python reads each key.

import { createLexicon } from "./lexicon.js";
import { openLive } from "../core/live.js";

const LATE_MS = 40; // without a reply until what is known is painted at its new place
const REST_MS = 200; // of no key until Python reads the text too
const KEPT = 64; // requests remembered until their replies come
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * - `now()`: the text as it stands, { text, settings, more }: the fields of a request; with `stays`
 *   a reply is refused that was asked for at another one
 * - `read(lexicon, now)`: its reading, as Python would send it
 * - `show(reading, text, current, eventTime)`: `current` where Python has read this very text
 * - `late()`: no reading comes soon, so what is known shall be painted
 * - `note(key, value)`, `complain(text)`, and `connection`, the line that tells of a lost one
 *
 * `apart` is noted: the largest difference between a reading made here and Python's of the same.
 */
export function createReader({ now, read, show, late, note, complain, connection }) {
  const lexicon = createLexicon((held) => note("lexicon", held ? "held" : ""));
  let live = null;
  let path = "";
  let number = 0;
  let current = false;
  let here = null; // the reading made here that Python is asked to repeat
  let waiting = 0;
  let rest = 0;
  const flying = new Map(); // request -> { text, stays }

  function setCurrent(value) {
    current = value;
    note("current", value);
  }
  function connect(to) {
    if (to === path) return;
    live?.close();
    path = to;
    live = openLive(path, {
      onReply: (bytes, about) => receive(JSON.parse(decoder.decode(bytes)), about),
      onError(message) {
        complain(message);
        note("error", message);
      },
      onState(state, text) {
        note("connection", state);
        connection.textContent = state === "waiting" ? text : "";
        if (state === "open" && !current) send(null);
      },
    });
  }
  /** The text or its settings have changed: read anew, at once where that can be. */
  function ask(eventTime) {
    clearTimeout(rest);
    clearTimeout(waiting);
    setCurrent(false);
    note("apart", "");
    here = null;
    const state = now();
    const held = lexicon.of(path, state.settings);
    if (!held) {
      send(eventTime);
      waiting = setTimeout(late, LATE_MS);
      return;
    }
    flying.clear(); // what is under way is of an older text
    here = read(held, state);
    show(here, state.text, false, eventTime);
    rest = setTimeout(() => send(null), REST_MS);
  }
  function compare(reply) {
    if (here) note("apart", apart(here, reply));
    here = null;
  }
  const staying = ({ settings, stays }) => JSON.stringify([settings, stays]);
  function send(eventTime) {
    if (!live) return;
    number += 1;
    const state = now();
    const { text, settings, more } = state;
    flying.set(number, { text, stays: staying(state) });
    if (flying.size > KEPT) flying.delete(flying.keys().next().value);
    live.send(encoder.encode(JSON.stringify({ id: number, text, ...more, ...settings })), eventTime);
  }
  function receive(reply, { sequence, eventTime }) {
    const asked = flying.get(reply.id);
    if (!asked || asked.stays !== staying(now())) return;
    for (const id of flying.keys()) if (id <= reply.id) flying.delete(id);
    clearTimeout(waiting);
    note("seq", sequence);
    const last = reply.id === number;
    if (last) compare(reply);
    setCurrent(last);
    show(reply, asked.text, last, eventTime);
  }
  /** Fetch the lexicon of the settings as they stand: where there is a key, or will be one. */
  function prepare() {
    if (path) lexicon.want(path, now().settings);
  }
  return {
    connect,
    ask,
    prepare,
    typed(eventTime) {
      prepare();
      ask(eventTime);
    },
    /** The page has brought Python's reading of the text as it stands. */
    settle(reading) {
      flying.clear();
      clearTimeout(rest);
      compare(reading);
      setCurrent(true);
    },
    close() {
      clearTimeout(rest);
      clearTimeout(waiting);
      lexicon.close();
      live?.close();
    },
  };
}

/** The largest difference between two readings' numbers; infinite where anything else differs. */
function apart(one, other) {
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length) return Infinity;
    return one.reduce((most, value, i) => Math.max(most, apart(value, other[i])), 0);
  }
  if (typeof one === "object" && one !== null && other !== null) {
    return Object.keys(one).reduce((most, key) => Math.max(most, apart(one[key], other[key])), 0);
  }
  if (Object.is(one, other) || String(one) === String(other)) return 0;
  const difference = Math.abs(Number(one) - Number(other));
  return Number.isNaN(difference) ? Infinity : difference;
}
