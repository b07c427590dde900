// Starts the WebAssembly module. What happens when it cannot is said in watch.js.
// Every address is relative to this file: the page works from any sub-path.
import init from "../pkg/daxscope.js";
import { file } from "./files.js";

const module = file("pkg/daxscope_bg.wasm");

// Given an address, `init` compiles while it downloads (`instantiateStreaming`).
init({ module_or_path: module }).catch((error) => {
  console.error(error);
  window.daxscopeCannotStart(error.message);
});
