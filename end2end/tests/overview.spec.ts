// The first page: every number opens the list it counts, every choice is an address.

import { expect, expectAccessible, test } from "./fixtures";

test("every key figure opens a list of as many findings", async ({ page }) => {
  await page.goto("/?range=30d");
  const cards = await page.locator("[data-kpi]").evaluateAll((items) =>
    items.map((item) => ({
      kind: item.getAttribute("data-kpi"),
      value: item.querySelector("[data-value]")?.getAttribute("data-value"),
      href: item.querySelector("a")?.getAttribute("href"),
    })),
  );
  expect(cards.map((card) => card.kind)).toEqual(["new", "new-high", "active", "occurrences", "families"]);
  for (const card of cards.filter(({ kind }) => kind === "new" || kind === "new-high" || kind === "active")) {
    await page.goto(card.href ?? "");
    await expect(page.locator("[data-total]"), card.kind ?? "").toHaveAttribute("data-total", card.value ?? "");
  }
});

test("a row of where opens as many findings as it says", async ({ page }) => {
  for (const panel of ["clusters", "families"]) {
    await page.goto("/?range=90d");
    const row = page.locator(`section[aria-labelledby=${panel}] tbody tr`).first();
    const count = await row.locator("[data-findings]").getAttribute("data-findings");
    await row.locator("[data-findings] a").click();
    await expect(page.locator("[data-total]"), panel).toHaveAttribute("data-total", count ?? "");
  }
});

test("the filter is a form that works without JavaScript and keeps the range", async ({ page }, info) => {
  await page.goto("/findings?range=90d&sort=count");
  const drawer = page.locator(".filter-drawer");
  if (!(await page.getByLabel("Search", { exact: true }).isVisible())) await drawer.locator("summary").first().click();
  // With JavaScript a choice takes effect at once, and there is no button.
  if (info.project.name === "js") await expect(page.locator("html[data-awake]")).toBeAttached();
  await page.locator('input[name="severity"][value="critical"]').check();
  if (info.project.name === "nojs") await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/range=90d/);
  await expect(page).toHaveURL(/severity=critical/);
  await expect(page).toHaveURL(/sort=count/);
  const severities = await page.locator("table.findings .severity").allTextContents();
  expect(severities.length).toBeGreaterThan(0);
  expect(new Set(severities)).toEqual(new Set(["Critical"]));
  await page.getByRole("link", { name: /^Remove Severity/ }).click();
  await expect(page).not.toHaveURL(/severity/);
});

test("paging walks through every finding once", async ({ page }) => {
  await page.goto("/findings?range=30d&limit=90&sort=severity");
  const total = Number(await page.locator("[data-total]").getAttribute("data-total"));
  const seen = new Set<string>();
  for (let pages = 0; pages <= total / 90 + 1; pages += 1) {
    const links = await page.locator("table.findings .finding-what > a").evaluateAll((all) => all.map((a) => a.getAttribute("href") ?? ""));
    for (const link of links) {
      expect(seen.has(link), link).toBe(false);
      seen.add(link);
    }
    const next = page.getByRole("link", { name: "Next page" });
    if ((await next.count()) === 0) break;
    // A click returns before the next page has arrived; rows read too early would be missed.
    const there = await next.getAttribute("href");
    await next.click();
    await page.waitForURL((url) => url.pathname + url.search === there);
  }
  expect(seen.size).toBe(total);
});

test("language and colours are remembered", async ({ page }) => {
  await page.goto("/?range=7d");
  await page.getByRole("link", { name: "日本語" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "ja");
  await expect(page).toHaveURL(/range=7d/);
  await page.getByRole("link", { name: "ダーク" }).click();
  await page.goto("/findings");
  await expect(page.locator("html")).toHaveAttribute("lang", "ja");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByRole("link", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("a finding tells what, where, when and how both services see it", async ({ page, request }) => {
  const list = await (await request.get("/api/v1/findings?range=90d&family=model-trainer&limit=1")).json();
  const finding = list.findings[0];
  await page.goto(`/findings/${finding.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(finding.title);
  await expect(page.getByRole("main")).toContainText(finding.arn);
  await expect(page.getByRole("main")).toContainText(finding.type);
  for (const heading of ["What", "Where", "When", "State of work", "What Yagura saw change", "Original documents"]) {
    await expect(page.getByRole("heading", { name: heading, exact: true })).toBeVisible();
  }
  await page.locator("details.document summary").first().click();
  await expect(page.locator("details.document pre").first()).toContainText(finding.arn);
});

test("a finding tells where else its type was found", async ({ page, request }) => {
  const list = await (await request.get("/api/v1/findings?range=90d&family=model-trainer&limit=1")).json();
  await page.goto(`/findings/${list.findings[0].id}`);
  const row = page.locator("section[aria-labelledby=elsewhere] tbody tr").first();
  const count = await row.locator("[data-findings]").getAttribute("data-findings");
  await row.getByRole("link").click();
  await expect(page.locator("[data-total]")).toHaveAttribute("data-total", count ?? "");
});

test("an attack sequence names its findings and they name it", async ({ page, request }) => {
  const list = await (await request.get("/api/v1/findings?range=90d&sequence=is&limit=1")).json();
  await page.goto(`/findings/${list.findings[0].id}`);
  const members = page.locator("section[aria-labelledby=members] tbody tr");
  expect(await members.count()).toBeGreaterThan(1);
  await members.first().getByRole("link").first().click();
  await page.getByRole("main").getByRole("link", { name: "Attack sequence", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(list.findings[0].title);
});

test("what nobody looked at is unknown, and the sentence speaks of today all the same", async ({ page }, info) => {
  const before = "from=2020-01-01&to=2020-02-01";
  const sentence = async (address: string) => {
    await page.goto(address);
    return page.locator("h1.headline").innerText();
  };
  const today = await sentence("/?range=7d");
  expect(today).toContain("24 hours");
  for (const address of [`/?${before}`, "/?range=all"]) expect(await sentence(address), address).toBe(today);
  await page.goto(`/?${before}`);
  for (const kind of ["new", "new-high", "occurrences", "families"]) {
    await expect(page.locator(`[data-kpi=${kind}] .kpi-value`), kind).toHaveText("unknown");
  }
  // What is open is open whenever it was created.
  await expect(page.locator("[data-kpi=active] [data-value]")).not.toHaveText("0");
  for (const panel of ["heatmap", "clusters", "families", "latest"]) {
    const section = page.locator(`section[aria-labelledby=${panel}]`);
    await expect(section.locator(".is-unwatched"), panel).toHaveText("Unknown: nobody looked at this time range.");
  }
  if (info.project.name === "js") await expectAccessible(page);

  for (const address of [`/findings?${before}`, `/findings?${before}&group=type`]) {
    await page.goto(address);
    await expect(page.locator("h1"), address).toHaveText("Findings: unknown");
    await expect(page.locator(".is-unwatched"), address).toBeVisible();
  }
  const answer = await page.request.get(`/api/v1/breakdown?by=family&${before}`);
  expect(await answer.json()).toMatchObject({ watched: false, rows: [], total: { findings: 0 } });
  const watched = await page.request.get("/api/v1/breakdown?by=family&range=7d");
  expect(await watched.json()).toMatchObject({ watched: true });
});
