import assert from "node:assert/strict";
import { test } from "node:test";
import { runs } from "../src/tasks.js";

test("columns of one figure share a heading, and only neighbours do", () => {
  const columns = ["a", "a", "b", "a"].map((figure) => ({ figure }));
  assert.deepEqual(runs(columns, (c) => c.figure), [["a", 2], ["b", 1], ["a", 1]]);
  assert.deepEqual(runs([], (c) => c.figure), []);
});
