// Searches in the background: a request comes in, reports go out, several times a second.
// The page sends its compiled module first, so that nothing is loaded or compiled twice. What is no report is an object:
// `ready` when searches can come, `problem` when none can come any more.
import init, { SearchJob, practise } from "../pkg/daxscope.js";

const SLICE_MS = 120;

let ready;

self.onmessage = async ({ data }) => {
  try {
    if (data instanceof WebAssembly.Module) {
      ready = init({ module_or_path: data });
      await ready;
      self.postMessage({ ready: true });
      practise();
      return;
    }
    await ready;
    work(new SearchJob(data));
  } catch (error) {
    fail(error);
  }
};

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
