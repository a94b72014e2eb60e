// Starts the real binary on a demo world that stands still, and looks at it with and without JavaScript.

import { defineConfig } from "@playwright/test";
import { homedir } from "node:os";
import { join } from "node:path";

const port = Number(process.env.YAGURA_E2E_PORT ?? 3917);
const cache = process.env.YAGURA_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "yagura");
const target = process.env.CARGO_TARGET_DIR ?? join(cache, "target");
const binary = process.env.YAGURA_BINARY ?? join(target, "debug/yagura");

export default defineConfig({
  testDir: "tests",
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: true,
  workers: 2,
  // A test that passes at the second try is a broken test.
  retries: 0,
  reporter: [["list"]],
  timeout: 30_000,
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    locale: "en-US",
    timezoneId: "UTC",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "js", grepInvert: /@nojs/ },
    { name: "nojs", use: { javaScriptEnabled: false }, grepInvert: /@js/ },
  ],
  webServer: {
    command: `"${binary}" demo --seed 1 --still --now 2026-11-23T12:00:00Z --listen 127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/readyz`,
    timeout: 120_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
  },
});
