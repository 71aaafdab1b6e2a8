// A picture as a grid of codes. Two ways: codes changed by hand, and codes drawn by the prior.

import { buildEdit } from "./code-edit.js";
import { buildPrior } from "./code-prior.js";
import { defineWidget } from "../core/widget.js";

export default defineWidget("code-grid", (root, actions) => {
  let part = null;
  return {
    update(data) {
      part ??= data.mode === "prior" ? buildPrior(root, actions) : buildEdit(root, actions);
      part.update(data);
    },
    destroy() {
      part?.destroy();
    },
  };
});
