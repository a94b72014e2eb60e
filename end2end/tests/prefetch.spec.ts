// A page is fetched while the pointer rests on its link, and that answer is the one shown: Chromium tells both.

import { expect, test } from "./fixtures";

test("resting on a link fetches its page, and following it asks nobody again", async ({ page }) => {
  const told = await page.context().newCDPSession(page);
  const states: string[] = [];
  await told.send("Preload.enable");
  told.on("Preload.prefetchStatusUpdated", ({ prefetchUrl, prefetchStatus }) => {
    if (prefetchUrl.endsWith("/findings?severity=critical")) states.push(prefetchStatus);
  });
  await page.goto("/findings?severity=high,critical");
  const asked: (string | undefined)[] = [];
  page.context().on("request", (request) => {
    if (request.url().endsWith("/findings?severity=critical")) asked.push(request.headers()["sec-purpose"]);
  });
  const link = page.locator(".chips li", { hasText: "High" }).getByRole("link");
  await link.hover();
  await expect.poll(() => states.at(-1)).toBe("PrefetchSuccessfulButNotUsed");
  await link.click();
  await expect(page).toHaveURL(/\/findings\?severity=critical$/);
  await expect.poll(() => states.at(-1)).toBe("PrefetchResponseUsed");
  expect(asked, "requests for the page").toEqual(["prefetch"]);
});

test("links that change or count something are left alone", async ({ page }) => {
  const told = await page.context().newCDPSession(page);
  const ahead: string[] = [];
  await told.send("Preload.enable");
  told.on("Preload.preloadingAttemptSourcesUpdated", ({ preloadingAttemptSources }) => {
    ahead.push(...preloadingAttemptSources.map(({ key }) => key.url));
  });
  await page.goto("/");
  await expect.poll(() => ahead.length).toBeGreaterThan(10);
  const paths = ahead.map((url) => new URL(url)).map((url) => url.pathname + url.search);
  expect(paths).toContain("/findings");
  expect(paths.filter((path) => /^\/(api|assets|views|e)\/|\.csv|[?&](lang|theme)=/.test(path))).toEqual([]);
});
