// The page for those who see, hear or move otherwise: axe-core on every panel, and all of it by the keyboard alone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { eventually, folder, open, packages, scenes, serve } from "./live_page.mjs";

const axe = readFileSync(packages.resolve("axe-core/axe.min.js"), "utf8");

// What is serious or worse, as "rule: element: what to do". In the other colours only contrasts can differ.
async function findings(page) {
  const ask = (rules) => page.evaluate(async (values) => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"], ...(values ? { runOnly: { type: "rule", values } } : {}) });
    return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`));
  }, rules);
  const light = await ask(null);
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await ask(["color-contrast"]);
  await page.emulateMedia({ colorScheme: "light" });
  return [...light, ...dark.map((text) => `dark: ${text}`)];
}

const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
};

describe("accessibility", { concurrency: 3 }, () => {
  for (const [name, screen] of Object.entries(screens)) {
    test(`axe-core has nothing serious to say of any panel, light or dark, ${name}`, async () => {
      const { url } = await serve(...await scenes(), "--fps", "4", "--folder", join(folder, name));
      await open(url, async (page) => {
        await page.evaluate(axe);
        const found = {};
        const look = async (what) => {
          const serious = await findings(page);
          if (serious.length > 0) found[what] = serious;
        };
        await page.selectOption("#range-kind", "fixed");
        await page.selectOption("#agc", "plateau");
        await page.click("[data-compare=split]");
        await page.click("#snapshot");
        await page.waitForFunction(() => document.querySelectorAll("#list li").length > 0);
        await page.click("#record");
        await page.waitForFunction(() => document.getElementById("record").textContent === "Stop");
        await look("tune, split, message, while recording");
        await page.click("#record");
        await page.click("#tab-kept");
        await look("recordings");
        await page.click("#tab-health");
        await look("health");
        await page.click("#tab-align");
        await page.click("#pick");
        for (const side of ["infrared", "visible"]) {
          await page.focus(`#pick-${side}`);
          await page.keyboard.press("Enter");
        }
        await look("align, points");
        await page.click("#keys-button");
        await look("keys");
        assert.deepEqual(found, {});
      }, screen);
    });
  }

  test("axe-core on a lost source, and on the question for the token", async () => {
    const { url } = await serve("--ir", "tcp://127.0.0.1:9", "--vis", "tcp://127.0.0.1:9", "--token");
    await open(url.replace(/#.*/, ""), async (page) => {
      await page.waitForSelector("#login[open]");
      await page.evaluate(axe);
      assert.deepEqual(await findings(page), []);
      await page.keyboard.type(url.replace(/.*token=/, ""));
      await page.keyboard.press("Enter");
      await eventually(async () => /no infrared signal/.test(await page.textContent("#state")), "the loss is not said");
      assert.deepEqual(await findings(page), []);
    }, { lost: true });
  });

  test("by the keyboard alone: everything is reached, seen to be there, and works", async () => {
    const { url } = await serve(...await scenes(), "--fps", "4", "--folder", join(folder, "keyboard"));
    await open(url, async (page) => {
      const key = async (name, times = 1) => { for (let i = 0; i < times; ++i) await page.keyboard.press(name); };
      // Tab by Tab, until it is there. What has the focus must show it.
      const reach = async (selector, by = "Tab") => {
        for (let i = 0; i < 120; ++i) {
          await page.keyboard.press(by);
          const at = await page.evaluate((wanted) => {
            const focused = document.activeElement;
            const shown = focused.closest(".button") ?? focused;
            return { there: focused.matches(wanted), seen: focused === document.body || getComputedStyle(shown).outlineStyle !== "none", name: focused.id || focused.outerHTML.slice(0, 80) };
          }, selector);
          assert.ok(at.seen, `${at.name} has the focus and does not show it`);
          if (at.there) return;
        }
        assert.fail(`${selector} is not reached by the keyboard`);
      };
      const text = (id) => page.textContent(`#${id}`);
      const pressed = (selector) => page.getAttribute(selector, "aria-pressed");

      await reach("[data-view=infrared]");
      await key("Enter");
      assert.equal(await pressed("[data-view=infrared]"), "true");
      await reach("[data-compare=split]");
      await key("Space");
      assert.equal(await pressed("[data-compare=split]"), "true");
      await reach("#divider");
      await key("ArrowRight", 3);
      assert.equal(await page.getAttribute("#divider", "aria-valuenow"), "56");
      await reach("#play");
      await key("Enter");
      await eventually(async () => await text("play") === "Play", "it does not stand still");
      const time = await text("time");
      await reach("#position");
      const moved = () => eventually(async () => await text("time") !== time, "the time line does not move");
      await key("End");
      await moved().catch(async () => { // it stood there already
        await key("Home");
        await moved();
      });
      await reach("#snapshot");
      await key("Enter");
      await eventually(async () => await page.locator("#list li").count() === 3, "no snapshot");

      // Tune: what the mouse drags in the histogram are two numbers.
      await reach("#range-kind");
      await key("End");
      await reach("#range-low");
      await page.keyboard.type("12");
      await reach("#range-high");
      await key("Control+a");
      await page.keyboard.type("200");
      await reach("#ir-invert");
      await key("Space");
      const settings = async () => await (await fetch(`${url}api/settings`)).json();
      await eventually(async () => (await settings())["ir-range"].endsWith(",200") && (await settings())["ir-invert"], "the settings did not arrive");
      await reach("#reset");
      await key("Enter");
      await eventually(async () => (await settings())["ir-range"] === "auto", "not reset");
      await reach("#save-settings");
      await reach("#load-settings");

      // Align: two pairs of points, a map out of them, a nudge, and back.
      await reach("#tab-tune", "Shift+Tab");
      await key("ArrowRight");
      await reach("#pick");
      await key("Enter");
      await page.waitForFunction(() => document.getElementById("pick-visible").width === 160);
      for (const [steps, way] of [[4, "ArrowLeft"], [4, "ArrowDown"]]) {
        await reach("#pick-infrared", "Shift+Tab");
        await key(`Shift+${way}`, steps);
        await key("Enter");
        await reach("#pick-visible");
        await key(`Shift+${way}`, steps);
        await key("ArrowRight", 2);
        await key("Enter");
      }
      assert.equal(await page.locator("#points li").count(), 2);
      await reach("#fit");
      await key("Enter");
      const moves = async () => (await (await fetch(`${url}api/align`)).json()).undoes;
      await eventually(async () => await moves() === 1, "no map of the points");
      await reach("[data-nudge=left]");
      await key("Enter");
      await eventually(async () => await moves() === 2, "not nudged");
      await reach("#undo");
      await key("Enter");
      await eventually(async () => await moves() === 1, "not undone");

      // Recordings and the rest.
      await reach("#tab-align", "Shift+Tab");
      await key("ArrowRight");
      await reach("#list button");
      await key("Enter");
      await eventually(async () => await page.locator("#list li").count() === 2, "not deleted");
      await reach("#keys-button", "Shift+Tab");
      await key("Enter");
      assert.ok(await page.isVisible("#keys"));
      await key("Escape");
      assert.ok(await page.isHidden("#keys"));
      assert.equal(await page.evaluate(() => document.activeElement.id), "keys-button");
    });
  });
});
