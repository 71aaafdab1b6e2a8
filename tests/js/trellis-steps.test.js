import assert from "node:assert/strict";
import { test } from "node:test";
import { computed, graphLight, progress } from "../../genmodels/frontend/hmm/trellis-steps.js";

const geometry = { T: 3, K: 2 };
const data = (mode, more = {}) => ({ mode, steps: 9, graph: true, fills: new Uint8Array(6).fill(255), path: [0, 1, 1],
  pointers: [0, 0, 1, 1], ...more });
const at = (mode, step) => progress(data(mode), geometry, step);
const cells = (mode, step) => [0, 1, 2].map((t) => [0, 1].map((k) => computed(data(mode), geometry, at(mode, step), t, k)));

test("forward fills from the left, backward from the right, the posterior where both have been", () => {
  assert.deepEqual(cells("forward", 3), [[true, true], [true, false], [false, false]]);
  assert.deepEqual(cells("backward", 3), [[false, false], [true, false], [true, true]]);
  assert.deepEqual(cells("posterior", 4), [[false, false], [true, true], [false, false]]);
  assert.deepEqual(cells("posterior", 6).flat(), Array(6).fill(true));
});

test("a step is whole columns and a started one; Viterbi then traces back", () => {
  assert.deepEqual([at("Viterbi", 3).columns, at("Viterbi", 3).partial, at("Viterbi", 3).last], [1, 1, [1, 0]]);
  assert.deepEqual([at("Viterbi", 8).cells, at("Viterbi", 8).traced, at("Viterbi", 8).ended], [6, 2, true]);
  assert.equal(at("forward", 8).traced, 0);
});

test("drawing takes two steps a column, then both decoders", () => {
  assert.deepEqual([at("generate", 3).columns, at("generate", 3).emitted, at("generate", 3).decoded], [2, 1, 0]);
  assert.deepEqual([at("generate", 8).columns, at("generate", 8).decoded, at("generate", 8).ended], [3, 2, true]);
});

test("the graph lights what a step's sum or max runs over, and the winner", () => {
  const light = (mode, now, step = 4) => graphLight(data(mode), geometry, at(mode, step), now[0][0], now);
  assert.deepEqual(light("forward", [[0, 1]]).used, ["pi.1"]);
  assert.deepEqual(light("forward", [[1, 1]]).used, ["0.1", "1.1"]);
  assert.deepEqual(light("forward", [[1, 1]]).won, []);
  assert.deepEqual(light("Viterbi", [[1, 1]]).won, ["0.1"]);
  assert.deepEqual(light("backward", [[1, 0]]).used, ["0.0", "0.1"]);
  assert.deepEqual(light("Viterbi", [[1, 1]], 8).won, ["1.1"]); // the trace from column 2 on
});
