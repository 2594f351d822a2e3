"use strict";
// Runs a check in node and reports how it stopped: see `snippets.interface`.
//
// From the check's first line on, hostile code shares this process. What is needed afterwards is
// taken before. A loop that does not end is stopped, and seen by a profiler, while the check's
// first pass runs; after an `await`, only the sandbox's own limit stops it, and shows nothing.
const fs = require("fs");
const inspector = require("inspector");
const Module = require("module");
const path = require("path");
const { pathToFileURL, fileURLToPath } = require("url");
const vm = require("vm");

const BOX = path.dirname(fs.realpathSync(__dirname));
const WORK = path.join(BOX, "work") + path.sep;
const ticketPath = path.join(__dirname, "ticket");
const [mark, , seconds] = fs.readFileSync(ticketPath, "utf8").split("\n");
fs.unlinkSync(ticketPath);
const source = fs.readFileSync(path.join(__dirname, `check.${process.argv[2]}`), "utf8");
// In the workspace, so that `./` is the project.
const CHECK = path.join(WORK, `check-${Math.random().toString(36).slice(2)}.${process.argv[2]}`);
fs.writeFileSync(CHECK, source, { flag: "wx" });
process.argv.splice(1, 2, CHECK);
Error.stackTraceLimit = 60;

const { openSync, writeSync } = fs;
const exit = process.reallyExit.bind(process);
const OF_INPUT = new Set(["EISDIR", "ENOTDIR", "ENAMETOOLONG", "ELOOP", "EINVAL"]);
const LOADING = /MODULE_NOT_FOUND|^ERR_(REQUIRE_|UNSUPPORTED_|UNKNOWN_|PACKAGE_|INVALID_MODULE)/;

function report(stop, said, frames) {
  const places = (frames || []).slice(-200).map(([file, line]) => `${file}:${line}`);
  const text = [stop, String(said || "").replace(/\s+/g, " ").slice(0, 500), ...places].join("\n");
  writeSync(openSync(path.join(BOX, "out", mark), "wx", 0o600), text);
  exit(0);
}

// The path in the project, empty for the check, null for what is neither.
function placed(url) {
  const file = url.startsWith("file:") ? fileURLToPath(url) : url;
  if (file === CHECK) return "";
  return file.startsWith(WORK) ? file.slice(WORK.length) : null;
}

function framesOf(stack) {
  const found = [];
  for (const [, url, line] of stack.matchAll(/(?:\(|at )((?:file:\/\/)?\/[^\n()]*?):(\d+):\d+/g)) {
    const file = placed(url);
    if (file !== null) found.unshift([file, line]);
  }
  return found;
}

function stopOf(error, stack) {
  const code = String(error.code || "");
  if (code === "ERR_ASSERTION" || error.name === "AssertionError") return "assertion";
  if (LOADING.test(code)) return "own";
  if (error.syscall && code) return OF_INPUT.has(code) ? "error" : "own";
  // A file that was loaded and does not parse: its place stands above the message.
  if (error.name === "SyntaxError" && /^(file:\/\/)?\/.*:\d+\n/.test(stack)) return "own";
  if (error.name === "SyntaxError" && !framesOf(stack).length) return "own";
  return "error";
}

function fail(error) {
  try {
    const stack = error instanceof Error || (error && error.stack) ? String(error.stack) : "";
    if (!stack) return report("own", `thrown: ${String(error)}`);
    report(stopOf(error, stack), `${error.name}: ${error.message}`, framesOf(stack));
  } catch (e) {
    report("own", "an error that cannot be shown");
  }
}

// Where the last samples were. One whose innermost frame is the check's own: its loop, its fault.
function whereItWas(profile) {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map();
  for (const node of profile.nodes) for (const c of node.children || []) parents.set(c, node.id);
  const stackOf = (id) => {
    const frames = [];
    for (let at = id; at; at = parents.get(at)) {
      const { callFrame, positionTicks } = nodes.get(at);
      const file = placed(callFrame.url);
      const most = (positionTicks || []).reduce((a, b) => (b.ticks > a.ticks ? b : a), { ticks: 0 });
      if (file !== null) frames.unshift([file, most.line || callFrame.lineNumber + 1]);
    }
    return frames;
  };
  const stacks = profile.samples.map(stackOf).filter((s) => s.some(([file]) => file === ""));
  const late = stacks.slice(Math.floor(stacks.length / 2));
  const own = late.find((s) => s[s.length - 1][0] === "");
  return own || late[late.length - 1] || [];
}

function runFirstPass(work) {
  const session = new inspector.Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.setSamplingInterval", { interval: 2000 });
  session.post("Profiler.start");
  const key = `check${Math.random().toString(36).slice(2)}`;
  globalThis[key] = () => {
    delete globalThis[key];
    work();
  };
  const timeout = Math.ceil(Number(seconds) * 1000);
  try {
    vm.runInThisContext(`${key}()`, { timeout, displayErrors: false });
  } catch (error) {
    if (!error || error.code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") return fail(error);
    session.post("Profiler.stop", (failed, told) => {
      const frames = failed ? [] : whereItWas(told.profile);
      report("time", "it did not end", frames);
    });
  }
  session.post("Profiler.stop");
  session.disconnect();
}

process.on("uncaughtException", fail);
process.on("unhandledRejection", fail);
setTimeout(() => report("own", "the check itself did not end"), Number(seconds) * 1000).unref();

function watchEnd() {
  process.on("beforeExit", () => {
    if (process.exitCode) report("own", `exit code ${process.exitCode}`);
    report("end");
  });
}

if (CHECK.endsWith(".cjs")) {
  const main = new Module(CHECK, null);
  main.filename = CHECK;
  main.paths = Module._nodeModulePaths(WORK);
  require.cache[CHECK] = main;
  process.mainModule = main;
  runFirstPass(() => main._compile(source, CHECK));
  watchEnd();
} else {
  import(pathToFileURL(CHECK).href).then(watchEnd, fail);
}
