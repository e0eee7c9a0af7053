// Asks where the round is, and shows it.

"use strict";

const PAUSE_MS = 250;
const SIGNS = { valid: "✓", invalid: "✗", broken: "✗" };

const element = (id) => document.getElementById(id);
let seen;
let shownKind;
let shownReport;

function show(state) {
  const sign = state.doing ? "…" : (SIGNS[state.kind] ?? "…");
  document.title = `${sign} ${state.stage}`;
  document.body.className = [state.kind, state.doing && "working"].filter(Boolean).join(" ");
  element("stage").textContent = state.stage;
  element("headline").textContent = state.headline;
  element("doing").textContent = state.doing ? `${state.doing} …` : "";
  element("text").textContent = state.text ?? "";
  element("text").hidden = state.text === null;
  element("run").hidden = state.report_version === null;
  if (state.report_version !== null && state.report_version !== shownReport) {
    showReport(state);
  }
}

// Shows a new report. Whoever has scrolled to the replay stays there, unless the verdict is another one.
function showReport(state) {
  const run = element("run");
  const top = state.kind === shownKind ? run.contentWindow.scrollY : 0;
  run.onload = () => run.contentWindow.scrollTo({ top, behavior: "instant" });
  // Not `src`: the button Back would lead through all rounds.
  run.contentWindow.location.replace(`report?${state.report_version}`);
  shownKind = state.kind;
  shownReport = state.report_version;
}

async function look() {
  try {
    const state = await (await fetch("state")).json();
    if (state.version !== seen) show(state);
    seen = state.version;
  } catch {
    element("doing").textContent = "make watch has ended";
    seen = undefined;
  }
  setTimeout(look, PAUSE_MS);
}

look();
