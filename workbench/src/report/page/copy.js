// Copies commands. A page opened as a file may not be allowed to reach the clipboard: then the command
// is selected, ready to be copied by hand.
"use strict";

for (const command of document.querySelectorAll(".command")) {
  const [code, button, copied] = ["code", "button", "span"].map((name) => command.querySelector(name));
  const select = () => {
    const range = document.createRange();
    range.selectNodeContents(code);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      copied.textContent = "Copied.";
    } catch {
      select();
      copied.textContent = document.execCommand("copy") ? "Copied." : "Selected: copy it.";
    }
  });
}
