// The system's own Firefox under playwright-core, over WebDriver BiDi: `BROWSER=firefox`, or `cargo xtask test --firefox`.
//
// playwright-core drives a Firefox that was not built for it under the channel "moz-firefox". Between 1.65.1 and Firefox 153
// three things do not fit, and are made to fit here, on the messages between the two:
// * the command for what a page looks like is missing; it is answered, and preferences set the look for a whole browser, and
//   whether it has JavaScript and a mouse, which Playwright forgets here without a word. So there is one browser for each look that a test asks for, started when the first test asks;
// * a download that no navigation began has no name of its own, and its events are dropped; its address becomes its name;
// * a second file of the same name is saved under another, which nobody asks for; the newest gets the name.
import { renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { firefox } from "playwright-core";

const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const LOOK = "emulation.setMediaFeaturesOverride";

/** What is set for a whole browser: Playwright's options of the same names. */
const LOOK_OPTIONS = ["colorScheme", "forcedColors", "reducedMotion", "javaScriptEnabled", "hasTouch", "isMobile"];

/** Fingers: coarse, and they do not hover. A mouse: fine, and it does. */
const [FINGERS, MOUSE] = [1, 6];

/** The preferences that make a browser as Playwright's options say. */
function preferences({ colorScheme, forcedColors, reducedMotion, javaScriptEnabled, hasTouch }) {
  const pointer = hasTouch ? FINGERS : MOUSE;
  return {
    "javascript.enabled": javaScriptEnabled !== false,
    "layout.css.prefers-color-scheme.content-override": colorScheme === "dark" ? 0 : 1,
    "ui.systemUsesDarkTheme": colorScheme === "dark" ? 1 : 0,
    "ui.prefersReducedMotion": reducedMotion === "reduce" ? 1 : 0,
    // 2: never the colours of the page, as with a contrast theme; 0: always.
    "browser.display.document_color_use": forcedColors === "active" ? 2 : 0,
    "ui.primaryPointerCapabilities": pointer,
    "ui.allPointerCapabilities": pointer,
  };
}

/** Gives a download a name, and its file the name that was suggested. */
function nameDownload({ method, params }, suggested) {
  params.download ??= params.navigation ?? params.url;
  if (method === "browsingContext.downloadWillBegin") suggested.set(params.download, params.suggestedFilename);
  const name = suggested.get(params.download);
  if (params.filepath && name && basename(params.filepath) !== name) {
    renameSync(params.filepath, join(dirname(params.filepath), name));
  }
}

/** Makes Playwright and this Firefox understand each other. */
function translate(browser) {
  const connection = browser._connection.toImpl(browser)._connection;
  const transport = connection._transport;
  const [send, receive] = [connection.rawSend.bind(connection), transport.onmessage];
  connection.rawSend = (message) => {
    if (message.method !== LOOK) return send(message);
    queueMicrotask(() => receive({ id: message.id, type: "success", result: {} }));
  };
  const suggested = new Map();
  transport.onmessage = (message) => {
    if (message.method?.startsWith("browsingContext.download")) nameDownload(message, suggested);
    receive(message);
  };
}

async function start(look, timeout) {
  const browser = await firefox.launch({
    channel: "moz-firefox",
    executablePath: FIREFOX,
    headless: true,
    timeout,
    firefoxUserPrefs: preferences(look),
  });
  translate(browser);
  return browser;
}

/** One browser for each look, behind what the tests use of Playwright's browser. */
export function launchFirefox(timeout) {
  const started = new Map();
  return {
    async newContext(options = {}) {
      const look = Object.fromEntries(LOOK_OPTIONS.filter((name) => name in options).map((name) => [name, options[name]]));
      const rest = Object.fromEntries(Object.entries(options).filter(([name]) => !(name in look)));
      const key = JSON.stringify(look);
      if (!started.has(key)) started.set(key, start(look, timeout));
      return (await started.get(key)).newContext(rest);
    },
    async close() {
      for (const browser of started.values()) await (await browser).close();
    },
  };
}
