import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "node:test";
import "./browser.js";

const { decodeArray, inflate, numberText, signedText } = await import("../../genmodels/frontend/core/widget.js");
const { packed } = JSON.parse(readFileSync(process.env.GENMODELS_FIXTURE, "utf8"));

for (const [kind, { array, values }] of Object.entries(packed.arrays)) {
  test(`an array of ${kind} is Python's`, () => {
    const read = decodeArray(array);
    assert.deepEqual([...read].map((v) => (Number.isFinite(v) ? v : String(v))), values);
    assert.deepEqual(read.shape, array.shape);
  });
}

test("bytes that were deflated come back", async () => {
  assert.deepEqual([...await inflate(packed.deflated.array)], packed.deflated.values);
});

test("numbers have three significant digits, a real minus and infinities", () => {
  const said = [0, 1234.5, -0.5, 0.00012, 3e7, NaN, -Infinity].map((value) => numberText(value));
  assert.deepEqual(said, ["0", "1235", "−0.500", "1.20e−4", "3.00e+7", "undefined", "−∞"]);
  assert.deepEqual([signedText(2), signedText(-2)], ["+2.00", "−2.00"]);
});
