// Starts the executable again and again on one data directory and measures it from outside.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [executable] = process.argv.slice(2);
const starts = 11;
const sessions = 32;
const refreshes = 20_000;
const port = 5199;
const account = { email: "ada@example.com", password: "correct horse battery staple" };

const data = mkdtempSync(join(tmpdir(), "handstamp-footprint-"));
const agent = new Agent({ keepAlive: true, maxSockets: sessions });

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const text = body && JSON.stringify(body);
    const headers = text ? { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) } : {};
    const sent = request({ host: "127.0.0.1", port, method, path, headers, agent }, (answer) => {
      let received = "";
      answer.setEncoding("utf8").on("data", (part) => (received += part)).on("end", () =>
        resolve({ status: answer.statusCode, body: JSON.parse(received) }));
    });
    sent.on("error", reject).end(text);
  });
}

// Until it is answered: a refused connection is tried again at once.
async function firstAnswer(method, path, body) {
  for (;;) {
    try {
      return await call(method, path, body);
    } catch (fault) {
      if (fault.code !== "ECONNREFUSED" && fault.code !== "ECONNRESET") throw fault;
    }
  }
}

let running;

function start() {
  const settings = ["--Sessions:RetryWindow=0", "--Logging:Level=Warning"];
  const began = performance.now();
  const child = (running = spawn(executable, ["serve", "--data", data, "--urls", `http://127.0.0.1:${port}`, ...settings], { stdio: "ignore" }));
  return { child, elapsed: () => performance.now() - began };
}

async function stop(child) {
  if (child.exitCode !== null) throw new Error(`the service has ended with ${child.exitCode}`);
  await new Promise((resolve) => child.once("exit", resolve).kill("SIGTERM"));
}

const residentMegabytes = (child) =>
  Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) / 1024;

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function timeToFirst(method, path, body) {
  const times = [];
  for (let run = 0; run < starts; run++) {
    const { child, elapsed } = start();
    const answer = await firstAnswer(method, path, body);
    times.push(elapsed());
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    await stop(child);
  }
  return median(times);
}

async function refreshAgain(token, count) {
  for (let done = 0; done < count; done++) {
    const { status, body } = await call("POST", "/refresh", { refresh_token: token });
    if (status !== 200) throw new Error(`refresh answered ${status}`);
    token = body.refresh_token;
  }
}

async function memory() {
  const { child } = start();
  await firstAnswer("GET", "/health/ready");
  const idle = residentMegabytes(child);
  // One after the other: parallel attempts at one account are throttled.
  const tokens = [];
  while (tokens.length < sessions) tokens.push((await call("POST", "/login", account)).body.refresh_token);
  await Promise.all(tokens.map((token) => refreshAgain(token, refreshes / sessions)));
  const loaded = residentMegabytes(child);
  await stop(child);
  return { idle, loaded };
}

try {
  const { child } = start();
  await firstAnswer("POST", "/register", account);
  await stop(child);

  const health = await timeToFirst("GET", "/health/ready");
  const login = await timeToFirst("POST", "/login", account);
  const { idle, loaded } = await memory();
  console.log(`| what | measured |
|---|---|
| executable | ${(statSync(executable).size / 1e6).toFixed(1)} MB |
| start to the first answer, median of ${starts} | ${health.toFixed(0)} ms |
| start to the first answered login, one Argon2id included, median of ${starts} | ${login.toFixed(0)} ms |
| resident memory after the start | ${idle.toFixed(0)} MB |
| resident memory after ${sessions} logins and ${refreshes.toLocaleString("en")} refreshes by ${sessions} callers | ${loaded.toFixed(0)} MB |`);
} finally {
  running?.kill("SIGKILL");
  rmSync(data, { recursive: true });
}
