// Benchmark only, never shipped: live.js with a loop back. Once `benchFloor` is set, the server's own
// answers, kept from a rehearsal, are given again at once: the same canvas, no server in the loop.

import { openLive as openServer } from "./live.js?server";

const KEPT = 32;

export function openLive(path, { onReply, ...others }) {
  const kept = [];
  let given = 0;
  const server = openServer(path, { ...others, onReply(body, about) {
    if (kept.length < KEPT) kept.push(new DataView(body.buffer.slice(body.byteOffset)));
    onReply(body, about);
  } });
  return {
    send(bytes, eventTime = null) {
      if (!window.benchFloor || !kept.length) return server.send(bytes, eventTime);
      given += 1;
      onReply(kept[given % kept.length], { sequence: given, eventTime });
    },
    get open() { return server.open; },
    close: () => server.close(),
  };
}
