// A typed text read by the model's own counts says what Python says of it, at 1e-8.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import "./browser.js";

const { texts } = JSON.parse(readFileSync(process.env.GENMODELS_FIXTURE, "utf8"));
let answer = null;

globalThis.WebSocket = class {
  static OPEN = 1;
  readyState = 1;
  constructor() { setTimeout(() => this.onopen(), 0); }
  send(frame) {
    const body = new TextEncoder().encode(answer);
    const reply = new Uint8Array(8 + body.length);
    reply.set(new Uint8Array(frame.buffer ?? frame).slice(0, 4));
    reply.set(body, 8);
    setTimeout(() => this.onmessage({ data: reply.buffer }), 0);
  }
  close() {}
};
const { createLexicon, judgeText, readMessage } = await import("../../genmodels/frontend/nb/lexicon.js");

function apart(one, other, where = "") {
  if (typeof other === "number" || typeof one === "number") {
    if (String(one) === String(other)) return;
    assert.ok(Math.abs(one - other) <= 1e-8, `${where}: ${one} here, ${other} in Python`);
  } else if (other && typeof other === "object") {
    assert.equal(Array.isArray(one) ? one.length : 0, Array.isArray(other) ? other.length : 0, where);
    for (const key of Object.keys(one)) apart(one[key], other[key], `${where}.${key}`);
  } else assert.equal(one, other, where);
}

for (const { name, lexicon, fixed, readings } of texts) {
  test(`${name}: ${readings.length} texts`, async () => {
    answer = lexicon;
    const held = await new Promise((done) => {
      const made = createLexicon((there) => { if (there) done(made.of("/live/x", {})); });
      made.want("/live/x", {});
    });
    for (const { text, reading } of readings) {
      const here = name.startsWith("spam") ? readMessage(held, text, new Map()) : judgeText(held, text, null, fixed);
      apart(here, reading, JSON.stringify(text.slice(0, 30)));
    }
  });
}
