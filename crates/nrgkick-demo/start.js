import start, * as demo from "./demo.js";
globalThis.nrgkickDemo = start({ module_or_path: new URL("./demo_bg.wasm", import.meta.url) }).then(() => demo);
