// Starts the WebAssembly module. What happens when it cannot is said in watch.js.
// Every address is relative to this file: the page works from any sub-path.
import init from "../pkg/daxscope.js";
import "./files.js";

const module = new URL("../pkg/daxscope_bg.wasm", import.meta.url);

// Given an address, `init` compiles while it downloads (`instantiateStreaming`).
init({ module_or_path: module }).catch((error) => {
  console.error(error);
  window.daxscopeCannotStart(error.message);
});
