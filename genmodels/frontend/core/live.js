// The live channel: newest state only, at most two requests in flight, reconnects with backoff.

const IN_FLIGHT = 2;
const STALE_MS = 4000; // a request unanswered for so long frees its place

/**
 * `openLive("/live/decode/mnist-2d", { onReply, onError, onState })`
 * - onReply(bytes after the header, { sequence, eventTime })
 * - onError(message, { sequence, eventTime })   the server's error frame, in words
 * - onState(state, text)   "connecting" | "open" | "waiting"; text is for the page
 * `send(bytes, eventTime)` sends now, or keeps only the newest until a place is free.
 *
 * `eventTime` comes back as it was given: a time, or what the widget needs to know of its request.
 *
 * @typedef {{ sequence: number, eventTime: any }} About
 * @param {string} path
 * @param {{ onReply: (bytes: DataView, about: About) => void, onState?: (state: string, text: string) => void,
 *   onError?: (message: string, about: About) => void }} actions
 */
export function openLive(path, { onReply, onError = () => {}, onState = () => {} }) {
  const url = new URL(path, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.search = "";
  let socket = null;
  let sequence = 0;
  let newest = null;
  let tries = 0;
  let timer = 0;
  let closed = false;
  const flying = new Map(); // sequence -> { eventTime, sent }

  function connect() {
    if (closed) return;
    onState("connecting", "Connecting to the model …");
    socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      tries = 0;
      onState("open", "");
      flush();
    };
    socket.onmessage = (event) => receive(event.data);
    socket.onclose = (event) => {
      flying.clear();
      socket = null;
      if (closed) return;
      const seconds = Math.min(10, 0.5 * 2 ** tries++) * (0.75 + Math.random() / 2);
      const why = event.reason ? ` (${event.reason})` : "";
      onState("waiting", `Connection lost${why}; trying again in ${Math.ceil(seconds)} s. What you see is kept.`);
      timer = setTimeout(connect, seconds * 1000);
    };
  }
  function receive(buffer) {
    const view = new DataView(buffer);
    if (view.byteLength < 8) return;
    const number = view.getUint32(0, true);
    const request = flying.get(number) ?? { eventTime: null };
    flying.delete(number);
    const body = new DataView(buffer, 8);
    const about = { sequence: number, eventTime: request.eventTime };
    if (view.getUint32(4, true) === 0) onReply(body, about);
    else onError(new TextDecoder().decode(body), about);
    flush();
  }
  function flush() {
    if (!newest || !socket || socket.readyState !== WebSocket.OPEN) return;
    const now = performance.now();
    for (const [number, request] of flying) {
      if (now - request.sent > STALE_MS) flying.delete(number);
    }
    if (flying.size >= IN_FLIGHT) return;
    const { bytes, eventTime } = newest;
    newest = null;
    sequence = (sequence + 1) >>> 0;
    const frame = new Uint8Array(4 + bytes.byteLength);
    new DataView(frame.buffer).setUint32(0, sequence, true);
    frame.set(bytes, 4);
    flying.set(sequence, { eventTime, sent: now });
    socket.send(frame);
  }
  connect();
  return {
    send(bytes, eventTime = null) {
      newest = { bytes: bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes.buffer ?? bytes), eventTime };
      flush();
    },
    get open() { return socket?.readyState === WebSocket.OPEN; },
    close() {
      closed = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}
