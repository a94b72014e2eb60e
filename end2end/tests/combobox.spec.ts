// Filters of many values: a combobox after the ARIA Authoring Practices where there is JavaScript, else a list to scroll
// and a field for what is not listed.

import type { Page } from "@playwright/test";

import { expect, expectAccessible, test } from "./fixtures";

async function opened(page: Page, field: string, path = "/findings?range=90d") {
  await page.goto(path);
  await expect(page.locator("html[data-awake]")).toBeAttached();
  const facet = page.locator(`.facet[data-field=${field}]`);
  if (!(await facet.evaluate((facet: HTMLDetailsElement) => facet.open))) await facet.locator("summary").click();
  const combobox = facet.getByRole("combobox");
  const options = facet.getByRole("option");
  const boxes = facet.getByRole("checkbox");
  const active = () => combobox.getAttribute("aria-activedescendant");
  return { facet, combobox, options, boxes, active };
}

test("typing narrows the values, arrows go through them, Enter chooses several @js", async ({ page }) => {
  const { facet, combobox, options, boxes, active } = await opened(page, "family");
  await expect(combobox).toHaveAccessibleName("Search: Task family");
  await expect(combobox).toHaveAttribute("aria-expanded", "false");
  // By name or key, which has account and Region.
  const values = await boxes.evaluateAll((all) =>
    all.map((box: HTMLInputElement) => `${box.value} ${box.parentElement?.textContent}`),
  );
  const matching = values.filter((value) => value.includes("er"));
  expect(matching.length).toBeGreaterThan(2);
  expect(matching.length).toBeLessThan(values.length);

  await combobox.pressSequentially("ER");
  await expect(options).toHaveCount(matching.length);
  await expect(options.first().locator(".facet-count")).toHaveText(/^[\d,]+$/);
  await expect(facet.getByRole("status")).toHaveText(`Matching values: ${matching.length}`);
  await expect(combobox).toHaveAttribute("aria-expanded", "true");
  await expect(facet.getByRole("listbox", { name: "Task family" })).toHaveAttribute("aria-multiselectable", "true");

  // The first match is the one that Enter chooses; the arrows go on from it, and around.
  const ids = await options.evaluateAll((all) => all.map((option) => option.id));
  expect(await active()).toBe(ids[0]);
  await combobox.press("ArrowUp");
  expect(await active()).toBe(ids.at(-1));
  await combobox.press("ArrowDown");
  await combobox.press("ArrowDown");
  expect(await active()).toBe(ids[1]);

  const chips = page.locator(".chips li", { hasText: "Task family" });
  await combobox.press("Enter");
  await expect(options.nth(1)).toHaveAttribute("aria-selected", "true");
  await expect(page).toHaveURL(/[?&]family=[^&]+$/);
  await combobox.press("ArrowDown");
  await combobox.press("Enter");
  await expect(page).toHaveURL(/family=[^&]+&family=/);
  await expect(chips).toHaveCount(2);
  await expect(facet.locator(".facet-chosen")).toHaveText("2");
  // The search goes on where it was, with the numbers of now.
  await expect(combobox).toBeFocused();
  await expect(combobox).toHaveValue("ER");
  expect(await active()).toBe(ids[2]);
  await expect(options.and(facet.locator("[aria-selected=true]"))).toHaveCount(2);
  // The address is what the boxes say.
  await combobox.press("Enter");
  await expect(chips).toHaveCount(1);
  await combobox.press("Escape");
  await expect(facet.getByRole("checkbox", { checked: true })).toHaveCount(1);
});

test("Escape closes and then empties, Tab leaves, and nothing matches aloud @js", async ({ page }) => {
  const { facet, combobox, options, boxes, active } = await opened(page, "family");
  const all = await boxes.count();
  await combobox.fill("zzz");
  await expect(facet.getByRole("status")).toHaveText("No value matches.");
  await expect(combobox).toHaveAttribute("aria-expanded", "false");
  await combobox.press("Enter");
  await expect(page).toHaveURL(/range=90d$/);
  await combobox.press("Escape");
  await expect(combobox).toHaveValue("");

  await combobox.press("ArrowDown");
  await expect(options).toHaveCount(all);
  expect(await active()).toBe(await options.first().getAttribute("id"));
  await combobox.press("Escape");
  await expect(options).toHaveCount(0);
  expect(await active()).toBeNull();
  await combobox.press("Alt+ArrowDown");
  await expect(options).toHaveCount(all);
  expect(await active()).toBeNull();
  await combobox.press("Alt+ArrowUp");
  await expect(options).toHaveCount(0);
  await combobox.press("ArrowUp");
  expect(await active()).toBe(await options.last().getAttribute("id"));
  await combobox.press("Tab");
  await expect(options).toHaveCount(0);
});

test("the mouse chooses too, and the focus stays @js", async ({ page }) => {
  const { combobox, options, boxes } = await opened(page, "type");
  await combobox.click();
  const name = await options.nth(3).locator(".facet-name").textContent();
  await options.nth(3).click();
  await expect(combobox).toBeFocused();
  await expect(options.nth(3)).toHaveAttribute("aria-selected", "true");
  await expect(page.locator(".chips")).toContainText(name ?? "");
  await expect(boxes.and(page.locator(":checked"))).toHaveCount(1);
});

test("values that no page lists are asked for, chosen and kept @js", async ({ page, request }) => {
  const { facet, combobox, options } = await opened(page, "image");
  const { rows, rows_total } = await (await request.get("/api/v1/filters/image?range=90d&search=auditor")).json();
  expect(rows_total).toBe(rows.length);
  expect(rows_total).toBeGreaterThan(1);
  await expect(facet.getByRole("checkbox")).toHaveCount(0);
  await combobox.fill("auditor");
  await expect(options).toHaveCount(rows.length);
  await expect(options.first().locator(".facet-count")).toHaveText(rows[0].findings.toLocaleString("en"));
  await combobox.press("Enter");
  await expect(page.locator("[data-total]")).toHaveAttribute("data-total", String(rows[0].findings));
  expect(new URL(page.url()).searchParams.get("image")).toBe(rows[0].key);
  // A choice elsewhere changes what is asked for.
  await page.locator(".facet[data-field=severity]").getByRole("checkbox").first().check();
  await expect(facet).toHaveAttribute("data-ask", /severity=/);
  await page.reload();
  await expect(facet.getByRole("checkbox", { name: rows[0].label })).toBeChecked();
});

test("a resource is found by part of its id and tells the whole of it @js", async ({ page, request }) => {
  const { rows } = await (await request.get("/api/v1/filters/resource?range=90d&search=arn:")).json();
  // One that no other shares its name with.
  const only = rows.find((row) => rows.filter((other) => other.label === row.label).length === 1);
  const { facet, combobox, options } = await opened(page, "resource");
  await combobox.fill(only.key.toUpperCase());
  const option = options.filter({ hasText: only.label }).first();
  await expect(option).toHaveAttribute("title", only.key);
  await expect(option.locator(".facet-count")).toHaveText(only.findings.toLocaleString("en"));
  await option.click();
  await expect(page.locator("[data-total]")).toHaveAttribute("data-total", String(only.findings));
  expect(new URL(page.url()).searchParams.get("resource")).toBe(only.key);
  await expect(page.locator(".chips")).toContainText(`Resource: ${only.label}`);
  await page.reload();
  await expect(facet.getByRole("checkbox", { name: only.label })).toBeChecked();
  await expect(facet.locator(`[title="${only.key}"]`)).toHaveText(only.label);
  await expectAccessible(page);
});

test("an answer that does not come says so @js", async ({ page }) => {
  const { facet, combobox } = await opened(page, "revision");
  await page.route("**/api/v1/filters/**", (route) => route.abort());
  await combobox.fill("a");
  await expect(facet.getByRole("status")).toContainText("could not be fetched");
});

test("on the overview a choice waits for the button @js", async ({ page }) => {
  await page.goto("/?range=90d");
  await expect(page.locator("html[data-awake]")).toBeAttached();
  const drawer = page.locator("details.filter-drawer", { has: page.locator("form.facets") });
  await drawer.locator("> summary").click();
  const facet = drawer.locator(".facet[data-field=family]");
  await facet.locator("summary").click();
  await facet.getByRole("combobox").fill("checkout");
  await facet.getByRole("combobox").press("Enter");
  await expect(page).toHaveURL(/range=90d$/);
  await drawer.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/family=/);
});

for (const language of ["en", "ja"]) {
  test(`an open combobox is accessible in ${language}, on a phone too @js`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`/findings?range=90d&lang=${language}`);
    await expect(page.locator("html[data-awake]")).toBeAttached();
    await page.locator(".filter-drawer.filter-side > summary").click();
    const facet = page.locator(".facet[data-field=family]");
    await facet.locator("summary").click();
    await facet.getByRole("combobox").fill("a");
    await facet.getByRole("combobox").press("ArrowDown");
    await expect(facet.getByRole("option").nth(1)).toHaveAttribute("data-active", "");
    const wider = await page.locator("html").evaluate((html) => html.scrollWidth - html.clientWidth);
    expect(wider, "pixels to the side").toBeLessThanOrEqual(0);
    await expectAccessible(page);
  });
}

test("without JavaScript there is the list, and a field for the rest @nojs", async ({ page, request }) => {
  await page.goto("/findings?range=90d");
  await page.locator(".filter-side > summary").click({ timeout: 2000 }).catch(() => undefined);
  const family = page.locator(".facet[data-field=family]");
  await family.locator("summary").click();
  await expect(family.getByRole("combobox")).toBeHidden();
  expect(await family.getByRole("checkbox").count()).toBeGreaterThan(11);

  for (const [field, name] of [["image", "Image"], ["resource", "Resource"]]) {
    const { rows } = await (await request.get(`/api/v1/filters/${field}?range=90d`)).json();
    await page.goto("/findings?range=90d");
    await page.locator(".filter-side > summary").click({ timeout: 2000 }).catch(() => undefined);
    const facet = page.locator(`.facet[data-field=${field}]`);
    await facet.locator("summary").click();
    await facet.getByLabel(`${name}, typed in full`).fill(rows[0].key);
    await page.locator("form.facets").getByRole("button", { name: "Apply" }).click();
    await expect(page.locator("[data-total]")).toHaveAttribute("data-total", String(rows[0].findings));
    await expect(facet.getByRole("checkbox", { name: rows[0].label })).toBeChecked();
  }
});
