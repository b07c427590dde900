// Starts the WebAssembly module and says so in plain words when it cannot.
// Every address is relative to this file: the page works from any sub-path.
import init from "../pkg/daxscope.js";

const module = new URL("../pkg/daxscope_bg.wasm", import.meta.url);

// Given an address, `init` compiles while it downloads (`instantiateStreaming`).
init({ module_or_path: module }).catch((error) => {
  console.error(error);
  const status = document.getElementById("boot-status");
  if (status) {
    status.textContent =
      `The workbench could not start (${error.message}). ` +
      "Reload the page, or try a current version of Firefox, Chrome or Safari.";
  }
});
