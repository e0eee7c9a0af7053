// Shows only the runs that fit what its reader looks for. Without it, the page shows all of them.
"use strict";

if (document.getElementById("filter")) {
  const form = document.getElementById("filter");
  const count = document.getElementById("count");
  const rows = [...document.querySelectorAll(".runs tbody tr")];
  const words = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

  const filter = () => {
    const wanted = form.elements.text.value.toLowerCase().split(/\s+/);
    const verdict = form.elements.verdict.value;
    let shown = 0;
    for (const row of rows) {
      const fits =
        ["", row.className].includes(verdict) && wanted.every((word) => words.get(row).includes(word));
      row.hidden = !fits;
      if (fits) shown += 1;
    }
    count.textContent = shown === rows.length ? "" : `${shown} of ${rows.length} shown.`;
  };

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields are emptied after the event.
  form.addEventListener("reset", () => setTimeout(filter));
  form.hidden = false;
}
