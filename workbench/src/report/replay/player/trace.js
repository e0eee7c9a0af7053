// The trace, unpacked: who sent what to whom, when, and what became of it. See trace.rs.

/** Units of the trace's times in a second. */
const UNITS = 10_000;

/** The numbers of a list that holds their differences. */
const fromDifferences = (differences) => {
  let last = 0;
  return differences.map((difference) => (last += difference));
};

/** The first place in the rising `numbers` at which one is beyond `limit`. */
const countUpTo = (numbers, limit) => {
  let low = 0, high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** A run's messages, numbered in the order of their ends, with times in seconds. */
class Trace {
  constructor(json) {
    const count = json.route.length;
    Object.assign(this, { count, nodes: json.nodes, names: json.names });
    this.services = json.services ?? [];
    this.from = json.from / UNITS;
    this.to = json.to / UNITS;
    this.leftOut = json.left_out;
    this.partitions = json.partitions.map((cut) => ({
      ...cut,
      from: cut.from / UNITS,
      until: cut.until === null ? Infinity : cut.until / UNITS,
    }));
    this.fate = json.fate;
    this.duplicates = new Set(fromDifferences(json.duplicates));
    this.ended = Float64Array.from(fromDifferences(json.ended), (time) => time / UNITS);
    this.readMessages(json);
    this.readValues(json);
    this.cause = new Int32Array(count).fill(-1);
    this.findRequests();
    this.spread();
  }

  readMessages({ routes, route, shapes, fields, flight, ended }) {
    this.shapes = shapes.map((shape) => ({
      fields: shape,
      type: shape.find((field) => field[0] === "type" && field.length > 1)?.[1] ?? "message",
      open: shape.length ? shape.filter((field) => field.length === 1).map(([name]) => name) : ["text"],
    }));
    this.fields = fields;
    this.src = new Int32Array(this.count);
    this.dest = new Int32Array(this.count);
    this.shape = new Int32Array(this.count);
    this.sent = new Float64Array(this.count);
    /** Where the open fields of each body begin. */
    this.open = new Uint32Array(this.count);
    let open = 0, end = 0;
    for (let message = 0; message < this.count; message++) {
      const [src, dest, shape] = routes[route[message]];
      this.src[message] = src;
      this.dest[message] = dest;
      this.shape[message] = shape;
      end += ended[message];
      this.sent[message] = (end - flight[message]) / UNITS;
      this.open[message] = open;
      open += this.shapes[shape].open.length;
    }
  }

  readValues({ values, told, copies }) {
    this.values = fromDifferences(values);
    /** The messages that carry each value, by its place in `values`. */
    this.copies = copies.map(fromDifferences);
    this.told = Array.from({ length: this.nodes }, (_, node) => new Set(fromDifferences(told[node] ?? [])));
  }

  /** A reply was caused by its request. */
  findRequests() {
    const requests = new Map();
    for (let message = 0; message < this.count; message++) {
      const { src, dest } = this;
      const request = this.field(message, "in_reply_to");
      if (typeof request === "number") {
        const found = requests.get(`${dest[message]} ${src[message]} ${request}`);
        if (found !== undefined) this.cause[message] = found;
      }
      const id = this.field(message, "msg_id");
      if (typeof id === "number" && this.arrives(message)) {
        requests.set(`${src[message]} ${dest[message]} ${id}`, message);
      }
    }
  }

  /**
   * Follows each value from node to node. `learned` is what made a node know a value: the number of
   * the message, of the node, and the value's place, in the order of the messages. What a node
   * passes on was caused by what told it.
   */
  spread() {
    const learned = [];
    this.copies.forEach((copies, place) => {
      const value = this.values[place];
      const teacher = new Map();
      for (const message of copies) {
        const src = this.src[message], dest = this.dest[message];
        const told = teacher.get(src);
        if (told !== undefined && this.ended[told] <= this.sent[message]) {
          this.cause[message] = Math.max(this.cause[message], told);
        }
        const isNew = dest < this.nodes && !teacher.has(dest) && !this.told[dest].has(value);
        if (this.arrives(message) && isNew) {
          teacher.set(dest, message);
          learned.push({ message, node: dest, place });
        }
      }
    });
    this.learned = learned.sort((one, other) => one.message - other.message);
    /** The places of the values that a message brought to a node first. */
    this.taught = new Map();
    for (const { message, place } of learned) {
      if (!this.taught.has(message)) this.taught.set(message, []);
      this.taught.get(message).push(place);
    }
  }

  /** What nodes, from 0 on, the services after them, and clients, c0, c1, … from -1 down, are called. */
  nameOf(end) {
    return end < 0 ? `c${-1 - end}` : (this.services[end - this.nodes] ?? this.names?.[end] ?? `n${end}`);
  }

  arrives(message) {
    return this.fate[message] === "d";
  }

  /** Whether a partition dropped it or the network lost it. */
  isLost(message) {
    return this.fate[message] === "p" || this.fate[message] === "l";
  }

  type(message) {
    return this.shapes[this.shape[message]].type;
  }

  field(message, name) {
    const place = this.shapes[this.shape[message]].open.indexOf(name);
    return place < 0 ? undefined : this.fields[this.open[message] + place];
  }

  /** What the message says, as JSON. */
  body(message) {
    const { fields } = this.shapes[this.shape[message]];
    let open = this.open[message];
    if (!fields.length) return this.fields[open];
    const text = (value) =>
      value !== null && typeof value === "object" && "" in value ? value[""] : JSON.stringify(value);
    const parts = fields.map((field) => {
      const value = field.length > 1 ? field[1] : this.fields[open++];
      return `${JSON.stringify(field[0])}:${text(value)}`;
    });
    return `{${parts.join(",")}}`;
  }

  /** The value that a message carries to a node; undefined if it carries none or several. */
  onlyValue(message) {
    this.only ??= this.findOnlyValues();
    const place = this.only[message];
    return place < 0 ? undefined : this.values[place];
  }

  findOnlyValues() {
    const only = new Int32Array(this.count).fill(-1);
    const many = -2;
    this.copies.forEach((copies, place) => {
      for (const message of copies) only[message] = only[message] === -1 ? place : many;
    });
    return only;
  }

  /** The partition in force at a moment. */
  partitionAt(time) {
    return this.partitions.find((cut) => cut.from <= time && time < cut.until);
  }

  /** How many messages have ended by a moment, or at that moment. */
  endedBy(time) {
    return countUpTo(this.ended, time);
  }

  /** The next message from number `start` on that was lost, among those that carry a value, if any. */
  nextLost(start, place) {
    const among = place === undefined ? undefined : this.copies[place];
    if (among) return among.find((message) => message >= start && this.isLost(message)) ?? -1;
    for (let message = start; message < this.count; message++) {
      if (this.isLost(message)) return message;
    }
    return -1;
  }
}
