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
    const folded = document.getElementById(location.hash.slice(1))?.closest("details");
    if (folded) folded.open = true;
  };
  addEventListener("hashchange", open);
  open();

  // A change is tried in place: the server renders the part, the reader's place is kept.
  const outcome = document.querySelector("#outcome");
  const own = outcome?.innerHTML;
  const parts = new Map();
  let tries = 0;
  const part = (link) => {
    const address = new URL(link.href);
    address.searchParams.set("part", "outcome");
    if (!parts.has(link.href)) {
      parts.set(link.href, fetch(address).then((answer) => answer.ok ? answer.text() : Promise.reject()));
    }
    return parts.get(link.href);
  };
  const back = () => {
    tries++;
    outcome.innerHTML = own;
    for (const link of all("[data-try]")) link.removeAttribute("aria-current");
    say(document.querySelector("h1").textContent);
  };
  for (const link of all("[data-try]")) {
    for (const sign of ["pointerenter", "focus"]) link.addEventListener(sign, () => part(link).catch(() => {}), { once: true });
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (link.hasAttribute("aria-current")) return back();
      const turn = ++tries;
      const shown = await part(link).catch(() => null);
      if (turn !== tries) return;
      if (shown === null) {
        location.href = link.href;
        return;
      }
      outcome.innerHTML = shown;
      for (const other of all("[data-try]")) other.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      say(link.querySelector("span").textContent);
    });
  }
  outcome?.addEventListener("click", (event) => {
    if (!event.target.closest("[data-back]") || !document.querySelector("[data-try]")) return;
    event.preventDefault();
    const tried = document.querySelector("[data-try][aria-current]");
    back();
    tried?.focus();
  });

  // "So far": beside the questions on a wide screen, ranked by the server as answers change.
  const panel = document.querySelector("[data-so-far]");
  if (panel && matchMedia("(min-width: 60rem)").matches) {
    const form = document.querySelector("form[method=post]");
    let leader = null;
    let latest = 0;
    const update = async () => {
      const turn = ++latest;
      const address = new URL(panel.dataset.soFar, location.href);
      for (const [name, value] of new FormData(form)) address.searchParams.append(name, value);
      const answer = await fetch(address).catch(() => null);
      if (!answer?.ok || turn !== latest) return;
      panel.innerHTML = await answer.text();
      panel.hidden = false;
      const now = panel.querySelector("[data-leader]").textContent;
      if (leader !== null && now !== leader) say(now);
      leader = now;
    };
    form.addEventListener("change", update);
    update();
  }

  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  addEventListener("beforeprint", () => all("details.card").forEach((card) => { card.open = true; }));

  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.address ?? location.href);
      say(button.dataset.copy);
      button.textContent = button.dataset.copy;
    });
  }
})();
