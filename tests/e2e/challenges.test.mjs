// Every challenge: solved by keyboard, a wrong answer given, and "can it still be won?" asked.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { FOR_EVER, NARROW, WIDE, assertAccessible, launchBrowser, openPage, screenshot } from "./helpers.mjs";
import { settled, waitForDrawing } from "./workbench.mjs";

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

async function open(path, options = {}) {
  const opened = await openPage(browser, { path, viewport: WIDE, ...options });
  waitForDrawing(opened.page);
  return opened;
}

const status = (page) => page.locator("#challenge-status").textContent();

/** Presses a button by keyboard. */
async function press(page, selector) {
  await page.locator(selector).focus();
  await page.keyboard.press("Enter");
}

/** Asks the machine, and waits until it has answered. */
async function ask(page) {
  await press(page, "#ask-rest");
  await page.locator("#rest-answer").waitFor({ timeout: FOR_EVER });
  return page.locator("#rest-answer").textContent();
}

const BREAK = {
  "no-memory": { par: /no context switches/, wrong: "AAAAAAAAA" },
  zeroes: { par: /2 context switches/, wrong: "run A" },
  refused: { par: /2 context switches/, wrong: "run A" },
  "two-owners": { par: /2 context switches/, wrong: "run A" },
  embrace: { par: /3 context switches/, wrong: "run A" },
  "lost-wakeup": { par: /4 context switches/, wrong: "run A" },
};

for (const [id, { par }] of Object.entries(BREAK)) {
  test(`break it: ${id}`, async () => {
    const { context, page, problems } = await open(`#v=1&q=${id}`);
    assert.match(await status(page), /Not yet/);
    // A wrong way: A alone, to where it has to wait or is done.
    await page.keyboard.press("Shift+Digit1");
    assert.match(await ask(page), /^No\. Every way on was tried/);
    assert.match(await status(page), /Lost\..*cannot be won any more/);
    // From the beginning it can be won; the rest is shown step by step, and made by keyboard.
    await page.keyboard.press("Home");
    assert.match(await status(page), /Not yet/);
    assert.match(await ask(page), par);
    await press(page, "#reveal-step");
    await press(page, "#reveal-step");
    assert.equal(await page.locator("#rest-steps li").count(), 2);
    if (id === "lost-wakeup") await screenshot(page, "challenge-rest-1280");
    await page.locator("#take-step").focus();
    for (let made = 0; made < 120 && (await page.locator("#take-step").count()); made += 1) {
      await page.keyboard.press("Enter");
    }
    assert.match(await status(page), /Solved\..*nobody can do it with fewer/);
    if (id === "lost-wakeup") {
      await screenshot(page, "challenge-solved-1280");
      await assertAccessible(page, "a solved challenge");
    }
    assert.deepEqual(problems, []);
    await context.close();
  });
}

const FIX = {
  "fix-fsync": { wrong: ["huge"], right: ["huge", "middle"] },
  "fix-wakeup": { wrong: ["relay"], right: ["wake-all"] },
  "fix-preload": { wrong: ["always"], right: ["if-downgrade"] },
  "fix-embrace": { wrong: ["look-again"], right: ["early-handle"] },
  "fix-write": { wrong: ["always"], right: ["entry-first", "always", "unmap"] },
};

/** Chooses exactly these guards, by keyboard. */
async function choose(page, guards) {
  // The panel is drawn when its code has come.
  await page.locator(".guards input[type=checkbox]").first().waitFor();
  for (const box of await page.locator(".guards input[type=checkbox]").all()) {
    const isWanted = guards.includes(await box.getAttribute("value"));
    if ((await box.isChecked()) !== isWanted) {
      await box.focus();
      await page.keyboard.press("Space");
    }
  }
}

async function attack(page) {
  await press(page, "#attack");
  await page.locator("#challenge-status", { hasText: /It holds|It breaks/ }).waitFor({ timeout: FOR_EVER });
}

for (const [id, { wrong, right }] of Object.entries(FIX)) {
  test(`fix it: ${id}`, async () => {
    const { context, page, problems } = await open(`#v=1&q=${id}`);
    await choose(page, wrong);
    await attack(page);
    assert.match(await status(page), /Not so\..*It breaks/);
    // Why, and under which assumption it would be right, which the machine tries as well.
    assert.match(await page.locator(".guards .because").first().textContent(), /\w/);
    await press(page, `[data-assume=${wrong[0]}]`);
    await page.locator(".assumed", { hasText: "then it holds" }).waitFor({ timeout: FOR_EVER });
    if (id === "fix-preload") {
      await screenshot(page, "challenge-wrong-fix-1280");
      await assertAccessible(page, "a wrong fix");
    }
    // The order that breaks it can be stepped.
    await press(page, "#show-way");
    await page.keyboard.press("End");
    assert.ok(await page.locator("[role=alert]").count(), "the rule breaks at the end of the order");
    await choose(page, right);
    await attack(page);
    assert.match(await status(page), /Solved\..*It holds/);
    assert.deepEqual(problems, []);
    await context.close();
  });
}

const ORDER = { "order-zeroes": "abc", "order-wakeup": "abcde", "order-embrace": "acbd", "order-deleted": "abcdefg" };

for (const [id, solution] of Object.entries(ORDER)) {
  test(`order it: ${id}`, async () => {
    const { context, page, problems } = await open(`#v=1&q=${id}`);
    await press(page, "#run-order");
    assert.match(await status(page), /No section is in the order yet/);
    // The first two the wrong way round.
    const [first, second, ...others] = solution;
    for (const letter of [second, first, ...others]) await press(page, `#place-${letter}`);
    await press(page, "#run-order");
    assert.match(await status(page), /Not so\./);
    if (id === "order-wakeup") {
      assert.match(await page.locator("#section-problem").textContent(), /Section 1 cannot run there/);
      await screenshot(page, "challenge-order-1280");
      await assertAccessible(page, "an order that cannot run");
    }
    await press(page, `#later-${second}`);
    assert.equal(await page.evaluate(() => document.activeElement.id), `later-${second}`, "the keyboard goes along");
    await press(page, "#run-order");
    assert.match(await status(page), /Solved\./);
    assert.match(page.url(), new RegExp(`q=${id}:${solution}`));
    assert.deepEqual(problems, []);
    await context.close();
  });
}

test("the list, a challenge opened from it, progress that stays, and an answer as a link", async () => {
  const { context, page, problems } = await open("");
  await page.keyboard.press("l");
  await page.locator("[data-challenge]").first().waitFor();
  assert.equal(await page.locator("[data-challenge]").count(), 15);
  await press(page, "[data-challenge=order-zeroes]");
  for (const letter of "abc") await press(page, `#place-${letter}`);
  await press(page, "#run-order");
  assert.match(await status(page), /Solved\./);
  // The address follows a moment later.
  await page.waitForFunction(() => location.hash.includes("q=order-zeroes:"));
  const link = page.url();
  await press(page, "#all-challenges");
  assert.match(await page.locator("[data-challenge=order-zeroes]").textContent(), /solved/);
  await page.waitForFunction(() => !location.hash.includes("q="));
  await page.reload();
  await page.locator("#boot-status").waitFor({ state: "detached" });
  await page.locator("[data-challenge=order-zeroes]").waitFor();
  assert.match(await page.locator("[data-challenge=order-zeroes]").textContent(), /solved/);
  await page.goto("about:blank");
  await page.goto(link);
  await page.locator("#order").waitFor();
  assert.equal(await page.locator("#order li").count(), 3);
  assert.deepEqual(problems, []);
  await context.close();
});

test("a hint at a time; another kernel is told; narrow, dark and accessible", async () => {
  const { context, page, problems } = await open("#v=1&q=zeroes", { viewport: NARROW, colorScheme: "dark" });
  await press(page, "#challenge-hint");
  await press(page, "#challenge-hint");
  assert.equal(await page.locator("#challenge-hint").count(), 0);
  assert.equal(await page.locator("#hints li").count(), 2);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0, "no sideways scroll at 320 px");
  await assertAccessible(page, "a challenge at 320 px, dark");
  await screenshot(page, "challenge-320-dark");
  await page.goto(`${page.url().split("#")[0]}#v=1&q=zeroes&r=fixed`);
  await settled(page);
  assert.match(await status(page), /Another script or kernel is on screen/);
  assert.deepEqual(problems, []);
  await context.close();
});
