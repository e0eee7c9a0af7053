// What a player shows: a moment of the run, as it moves or standing still.

/** A message that is drawn: how far it has come, from 0 to 1, and whether all its way is drawn. */
const flight = (message, progress, isWhole) => ({ message, progress, isWhole });

class State {
  constructor(trace) {
    this.trace = trace;
    /** By node and value: 1 if it has been told. */
    this.known = new Uint8Array(trace.nodes * trace.values.length);
    /** What nodes learned, as numbers in `trace.learned`, and the messages that taught it. */
    this.inOrder = trace.learned.map((_, lesson) => lesson);
    this.teachers = trace.learned.map(({ message }) => message);
    /** The messages as they really were under way. */
    this.real = new Schedule(trace, 0);
    /** Changes with what is known, so that it is drawn again then alone. */
    this.version = 0;
    this.placeOf = new Map(trace.values.map((value, place) => [value, place]));
  }

  knows(node, place) {
    return this.known[node * this.trace.values.length + place] === 1;
  }

  /** The run moves: messages slide, and a value is known when its message is seen to arrive. */
  move(time, schedule) {
    const { trace } = this;
    this.time = time;
    this.ended = trace.endedBy(time);
    this.partition = trace.partitionAt(time);
    this.flights = [];
    schedule.visit(time, (message) => {
      const way = schedule.finish[message] - schedule.begin[message];
      const progress = Math.min((time - schedule.begin[message]) / way, 1);
      // What has arrived is gone; what was lost leaves a cross behind.
      if (progress < 1 || !trace.arrives(message)) this.flights.push(flight(message, progress, false));
    });
    this.learn(schedule.lessons, countUpTo(schedule.lessonTimes, time));
  }

  /** The run is stopped, and shows in full what ended from one moment to another. */
  stopAt(from, to) {
    const { trace } = this;
    this.show(to, trace.endedBy(to));
    for (let message = trace.endedBy(from - 1e-9); message < this.ended; message++) {
      this.flights.push(flight(message, 1, true));
    }
  }

  /** The run is stopped just after one message has ended. */
  stopAfter(message) {
    this.show(this.trace.ended[message], message + 1);
    this.flights.push(flight(message, 1, true));
  }

  /** As it was when `ended` messages had ended, with those that were under way. */
  show(time, ended) {
    const { trace } = this;
    Object.assign(this, { time, ended, partition: trace.partitionAt(time), flights: [] });
    this.real.visit(time, (message) => {
      const way = trace.ended[message] - trace.sent[message];
      if (message < ended || way <= 0) return;
      this.flights.push(flight(message, (time - trace.sent[message]) / way, false));
    });
    this.learn(this.inOrder, countUpTo(this.teachers, ended - 1));
  }

  /** The first `count` of these lessons have been learned. */
  learn(lessons, count) {
    if (this.lessons === lessons && this.count === count) return;
    Object.assign(this, { lessons, count });
    const { trace, known } = this;
    const width = trace.values.length;
    known.fill(0);
    trace.told.forEach((told, node) => {
      for (const value of told) known[node * width + this.placeOf.get(value)] = 1;
    });
    for (let lesson = 0; lesson < count; lesson++) {
      const { node, place } = trace.learned[lessons[lesson]];
      known[node * width + place] = 1;
    }
    this.version += 1;
  }
}
