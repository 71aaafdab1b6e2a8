// A changed control's fit, ahead of the rerun that brings the whole run under the same name.

import { openAhead } from "../core/ahead.js";
import { followControls } from "../core/follow.js";

/**
 * `openFits({ show(payload, eventTime), current() })`: `show` paints a fit's opening, or a whole
 * run that was held back; `current` is the trace on show. See ahead.js.
 */
export const openFits = ({ show, current }) => openAhead({
  path: "/live/em", name: (payload) => payload.trace_id, show, current,
  listen: (live, asking, change, settle) => followControls(live.follow, asking,
    (values, event) => change(values, event.timeStamp), settle),
});
