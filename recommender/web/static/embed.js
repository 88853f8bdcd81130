// Gives each frame of a form the height of its page, and hands its messages on as events.
(() => {
  const host = new URL(document.currentScript.src).origin;
  const frames = () => [...document.querySelectorAll("iframe[data-rc]")];
  const seen = new WeakSet();
  addEventListener("message", ({ data, origin, source }) => {
    // A frame in a sandbox has the origin "null": it is known by its window.
    if ((origin !== host && origin !== "null") || data?.source !== "rc" || data.v !== 1) return;
    const frame = source && frames().find((one) => one.contentWindow === source);
    if (!frame || new URL(frame.src).origin !== host || !/^rc:[a-z]+$/.test(data.type)) return;
    if (Number.isFinite(data.height) && data.height > 0 && data.height < 1e5) {
      frame.style.minHeight = 0;
      frame.style.height = `${Math.ceil(data.height)}px`;
      frame.scrolling = "no";
    }
    if (data.type === "rc:ready") {
      if (seen.has(frame) && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
      seen.add(frame);
    }
    frame.dispatchEvent(new CustomEvent(data.type, { detail: data, bubbles: true }));
  });
})();
