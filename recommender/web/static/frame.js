// A form's page in a frame tells its host page how high it is and how far its reader has come.
(() => {
  if (parent === self) return;
  const { form, sites, page, message } = document.body.dataset;
  const allowed = sites.split(" ").filter(Boolean);
  // Where the browser names the host page, nobody else is spoken to.
  const host = location.ancestorOrigins?.[0];
  const heard = host ? allowed.filter((site) => site === host) : allowed;
  const say = (said) => {
    for (const site of heard) parent.postMessage({ source: "rc", v: 1, form, ...said }, site);
  };
  let height = 0;
  const measured = () => {
    const now = Math.ceil(document.body.getBoundingClientRect().height);
    const changed = now !== height;
    height = now;
    return changed;
  };
  measured();
  const own = message ? JSON.parse(message) : {};
  const { step, total } = own;
  say({ type: "rc:ready", page, step, total, lang: document.documentElement.lang, height });
  if (message) say(own);
  let waiting = false;
  new ResizeObserver(() => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (measured()) say({ type: "rc:resize", height });
    });
  }).observe(document.body);
})();
