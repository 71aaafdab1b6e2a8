// A vowel made from its formants by Web Audio: a voice's buzz through resonators in a row
// (source and filter: Fant 1960; Klatt 1980). No model of the lesson stands here.

const LEVEL = 0.04; // keeps the loudest vowel below full scale at full volume
const ATTACK = 0.012; // seconds, a time constant
const RELEASE = 0.03;
const GLIDE = 0.015; // how fast the resonators follow a drag
const TAIL = 0.25; // until a hushed voice is taken down
const APART = 150; // hertz that F3 stays above F2

/**
 * The nodes of one sounding vowel, connected to `destination` and silent until `raise`.
 * voice: { f0, upper: [F4, F5], bandwidths: five }, in hertz. tone: { f0?, f1, f2, f3 }.
 */
export function buildThroat(context, voice, tone, destination) {
  const f0 = tone.f0 ?? voice.f0;
  const source = context.createOscillator();
  // The glottis loses 12 dB an octave and the lips give 6 back: harmonic n has 1 / n.
  const harmonics = Math.max(2, Math.floor(context.sampleRate / 2 / f0));
  const sines = Float32Array.from({ length: harmonics }, (_, n) => (n ? 1 / n : 0));
  source.setPeriodicWave(
    context.createPeriodicWave(new Float32Array(harmonics), sines, { disableNormalization: true }));
  source.frequency.value = f0;
  // A formant is a pair of poles with unit gain at 0 Hz: the lowpass biquad with Q = F / B.
  const resonators = voice.bandwidths.map(() => {
    const filter = context.createBiquadFilter();
    filter.type = "lowpass";
    return filter;
  });
  const level = context.createGain();
  level.gain.value = 0;
  [source, ...resonators, level].reduce((from, to) => from.connect(to));
  level.connect(destination);

  const throat = {
    set({ f1, f2, f3 }, glide = 0) {
      const formants = [f1, f2, Math.max(f3, f2 + APART), ...voice.upper];
      formants.forEach((hertz, i) => {
        const { frequency, Q } = resonators[i];
        const quality = 20 * Math.log10(hertz / voice.bandwidths[i]); // a lowpass has it in dB
        for (const [parameter, value] of [[frequency, hertz], [Q, quality]]) {
          if (glide) parameter.setTargetAtTime(value, context.currentTime, glide);
          else parameter.value = value;
        }
      });
    },
    raise() {
      source.start();
      level.gain.setTargetAtTime(LEVEL, context.currentTime, ATTACK);
    },
    /** Falls silent `wait` seconds from now, then leaves the graph. */
    lower(wait = 0) {
      const at = context.currentTime + wait;
      level.gain.setTargetAtTime(0, at, RELEASE);
      source.onended = () => level.disconnect();
      source.stop(at + TAIL);
    },
  };
  throat.set(tone);
  return throat;
}

/** `seconds` of the vowel as samples (-1 to 1), without a loudspeaker. */
export async function render(voice, tone, seconds = 0.5, rate = 44100) {
  const context = new OfflineAudioContext(1, Math.round(seconds * rate), rate);
  const throat = buildThroat(context, voice, tone, context.destination);
  throat.raise();
  throat.lower(Math.max(0, seconds - 0.12));
  return (await context.startRendering()).getChannelData(0);
}

/** Samples as a WAV file: one channel, 16 bits. */
export function wav(samples, rate = 44100) {
  const bytes = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const text = (at, word) => [...word].forEach((c, i) => bytes.setUint8(at + i, c.charCodeAt(0)));
  text(0, "RIFF");
  bytes.setUint32(4, 36 + 2 * samples.length, true);
  text(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true); // PCM
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, rate, true);
  bytes.setUint32(28, 2 * rate, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  text(36, "data");
  bytes.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, i) => {
    bytes.setInt16(44 + 2 * i, Math.round(32767 * Math.max(-1, Math.min(1, sample))), true);
  });
  return new Blob([bytes], { type: "audio/wav" });
}

/**
 * The widget's voice. `onState(playing)` is called when it begins and ends. Call `say` only from
 * the reader's own action: no browser lets a page sound before one.
 */
export function createSpeaker(onState, onError) {
  let context = null;
  let volume = null;
  let throat = null;
  let ending = 0;
  let loudness = 0.6;

  function open() {
    if (context) return true;
    if (!window.AudioContext) {
      onError("This browser has no Web Audio: the vowels stay silent.");
      return false;
    }
    context = new AudioContext();
    volume = context.createGain();
    volume.gain.value = loudness;
    volume.connect(context.destination);
    return true;
  }
  function hush(wait = 0) {
    clearTimeout(ending);
    throat?.lower(wait);
    throat = null;
    ending = setTimeout(() => onState(false), 1000 * wait + 120);
  }
  return {
    /** Begin a vowel; it holds until `hush`, or for `seconds`. */
    say(voice, tone, seconds = null) {
      if (!open()) return;
      if (context.state !== "running") {
        context.resume().catch(() => onError("The browser doesn’t let this page sound yet: press Play."));
      }
      if (throat) hush();
      clearTimeout(ending);
      throat = buildThroat(context, voice, tone, volume);
      throat.raise();
      onState(true);
      if (seconds !== null) hush(seconds);
    },
    follow: (tone) => throat?.set(tone, GLIDE),
    hush,
    setVolume(value) {
      loudness = value;
      if (context) volume.gain.setTargetAtTime(value, context.currentTime, GLIDE);
    },
    close() {
      clearTimeout(ending);
      context?.close();
      context = null;
    },
  };
}
