// Pictures of every page for people to look at, and the one the README shows: `npm run pictures`.

import { test } from "./fixtures";

const PAGES = {
  overview: "/",
  week: "/?range=90d&week=2026-11-16",
  findings: "/findings",
  types: "/findings?group=type&range=90d",
  columns: "/findings?columns=severity,title,task_arn,occurrences,last_seen,url&range=90d",
  clusters: "/clusters",
  family: "/families/model-trainer",
  coverage: "/coverage",
  gap: "/families/thumbnailer",
  watched: "/clusters/backoffice",
  category: "/categories/crypto-mining",
  none: "/clusters/(none)",
  cost: "/cost",
  whatif: "/cost?add=us-east-1:4:0.5:24&without=DNS_LOGS&quote=Mine:vcpu:1:0:40&quote=Theirs:month:1125:0:0",
  layers: "/layers",
  clusterLayers: "/layers?by=cluster",
  shares: "/shares",
  share: "/shares/new?report=trend&filter=range%3D90d%26by%3Dcluster",
  status: "/status",
  missing: "/nowhere",
};
const folder = process.env.PICTURES ?? "";

test.describe("pictures", () => {
  test.skip(folder === "", "set PICTURES to a folder");

  for (const [name, path] of Object.entries(PAGES)) {
    for (const theme of ["light", "dark"] as const) {
      for (const language of ["en", "ja"]) {
        for (const [size, width] of [["wide", 1440], ["phone", 360]] as const) {
          test(`${name} ${theme} ${language} ${size} @js`, async ({ page }) => {
            await page.setViewportSize({ width, height: 900 });
            await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
            await page.goto(`${path}${path.includes("?") ? "&" : "?"}lang=${language}`);
            await page.screenshot({ path: `${folder}/${name}-${theme}-${language}-${size}.png`, fullPage: true });
          });
        }
      }
    }
  }

  test("finding @js", async ({ page, request }) => {
    const list = await (await request.get("/api/v1/findings?range=90d&severity=critical&limit=1")).json();
    for (const theme of ["light", "dark"] as const) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.emulateMedia({ colorScheme: theme });
      await page.goto(`/findings/${list.findings[0].id}`);
      await page.screenshot({ path: `${folder}/finding-${theme}.png`, fullPage: true });
    }
    await page.setViewportSize({ width: 360, height: 800 });
    await page.screenshot({ path: `${folder}/finding-phone.png`, fullPage: true });
  });

  test("the README's @js", async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 1180 });
    await page.goto("/");
    await page.screenshot({ path: `${folder}/overview.png` });
  });

  test("hover, filter and paper @js", async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto("/?range=90d");
    await page.locator("html[data-awake]").waitFor();
    await page.locator("svg.chart-wide g.bucket").nth(60).hover({ force: true });
    await page.screenshot({ path: `${folder}/hover.png` });
    await page.goto("/");
    await page.locator(".filter-drawer summary").first().click();
    await page.screenshot({ path: `${folder}/filter.png`, fullPage: true });
    await page.emulateMedia({ media: "print" });
    await page.screenshot({ path: `${folder}/print.png`, fullPage: true });
  });
});
