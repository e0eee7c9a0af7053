// Sentences that say what happens, for readers and for screen readers.

const NO_PARTITION = "No partition";

const seconds = (time) => `${(Math.abs(time) < 0.0005 ? 0 : time).toFixed(3)} s`;

const duration = (time) => {
  if (time >= 1) return seconds(time);
  const millis = time * 1000;
  return `${millis < 10 ? millis.toFixed(1) : Math.round(millis)} ms`;
};

/** `1 message`, `2 messages` */
const counted = (count, thing) => `${count} ${thing}${count === 1 ? "" : "s"}`;

/** `n0, n1 and n2` */
const listed = (names) =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

/** What a message is, as in `broadcast of 17`. */
const kindOf = (trace, message) => {
  const value = trace.onlyValue(message);
  return trace.type(message) + (value === undefined ? "" : ` of ${value}`);
};

/** What became of a message, in a sentence. */
const describeMessage = (trace, message) => {
  const [src, dest] = [trace.nameOf(trace.src[message]), trace.nameOf(trace.dest[message])];
  const kind = kindOf(trace, message) + (trace.duplicates.has(message) ? " (second copy)" : "");
  const sent = `${kind} from ${src} to ${dest}`;
  const when = seconds(trace.ended[message]);
  const took = trace.ended[message] - trace.sent[message];
  const after = took > 0 ? `, ${duration(took)} after it was sent` : "";
  const cut = trace.partitionAt(trace.ended[message]);
  switch (trace.fate[message]) {
    case "p":
      return `${when}: ${sent} is dropped by the partition${cut ? ` ${cut.sides}` : ""}`;
    case "l":
      return `${when}: ${sent} is lost in the network`;
    case "u":
      return `${seconds(trace.sent[message])}: ${sent} never arrives: the run ends`;
    default:
      return `${when}: ${dest} receives ${kind} from ${src}${after}`;
  }
};

/** Which partition there is at a moment. */
const describeNetwork = ({ partition }) =>
  partition ? `Partition (${partition.shape}): ${partition.sides}` : NO_PARTITION;

/** Which nodes lack a value, and what became of its copies. */
const describeValue = (trace, state, place) => {
  const nodes = [...Array(trace.nodes).keys()];
  const without = nodes.filter((node) => !state.knows(node, place)).map((node) => trace.nameOf(node));
  const copies = trace.copies[place].filter((message) => message < state.ended);
  const lost = copies.filter((message) => trace.isLost(message)).length;
  const who = without.length === 0 ? "known to all nodes" : `missing from ${listed(without)}`;
  const sent = `${counted(copies.length, "message")} carried it${lost ? `, ${lost} of them lost` : ""}`;
  return `Value ${trace.values[place]}: ${who}; ${sent}`;
};
