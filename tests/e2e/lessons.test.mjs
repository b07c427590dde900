// Every lesson, from its first step to its last, by keyboard. The list of lessons, their questions and the ways to their ends
// are read from crates/lessons/units, so a new lesson is walked without a new test.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { NARROW, allowCopying, assertAccessible, copied, launchBrowser, openPage, screenshot } from "./helpers.mjs";
import { settled, waitForDrawing } from "./workbench.mjs";

const UNITS = fileURLToPath(new URL("../../crates/lessons/units/", import.meta.url));
const read = (unit, file) => readFileSync(`${UNITS}${unit}/${file}`, "utf8");

/** The sections of a file: heading, and its lines `key: value` up to the text. */
function sections(text) {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading, ...lines] = section.split("\n");
      const keys = {};
      for (const line of lines) {
        const found = line.match(/^([a-z]+): (.*)$/);
        if (!found) break;
        keys[found[1]] = found[2];
      }
      return { heading, keys, text: section };
    });
}

/** The letter of the right answer of each question. */
function rightAnswers(unit) {
  const answers = new Map();
  for (const { heading, text } of sections(read(unit, "questions.md"))) {
    const options = text.split(/^- /m).slice(1);
    answers.set(heading, options.find((option) => /^ {2}yes: /m.test(option))[0]);
  }
  return answers;
}

const units = readdirSync(UNITS).filter((unit) => unit !== "inventory");
const walks = [
  ...units.map((unit) => ({ id: unit, unit, suffix: "", reveals: true })),
  { id: "before", unit: "inventory", suffix: "", reveals: false },
  { id: "after", unit: "inventory", suffix: "-again", reveals: true },
];

let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** A test on a page of its own that must not complain. */
function walk(name, options, body) {
  test(name, async () => {
    const opened = await openPage(browser, options);
    waitForDrawing(opened.page);
    await settled(opened.page);
    await body(opened.page, opened.context);
    assert.deepEqual(opened.problems, []);
    await opened.context.close();
  });
}

/** Presses a key on an element that has the focus. */
async function press(page, selector, key) {
  await page.locator(selector).focus();
  await page.keyboard.press(key);
}

/** Presses the digits of a schedule such as `A7 A! B2`. */
async function follow(page, way) {
  await page.locator("#panel").focus();
  for (const [, thread, count, fails] of way.matchAll(/([A-I])(\d*)(!?)/g)) {
    for (let made = 0; made < Number(count || 1); made += 1) {
      await page.keyboard.press(fails ? "f" : String(thread.charCodeAt(0) - 64));
    }
  }
}

for (const { id, unit, suffix, reveals } of walks) {
  const steps = sections(read(unit, "unit.md"));
  const right = rightAnswers(unit);
  walk(`the lesson ${id} can be walked from its first step to its last`, { path: "#v=1&w=learn" }, async (page) => {
    await page.locator(`[data-lesson="${id}"]`).waitFor();
    await press(page, `[data-lesson="${id}"]`, "Enter");
    for (const [at, { heading, keys }] of steps.entries()) {
      assert.equal(await page.locator("#panel > h3").first().textContent(), heading.replaceAll("`", ""));
      assert.equal(await page.locator("#panel").getAttribute("aria-label"), `Step ${at + 1} of ${steps.length}: ${heading}`);
      for (const question of (keys.ask ?? "").split(", ").filter(Boolean)) {
        const form = `#question-${question}${suffix}`;
        await press(page, `${form} input[value="${right.get(question)}"]`, "Space");
        assert.equal(await page.locator(`${form} .because`).count(), 0, "nothing is told before the answer");
        await press(page, `${form} button[type=submit]`, "Enter");
        assert.match(await page.locator(`${form} .verdict`).textContent(), reveals ? /^Right\./ : /^Noted\./);
        assert.equal((await page.locator(`${form} .because`).count()) > 0, reveals);
        assert.equal(await page.evaluate(() => document.activeElement.classList.contains("verdict")), true);
      }
      if (keys.task) {
        assert.match(await page.locator("#task").textContent(), /^Try it\./);
        await follow(page, keys.way);
        assert.match(await page.locator("#task").textContent(), /^Reached\./, keys.way);
      }
      assert.match(await page.locator("#lesson-next").textContent(), at + 1 < steps.length ? /^Next$/ : /^To all lessons$/);
      await press(page, "#lesson-next", "Enter");
    }
    assert.match(await page.locator(`[data-lesson="${id}"]`).textContent(), /done/);
    // The address follows a moment later.
    await page.waitForFunction(() => !location.hash.includes("&l="));
    await page.reload();
    await page.locator(`[data-lesson="${id}"]`, { hasText: "done" }).waitFor();
    await page.getByRole("button", { name: "Forget my progress" }).click();
    await settled(page);
    assert.equal(await page.locator("[data-lesson]", { hasText: "done" }).count(), 0);
  });
}

for (const [where, viewport, colorScheme] of [["1280", undefined, "light"], ["320", NARROW, "dark"]]) {
  walk(`the panel is accessible at ${where}`, { path: "#v=1&l=keys.2", viewport, colorScheme }, async (page) => {
    await page.locator("#question-keys-which").waitFor();
    await assertAccessible(page, "a question");
    await press(page, "#question-keys-which input[value=a]", "Space");
    await press(page, "#question-keys-which button[type=submit]", "Enter");
    await assertAccessible(page, "an answer");
    await screenshot(page, `lesson-answer-${where}-${colorScheme}`);
    await press(page, "#lesson-next", "Enter");
    await assertAccessible(page, "a task");
    await page.getByRole("button", { name: "All lessons" }).click();
    await page.locator("[data-lesson]").first().waitFor();
    await assertAccessible(page, "the list");
    await page.getByRole("button", { name: "For teachers" }).click();
    await page.locator("#answer-links").fill("#a=1~QWRh~keys-which.b~00000000\nhello");
    await settled(page);
    assert.match(await page.locator("#grades").textContent(), /damaged.*no link/s);
    await assertAccessible(page, "the page for teachers");
    const width = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(width, 0, "the page scrolls sideways");
  });
}

walk("a link opens a lesson at its step, and a wrong one says what there is", { path: "#v=1&l=downgrade.3" }, async (page) => {
  await page.locator("#task").waitFor();
  assert.match(await page.locator("#lesson-title").textContent(), /The downgrade/);
  assert.match(await page.locator("#count").textContent(), /^step 37/);
  await page.evaluate(() => {
    location.hash = "v=1&l=nowhere.1";
  });
  await page.getByText("There is no lesson `nowhere`").first().waitFor();
});

walk("answers go from a student to a teacher as a link", { path: "#v=1&l=wake.2" }, async (page, context) => {
  await allowCopying(context);
  await press(page, "#question-wake-chain input[value=c]", "Space");
  await press(page, "#question-wake-chain button[type=submit]", "Enter");
  await page.getByRole("button", { name: "All lessons" }).click();
  await page.getByLabel("Your name").fill("Ada");
  await page.getByRole("button", { name: "Copy a link with my answers" }).click();
  await settled(page);
  const link = await copied(context);
  await page.getByRole("button", { name: "For teachers" }).click();
  await page.locator("#answer-links").fill(`${link}\n${link.slice(0, -4)}`);
  await settled(page);
  assert.deepEqual(await page.locator("#grades tbody th").allTextContents(), ["Ada", "not read: line 2, Ada"]);
  assert.match(await page.locator("#grades tbody tr").first().textContent(), /1 of 1 right.*c✓/);
  assert.match(await page.locator("#grades tbody tr").nth(1).textContent(), /line 2.*cut off/);
});

walk("every dotted word opens the glossary; Escape leads back", { path: "#v=1&l=wake.2" }, async (page) => {
  const word = page.locator("#panel .term, .legend .term").first();
  await word.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: /^Glossary/ }).waitFor();
  await page.locator("#this-term").waitFor();
  await assertAccessible(page, "the glossary");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("dialog").count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.classList.contains("term")), true);
  const words = await page.locator("[data-term]").evaluateAll((all) => [...new Set(all.map((one) => one.dataset.term))]);
  assert.ok(words.length > 5, words.join());
  for (const one of words) {
    await page.locator(`[data-term="${one}"]`).first().click();
    await settled(page);
    assert.doesNotMatch(await page.locator("#this-term").textContent(), /has no word/, one);
    await page.keyboard.press("Escape");
  }
});

walk("the museum and the palette find a word of the glossary", {}, async (page) => {
  await page.keyboard.press("g");
  await page.locator("#gallery-search").fill("HZP");
  await page.locator(".gallery-terms dt", { hasText: "HZP" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.locator("#palette-text").fill("HZP");
  await page.getByRole("option", { name: "Glossary: HZP" }).waitFor();
  await page.keyboard.press("Enter");
  await page.locator("#this-term", { hasText: "huge zero page" }).waitFor();
});
