// The parts of a player that are not drawings: buttons, fields, and lines of text.

/** Pictures on the buttons, in a square of 16. */
const ICONS = {
  play: "M4 2l10 6-10 6z",
  pause: "M3 2h4v12H3zM9 2h4v12H9z",
  back: "M12 2v12L5 8zM3 2h2v12H3z",
  forward: "M4 2v12l7-6zM11 2h2v12h-2z",
  lost: "M3 1L1 3l5 5-5 5 2 2 5-5 5 5 2-2-5-5 5-5-2-2-5 5z",
};

const HINT = "Point at a message to read it. Click the picture, and these keys work: space plays, ← and → step "
  + "through the messages, L goes to the next lost one, Home and End to the ends.";

/** An element with attributes and children. Text goes in as text, never as HTML. */
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

const icon = (name) => {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
};

const button = (picture, label, keys, words) => {
  const made = make("button", { type: "button", class: `replay-${picture}`, title: `${label} (${keys})` }, icon(picture));
  if (words) made.append(words);
  else made.setAttribute("aria-label", label);
  return made;
};

/** A choice with a label before it. */
const choice = (label, name, options) => {
  const select = make("select", { class: `replay-${name}` });
  for (const [value, text] of options) select.append(make("option", { value }, text));
  return [make("label", {}, `${label} `, select), select];
};

class Controls {
  constructor(trace) {
    this.trace = trace;
    this.ring = make("canvas", { class: "replay-ring", role: "img" });
    this.values = make("canvas", { class: "replay-values", role: "img" });
    this.strip = make("canvas", { "aria-hidden": "true" });
    this.scrubber = make("input", { type: "range", step: "0.001", "aria-label": "Time in the run" });
    this.play = button("play", "Play", "space");
    this.back = button("back", "Back one message", "left arrow");
    this.forward = button("forward", "Forward one message", "right arrow");
    this.lost = button("lost", "Next lost message", "L", "Next lost");
    this.time = make("span", { class: "replay-time" });
    this.network = make("p", { class: "replay-network" });
    this.words = make("p", { class: "replay-words", "aria-live": "polite" });
    this.json = make("pre", { class: "replay-json" });
    this.hint = make("p", { class: "replay-hint" }, HINT);
    [this.speedLabel, this.speed] = choice("Speed", "speed", SPEEDS.map((speed) => [speed, `${speed}×`]));
    const values = trace.values.map((value) => [value, String(value)]);
    [this.followLabel, this.follow] = choice("Follow value", "follow", [["", "none"], ...values]);
    this.root = this.assemble();
  }

  assemble() {
    const { trace } = this;
    const hasValues = trace.values.length > 0;
    const title = hasValues ? "Values that each node has" : "Messages of each node";
    const side = make("div", { class: "replay-side" }, make("p", { class: "replay-title" }, title), this.values);
    if (hasValues) side.append(legend(...SQUARE_MEANINGS));
    // A single value can be clicked. A choice would need room that the pictures can use.
    if (trace.values.length > 1) side.append(this.followLabel);
    const ring = make("div", { class: "replay-network-picture" }, this.ring, legend(...dotMeanings(trace)));
    this.beside = make("div", { class: "replay-beside" }, side);
    const root = make(
      "div",
      { class: "replay-player" },
      this.network,
      make("div", { class: "replay-picture" }, ring, this.beside),
      make("div", { class: "replay-strip" }, this.strip, this.scrubber),
      make("div", { class: "replay-buttons" }, this.back, this.play, this.forward, this.lost, this.speedLabel, this.time),
      make("div", { class: "replay-message" }, this.words, this.json, this.hint),
    );
    if (trace.leftOut > 0) {
      const words = `Not shown: ${counted(trace.leftOut, "message")} that came after these.`;
      root.append(make("p", { class: "replay-left-out" }, words));
    }
    this.lost.disabled = trace.nextLost(0) < 0;
    return root;
  }

  /** Puts the list of captions next to the picture, so that both can be seen at once. */
  narrate(list) {
    list.className = "replay-story";
    this.beside.prepend(list);
  }

  /** Shows what the clock says. */
  showClock(clock) {
    const [name, label] = clock.isPlaying ? ["pause", "Pause"] : ["play", "Play"];
    if (this.play.getAttribute("aria-label") !== label) {
      this.play.replaceChildren(icon(name));
      this.play.setAttribute("aria-label", label);
      this.play.title = `${label} (space)`;
    }
    Object.assign(this.scrubber, { min: clock.from, max: clock.to, value: clock.time });
    this.scrubber.setAttribute("aria-valuetext", seconds(clock.time));
    this.speed.value = clock.speed;
    this.time.textContent = `${seconds(clock.time)} of ${seconds(clock.to)}`;
  }

  /** The partition, its sides as the nodes show them. */
  showNetwork(cut, sides) {
    if (this.cut === cut && this.network.firstChild) return;
    this.cut = cut;
    if (!cut || !sides) {
      this.network.textContent = cut ? `Partition: ${cut.sides}` : NO_PARTITION;
      return;
    }
    const side = (number) => {
      const names = sides.flatMap((of, node) => (of === number ? [this.trace.nameOf(node)] : []));
      return make("span", { class: `replay-side-${"ab"[number]}` }, names.join(" "));
    };
    this.network.replaceChildren("Partition: ", side(0), " | ", side(1));
  }

  /** What a screen reader announces; nothing while the run plays. */
  say(words, isPlaying) {
    const live = isPlaying ? "off" : "polite";
    if (this.words.getAttribute("aria-live") !== live) this.words.setAttribute("aria-live", live);
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  showBody(message) {
    if (this.shown === message) return;
    this.shown = message;
    this.hint.hidden = message !== undefined;
    this.json.textContent = message === undefined ? "" : this.trace.body(message);
  }
}

/** What the squares mean: a class and words. */
const SQUARE_MEANINGS = [["known", "has it"], ["missing", "missing"], ["unborn", "not sent yet"]];

/** What the dots on the ring mean, as far as there are such messages. */
const dotMeanings = (trace) => [
  ...(trace.values.length ? [["dot-value", "message with a value"]] : []),
  ["dot-client", "from or to a client"],
  ["dot-reply", "reply or other"],
  ...(trace.nextLost(0) < 0 ? [] : [["dot-lost", "will be lost"], ["dot-cross", "lost here"]]),
];

/** Signs and what they mean. */
const legend = (...meanings) => {
  const entry = ([name, words]) => make("span", {}, make("i", { class: `replay-${name}` }), words);
  return make("p", { class: "replay-legend" }, ...meanings.map(entry));
};
