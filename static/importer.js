// Reads a recording of a real kernel in the background, piece by piece, and ends with what it answers. The page sends its compiled
// module first, then the file. Strings are reports; what is none is an object: `ready` when the code that reads is there, `missing`
// when it did not come, `problem` when nothing can be read any more, `wants` when the page is to answer with the bytes of a file.
import { answered } from "./asked.js";
import init, { prepareImport, readRecording } from "../pkg/daxscope.js";

/** The most bytes that a packed file may unpack to. */
const MOST_UNPACKED = 4 * 2 ** 30;

let ready;

self.onmessage = async ({ data }) => {
  try {
    if (data instanceof WebAssembly.Module) {
      ready = start(data);
    } else if (data.path) {
      answered(data);
    } else if (await ready) {
      const file = await unpacked(data.blob);
      self.postMessage(readRecording(file, data.request, (report) => self.postMessage(report)));
    }
  } catch (error) {
    self.postMessage({ problem: String(error?.message ?? error) });
  }
};

async function start(module) {
  await init({ module_or_path: module });
  try {
    await prepareImport();
  } catch (missing) {
    self.postMessage({ missing: String(missing) });
    return false;
  }
  self.postMessage({ ready: true });
  return true;
}

/** What gzip has packed is unpacked into a blob, which the browser may keep on its disk; all else stays where it is. */
async function unpacked(blob) {
  const [first, second] = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  if (first !== 0x1f || second !== 0x8b) return blob;
  const reader = blob.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  let parts = [];
  let bytes = 0;
  for (;;) {
    let piece;
    try {
      piece = await reader.read();
    } catch {
      // What came before a place where it is damaged or cut is read: the report says what it holds.
      if (bytes === 0) throw new Error("what gzip packed in this file is damaged");
      break;
    }
    if (piece.done) break;
    parts.push(piece.value);
    bytes += piece.value.length;
    if (bytes > MOST_UNPACKED) throw new Error("unpacked it has more than 4 GiB, which is more than is read");
    if (parts.length > 64) parts = [new Blob(parts)];
  }
  return new Blob(parts);
}
