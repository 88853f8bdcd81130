// Comfort only: without it every form, link and page works the same.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const say = (words) => { document.querySelector("#live").textContent = words; };

  // "Not sure" and "none of these" exclude the other boxes of their question.
  document.addEventListener("change", ({ target }) => {
    if (target.type !== "checkbox" || !target.checked) return;
    for (const box of all("input", target.closest("fieldset"))) {
      if (box !== target && ("exclusive" in target.dataset || "exclusive" in box.dataset)) {
        box.checked = false;
      }
    }
  });

  // What went wrong is where the reader continues.
  document.querySelector("#problems")?.focus();

  // A link to a type or source opens the card that holds it.
  const open = () => {
    const card = location.hash && document.querySelector(location.hash)?.closest("details");
    if (card) card.open = true;
  };
  addEventListener("hashchange", open);
  open();

  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  addEventListener("beforeprint", () => all("details.card").forEach((card) => { card.open = true; }));

  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(location.href);
      say(button.dataset.copy);
      button.textContent = button.dataset.copy;
    });
  }
})();
