// The page in headless Chromium, with the program behind it: live_page.mjs says what it needs. Each test has a program
// of its own, so that they run beside each other: what takes time here is waiting.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { eventually, folder, hasPicture, open, run, scenes, serve } from "./live_page.mjs";

// Mean of the picture's pixels, and of their differences between channels.
const look = (page) => page.evaluate(() => {
  const canvas = document.getElementById("picture");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let mean = 0, colour = 0;
  for (let i = 0; i < data.length; i += 4) {
    mean += data[i + 1];
    colour += Math.abs(data[i] - data[i + 2]);
  }
  return { width: canvas.width, mean: mean / data.length * 4, colour: colour / data.length * 4 };
});
describe("the page", { concurrency: 3 }, () => {
  test("first load, each view, each control", async () => {
    const { url } = await serve(...await scenes(), "--fps", "4");
    await open(url, async (page) => {
      await page.click("#play");  // stands still: only what is changed here changes
      await eventually(async () => await page.textContent("#play") === "Play", "the recording does not stand still");
      const fused = await look(page);
      assert.equal(fused.width, 160);
      await page.click("[data-view=infrared]");
      await eventually(async () => (await look(page)).colour < 1, "the infrared view is not gray");
      await page.selectOption("#palette", "iron");
      await eventually(async () => (await look(page)).colour > 20, "the palette is not seen");
      const before = (await look(page)).mean;
      await page.check("#ir-invert");
      await eventually(async () => Math.abs((await look(page)).mean - before) > 10, "the polarity is not seen");
      // Another method beside the network.
      await page.click("[data-view=method]");
      await eventually(async () => await page.textContent("[data-view=method]") === "Average", "the method is not named");
      await page.selectOption("#method", "maximum");
      await eventually(async () => await page.textContent("[data-view=method]") === "Maximum", "the method is not changed");
      assert.ok(await page.locator("#method option[value=gtf]").isDisabled());
      await page.selectOption("#agc", "plateau");
      await page.fill("#agc-plateau", "50");
      await page.selectOption("#range-kind", "fixed");
      await page.fill("#range-low", "10");
      await page.fill("#range-high", "90");
      await page.selectOption("#model", "full");
      await page.check("#gray");
      await eventually(async () => {
        const s = await (await fetch(`${url}api/settings`)).json();
        return s["ir-range"] === "fixed:10,90" && s.model === "full" && s.gray && s.agc === "plateau" && s["agc-plateau"] === 50;
      }, "the settings did not arrive");
      await page.click("[data-view=fused]");
      await eventually(async () => (await look(page)).colour < 1, "without colour there is colour");
      // Saved, and taken by fuse.
      const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-settings")]);
      const file = join(folder, "settings.json");
      await download.saveAs(file);
      await run("fuse", "--config", file, ...await scenes(), "-o", join(folder, "fused"), "-q");
      await page.click("#reset");
      await eventually(async () => await page.inputValue("#model") === "lite", "reset is not seen");
      await page.setInputFiles("#load-settings", file);
      await eventually(async () => await page.inputValue("#model") === "full", "the file was not loaded");
      await page.click("#reset");
      await page.waitForFunction(() => document.getElementById("levels").textContent.startsWith("8 bits"));
    });
  });

  test("by keyboard alone: views, compared, divider, time line, tabs", async () => {
    const { url } = await serve(...await scenes(), "--fps", "4");
    await open(url, async (page) => {
      await page.keyboard.press("s");
      assert.equal(await page.getAttribute("[data-compare=split]", "aria-pressed"), "true");
      await page.focus("#divider");
      await page.keyboard.press("End");
      await page.keyboard.press("ArrowLeft");
      assert.equal(await page.getAttribute("#divider", "aria-valuenow"), "98");
      await page.locator("body").press("b");
      await page.locator("body").press("i");
      await page.locator("body").press("2");
      assert.equal(await page.getAttribute("[data-view=infrared]", "aria-pressed"), "true");
      await page.locator("body").press("e");
      await eventually(() => page.isVisible("#edges"), "no edges");
      await page.locator("body").press("t");
      assert.equal(await page.getAttribute("#true-size", "aria-pressed"), "true");
      await page.locator("body").press(".");
      await eventually(async () => await page.textContent("#play") === "Play", "a step does not stop");
      const time = await page.textContent("#time");
      await page.locator("body").press(".");
      await eventually(async () => await page.textContent("#time") !== time, "no step on");
      await page.focus("#tab-tune");
      for (const tab of ["align", "kept", "health"]) {
        await page.keyboard.press("ArrowRight");
        assert.ok(await page.isVisible(`#${tab}`));
      }
      await eventually(async () => /\d ms/.test(await page.textContent("#figures")), "no figures");
      await page.locator("body").press("Shift+?");
      assert.ok(await page.isVisible("#keys"));
      await page.keyboard.press("Escape");
    });
  });

  test("alignment by points, nudged, undone, saved as a rig for fuse", async () => {
    const { url } = await serve(...await scenes(), "--fps", "4");
    await open(url, async (page) => {
      await page.click("#tab-align");
      await page.click("#pick");
      await page.waitForFunction(() => document.getElementById("pick-visible").width === 160);
      const click = async (side, x, y) => {
        const box = await page.locator(`#pick-${side}`).boundingBox();
        await page.mouse.move(box.x + (x + 0.5) / 160 * box.width, box.y + (y + 0.5) / 120 * box.height);
        assert.ok(await page.isVisible("#magnifier"));
        await page.mouse.down();
        await page.mouse.up();
      };
      for (const [x, y] of [[20, 20], [130, 25], [120, 100], [25, 95]]) {
        await click("infrared", x, y);
        await click("visible", x + 6, y + 3);
      }
      assert.equal(await page.locator("#points li").count(), 4);
      await page.click("#fit");
      await page.waitForFunction(() => document.querySelector("#points li")?.textContent.includes("off by"));
      const rig = await (await fetch(`${url}api/align/rig`)).json();
      const m = rig.transform.visible_to_infrared;
      // To what a mouse can do.
      assert.ok(Math.abs(m[2] + 6) < 1.5 && Math.abs(m[5] + 3) < 1.5, JSON.stringify(m));
      await page.check("#nudge-keys");
      await page.locator("body").press("ArrowRight");
      await eventually(async () => Math.abs((await (await fetch(`${url}api/align/rig`)).json()).transform.visible_to_infrared[2] - m[2] + 1) < 0.2, "not nudged");
      await page.click("#undo");
      await eventually(async () => Math.abs((await (await fetch(`${url}api/align/rig`)).json()).transform.visible_to_infrared[2] - m[2]) < 1e-9, "not undone");
      const [download] = await Promise.all([page.waitForEvent("download"), page.click("#align a[download]")]);
      await download.saveAs(join(folder, "rig.json"));
      await run("fuse", "--rig", join(folder, "rig.json"), ...await scenes(), "-o", join(folder, "placed"), "-q");
      await page.click("#find");
      await page.waitForFunction(() => /sure/.test(document.getElementById("found").textContent));
      await page.click("#reset-rig");
    });
  });

  test("two clients, a recording and a snapshot, phone size", async () => {
    const { url } = await serve(...await scenes(), "--fps", "4", "--folder", join(folder, "kept"));
    await open(url, async (first) => {
      await open(url, async (page) => {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `the page is ${wide} px wider than the phone`);
        await page.click("#record");
        await eventually(async () => (await first.textContent("#record")) === "Stop", "the other client does not see the recording");
        await eventually(async () => /[1-9]\d* frames/.test(await page.textContent("#recording")), "nothing is recorded");
        await page.click("#snapshot");
        await page.click("#record");
        await page.click("#tab-kept");
        await eventually(async () => await page.locator("#list li").count() === 4, "they are not listed");
        const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#list a").last().click()]);
        assert.deepEqual([...readFileSync(await download.path()).subarray(0, 4)].length, 4);
      }, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, colorScheme: "dark" });
    });
  });

  test("a lost source is said, and the program's end", async () => {
    // Nobody listens on these ports.
    const lost = await serve("--ir", "tcp://127.0.0.1:9", "--vis", "tcp://127.0.0.1:9");
    await open(lost.url, async (page) => {
      await eventually(async () => /no infrared signal/.test(await page.textContent("#state")), "the loss is not said");
      lost.kill();
      await eventually(async () => /no connection/.test(await page.textContent("#state")), "the end is not said");
    }, { lost: true });
  });

  test("with a token: from the address once, then by the cookie", async () => {
    const { url: address } = await serve(...await scenes(), "--fps", "4", "--token");
    assert.match(address, /#token=[0-9a-f]{32}$/);
    await open(address, async (page) => {
      assert.ok(!page.url().includes("token"));
      await page.reload();
      await hasPicture(page);
    });
  });
});
