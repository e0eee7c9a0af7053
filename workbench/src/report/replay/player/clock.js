// The clock: what time it is in the run, and whether it goes on. Players may share one by its name.

const SPEEDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

/** A moment that is pointed at, in seconds, is this long: people write it down to the millisecond. */
const MOMENT = 0.00095;

/** The least time in which a run is played at first, in seconds. */
const SHORTEST_PLAY = 8;

/** The most messages in a second of the reader's time at first. */
const MOST_A_SECOND = 400;

/** Where motion is to be reduced, playing shows a still picture every so many seconds. */
const STILL_EVERY = 0.7;

const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)");

class Clock extends EventTarget {
  static named = new Map();

  /** The clock of that name, or a new one without a name. */
  static get(name) {
    if (!name) return new Clock();
    if (!Clock.named.has(name)) Clock.named.set(name, new Clock());
    return Clock.named.get(name);
  }

  constructor() {
    super();
    this.from = Infinity;
    this.to = -Infinity;
    this.isPlaying = false;
    this.speed = undefined;
    this.stopAt(0);
  }

  /** Adds a player of this trace. */
  join({ from, to, count }) {
    const isFirst = this.from === Infinity;
    this.from = Math.min(this.from, from);
    this.to = Math.max(this.to, to);
    if (isFirst) this.stopAt(this.from);
    // As fast as the run was; but slow enough for a short window to last, and for the messages of a
    // busy one to be told apart.
    const speed = Math.min(1, (to - from) / SHORTEST_PLAY, (MOST_A_SECOND * (to - from)) / count);
    const choice = SPEEDS.findLast((choice) => choice <= speed) ?? SPEEDS[0];
    this.speed = Math.min(this.speed ?? choice, choice);
    this.changed();
  }

  /** `still` is the time that a picture without motion shows; none while the run moves. */
  stopAt(time, from = time, to = time + MOMENT) {
    this.time = time;
    this.still = { from, to };
  }

  /** The moment itself, or the end of the run that is nearest to it. */
  within(time) {
    return Math.min(Math.max(time, this.from), this.to);
  }

  /** Goes to a moment, and stops there. */
  seek(time) {
    this.pause();
    this.stopAt(this.within(time));
    this.changed();
  }

  setSpeed(speed) {
    this.speed = speed;
    this.changed();
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  play() {
    if (this.isPlaying) return;
    if (this.time >= this.to) this.stopAt(this.from);
    this.isPlaying = true;
    this.last = undefined;
    this.frame = requestAnimationFrame((now) => this.tick(now));
    this.changed();
  }

  pause() {
    if (!this.isPlaying) return;
    this.isPlaying = false;
    cancelAnimationFrame(this.frame);
    this.changed();
  }

  tick(now) {
    if (!this.isPlaying) return;
    this.frame = requestAnimationFrame((next) => this.tick(next));
    const passed = (now - (this.last ?? now)) / 1000;
    if (reducedMotion.matches && passed < STILL_EVERY && this.last !== undefined) return;
    this.last = now;
    // A page that was hidden does not catch up.
    const before = this.time;
    const time = Math.min(before + Math.min(passed, 1) * this.speed, this.to);
    if (reducedMotion.matches) this.stopAt(time, before, time);
    else Object.assign(this, { time, still: undefined });
    if (time >= this.to) this.pause();
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}
