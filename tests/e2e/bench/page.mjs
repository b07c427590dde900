// How fast the page is, in a real browser; outside the tests, since nothing here is judged.
//
//   node bench/page.mjs --base http://127.0.0.1:8080/ [--base URL-OF-AN-OLDER-BUILD] [--presses 40] [--only small,sparse]
//
// Prints, for each state and build: key to paint (95 % and median, in ms), CPU of the renderer for a key press, elements,
// and the renderer's memory. With two builds, how many times the second takes what the first does. A state that a build
// cannot reach is a dash. Cores are shared: believe a factor, not a percentage.
import { readFileSync } from "node:fs";
import { launchBrowser, newPage } from "../helpers.mjs";

const words = process.argv.slice(2);
const all = (name) => words.flatMap((word, at) => (word === name ? [words[at + 1]] : []));
const bases = all("--base");
const presses = Number(all("--presses")[0] ?? 40);
const only = all("--only")[0]?.split(",");
if (bases.length === 0) {
  console.error("Say which build: node bench/page.mjs --base http://127.0.0.1:8080/");
  process.exit(2);
}

const writes = (count, of) => Array.from({ length: count }, (_, at) => `  write 4K at ${of(at)}p`).join("\n");
const threads = (count, each, far) =>
  Array.from({ length: count }, (_, thread) => `thread ${"ABCDEFGHI"[thread]}\n${writes(each, (at) => (thread * each + at) * far)}`).join("\n");

/** Name, script, and the steps that are made before the measurement. */
const STATES = [
  ["small: a4, 73 steps", null, 0],
  ["5,000 steps, dense", `file 64M\n${threads(3, 64, 1)}`, 5_000],
  ["100,000 steps, dense", `file 64M\n${threads(2, 1500, 1)}`, 100_000],
  ["52 sparse entries by faults", `file 4096G\n${threads(1, 60, 262144)}`, 2_000],
  ["50 entries", "file 64M\nextent 0..64M mapped at 128M\nentries 0..50p block\n" + threads(2, 60, 3), 200],
  ["1,000 entries", "file 64M\nextent 0..64M mapped at 128M\nentries 0..1000p block\n" + threads(2, 60, 3), 200],
  ["10,000 entries", "file 64M\nextent 0..64M mapped at 128M\nentries 0..10000p block\n" + threads(2, 60, 3), 200],
  ["10,000 sparse entries", "file 4096G\nentries 0..20000M page every 2M\n" + threads(2, 60, 512), 200],
  ["10,000 entries, 100,000 steps", "file 64M\nextent 0..64M mapped at 128M\nentries 0..10000p block\n" + threads(2, 1700, 3), 100_000],
];

const browser = await launchBrowser();
const system = await browser.newBrowserCDPSession();

/** Steps there are. */
async function standing(page) {
  const text = await page.locator("#count").textContent();
  return { total: Number(/of (\d+)/.exec(text)?.[1] ?? 0) };
}

async function open(base, script) {
  const { context, page } = await newPage(browser);
  page.setDefaultTimeout(600_000);
  if (script === null) {
    await page.goto(`${base}#v=1&e=a4&p=20`);
  } else {
    const packed = await pack(script);
    await page.goto(`${base}#v=1&c=${packed}`);
  }
  await page.locator("#step").waitFor();
  return { context, page };
}

async function pack(script) {
  const { deflateSync } = await import("node:zlib");
  return deflateSync(Buffer.from(script), { level: 9 }).toString("base64url");
}

/** Runs until so many steps are made; `false`: this build cannot. */
async function run(page, wanted) {
  let last = -1;
  for (let burst = 0; burst < 400; burst += 1) {
    const { total } = await standing(page);
    if (total >= wanted) return true;
    if (total === last && burst > 8) return false;
    last = total;
    await page.keyboard.press("Shift+Digit1");
    await page.keyboard.press("Shift+Digit2");
    await page.keyboard.press("Shift+Digit3");
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  }
  return false;
}

/** Milliseconds from each press of a key to the end of the frame that shows it. */
const paints = (page, key, times) =>
  page.evaluate(
    async ([key, times]) => {
      const { port1, port2 } = new MessageChannel();
      const turn = () => new Promise((done) => ((port1.onmessage = done), port2.postMessage(0)));
      const frame = () => new Promise((done) => requestAnimationFrame(() => turn().then(done)));
      const found = [];
      for (let press = 0; press < times; press += 1) {
        await frame();
        const start = performance.now();
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, code: key, bubbles: true, cancelable: true }));
        await turn();
        document.body.getBoundingClientRect();
        found.push(performance.now() - start);
      }
      return found;
    },
    [key, times],
  );

async function memory(page) {
  const client = await page.context().newCDPSession(page);
  await client.send("HeapProfiler.collectGarbage");
  const { processInfo } = await system.send("SystemInfo.getProcessInfo");
  const sizes = processInfo
    .filter((one) => one.type === "renderer")
    .map((one) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${one.id}/status`, "utf8"))?.[1] ?? 0) / 1024);
  return Math.max(...sizes);
}

const share = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

async function measured(base, script, steps) {
  const { context, page } = await open(base, script);
  try {
    const problems = page.locator(".diagnostics .error");
    if ((await problems.count()) > 0) return null;
    const began = performance.now();
    if (script !== null && !(await run(page, steps))) return null;
    const made = performance.now() - began;
    const client = await context.newCDPSession(page);
    await client.send("Performance.enable", { timeDomain: "threadTicks" });
    const cpu = async () => {
      const { metrics } = await client.send("Performance.getMetrics");
      return 1000 * metrics.find((metric) => metric.name === "TaskDuration").value;
    };
    await paints(page, "ArrowLeft", 5);
    const before = await cpu();
    const found = [
      ...(await paints(page, "ArrowLeft", presses)),
      ...(await paints(page, "ArrowRight", presses)),
    ];
    const each = ((await cpu()) - before) / (2 * presses);
    found.sort((a, b) => a - b);
    const elements = await page.evaluate(() => document.querySelectorAll("*").length);
    return { p95: share(found, 0.95), p50: share(found, 0.5), cpu: each, elements, memory: await memory(page), made };
  } finally {
    await context.close();
  }
}

const cell = (value, width = 8, digits = 1) => (value === undefined ? "-" : value.toFixed(digits)).padStart(width);
console.log(`${"".padEnd(32)}${bases.map((_, at) => `build ${at + 1}:  95 %  median     CPU   elements     MB   made s`).join("   ")}${bases.length > 1 ? "   CPU 2/1" : ""}`);
for (const [name, script, steps] of STATES.filter(([name]) => !only || only.some((part) => name.includes(part)))) {
  const results = [];
  for (const base of bases) {
    results.push((await measured(base, script, steps).catch((error) => (console.error(`${name}: ${error.message.split("\n")[0]}`), null))) ?? {});
  }
  const row = results.map(
    (one) => `        ${cell(one.p95)}${cell(one.p50)}${cell(one.cpu)}${cell(one.elements, 11, 0)}${cell(one.memory, 7, 0)}${cell(one.made && one.made / 1000, 9)}`,
  );
  const [first, second] = results;
  const ratio = second?.cpu && first?.cpu ? `${cell(second.cpu / first.cpu, 10)}` : "";
  console.log(`${name.padEnd(32)}${row.join("")}${ratio}`);
}
await browser.close();
