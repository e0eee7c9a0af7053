// The interactive parts of report.html: the table of contents, the table of the history, and the links
// into the replay. Without it, the page still shows everything but the history.
"use strict";

// Highlights the current section in the table of contents.
{
  const links = new Map();
  for (const link of document.querySelectorAll(".bar a")) links.set(link.hash.slice(1), link);
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        links.get(entry.target.id).setAttribute("aria-current", "true");
      }
    },
    { rootMargin: "-10% 0px -80% 0px" },
  );
  for (const section of document.querySelectorAll("main > section")) {
    if (links.has(section.id)) observer.observe(section);
  }
}

// A link to a moment opens the replay there, and follows the value that the link is about.
{
  const replay = document.querySelector("#replay run-replay");
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.watch");
    if (!link || !replay) return;
    if (link.dataset.value !== undefined) replay.follow(Number(link.dataset.value));
    replay.time = Number(link.dataset.at);
  });
}

// The history. A row of the data: began and took in microseconds, process, node, operation,
// outcome, value, what was asked, error. Only the rows of one page are ever in the document. A run
// that never began has none.
if (document.getElementById("history-data")) {
  const PAGE = 100;
  const [BEGAN, TOOK, PROCESS, NODE, OPERATION, OUTCOME, VALUE, ASKED, ERROR] = Array(9).keys();
  const CHOICES = [["node", NODE], ["process", PROCESS], ["operation", OPERATION], ["outcome", OUTCOME]];
  const rows = JSON.parse(document.getElementById("history-data").textContent);
  const form = document.getElementById("filter");
  const pager = document.getElementById("pager");
  const count = document.getElementById("count");
  const frame = document.getElementById("rows");
  const body = frame.querySelector("tbody");
  const hasReplay = document.querySelector("#replay run-replay") !== null;
  let shown = rows;
  let page = 0;

  const inOrder = new Intl.Collator("en", { numeric: true }).compare;
  for (const [name, column] of CHOICES) {
    const values = [...new Set(rows.map((row) => row[column]))].filter((value) => value !== "");
    for (const value of values.sort(inOrder)) form.elements[name].append(new Option(value, value));
  }

  const filter = () => {
    const text = form.elements.text.value.toLowerCase();
    const holds = (value) => value !== null && value.toLowerCase().includes(text);
    shown = rows.filter(
      (row) =>
        CHOICES.every(([name, column]) => ["", row[column]].includes(form.elements[name].value)) &&
        (!text || holds(row[VALUE]) || holds(row[ASKED]) || holds(row[ERROR])),
    );
    page = 0;
    show();
  };

  const cell = (row, text, className) => {
    const cell = row.insertCell();
    cell.textContent = text;
    if (className) cell.className = className;
    return cell;
  };

  const show = () => {
    const last = Math.max(0, Math.ceil(shown.length / PAGE) - 1);
    page = Math.min(Math.max(page, 0), last);
    const from = page * PAGE;
    const visible = shown.slice(from, from + PAGE);
    body.replaceChildren();
    for (const row of visible) {
      const line = body.insertRow();
      if (row[NODE] === "") line.className = "nemesis";
      const began = (row[BEGAN] / 1e6).toFixed(3);
      if (hasReplay) {
        const link = document.createElement("a");
        link.className = "watch";
        link.href = "#replay";
        link.dataset.at = row[BEGAN] / 1e6;
        link.textContent = began;
        cell(line, "").append(link);
      } else {
        cell(line, began);
      }
      cell(line, row[TOOK] === null ? "" : (row[TOOK] / 1000).toFixed(2));
      cell(line, row[PROCESS]);
      cell(line, row[NODE]);
      cell(line, row[OPERATION]);
      cell(line, row[OUTCOME], row[NODE] === "" ? "" : row[OUTCOME]);
      const asked = row[ASKED] === null ? "" : `${row[ASKED]} → `;
      const value = cell(line, asked + row[VALUE]);
      if (row[ERROR] !== null) {
        const error = document.createElement("span");
        error.className = "error";
        error.textContent = row[ERROR];
        value.append(error);
      }
    }
    const all = shown.length === rows.length ? "" : `, of ${rows.length} in all`;
    count.textContent =
      shown.length === 0
        ? `No row matches${all}.`
        : `Rows ${from + 1} to ${from + visible.length} of ${shown.length}${all}.`;
    for (const button of pager.querySelectorAll("button")) {
      const back = ["first", "previous"].includes(button.dataset.page);
      button.disabled = back ? page === 0 : page === last;
    }
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields are emptied after the event.
  form.addEventListener("reset", () => setTimeout(filter));
  pager.addEventListener("click", (event) => {
    const to = event.target.dataset.page;
    if (!to) return;
    page = { first: 0, previous: page - 1, next: page + 1, last: Infinity }[to];
    show();
  });
  for (const element of [form, pager, frame]) element.hidden = false;
  show();
}
