// The values each node has, one square per value. Without values: how many messages it sent and received.

/** The largest and the smallest size of a square. */
const SQUARES = [12, 2];

/** The most that the rows take in height, as long as squares can be made smaller. */
const HEIGHT = 400;

/** The width of the columns next to them, and the height of their text. */
const NAME = 36, COUNT = 64, LINE = 12;

class ValuesPanel {
  constructor(canvas, trace) {
    this.canvas = new Canvas(canvas);
    this.trace = trace;
  }

  layout() {
    const width = this.canvas.element.clientWidth;
    const { nodes, values } = this.trace;
    for (let square = SQUARES[0]; square >= SQUARES[1]; square--) {
      const gap = square > 6 ? 3 : 1;
      const columns = Math.max(Math.floor((width - NAME - COUNT) / (square + gap)), 1);
      const lines = Math.max(Math.ceil(values.length / columns), 1);
      const between = nodes > 12 ? 4 : 10;
      const row = Math.max(lines * (square + gap), LINE) + between;
      // Small squares are centred on the line of text.
      const above = 2 + Math.max((LINE - lines * (square + gap)) / 2, 0);
      Object.assign(this, { square, gap, columns, between, row, above });
      // Squares a little smaller are better than a last line of one or two.
      const left = lines > 1 ? values.length % columns : 0;
      const isRagged = square > 10 && left > 0 && left < 3;
      if (!isRagged && row * nodes <= Math.max(HEIGHT, (LINE + 4) * nodes)) break;
    }
    return this.canvas.fit(Math.max(this.row * nodes, 20));
  }

  draw(state, palette, followed) {
    const isNew = this.layout();
    const what = [state.version, followed, palette];
    if (!isNew && this.what?.every((part, place) => part === what[place])) return;
    this.what = what;
    const pen = this.canvas.clear();
    const { nodes, values } = this.trace;
    const { square, gap, columns, between, row } = this;
    const allNodes = [...Array(nodes).keys()];
    const isTold = values.map((_, place) => allNodes.some((node) => state.knows(node, place)));
    const told = isTold.filter(Boolean).length;
    const counts = [];
    pen.textBaseline = "middle";
    for (let node = 0; node < nodes; node++) {
      const top = node * row;
      let count = 0;
      pen.fillStyle = palette.line;
      if (node > 0) pen.fillRect(0, top - between / 2, this.canvas.width, 1);
      for (let place = 0; place < values.length; place++) {
        const x = NAME + (place % columns) * (square + gap);
        const y = top + this.above + Math.floor(place / columns) * (square + gap);
        const isKnown = state.knows(node, place);
        count += isKnown;
        const isFollowed = place === followed;
        if (isKnown) {
          pen.fillStyle = isFollowed ? palette.follow : palette.known;
          pen.fillRect(x, y, square, square);
        } else if (isTold[place]) {
          pen.strokeStyle = palette.missing;
          pen.lineWidth = isFollowed ? 2 : 1;
          pen.strokeRect(x + 0.5, y + 0.5, square - 1, square - 1);
        } else {
          pen.fillStyle = palette.unborn;
          pen.fillRect(x + square / 2 - 1, y + square / 2 - 1, 2, 2);
        }
        if (isFollowed) {
          pen.strokeStyle = palette.follow;
          pen.lineWidth = 2;
          pen.strokeRect(x - 1.5, y - 1.5, square + 3, square + 3);
        }
      }
      counts.push(count);
      const middle = top + 2 + LINE / 2;
      pen.font = `600 12px ${palette.font}`;
      pen.textAlign = "left";
      pen.fillStyle = palette.fg;
      pen.fillText(this.trace.nameOf(node), 2, middle, NAME - 4);
      pen.font = `12px ${palette.font}`;
      pen.textAlign = "right";
      pen.fillStyle = count < told ? palette.missing : palette.fg;
      pen.fillText(`${count} of ${told}`, this.canvas.width - 2, middle);
    }
    const words = counts.map((count, node) => `${this.trace.nameOf(node)} ${count}`).join(", ");
    this.canvas.element.setAttribute("aria-label", `Values known, of ${told}: ${words}`);
  }

  /** The place of the value at a pointer, and the node in whose row it is. */
  at(event) {
    const { x, y } = this.canvas.at(event);
    const { square, gap, columns, row } = this;
    const node = Math.floor(y / row);
    const column = Math.floor((x - NAME) / (square + gap));
    const place = Math.floor((y - node * row - this.above) / (square + gap)) * columns + column;
    const isOne = column >= 0 && column < columns && place >= 0 && place < this.trace.values.length;
    return isOne && node < this.trace.nodes ? { node, place } : undefined;
  }
}

class CountsPanel {
  constructor(canvas, trace) {
    this.canvas = new Canvas(canvas);
    this.trace = trace;
    // By node, the numbers of the messages that it got and that it sent.
    const lists = () => Array.from({ length: trace.nodes }, () => []);
    this.got = lists();
    this.sent = lists();
    for (let message = 0; message < trace.count; message++) {
      if (trace.arrives(message)) this.got[trace.dest[message]]?.push(message);
      this.sent[trace.src[message]]?.push(message);
    }
    const lengths = [...this.got, ...this.sent].map((list) => list.length);
    this.most = Math.max(...lengths, 1);
  }

  draw(state, palette) {
    const { nodes } = this.trace;
    const row = nodes > 8 ? 30 : 46;
    this.canvas.fit(row * nodes);
    const pen = this.canvas.clear();
    const width = this.canvas.width - NAME - 96;
    const words = [];
    pen.textBaseline = "middle";
    for (let node = 0; node < nodes; node++) {
      const counts = [this.got, this.sent].map((lists) => countUpTo(lists[node], state.ended - 1));
      pen.textAlign = "left";
      pen.fillStyle = palette.fg;
      pen.font = `600 12px ${palette.font}`;
      pen.fillText(this.trace.nameOf(node), 2, node * row + row / 2 - 3, NAME - 4);
      pen.font = `12px ${palette.font}`;
      const height = row / 2 - 6;
      counts.forEach((count, place) => {
        const y = node * row + place * (height + 2);
        pen.fillStyle = palette.line;
        pen.fillRect(NAME, y, width, height);
        pen.fillStyle = [palette.message, palette.reply][place];
        pen.fillRect(NAME, y, (width * count) / this.most, height);
        pen.fillStyle = palette.fg;
        const text = `${["got", "sent"][place]} ${count}`;
        pen.fillText(text, NAME + width + 8, y + height / 2 + 1);
      });
      words.push(`${this.trace.nameOf(node)} got ${counts[0]} and sent ${counts[1]}`);
    }
    this.canvas.element.setAttribute("aria-label", `Messages: ${words.join(", ")}`);
  }

  at() {
    return undefined;
  }
}
