// Quiet or blind: what the page of coverage says, and where it leads.

import { expect, test } from "./fixtures";

test("the page counts what the API counts", async ({ page, request }) => {
  const coverage = await (await request.get("/api/v1/coverage")).json();
  const families = await (await request.get("/api/v1/coverage/families")).json();
  await page.goto("/coverage");
  await expect(page.locator(".coverage-headline")).toContainText(
    `${families.verdicts.covered} of ${families.rows.length} task families`,
  );
  await expect(page.locator(".opening")).toContainText(`${coverage.healthy} of ${coverage.clusters} clusters healthy`);
  await expect(page.locator("tr[data-cluster]")).toHaveCount(coverage.clusters);
  const gaps = families.verdicts.gap + families.verdicts.partly;
  await expect(page.locator("tr[data-family]")).toHaveCount(gaps);
});

test("every verdict is a link to its families", async ({ page, request }) => {
  const { verdicts } = await (await request.get("/api/v1/coverage/families")).json();
  for (const verdict of ["unknown", "unsupported", "excluded", "covered"]) {
    await page.goto(`/coverage?verdict=${verdict}`);
    await expect(page.locator(`tr[data-verdict=${verdict}]`), verdict).toHaveCount(verdicts[verdict]);
    await expect(page.locator("tr[data-family]"), verdict).toHaveCount(verdicts[verdict]);
  }
});

test("services have verdicts, and what reaches them", async ({ page, request }) => {
  const services = await (await request.get("/api/v1/coverage/services?verdict=gap,partly")).json();
  await page.goto("/coverage");
  await expect(page.locator("tr[data-service]")).toHaveCount(services.rows.length);
  const first = page.locator("tr[data-service$='/thumbnailer']");
  await expect(first.locator("[data-exposure=public-ip]")).toBeVisible();
  await first.getByRole("link", { name: "backoffice" }).click();
  await expect(page.locator("section[aria-labelledby=services] tr[data-service]")).toHaveCount(8);
});

test("time that agents watched in part is hatched lightly, and the legend says so", async ({ page }) => {
  await page.goto("/clusters/payments?range=7d");
  await expect(page.locator("section[aria-labelledby=trend] .legend-partly")).toContainText("part of the tasks");
  await expect(page.locator("svg.chart-trend.chart-wide rect.unknown[fill$='-light)']").first()).toBeAttached();
});

test("a gap leads to its family, which says why and what to do", async ({ page }) => {
  await page.goto("/coverage");
  await page.locator("tr[data-family$='/thumbnailer'] th a").click();
  const panel = page.locator("section[aria-labelledby=watched]");
  await expect(panel.locator("[data-reason=started-before-enabling]")).toBeVisible();
  await panel.locator("summary").first().click();
  await expect(panel).toContainText("--force-new-deployment");
});

test("a cluster tells its findings by covered task-hours, or that nobody knows", async ({ page, request }) => {
  const { rows } = await (await request.get("/api/v1/coverage?range=7d")).json();
  const cluster = rows.find((row: { label: string; findings: number }) => row.label === "batch" && row.findings > 0);
  const rate = (cluster.findings * 3_600_000) / cluster.covered_task_seconds;
  await page.goto("/clusters/batch?range=7d");
  const panel = page.locator("section[aria-labelledby=watched]");
  await expect(panel).toContainText(`${rate.toFixed(1)} findings per 1,000 covered task-hours.`);
  await page.goto("/clusters/streaming?range=7d");
  await expect(panel).toContainText("Rate unknown");
});

test("a command is copied @js", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/families/thumbnailer");
  const panel = page.locator("section[aria-labelledby=watched]");
  await panel.locator("summary").first().click();
  await panel.getByRole("button", { name: "Copy" }).first().click();
  await expect(panel.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("aws ecs update-service");
});

test("what may not be asked is unknown and says which permission is missing", async ({ page }) => {
  await page.goto("/coverage?account=333344445555&region=ap-northeast-1");
  await expect(page.locator("section[aria-labelledby=regions]")).toContainText("ecs:ListClusters was refused");
  await expect(page.locator("tr[data-cluster$='cluster/streaming']")).toContainText("unknown");
});

test("the first page says how many clusters are watched, and leads there", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: /clusters not fully watched/ }).click();
  await expect(page).toHaveURL(/\/coverage$/);
});

test("Japanese reads as Japanese", async ({ page }) => {
  await page.goto("/coverage?lang=ja");
  await expect(page.locator(".coverage-headline")).toContainText("エージェントが監視しています");
});
