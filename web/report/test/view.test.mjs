import assert from "node:assert/strict";
import { test } from "node:test";
import { View } from "../src/view.js";

const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);

test("zoom keeps the point under the pointer", () => {
  const view = new View();
  const before = view.toPicture(0.7, 0.4);
  view.zoomAt(0.7, 0.4, 3);
  near(view.toPicture(0.7, 0.4).x, before.x);
  near(view.toPicture(0.7, 0.4).y, before.y);
  near(view.zoom, 3);
});

test("the view never leaves the picture", () => {
  const view = new View();
  view.zoomAt(0.5, 0.5, 4);
  view.moveTo(-1, 9);
  assert.deepEqual([view.x, view.y], [0, 0.75]);
  view.zoomAt(0.5, 0.5, 1e-9);
  assert.deepEqual([view.x, view.y, view.zoom], [0, 0, 1]);
  view.zoomAt(0.5, 0.5, 1e9);
  assert.equal(view.zoom, 32);
});

test("boxes are found by their inside and their corner, and stay in the picture", () => {
  const view = new View();
  const [first] = view.boxes;
  assert.deepEqual(view.boxAt({ x: first.x + 0.01, y: first.y + 0.01 }, 0.005), { box: first, resize: false });
  assert.deepEqual(view.boxAt({ x: first.x + first.w, y: first.y + first.h }, 0.005), { box: first, resize: true });
  assert.equal(view.boxAt({ x: 0.01, y: 0.01 }, 0.005), null);
  view.moveBox(first, 5, -5);
  near(first.x + first.w, 1);
  assert.equal(first.y, 0);
  view.resizeBox(first, -3, 7);
  assert.equal(first.w, 0.02);
  near(first.y + first.h, 1);
});
