// Searches in the background: a request comes in, reports go out, several times a second.
// The page sends its compiled module first, so that nothing is loaded or compiled twice. What is no report is an object:
// `ready` when searches can come, `problem` when none can come any more, `missing` when the code that searches did not come,
// `wants` when the page is to answer with the bytes of a file.
import { answered } from "./asked.js";
import init, { SearchJob, practise, prepare } from "../pkg/daxscope.js";

const SLICE_MS = 120;

let ready;

self.onmessage = async ({ data }) => {
  try {
    if (data instanceof WebAssembly.Module) {
      ready = start(data);
      if (await ready) practise();
    } else if (data.path) {
      answered(data);
    } else if (await ready) {
      work(new SearchJob(data));
    }
  } catch (error) {
    fail(error);
  }
};

/** Starts the module and fetches the code that searches, which is not in it. */
async function start(module) {
  await init({ module_or_path: module });
  try {
    await prepare();
  } catch (missing) {
    self.postMessage({ missing: String(missing) });
    return false;
  }
  self.postMessage({ ready: true });
  return true;
}

function work(job) {
  try {
    // The first report comes soon: whatever takes less is never seen to run.
    self.postMessage(job.advance(SLICE_MS));
    if (job.is_done()) job.free();
    else setTimeout(work, 0, job);
  } catch (error) {
    fail(error);
  }
}

function fail(error) {
  self.postMessage({ problem: String(error?.message ?? error) });
}
