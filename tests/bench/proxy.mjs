// A proxy as an owner might write it: static files with their compressed copies, and the charger's
// three documents passed on. Usage: proxy.mjs CHARGER-URL FOLDER
import http from "node:http";
import fs from "node:fs";
import path from "node:path";

const [charger, folder] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true });
const types = {
  ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".wasm": "application/wasm",
};

function pass(request, response) {
  const upstream = http.get(charger + request.url, { agent, timeout: 8000 }, (answer) => {
    const parts = [];
    answer.on("data", (part) => parts.push(part));
    answer.on("end", () => {
      const body = Buffer.concat(parts);
      try {
        JSON.parse(body);
      } catch {
        return fail(response, "the charger sent no JSON");
      }
      response.writeHead(answer.statusCode, {
        "Content-Type": "application/json", "Content-Length": body.length,
        "Access-Control-Allow-Origin": "*",
      });
      response.end(body);
    });
  });
  upstream.on("timeout", () => upstream.destroy(new Error("the charger is silent")));
  upstream.on("error", (error) => fail(response, error.message));
}

function fail(response, message) {
  if (response.headersSent) return;
  const body = JSON.stringify({ error: message });
  response.writeHead(502, { "Content-Type": "application/json", "Content-Length": body.length });
  response.end(body);
}

function file(request, response) {
  const name = path.normalize(request.url.split("?")[0]).replace(/\/$/, "/index.html");
  const takes = (request.headers["accept-encoding"] ?? "").includes("gzip");
  fs.stat(path.join(folder, name + ".gz"), (error, status) => {
    if (error || !takes) return fail(response, "no such file");
    const tag = `"${status.size.toString(16)}-${status.mtimeMs.toString(16)}"`;
    const type = types[path.extname(name)] ?? "application/octet-stream";
    const head = { "Content-Type": type, "Content-Encoding": "gzip", ETag: tag };
    if (request.headers["if-none-match"] === tag) {
      response.writeHead(304, head);
      return response.end();
    }
    response.writeHead(200, { ...head, "Content-Length": status.size });
    fs.createReadStream(path.join(folder, name + ".gz")).pipe(response);
  });
}

const api = /^\/(info|values|control)(\?|$)/;
const server = http.createServer((request, response) =>
  api.test(request.url) ? pass(request, response) : file(request, response));
server.listen(0, "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
