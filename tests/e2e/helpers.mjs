// What every end-to-end test needs: a browser, a page, screenshots, the accessibility check.
// `cargo xtask test --e2e` sets BASE_URL, CHROME and DAXSCOPE_SCREENSHOTS; each has a default, so
// that one file can be run by hand against a `cargo xtask serve`:  node --test smoke.test.mjs
import { readFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { launchFirefox } from "./firefox.mjs";

export const BASE_URL = process.env.BASE_URL ?? "http://127.0.0.1:8080/";
const CHROME = process.env.CHROME ?? "/usr/bin/chromium";
const SCREENSHOTS =
  process.env.DAXSCOPE_SCREENSHOTS ?? fileURLToPath(new URL("../../target/screenshots", import.meta.url));
const AXE_SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Root (containers, CI) has no sandbox to use; the rest keeps Chromium off the network.
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The viewports at which the page must work: a projector and a narrow window. */
export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 320, height: 640 };

/**
 * Whoever waits that long waits for ever. No test judges how fast anything is: machines that run tests are busy, and a
 * cold browser needs its time. Speed is printed by speed.test.mjs.
 */
export const FOR_EVER = 300_000;

/** Whether the walks are made in Firefox: `cargo xtask test --firefox`. */
export const IN_FIREFOX = process.env.BROWSER === "firefox";

/** The options of a test that cannot run in Firefox: it is skipped there, and its name and the reason are printed. */
export const chromiumOnly = (reason) => (IN_FIREFOX ? { skip: `Chromium only: ${reason}` } : {});

/** Starts the browser; close it in `after`. */
export function launchBrowser() {
  if (IN_FIREFOX) return launchFirefox(FOR_EVER);
  return chromium.launch({ executablePath: CHROME, headless: true, args: FLAGS, timeout: FOR_EVER });
}

/** An empty page in a context of its own. */
export async function newPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  context.setDefaultTimeout(FOR_EVER);
  return { context, page: await context.newPage() };
}

/**
 * Opens the page in a context of its own and waits until the application has replaced the skeleton.
 * `problems` collects what must never happen: console errors, exceptions, failed or foreign requests.
 */
export async function openPage(browser, { path = "", viewport = WIDE, ...contextOptions } = {}) {
  const { context, page } = await newPage(browser, { viewport, ...contextOptions });
  const problems = watch(page);
  await page.goto(new URL(path, BASE_URL).href);
  await page.locator("#boot-status").waitFor({ state: "detached" });
  return { context, page, problems };
}

function watch(page) {
  const problems = [];
  const home = new URL(BASE_URL).origin;
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()}: ${response.url()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== home) problems.push(`foreign request: ${url}`);
  });
  return problems;
}

/** Lets pages of this context copy. Firefox asks nobody, as long as somebody has just pressed something. */
export async function allowCopying(context) {
  if (!IN_FIREFOX) await context.grantPermissions(["clipboard-write"]);
}

/** What was copied last, as somebody who pastes it gets it: no browser has to be asked for the right to read. */
export async function copied(context) {
  const page = await context.newPage();
  await page.setContent("<textarea></textarea>");
  await page.locator("textarea").focus();
  await page.keyboard.press("ControlOrMeta+v");
  const text = await page.locator("textarea").inputValue();
  await page.close();
  return text;
}

/** What pressing a button of the export dialog saves: its name and its text. */
export async function saved(page, name) {
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("button", { name: /^Export/ }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download", { timeout: FOR_EVER }),
    page.getByRole("button", { name, exact: true }).click(),
  ]);
  // The dialog stays open behind a saved file.
  await page.keyboard.press("Escape");
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

/** Writes target/screenshots/NAME.png and returns its path. */
export async function screenshot(page, name) {
  await mkdir(SCREENSHOTS, { recursive: true });
  const path = join(SCREENSHOTS, `${IN_FIREFOX ? "firefox-" : ""}${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}

/** Waits until nothing fades or slides any more: half-way between two colours no contrast is the design's. */
async function stillPicture(page) {
  await page.evaluate(() => {
    const moving = document.getAnimations().filter((animation) => Number.isFinite(animation.effect.getComputedTiming().endTime));
    return Promise.allSettled(moving.map((animation) => animation.finished));
  });
}

/** Fails with one line per element if axe-core finds any violation in the page as it is now. */
export async function assertAccessible(page, where = page.url()) {
  // Evaluated rather than added as a script: the page's own policy allows no scripts from elsewhere.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE_SOURCE);
  await stillPicture(page);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  const lines = violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id} (${violation.impact}): ${violation.help}: ${node.target.join(" ")}`),
  );
  if (lines.length > 0) throw new Error(`Accessibility violations in ${where}:\n${lines.join("\n")}`);
}
