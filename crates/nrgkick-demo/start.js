globalThis.nrgkickDemo = Promise.race([
  wasm_bindgen({ module_or_path: new URL("demo_bg.wasm", document.currentScript.src) }).then(() => wasm_bindgen),
  new Promise((_, fail) => setTimeout(fail, 20000)),
]);
