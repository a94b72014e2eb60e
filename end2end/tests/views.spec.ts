// Saved views: a name for an address, with and without JavaScript.

import { expect, expectAccessible, test } from "./fixtures";

// Tests of both projects share one server.
const named = (what: string, project: string) => `${what} ${project}`;

test("a filter is saved, found again, shared and deleted", async ({ page, request }, info) => {
  const name = named("Severe in a week", info.project.name);
  await page.goto("/findings?severity=critical&range=7d");
  const drawer = page.locator("#views");
  await drawer.locator("> summary").click();
  await drawer.getByLabel("Name for what you see now").fill(name);
  await drawer.getByRole("button", { name: "Save view" }).click();
  await expect(page).toHaveURL(/\/findings\?range=7d&severity=critical$/);
  await expect(drawer.locator("> summary")).toContainText(`Saved view: ${name}`);

  await page.goto("/");
  await drawer.locator("> summary").click();
  await drawer.getByRole("link", { name, exact: true }).click();
  await expect(page).toHaveURL(/\/findings\?range=7d&severity=critical$/);

  const { views } = await (await request.get("/api/v1/views")).json();
  const saved = views.find((view: { name: string }) => view.name === name);
  await page.goto(`/views/${saved.id}`);
  await expect(page).toHaveURL(/\/findings\?range=7d&severity=critical$/);

  await drawer.locator("> summary").click();
  await drawer.getByRole("button", { name: `Delete the view ${name}` }).click();
  await expect(page).toHaveURL(/\/findings\?range=7d&severity=critical$/);
  await expect(drawer.locator("> summary")).not.toContainText(name);
  expect((await request.get(`/views/${saved.id}`)).status()).toBe(404);
});

test("the overview as it is split is a view too", async ({ page }, info) => {
  const name = named("By cluster", info.project.name);
  await page.goto("/?by=cluster&range=90d");
  const drawer = page.locator("#views");
  await drawer.locator("> summary").click();
  await drawer.getByLabel("Name for what you see now").fill(name);
  await drawer.getByRole("button", { name: "Save view" }).click();
  await expect(page).toHaveURL(/\/\?by=cluster&range=90d$/);
  await expect(drawer.locator("> summary")).toContainText(name);
  await drawer.locator("> summary").click();
  await drawer.getByRole("button", { name: `Delete the view ${name}` }).click();
  await expect(drawer.locator("> summary")).not.toContainText(name);
});

test("a name that is taken says so and saves nothing", async ({ page, request }, info) => {
  const name = named("Taken", info.project.name);
  const headers = { "x-yagura-request": "1" };
  const added = await request.post("/api/v1/views", { headers, data: { name, page: "/", query: "" } });
  await page.goto("/findings?severity=low");
  await page.locator("#views > summary").click();
  await page.getByLabel("Name for what you see now").fill(name.toUpperCase());
  await page.getByRole("button", { name: "Save view" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Not saved");
  const { id } = await added.json();
  expect((await request.delete(`/api/v1/views/${id}`, { headers })).status()).toBe(204);
});

test("a view gets another name where it stands, and a taken one says so", async ({ page, request }, info) => {
  const headers = { "x-yagura-request": "1" };
  const add = async (what: string) => {
    const data = { name: named(what, info.project.name), page: "/findings", query: "severity=low&range=7d" };
    return (await request.post("/api/v1/views", { headers, data })).json();
  };
  const [view, other] = [await add("Before"), await add("Other")];
  const name = named("After", info.project.name);
  await page.goto("/findings?range=90d");
  await page.locator("#views > summary").click();
  const row = page.locator(".saved-views > li", { has: page.getByRole("link", { name: view.name, exact: true }) });
  const field = row.getByLabel(`New name for ${view.name}`);
  await expect(field).toBeHidden();
  await row.locator("summary").click();
  await expect(field).toHaveValue(view.name);
  await field.fill(name);
  await row.getByRole("button", { name: "Save name" }).click();
  await expect(page).toHaveURL(/\/findings\?range=90d$/);
  await page.locator("#views > summary").click();
  await page.locator("#views").getByRole("link", { name, exact: true }).click();
  await expect(page).toHaveURL(/\/findings\?range=7d&severity=low$/);

  await page.locator("#views > summary").click();
  const again = page.locator(".saved-views > li", { has: page.getByRole("link", { name, exact: true }) });
  await again.locator("summary").click();
  await again.getByLabel(`New name for ${name}`).fill(other.name);
  await again.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Not saved");
  for (const { id } of [view, other]) await request.delete(`/api/v1/views/${id}`, { headers });
});

for (const language of ["en", "ja"]) {
  test(`the drawer of views is accessible in ${language} @js`, async ({ page, request }) => {
    const headers = { "x-yagura-request": "1" };
    const name = `<b>bold</b> ${language}`;
    const added = await request.post("/api/v1/views", { headers, data: { name, page: "/findings", query: "" } });
    await page.goto(`/findings?lang=${language}`);
    await page.locator("#views > summary").click();
    await expect(page.locator("#views").getByRole("link", { name, exact: true })).toBeVisible();
    await page.locator("#views .rename-view summary").first().click();
    await expectAccessible(page);
    const { id } = await added.json();
    await request.delete(`/api/v1/views/${id}`, { headers });
  });
}
