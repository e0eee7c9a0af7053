// The strip under the picture: the whole run, how much went on when, and what was lost.

const HEIGHT_OF_STRIP = 44;

/** The width of a bar. */
const BAR = 3;

class Strip {
  constructor(canvas, trace, captions) {
    this.canvas = new Canvas(canvas);
    this.trace = trace;
    this.captions = captions;
  }

  /** Counts what ended in each bar's time, once for each width and range of time. */
  count(from, to) {
    const { trace } = this;
    const bars = Math.max(Math.floor(this.canvas.width / BAR), 1);
    this.arrived = new Float64Array(bars);
    this.lost = new Float64Array(bars);
    for (let message = 0; message < trace.count; message++) {
      const share = (trace.ended[message] - from) / (to - from);
      const bar = Math.min(Math.floor(share * bars), bars - 1);
      if (bar < 0 || share > 1) continue;
      (trace.isLost(message) ? this.lost : this.arrived)[bar] += 1;
    }
    this.most = 1;
    for (let bar = 0; bar < bars; bar++) {
      this.most = Math.max(this.most, this.arrived[bar] + this.lost[bar]);
    }
    this.range = `${from} ${to}`;
  }

  draw(time, { from, to }, palette) {
    if (this.canvas.fit(HEIGHT_OF_STRIP) || this.range !== `${from} ${to}`) this.count(from, to);
    const pen = this.canvas.clear();
    const { width, height } = this.canvas;
    const x = (moment) => ((Math.min(Math.max(moment, from), to) - from) / (to - from || 1)) * width;
    for (const cut of this.trace.partitions) {
      if (cut.until < from || cut.from > to) continue;
      const [left, right] = [x(cut.from), x(cut.until)];
      pen.globalAlpha = 0.28;
      pen.fillStyle = palette.partition;
      pen.fillRect(left, 0, right - left, height);
      pen.globalAlpha = 1;
      pen.fillRect(left, 0, right - left, 3);
    }
    // By the square root, so that a few messages are visible next to many.
    const scale = (height - 8) / Math.sqrt(this.most);
    for (let bar = 0; bar < this.arrived.length; bar++) {
      const [arrived, lost] = [this.arrived[bar], this.lost[bar]];
      if (arrived + lost === 0) continue;
      const whole = Math.max(Math.sqrt(arrived + lost) * scale, 2);
      const part = lost ? Math.max((whole * lost) / (arrived + lost), 2) : 0;
      pen.fillStyle = palette.reply;
      pen.fillRect(bar * BAR, height - whole, BAR - 1, whole - part);
      pen.fillStyle = palette.loss;
      pen.fillRect(bar * BAR, height - part, BAR - 1, part);
    }
    pen.fillStyle = palette.fg;
    for (const { at } of this.captions) {
      pen.beginPath();
      pen.arc(x(at), 7, 3, 0, 2 * Math.PI);
      pen.fill();
    }
    pen.fillRect(Math.min(x(time), width - 2), 0, 2, height);
  }
}
