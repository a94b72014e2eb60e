// Every page, in both themes and both languages, on a desk and on a phone.

import { expect, expectAccessible, test } from "./fixtures";

const PAGES = [
  "/",
  "/findings",
  "/findings?severity=critical&range=90d",
  "/clusters",
  "/clusters/payments?range=90d",
  "/families/checkout-api?range=90d",
  "/families/(none)",
  "/categories/crypto-mining?range=90d",
  "/families/thumbnailer",
  "/clusters/backoffice",
  "/coverage",
  "/coverage?verdict=all&range=24h",
  "/layers",
  "/layers?by=cluster&range=90d",
  "/cost",
  "/cost?add=us-east-1:4:0.5:24&without=DNS_LOGS&quote=Mine:vcpu:1:0:40",
  "/shares",
  "/status",
  "/nowhere",
];

for (const path of PAGES) {
  for (const language of ["en", "ja"]) {
    test(`${path} in ${language} @js`, async ({ page }) => {
      await page.goto(path + (path.includes("?") ? "&" : "?") + `lang=${language}`);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await expectAccessible(page);
    });
  }
}

test("a finding is accessible @js", async ({ page, request }) => {
  const list = await (await request.get("/api/v1/findings?range=90d&severity=critical&limit=1")).json();
  await page.goto(`/findings/${list.findings[0].id}`);
  await expectAccessible(page);
});

for (const path of PAGES) {
  test(`${path} fits a phone of 360 px`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(path);
    const wider = await page.locator("html").evaluate((html) => html.scrollWidth - html.clientWidth);
    expect(wider, "pixels to the side").toBeLessThanOrEqual(0);
  });
}
