// A changed control's stage, asked of the live channel, so that it needn't wait for a rerun.

import { openLive } from "./live.js";

// After a change, and until another click, a rerun that says something else is older than it.
const REST_MS = 3000;

/**
 * `openAhead({ path, name, listen, show, current, words })`, for payloads that may bring
 * `live: { follow, asking }`:
 * - `path` is the live channel's, or stands in the payload's `live`
 * - `listen(live, asking, change, settle)` starts to follow the controls and returns what ends it;
 *   `asking()` gives the fields as last asked, `change(fields, eventTime)` asks with others, and
 *   after `settle()` every rerun counts
 * - `name(payload)` is the same of an answer and of the rerun's payload that says all of it;
 *   `current()` the name on show
 * - `show(payload, eventTime)` paints an answer, or a payload that was held back
 * - `words()` are further fields of a request
 * `holds(payload)` is asked of every rerun's payload: true where it says other fields than were
 * asked for since. A payload held back is shown after all if nothing else came.
 *
 * @param {{ path?: string, name: Function, listen: Function, show: Function, current: Function,
 *   words?: () => object }} options
 */
export function openAhead({ path, name, listen, show, current, words = () => ({}) }) {
  let asking = null;
  let live = null;
  let stop = null;
  let since = -Infinity; // the newest change
  let held = null;
  let timer = 0;

  function change(fields, eventTime) {
    asking = { ...asking, ...fields };
    since = performance.now();
    live.send(new TextEncoder().encode(JSON.stringify({ ...asking, ...words() })), eventTime);
  }
  function reply(body, { eventTime }) {
    const next = JSON.parse(new TextDecoder().decode(body));
    if (name(next) !== current()) show(next, eventTime);
  }
  const settle = () => { since = -Infinity; };
  const older = (fields) => Object.entries(asking).some(([key, value]) => fields[key] !== value);
  return {
    holds(next) {
      clearTimeout(timer);
      held = null;
      if (next.live && !live) {
        live = openLive(next.live.path ?? path, { onReply: reply, onError: settle });
        stop = listen(next.live, () => asking, change, settle);
      }
      const rest = since + REST_MS - performance.now();
      if (rest > 0 && (!next.live || older(next.live.asking))) {
        held = next;
        timer = setTimeout(() => {
          asking = held.live?.asking ?? asking;
          show(held);
        }, rest);
        return true;
      }
      asking = next.live?.asking ?? asking;
      return false;
    },
    close() {
      clearTimeout(timer);
      stop?.();
      live?.close();
    },
  };
}
