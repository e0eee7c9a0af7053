// When messages are drawn: every one is to be seen, however short a time it took.

/**
 * How long a message is under way on the screen at least, in seconds of the reader's time. Most
 * networks of the challenges take no time at all: a message would be gone in the moment it is sent.
 */
const SHORTEST_FLIGHT = 0.4;

/** The longest that the picture may be late, in shortest flights: that of a chain of messages. */
const LATEST = 4;

/** Messages are looked through by so many at a time. */
const BLOCK = 64;

/**
 * Draws messages from `begin` to `finish`. That is from when they were sent to when they ended; but
 * none is faster than the shortest flight, and none begins before the one that caused it is there,
 * so that what happened in one moment is seen one after the other. At a hundredth of the speed all
 * this comes to a hundredth of the run's time.
 */
class Schedule {
  constructor(trace, speed) {
    const pace = SHORTEST_FLIGHT * speed;
    const { count, cause, sent, ended } = trace;
    this.begin = new Float64Array(count);
    this.finish = new Float64Array(count);
    this.first = [];
    this.last = [];
    for (let message = 0; message < count; message++) {
      const told = cause[message] >= 0 && cause[message] < message ? this.finish[cause[message]] : -Infinity;
      const begin = Math.min(Math.max(sent[message], told), sent[message] + LATEST * pace);
      const finish = Math.max(ended[message], begin + pace);
      this.begin[message] = begin;
      this.finish[message] = finish;
      const block = Math.floor(message / BLOCK);
      this.first[block] = Math.min(this.first[block] ?? Infinity, begin);
      this.last[block] = Math.max(this.last[block] ?? -Infinity, finish);
    }
    /** How long a cross stays where a message was lost. */
    this.linger = pace;
    const lessons = trace.learned.map(({ message }, lesson) => ({ lesson, at: this.finish[message] }));
    lessons.sort((one, other) => one.at - other.at);
    this.lessons = lessons.map(({ lesson }) => lesson);
    this.lessonTimes = Float64Array.from(lessons, ({ at }) => at);
  }

  /** Calls `visit` with each message to be drawn at a moment. */
  visit(time, visit) {
    for (let block = 0; block < this.first.length; block++) {
      if (this.first[block] > time || this.last[block] + this.linger < time) continue;
      const end = Math.min((block + 1) * BLOCK, this.begin.length);
      for (let message = block * BLOCK; message < end; message++) {
        if (this.begin[message] <= time && time < this.finish[message] + this.linger) visit(message);
      }
    }
  }
}
