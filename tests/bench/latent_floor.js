// Benchmark only, never shipped: stands in for live.js and decodes in the page, with no server.

const HIDDEN = 400;
const PIXELS = 784;

export function openLive(path, { onReply, onState = () => {} }) {
  let layers = null;
  let newest = null;
  fetch("/bench-weights.bin").then((reply) => reply.arrayBuffer()).then((buffer) => {
    const all = new Float32Array(buffer);
    const sizes = [2 * HIDDEN, HIDDEN, HIDDEN * PIXELS, PIXELS];
    let from = 0;
    layers = sizes.map((size) => all.subarray(from, (from += size)));
    onState("open", "");
    if (newest) answer(newest);
  });
  function answer({ bytes, eventTime }) {
    const z = new Float32Array(bytes.buffer, bytes.byteOffset, 2);
    const [w1, b1, w2, b2] = layers;
    const hidden = new Float32Array(HIDDEN);
    for (let k = 0; k < HIDDEN; k++) {
      hidden[k] = Math.max(0, b1[k] + w1[2 * k] * z[0] + w1[2 * k + 1] * z[1]);
    }
    const pixels = new Uint8Array(PIXELS);
    for (let i = 0; i < PIXELS; i++) {
      let sum = b2[i];
      for (let k = 0, j = i * HIDDEN; k < HIDDEN; k++, j++) sum += w2[j] * hidden[k];
      pixels[i] = Math.round(255 / (1 + Math.exp(-sum)));
    }
    onReply(new DataView(pixels.buffer), { sequence: 0, eventTime });
  }
  return {
    send(bytes, eventTime = null) {
      const copy = new Uint8Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
      newest = { bytes: copy, eventTime };
      if (layers) answer(newest);
    },
    get open() { return layers !== null; },
    close() {},
  };
}
