// A changed control's fit, asked of the live channel, so that the stage needn't wait for a rerun.

import { followControls } from "./follow.js";
import { openLive } from "./live.js";

// After a change, and until another click, a rerun that says something else is older than it.
const REST_MS = 3000;

/**
 * `openFits({ show(payload, eventTime), current() })`: `show` paints a fit's opening; `current` is
 * the trace on show. `holds(payload)` is asked of every rerun's payload: true where it belongs to
 * controls that have moved on since. A payload held back is shown after all if nothing else came.
 */
export function openFits({ show, current }) {
  let asking = null;
  let live = null;
  let stop = null;
  let since = -Infinity; // the newest change
  let newest = null; // the trace that it came to
  let held = null;
  let timer = 0;

  function change(values, event) {
    asking = { ...asking, ...values };
    since = performance.now();
    newest = null;
    live.send(new TextEncoder().encode(JSON.stringify(asking)), event.timeStamp);
  }
  function reply(body, { eventTime }) {
    const next = JSON.parse(new TextDecoder().decode(body));
    newest = next.trace_id;
    if (next.trace_id !== current()) show(next, eventTime);
  }
  return {
    holds(next) {
      clearTimeout(timer);
      held = null;
      if (next.live && !live) {
        live = openLive("/live/em", { onReply: reply });
        stop = followControls(next.live.follow, () => asking, change, () => { since = -Infinity; });
      }
      const rest = since + REST_MS - performance.now();
      if (rest > 0 && newest !== null && newest !== next.trace_id) {
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
