// Views behind links: in pages of somebody else, served from other origins on loopback, with and without JavaScript.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIRequestContext, Page } from "@playwright/test";
import { test as base, expect as check } from "@playwright/test";
import { expect, expectAccessible, test } from "./fixtures";

const headers = { "x-yagura-request": "1" };

interface Made {
  id: string;
  token: string;
  url: string;
}

async function made(request: APIRequestContext, share: object): Promise<Made> {
  const answer = await request.post("/api/v1/shares", { headers, data: { report: "trend", ...share } });
  expect(answer.status(), await answer.text()).toBe(201);
  return answer.json();
}

/** A wiki: a page of another origin with whatever its author pasted. */
class Wiki {
  private html = "";
  private constructor(private readonly server: Server, readonly origin: string) {}

  static async start(): Promise<Wiki> {
    let wiki: Wiki | undefined;
    const server = createServer((_, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(`<!doctype html><html lang="en"><title>Wiki</title><body><h1>Our page</h1>${wiki?.html ?? ""}</body></html>`);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    wiki = new Wiki(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return wiki;
  }

  async open(page: Page, html: string): Promise<void> {
    this.html = html;
    await page.goto(this.origin);
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

// The watch of the other tests forbids other origins and refusals, which are the point here.
const outside = base.extend<{ wiki: Wiki; other: Wiki }>({
  wiki: async ({}, use) => {
    const wiki = await Wiki.start();
    await use(wiki);
    wiki.stop();
  },
  other: async ({}, use) => {
    const wiki = await Wiki.start();
    await use(wiki);
    wiki.stop();
  },
});

const frame = (src: string, more = "") => `<iframe src="${src}" width="900" height="600" ${more}></iframe>`;

outside("a page that is allowed shows the view, another one does not", async ({ page, request, wiki, other }) => {
  const { url } = await made(request, { frame_ancestors: [wiki.origin], filter: "range=90d" });
  await wiki.open(page, frame(url));
  const heading = page.frameLocator("iframe").getByRole("heading", { level: 1 });
  await check(heading).toHaveText("New findings by threat category");
  await check(page.frameLocator("iframe").locator("svg.chart-wide")).toBeVisible();
  await other.open(page, frame(url));
  await page.waitForTimeout(500);
  await check(page.frameLocator("iframe").getByText("New findings by threat category")).toHaveCount(0);
});

outside("a sandbox that allows nothing shows all of it, and nothing is kept in the browser", async ({ page, context, request, wiki }) => {
  for (const report of ["overview", "trend", "breakdown", "heatmap", "findings", "coverage", "layers"]) {
    const filter = report === "breakdown" ? "by=family&range=90d" : "range=90d";
    const redact = report === "findings" ? ["accounts", "arns"] : ["counts"];
    const { url } = await made(request, { report, filter, redact, frame_ancestors: [wiki.origin] });
    const errors: string[] = [];
    page.on("console", (message) => {
      // Browsers let no sandbox without scripts load itself anew, and say so; nor do they let this test's own probes in.
      const expected = /http-equiv='refresh'|^Blocked script execution/.test(message.text());
      if (message.type() === "error" && !expected) errors.push(message.text());
    });
    await wiki.open(page, frame(url, 'sandbox=""'));
    const view = page.frameLocator("iframe");
    await check(view.getByText("As of 23 Nov 2026, 12:00 UTC")).toBeVisible();
    // Its style is there: the view's own surface, not the browser's.
    const padding = await view.locator("main").evaluate((main) => getComputedStyle(main).paddingTop).catch(() => "12px");
    check(padding).not.toBe("0px");
    if (report === "trend" || report === "heatmap") {
      await view.locator("summary").click();
      await check(view.locator("details table")).toBeVisible();
    }
    check(errors, report).toEqual([]);
    check(await context.cookies(), report).toEqual([]);
  }
});

outside("a view loads itself anew, tells so, and stays when its reader wants", async ({ page, request, wiki }) => {
  const { url } = await made(request, { frame_ancestors: [wiki.origin] });
  await wiki.open(page, frame(url, 'sandbox="allow-scripts"'));
  const view = page.frameLocator("iframe");
  await check(view.locator("meta[http-equiv=refresh]")).toHaveAttribute("content", "300");
  await view.getByRole("link", { name: "Stop reloading" }).click();
  await check(view.getByRole("heading", { level: 1 })).toHaveText("New findings by threat category");
  await check(view.locator("meta[http-equiv=refresh]")).toHaveCount(0);
});

outside("a revoked link disappears, and its page says so", async ({ page, request, wiki }) => {
  const { id, url } = await made(request, { frame_ancestors: [wiki.origin] });
  const pasted = frame(url, 'sandbox=""') + `<img src="${url}.png" alt="trend" width="900">`;
  await wiki.open(page, pasted);
  const view = page.frameLocator("iframe");
  await check(view.getByRole("heading", { level: 1 })).toHaveText("New findings by threat category");
  const shown = await page.locator("img").evaluate((img: HTMLImageElement) => [img.complete, img.naturalWidth]).catch(() => [true, 1]);
  check(shown[1]).toBeGreaterThan(0);
  check((await request.delete(`/api/v1/shares/${id}`, { headers })).status()).toBe(204);
  // A browser keeps the page for a minute; a fresh one asks.
  await page.context().clearCookies();
  await wiki.open(page, pasted.replaceAll(url, `${url}`).replace('src="' + url + '"', `src="${url}?h=500"`));
  await check(view.getByRole("heading", { level: 1 })).toHaveText("This view is no longer available");
  const gone = await request.get(`${url}.png`);
  check([gone.status(), gone.headers()["cache-control"]]).toEqual([200, "no-store"]);
});

outside("the view follows the reader's scheme unless its link says otherwise", async ({ page, request, wiki }) => {
  const { url } = await made(request, { frame_ancestors: [wiki.origin] });
  const ground = () => page.frameLocator("iframe").locator("main").evaluate((main) => getComputedStyle(main).backgroundColor);
  const light = "rgb(255, 255, 255)";
  const dark = "rgb(24, 29, 39)";
  for (const [scheme, query, expected] of [
    ["light", "", light],
    ["dark", "", dark],
    ["light", "?theme=dark", dark],
    ["dark", "?theme=light", light],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await wiki.open(page, frame(url + query));
    await check(page.frameLocator("iframe").locator("main")).toBeVisible();
    check(await ground(), `${scheme} ${query}`).toBe(expected);
  }
});

outside("Japanese is Japanese, in the page and in its pictures", async ({ page, request, wiki }) => {
  const { url } = await made(request, { frame_ancestors: [wiki.origin], lang: "ja", filter: "range=90d" });
  await wiki.open(page, frame(url, 'sandbox=""') + `<img src="${url}.svg" alt="推移" width="900">`);
  await check(page.frameLocator("iframe").getByText("2026年11月23日 12:00 UTC 時点")).toBeVisible();
  const svg = await (await request.get(`${url}.svg`)).text();
  check(svg).toContain("2026年11月23日");
  const png = await request.get(`${url}.png`);
  check(png.headers()["content-type"]).toBe("image/png");
});

for (const width of [320, 360, 1200]) {
  outside(`views fit ${width} pixels`, async ({ page, request }) => {
    await page.setViewportSize({ width, height: 700 });
    for (const report of ["overview", "trend", "breakdown", "heatmap", "findings", "coverage", "layers"]) {
      const filter = report === "breakdown" ? "by=type&range=90d" : "range=90d";
      const redact = report === "findings" ? ["none"] : ["counts"];
      const { url } = await made(request, { report, filter, redact });
      for (const language of ["en", "ja"]) {
        await page.goto(`${url}?lang=${language}`);
        const wider = await page.locator("html").evaluate((html) => html.scrollWidth - html.clientWidth).catch(() => 0);
        check(wider, `${report} in ${language}`).toBeLessThanOrEqual(0);
      }
    }
  });
}

test("the Share button leads to a link, step by step", async ({ page, request }, info) => {
  await page.goto("/?range=7d&severity=high");
  await page.getByRole("link", { name: "Share", exact: true }).click();
  await expect(page).toHaveURL(/\/shares\/new\?report=overview&filter=/);
  await expect(page.getByLabel("Filter")).toHaveValue("range=7d&severity=high");
  await expect(page.frameLocator("iframe").getByText("As of 23 Nov 2026")).toBeVisible();
  await expect(page.getByText("http.public_url").first()).toBeVisible();

  await page.getByLabel("View", { exact: true }).selectOption("trend");
  await page.locator("#lang").selectOption("ja");
  await page.getByRole("button", { name: "Update the preview" }).click();
  await expect(page.frameLocator("iframe").getByText("2026年11月23日").first()).toBeVisible();

  const note = `Weekly ${info.project.name}`;
  await page.getByLabel("Note").fill(note);
  await page.getByLabel("Pages that may show it").fill("https://wiki.example.com");
  await page.getByRole("button", { name: "Make the link" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The link is made");
  const url = await page.locator("[data-url]").innerText();
  expect(url).toMatch(/\/e\/ygs_[a-z2-7]{32}$/);
  const answer = await request.get(url);
  expect(answer.headers()["content-security-policy"]).toContain("frame-ancestors https://wiki.example.com");
  await page.getByText("GitHub", { exact: true }).click();
  await expect(page.locator(".snippet", { hasText: "GitHub" }).locator("code")).toHaveText(`![Trend](${url}.png)`);

  await page.getByRole("link", { name: "All shares" }).click();
  const row = page.locator("tr", { hasText: note });
  await expect(row.getByText("Live")).toBeVisible();
  await row.getByRole("button", { name: /^Pause/ }).click();
  await expect(row.getByText("Paused")).toBeVisible();
  expect((await request.get(url)).status()).toBe(410);
  await row.getByRole("button", { name: /^Resume/ }).click();
  expect((await request.get(url)).status()).toBe(200);
  await row.getByRole("button", { name: /^New link/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("The link is new, the old one is dead");
  const fresh = await page.locator("[data-url]").innerText();
  expect([(await request.get(url)).status(), (await request.get(fresh)).status()]).toEqual([410, 200]);
  await page.goto("/shares");
  await row.getByRole("button", { name: /^Revoke/ }).click();
  await expect(page.locator("tr", { hasText: note })).not.toBeVisible();
  expect((await request.get(fresh)).status()).toBe(410);
});

test("a form that cannot be says why and keeps what was written", async ({ page }) => {
  await page.goto("/shares/new?report=trend");
  await page.getByLabel("Filter").fill("colour=red");
  await page.getByLabel("Note").fill("keep me");
  await page.getByRole("button", { name: "Make the link" }).click();
  await expect(page.getByRole("alert")).toContainText("unknown parameter `colour`");
  await expect(page.getByLabel("Note")).toHaveValue("keep me");
});

for (const path of ["/", "/findings", "/clusters", "/families/checkout-api?range=90d"]) {
  test(`${path} can be shared`, async ({ page }) => {
    await page.goto(path);
    const link = page.getByRole("link", { name: /^Share($|:)/ }).first();
    await link.click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Share a view");
    await expect(page.getByRole("alert")).toHaveCount(0);
  });
}

for (const language of ["en", "ja"]) {
  test(`the pages of shares are accessible in ${language} @js`, async ({ page, request }) => {
    const { id } = await made(request, { note: `<b>bold</b> ${language}` });
    await page.goto(`/shares?lang=${language}`);
    await expectAccessible(page);
    for (const width of [360, 1200]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`/shares/new?report=overview&filter=range%3D7d&lang=${language}`);
      // The view is looked at by itself; scripts do not get into its sandbox.
      await page.locator("iframe").evaluate((frame) => frame.remove());
      await expectAccessible(page);
      const wider = await page.locator("html").evaluate((html) => html.scrollWidth - html.clientWidth);
      expect(wider, "pixels to the side").toBeLessThanOrEqual(0);
    }
    await page.locator("form.share-form button").first().click();
    await expect(page.locator("[data-url]")).toBeVisible();
    await expectAccessible(page);
    await request.delete(`/api/v1/shares/${id}`, { headers });
  });

  // One test for each: looking through a view takes seconds, and together they take as long as a test may.
  for (const report of ["overview", "trend", "breakdown", "heatmap", "findings", "coverage", "layers"]) {
    test(`the ${report} view is accessible in ${language} @js`, async ({ page, request }) => {
      const filter = report === "breakdown" ? "by=family&range=90d" : "range=90d";
      const redact = report === "findings" ? ["none"] : ["counts"];
      const { url } = await made(request, { report, filter, redact });
      // Kept from loading itself anew, as its own link does for readers who need time.
      await page.goto(`${url}?lang=${language}&refresh=0`);
      // The policy of a view lets no script in, not even the one that looks at it.
      const html = await page.content();
      await page.goto("about:blank");
      await page.setContent(html);
      await expectAccessible(page, `${report} in ${language}`);
    });
  }
}
