// The link to the index of the store. A page does not know by which path it was opened: its folder is two
// levels below the index, and one of the links to it is only one level below. Where it is neither, the
// folder was copied from its store, and the link stays hidden.
"use strict";

{
  const item = document.getElementById("all-runs");
  const [group, folder] = decodeURI(location.pathname).split("/").slice(-3, -1);
  const up =
    group === item.dataset.group ? "../../" : ["latest", "current"].includes(folder) ? "../" : null;
  if (up !== null) {
    item.querySelector("a").href = `${up}index.html`;
    item.hidden = false;
  }
}
