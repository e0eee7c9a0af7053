// The network: nodes on a ring, services below it, cut links, and messages under way.

/** From so many nodes on, they and their messages are drawn small. */
const MANY = 13;

/** From so many on, links are not drawn at all. */
const TOO_MANY = 60;

/** How far a message keeps to the right of the straight way, so that both directions can be seen. */
const ASIDE = 5;

/** A lost message comes so far: to where the cut is. */
const HALFWAY = 0.5;

/** Here a message is drawn that has made its way, so that one the other way does not hide it. */
const BEFORE_MIDDLE = 0.4;

/** A service is a box of half this size: its name has to fit. */
const SERVICE = { width: 34, height: 13 };

/** How much higher the picture is if there are services. */
const BELOW = 48;

class Ring {
  constructor(canvas, trace) {
    this.canvas = new Canvas(canvas);
    this.trace = trace;
    this.isSmall = trace.nodes >= MANY;
    this.radius = this.isSmall ? 12 : 22;
    this.dot = this.isSmall ? 4 : 9;
    this.sides = new Map(trace.partitions.map((cut) => [cut, sidesOf(trace, cut)]));
    this.drawn = [];
  }

  layout() {
    const width = this.canvas.element.clientWidth;
    const { nodes, services } = this.trace;
    const height = Math.round(Math.min(Math.max(width * 0.95, 240), 460));
    this.canvas.fit(height + (services.length ? BELOW : 0));
    const across = Math.min(width, height) / 2;
    // Clients are outside the ring.
    this.client = this.isSmall ? 30 : 50;
    const ring = nodes === 1 ? 0 : across - this.client - this.dot - 2;
    this.nodes = Array.from({ length: nodes }, (_, node) => {
      const angle = (node / nodes) * 2 * Math.PI - Math.PI / 2;
      const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
      return { x: width / 2 + ring * dx, y: height / 2 + ring * dy, dx, dy };
    });
    this.services = services.map((_, place) => ({
      x: (width * (place + 1)) / (services.length + 1),
      y: height + BELOW - SERVICE.height - 4,
    }));
  }

  /** Where a node or a service is. */
  placeOf(end) {
    return this.nodes[end] ?? this.services[end - this.nodes.length];
  }

  /** Draws a state. `followed` is a value's place; `marked` the message that is pointed at. */
  draw(state, palette, followed, marked) {
    this.layout();
    this.palette = palette;
    this.pen = this.canvas.clear();
    this.drawn = [];
    this.drawLinks(state.partition);
    if (followed !== undefined) this.drawPath(state, followed);
    const isOfValue = new Set(followed === undefined ? [] : this.trace.copies[followed]);
    for (const flight of state.flights) {
      const isFollowed = isOfValue.has(flight.message);
      this.pen.globalAlpha = followed === undefined || isFollowed || flight.message === marked ? 1 : 0.18;
      this.drawMessage(flight, isFollowed);
    }
    this.pen.globalAlpha = 1;
    this.nodes.forEach((_, node) => this.drawNode(node, state, followed));
    this.services.forEach((at, place) => this.drawService(at, this.trace.services[place]));
    const mark = this.drawn.find(({ message }) => message === marked);
    if (mark) this.circle(mark, this.dot + 4, { stroke: palette.fg, width: 2 });
  }

  /** Whole links in grey; cut ones dotted in the colour of partitions. */
  drawLinks(cut) {
    const { pen, palette, nodes } = this;
    if (nodes.length > TOO_MANY) return;
    for (let one = 0; one < nodes.length; one++) {
      for (let other = 0; other < one; other++) {
        const isCut = cut && (cut.blocked[one].includes(other) || cut.blocked[other].includes(one));
        if (this.isSmall && !isCut) continue;
        pen.strokeStyle = isCut ? palette.partition : palette.line;
        pen.globalAlpha = isCut && this.isSmall ? 0.35 : 1;
        pen.lineWidth = isCut ? 1.5 : 1;
        pen.setLineDash(isCut ? [1.5, 5] : []);
        pen.lineCap = "round";
        this.line(nodes[one], nodes[other]);
      }
    }
    pen.globalAlpha = 1;
    pen.setLineDash([]);
  }

  /** How a value has spread so far, and where every copy was lost for those who lack it. */
  drawPath(state, place) {
    const { trace, pen, palette } = this;
    const tried = new Set();
    for (const message of trace.copies[place]) {
      if (message >= state.ended) break;
      const way = this.way(message);
      const taught = trace.taught.get(message)?.includes(place);
      const isLack = trace.isLost(message) && !state.knows(trace.dest[message], place);
      const link = `${trace.src[message]} ${trace.dest[message]}`;
      if (!way || (!taught && !isLack) || tried.has(link)) continue;
      tried.add(link);
      const to = taught ? way.to : between(way.from, way.to, HALFWAY);
      const colour = taught ? palette.follow : palette.loss;
      pen.strokeStyle = colour;
      pen.lineWidth = 2;
      pen.setLineDash(taught ? [] : [5, 4]);
      this.line(way.from, to);
      pen.setLineDash([]);
      if (taught) this.arrowhead(way.from, to, colour);
      else this.cross(to, this.isSmall ? 3 : 6);
    }
  }

  drawNode(node, state, followed) {
    const { pen, palette, radius } = this;
    const { x, y } = this.nodes[node];
    const side = this.sides.get(state.partition)?.[node];
    const knows = followed !== undefined && state.knows(node, followed);
    this.circle({ x, y }, radius, { fill: palette.surface });
    if (knows) this.circle({ x, y }, radius, { fill: palette.follow });
    const colour = [palette["side-a"], palette["side-b"]][side] ?? palette.fg;
    pen.setLineDash(side === 1 ? [6, 4] : []);
    this.circle({ x, y }, radius, { stroke: colour, width: side === undefined ? 1.5 : 3 });
    pen.setLineDash([]);
    const colourOfName = knows ? palette["on-follow"] : palette.fg;
    this.write(this.trace.nameOf(node), { x, y }, this.isSmall ? 10 : 14, colourOfName, "600", 2 * radius - 4);
    if (followed !== undefined && !knows) {
      this.cross({ x: x + radius * 0.75, y: y - radius * 0.75 }, this.isSmall ? 3 : 5);
    }
  }

  drawService({ x, y }, name) {
    const { pen, palette } = this;
    const { width, height } = SERVICE;
    pen.fillStyle = palette.surface;
    pen.fillRect(x - width, y - height, 2 * width, 2 * height);
    pen.strokeStyle = palette.fg;
    pen.lineWidth = 1.5;
    pen.strokeRect(x - width, y - height, 2 * width, 2 * height);
    this.write(name, { x, y }, 14, palette.fg, "600", 2 * width - 4);
  }

  /** Both ends of a message's way on the canvas; undefined if one of them does not exist. */
  way(message) {
    const src = this.trace.src[message], dest = this.trace.dest[message];
    const node = this.placeOf(src >= 0 ? src : dest), other = this.placeOf(dest >= 0 ? dest : src);
    if (!node || !other || (src < 0 && dest < 0)) return undefined;
    const gap = this.radius + 2;
    if (src >= 0 && dest >= 0) {
      const [dx, dy] = [other.x - node.x, other.y - node.y];
      const length = Math.hypot(dx, dy) || 1;
      const [ux, uy] = [dx / length, dy / length];
      const aside = this.isSmall ? 2 : ASIDE;
      const shift = (end, along) => ({ x: end.x + ux * along - uy * aside, y: end.y + uy * along + ux * aside });
      return { from: shift(node, gap), to: shift(other, -gap) };
    }
    // Requests come in on one side of the node's outside, replies leave on the other.
    const aside = (src < 0 ? 1 : -1) * (this.isSmall ? 3 : 8);
    // A client that a node impersonates may ask a service, too: it is below.
    const { dx = 0, dy = 1 } = node;
    const outside = (along) => ({ x: node.x + dx * along - dy * aside, y: node.y + dy * along + dx * aside });
    const [near, far] = [outside(gap), outside(this.client)];
    return src < 0 ? { from: far, to: near } : { from: near, to: far };
  }

  drawMessage({ message, progress, isWhole }, isFollowed) {
    const { trace, pen, palette } = this;
    const way = this.way(message);
    if (!way) return;
    const isLost = trace.isLost(message);
    const share = isLost ? Math.min(progress, 1) * HALFWAY : progress;
    const at = between(way.from, way.to, share);
    const value = trace.onlyValue(message);
    const carries = value !== undefined || isFollowed;
    const colour = isLost ? palette.loss : isFollowed ? palette.follow : carries ? palette.message : palette.reply;
    if (isWhole || isFollowed) {
      pen.strokeStyle = colour;
      pen.lineWidth = isFollowed ? 2.5 : 1.5;
      pen.setLineDash(isLost ? [5, 4] : carries ? [] : [2, 4]);
      this.line(way.from, at);
      pen.setLineDash([]);
    }
    this.drawn.push({ message, ...at });
    if (isLost && progress >= 1) return this.cross(at, this.isSmall ? 4 : 7);
    if (isWhole) this.arrowhead(way.from, at, colour);
    // Of a message that has arrived, the dot is drawn on its way, where it hides no node.
    const dot = isWhole ? between(way.from, at, BEFORE_MIDDLE) : at;
    if (isWhole) this.drawn.push({ message, ...dot });
    const isClients = trace.src[message] < 0 || trace.dest[message] < 0;
    this.drawDot(dot, carries ? value : undefined, carries, isClients, colour, isFollowed);
  }

  /** With its value in it; a client's is a ring, and one without a value is small. */
  drawDot(at, value, carries, isClients, colour, isFollowed) {
    const { palette, dot } = this;
    const paint = (width) => (isClients ? { fill: palette.surface, stroke: colour, width } : { fill: colour });
    if (!carries) return this.circle(at, dot * 0.45, paint(1.5));
    this.circle(at, dot, paint(2));
    if (value === undefined || this.isSmall) return;
    const onDot = isFollowed ? palette["on-follow"] : palette["on-message"];
    const text = String(value);
    this.write(text, at, text.length < 3 ? 10 : text.length < 4 ? 8.5 : 6.5, isClients ? palette.fg : onDot, "600");
  }

  arrowhead(from, to, colour) {
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    const { pen } = this;
    pen.fillStyle = colour;
    pen.beginPath();
    pen.moveTo(to.x, to.y);
    for (const turn of [2.7, -2.7]) {
      pen.lineTo(to.x + 9 * Math.cos(angle + turn), to.y + 9 * Math.sin(angle + turn));
    }
    pen.fill();
  }

  cross({ x, y }, size) {
    const { pen, palette } = this;
    for (const [colour, width] of [[palette.surface, 6], [palette.loss, 3]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      this.line({ x: x - size, y: y - size }, { x: x + size, y: y + size });
      this.line({ x: x - size, y: y + size }, { x: x + size, y: y - size });
    }
  }

  line(from, to) {
    this.pen.beginPath();
    this.pen.moveTo(from.x, from.y);
    this.pen.lineTo(to.x, to.y);
    this.pen.stroke();
  }

  circle({ x, y }, radius, { fill, stroke, width }) {
    const { pen } = this;
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    if (fill) {
      pen.fillStyle = fill;
      pen.fill();
    }
    if (stroke) {
      pen.strokeStyle = stroke;
      pen.lineWidth = width;
      pen.stroke();
    }
  }

  /** Writes a word around a place, no wider than `most` if that is given. */
  write(text, { x, y }, size, colour, weight, most) {
    const { pen } = this;
    pen.fillStyle = colour;
    pen.font = `${weight} ${size}px ${this.palette.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(text, x, y + 0.5, most);
  }

  /** The message that is drawn nearest to a pointer, if one is near. */
  messageAt(event) {
    const { x, y } = this.canvas.at(event);
    let found, least = 14;
    for (const drawn of this.drawn) {
      const distance = Math.hypot(drawn.x - x, drawn.y - y);
      if (distance < least) [found, least] = [drawn.message, distance];
    }
    return found;
  }
}

const between = (from, to, share) => ({
  x: from.x + (to.x - from.x) * share,
  y: from.y + (to.y - from.y) * share,
});

/** By node, 0 or 1 if a partition has two sides; nothing if it has none, as a ring. */
const sidesOf = (trace, { sides, blocked }) => {
  const names = sides.split(" | ").map((side) => side.split(" "));
  const sideOf = (node) => names.findIndex((side) => side.includes(trace.nameOf(node)));
  return names.length === 2 ? blocked.map((_, node) => sideOf(node)) : undefined;
};
