import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import window from "./browser.js";

const { createTransport } = await import("../../genmodels/frontend/core/transport.js");
let told;
let transport;

function make(options = {}) {
  transport = createTransport(window.document.body, { onStep: (step, how) => told.push([step, how]), ...options });
  transport.setCount(5);
}
const key = (name) => transport.element.dispatchEvent(
  new window.KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
const press = (name) => transport.element.querySelector(`[aria-label="${name}"]`).click();

beforeEach(() => {
  told = [];
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => {
  transport.destroy();
  transport.element.remove();
  mock.timers.reset();
});

test("arrows step, Home and End jump, the ends hold", () => {
  make();
  for (const name of ["ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight", "Home", "ArrowLeft"]) key(name);
  assert.deepEqual(told.map(([step]) => step), [1, 2, 1, 4, 0]);
  assert.equal(transport.element.querySelector(".count").textContent, "0 / 4");
  assert.equal(transport.element.querySelector('[aria-label="First"]').disabled, true);
});

test("with control or alt held a key is the browser's", () => {
  make();
  transport.element.dispatchEvent(new window.KeyboardEvent("keydown", { key: "ArrowRight", ctrlKey: true, bubbles: true }));
  assert.deepEqual(told, []);
});

test("a step glides, a jump and a scrubber don't, and a held scrubber hasn't settled", () => {
  make();
  key("ArrowRight");
  assert.equal(told.at(-1)[1].glide, 250);
  key("End");
  assert.equal(told.at(-1)[1].glide, 0);
  const scrub = transport.element.querySelector("input");
  scrub.value = "2";
  scrub.dispatchEvent(new window.Event("input"));
  assert.deepEqual([told.at(-1)[0], told.at(-1)[1].settled], [2, false]);
  scrub.dispatchEvent(new window.Event("change"));
  assert.deepEqual([told.at(-1)[0], told.at(-1)[1].settled], [2, true]);
});

test("it plays to the end at its speed, tells when it settled, and a step stops it", () => {
  make();
  press("Play");
  mock.timers.tick(1);
  assert.equal(transport.playing, true);
  for (let i = 0; i < 3; i++) mock.timers.tick(600); // 250 ms a glide, 350 between
  assert.equal(transport.step, 4);
  mock.timers.tick(600);
  assert.equal(transport.playing, false);
  assert.equal(told.at(-1)[1].settled, true);
  press("Play"); // from the end: anew
  mock.timers.tick(1);
  assert.equal(transport.step, 1);
  key("ArrowRight");
  assert.equal(transport.playing, false);
});

test("new steps keep the place where they can, without telling", () => {
  make();
  transport.go(4);
  told = [];
  transport.setCount(3);
  assert.equal(transport.step, 2);
  assert.deepEqual(told, []);
});

test("next may skip", () => {
  make({ next: (step, way) => step + 2 * way });
  key("ArrowRight");
  assert.equal(transport.step, 2);
});
