// Says in plain words why there is no workbench, where the module itself cannot: it never arrived, or it broke down.
// A plain script and not a module, because from a file browsers load no modules.
(() => {
  const PATIENCE_MS = 12_000;
  const DEV = "run `cargo xtask serve` and open the address that it prints";

  /** Puts a sentence where the page says that it is loading; does nothing once the workbench is there. */
  const say = (sentence) => {
    const status = document.getElementById("boot-status");
    if (!status) return false;
    status.textContent = sentence;
    status.classList.add("failed");
    return true;
  };
  const whenParsed = (act) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", act);
    else act();
  };

  /** The workbench was there and is no more: a strip above what is left of it. */
  const broken = (what) => {
    if (document.getElementById("broken-down")) return;
    const strip = document.createElement("p");
    strip.id = "broken-down";
    strip.setAttribute("role", "alert");
    strip.textContent =
      `The workbench broke down (${what}), so nothing here acts any more. ` +
      "Reload the page: the address holds the run, and your script is kept.";
    document.body.prepend(strip);
  };
  const isTrap = (error) => typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError;

  // boot.js asks for words too, so that all of them are here.
  window.daxscopeCannotStart = (what) =>
    say(
      `The workbench could not start (${what}). Reload the page, or try a current version of Firefox, Chrome or Safari. ` +
        `If you serve it yourself: ${DEV}.`,
    );

  // Where everything is inside the page (files.js), it works from a file too.
  if (location.protocol === "file:" && !document.querySelector('meta[name="daxscope-start"]')) {
    whenParsed(() =>
      say(
        "This page was opened from a file, and browsers load no WebAssembly from files. " +
          `Open it from a web server: ${DEV}, or copy dist/ to any web server.`,
      ),
    );
    return;
  }

  addEventListener(
    "error",
    (event) => {
      // A script that did not arrive; errors of elements do not bubble, so they are caught on their way down.
      if (event.target instanceof HTMLScriptElement) {
        whenParsed(() => window.daxscopeCannotStart(`${event.target.src} did not arrive`));
      } else if (isTrap(event.error)) {
        if (!window.daxscopeCannotStart(event.message)) broken(event.message);
      }
    },
    true,
  );
  addEventListener("unhandledrejection", ({ reason }) => {
    if (isTrap(reason) && !window.daxscopeCannotStart(reason.message)) broken(reason.message);
  });
  // Nothing fails where an answer never comes. What still arrives takes the place of these words.
  setTimeout(() => {
    const status = document.getElementById("boot-status");
    if (!status || status.classList.contains("failed")) return;
    say(
      `The workbench has not arrived in ${PATIENCE_MS / 1000} seconds; it may still come. If it does not, the connection or the ` +
        `server hangs: reload the page. If you serve it yourself: end the server, ${DEV}.`,
    );
  }, PATIENCE_MS);
})();
