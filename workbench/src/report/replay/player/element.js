// The element <run-replay>: puts the parts together, and handles input.
//
// Attributes: `label`; `at`, the moment shown at first, in seconds; `clock`, a name: players with the
// same one play together. A link to #t=4.06 points the first player of a page at that moment, and a
// link to #ID:t=4.06 the one with that id. Property `time`, in seconds; method `follow(value)`; event
// `timechange`.

class RunReplay extends HTMLElement {
  connectedCallback() {
    if (this.controls) return;
    try {
      this.build();
    } catch (problem) {
      this.append(make("p", {}, `This replay cannot be shown: ${problem.message}`));
    }
  }

  build() {
    const trace = new Trace(JSON.parse(this.querySelector("script").textContent));
    this.trace = trace;
    this.state = new State(trace);
    this.controls = new Controls(trace);
    this.captions = this.readCaptions();
    this.ring = new Ring(this.controls.ring, trace);
    const Panel = trace.values.length ? ValuesPanel : CountsPanel;
    this.panel = new Panel(this.controls.values, trace);
    this.strip = new Strip(this.controls.strip, trace, this.captions);
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", `Replay: ${this.getAttribute("label") ?? "a run"}`);
    this.setAttribute("aria-keyshortcuts", "Space ArrowLeft ArrowRight L Home End");
    this.tabIndex = 0;
    this.prepend(this.controls.root);
    this.palette = readPalette(this.controls.root);
    this.clock = Clock.get(this.getAttribute("clock"));
    this.clock.join(trace);
    this.listen();
    if (this.hasAttribute("at")) this.time = Number(this.getAttribute("at"));
    this.followLink();
    this.paint();
  }

  /** The moments of the list in the element. Each becomes a button that leads there. */
  readCaptions() {
    const list = this.querySelector(":scope > ol");
    if (list) this.controls.narrate(list);
    return [...this.controls.root.querySelectorAll(".replay-story > li")].map((item) => {
      const link = make("button", { type: "button" }, ...item.childNodes);
      item.append(link);
      const at = Number(item.dataset.at);
      link.addEventListener("click", () => (this.time = at));
      return { at, link };
    });
  }

  listen() {
    const { controls, clock } = this;
    clock.addEventListener("change", () => {
      if (clock.isPlaying || clock.time !== this.selectedTime) this.selected = undefined;
      this.repaint();
      this.dispatchEvent(new CustomEvent("timechange", { bubbles: true, detail: { time: clock.time } }));
    });
    controls.play.addEventListener("click", () => clock.toggle());
    controls.back.addEventListener("click", () => this.step(-1));
    controls.forward.addEventListener("click", () => this.step(1));
    controls.lost.addEventListener("click", () => this.nextLost());
    controls.scrubber.addEventListener("input", () => (this.time = controls.scrubber.valueAsNumber));
    controls.speed.addEventListener("change", () => clock.setSpeed(Number(controls.speed.value)));
    controls.follow.addEventListener("change", () => {
      this.follow(controls.follow.value === "" ? undefined : Number(controls.follow.value));
    });
    controls.ring.addEventListener("pointermove", (event) => this.point(this.ring.messageAt(event)));
    controls.ring.addEventListener("pointerleave", () => this.point(undefined));
    controls.ring.addEventListener("click", (event) => {
      const message = this.ring.messageAt(event);
      if (message !== undefined) this.select(message);
    });
    controls.values.addEventListener("pointermove", (event) => {
      const at = this.panel.at(event);
      controls.values.title = at ? describeValue(this.trace, this.state, at.place) : "";
      controls.values.style.cursor = at ? "pointer" : "";
    });
    controls.values.addEventListener("click", (event) => {
      const at = this.panel.at(event);
      if (at) this.follow(at.place === this.followed ? undefined : this.trace.values[at.place]);
    });
    this.addEventListener("keydown", (event) => this.onKey(event));
    window.addEventListener("hashchange", () => this.followLink());
    new ResizeObserver(() => this.repaint()).observe(this);
    const recolour = () => {
      this.palette = readPalette(this.controls.root);
      this.repaint();
    };
    new MutationObserver(recolour).observe(document.documentElement, { attributes: true });
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  }

  /** Keys that a book would turn its pages by stay here. */
  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { controls, clock } = this;
    const isChoice = event.target instanceof HTMLSelectElement;
    const isButton = event.target instanceof HTMLButtonElement;
    const actions = {
      " ": () => clock.toggle(),
      ArrowLeft: () => this.step(-1),
      ArrowRight: () => this.step(1),
      Home: () => (this.time = clock.from),
      End: () => (this.time = clock.to),
      l: () => this.nextLost(),
      L: () => this.nextLost(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.stopPropagation();
    // These mean something to the fields themselves.
    if (isChoice || (isButton && event.key === " " && event.target !== controls.play)) return;
    event.preventDefault();
    action();
  }

  /** Seconds of the run. */
  get time() {
    return this.clock.time;
  }

  set time(seconds) {
    if (!Number.isFinite(seconds)) return;
    this.selected = undefined;
    this.selectedTime = undefined;
    this.clock.seek(seconds);
  }

  /** Marks the path of a value, or of none. */
  follow(value) {
    this.followed = this.state.placeOf.get(value);
    this.controls.follow.value = this.followed === undefined ? "" : String(value);
    this.controls.lost.disabled = this.trace.nextLost(0, this.followed) < 0;
    this.repaint();
  }

  /** The number of the message that comes next. */
  position() {
    const { clock, trace } = this;
    if (this.selected !== undefined) return this.selected + 1;
    return trace.endedBy(clock.still ? clock.still.from - 1e-9 : clock.time);
  }

  step(by) {
    const next = this.position();
    if (by > 0) this.select(next);
    else this.select(this.selected === undefined ? next - 1 : this.selected - 1);
  }

  /** Goes to the next lost message; after the last one, to the first. */
  nextLost() {
    let lost = this.trace.nextLost(this.position(), this.followed);
    if (lost < 0) lost = this.trace.nextLost(0, this.followed);
    if (lost >= 0) this.select(lost);
  }

  /** Stops just after a message has ended. */
  select(message) {
    if (message < 0 || message >= this.trace.count) return;
    const { clock } = this;
    clock.pause();
    this.selected = message;
    this.selectedTime = clock.within(this.trace.ended[message]);
    clock.seek(this.selectedTime);
  }

  /** A pointer is on a message, or on none. */
  point(message) {
    this.controls.ring.style.cursor = message === undefined ? "" : "pointer";
    if (this.pointed === message) return;
    this.pointed = message;
    this.repaint();
  }

  followLink() {
    const link = /^#(?:(.+):)?t=(-?[\d.]+)$/.exec(location.hash);
    if (!link) return;
    const isMeant = link[1] ? link[1] === this.id : this === document.querySelector("run-replay");
    if (!isMeant) return;
    this.time = Number(link[2]);
    this.scrollIntoView({ block: "nearest" });
  }

  repaint() {
    this.queued ??= requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.queued = undefined;
    const { clock, controls, state, trace, followed, palette } = this;
    if (this.selected !== undefined) state.stopAfter(this.selected);
    else if (clock.still) state.stopAt(clock.still.from, clock.still.to);
    else state.move(clock.time, this.schedule());
    const marked = this.pointed ?? this.selected;
    controls.showClock(clock);
    controls.showNetwork(state.partition, this.ring.sides.get(state.partition));
    this.ring.draw(state, palette, followed, marked);
    this.panel.draw(state, palette, followed);
    this.strip.draw(clock.time, clock, palette);
    controls.say(this.words(marked), clock.isPlaying);
    controls.showBody(marked);
    const current = this.captions.findLast(({ at }) => at <= clock.time + MOMENT);
    for (const caption of this.captions) {
      if (caption === current) caption.link.setAttribute("aria-current", "true");
      else caption.link.removeAttribute("aria-current");
    }
    const network = describeNetwork(state);
    controls.ring.setAttribute("aria-label", `${counted(trace.nodes, "node")}. ${network}.`);
  }

  /** One schedule for each speed. */
  schedule() {
    const { speed } = this.clock;
    if (this.scheduled?.speed !== speed) this.scheduled = { speed, schedule: new Schedule(this.trace, speed) };
    return this.scheduled.schedule;
  }

  /** Describes the picture in words. */
  words(marked) {
    const { trace, state, followed } = this;
    const sentences = [];
    if (marked !== undefined) sentences.push(`${describeMessage(trace, marked)}.`);
    if (followed !== undefined) sentences.push(`${describeValue(trace, state, followed)}.`);
    if (sentences.length) return sentences.join(" ");
    const lost = this.lostBy(state.ended);
    const words = `${counted(state.ended, "message")} so far`;
    return lost ? `${words}, ${lost} of them lost.` : `${words}.`;
  }

  /** How many of the first `ended` messages were lost. */
  lostBy(ended) {
    if (!this.losses) {
      this.losses = new Uint32Array(this.trace.count + 1);
      for (let message = 0; message < this.trace.count; message++) {
        this.losses[message + 1] = this.losses[message] + (this.trace.isLost(message) ? 1 : 0);
      }
    }
    return this.losses[ended];
  }
}

// The elements must be whole, with their traces, before they are made to live.
const define = () => customElements.define("run-replay", RunReplay);
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", define);
else define();
