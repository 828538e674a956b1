import assert from "node:assert/strict";
import { test } from "node:test";
import { boxOf, compareValues, cumulative, meanRanks, rank, runs } from "../src/statistics.js";

test("ranks by direction", () => {
  assert.deepEqual(rank([1, 3, 2], "higher"), ["", "best", "second"]);
  assert.deepEqual(rank([1, 3, 2], "lower"), ["best", "", "second"]);
});

test("equal means share a mark, and what is not finite has none", () => {
  assert.deepEqual(rank([2, 2, 1, NaN, Infinity], "higher"), ["best", "best", "second", "", ""]);
  assert.deepEqual(rank([NaN, 5], "higher"), ["", ""]);
  assert.deepEqual(rank([], "higher"), []);
});

test("a cumulative curve ends at one and does not fall", () => {
  assert.deepEqual(cumulative([10, 9, -1, 2]), [[0.25, -1], [0.5, 2], [0.75, 9], [1, 10]]);
  assert.deepEqual(cumulative([]), []);
});

test("quartiles, whiskers and outliers", () => {
  assert.deepEqual(boxOf([1, 2, 3, 4, 100]), { low: 1, q1: 2, median: 3, q3: 4, high: 4, outliers: [100] });
  assert.deepEqual(boxOf([7]), { low: 7, q1: 7, median: 7, q3: 7, high: 7, outliers: [] });
  assert.equal(boxOf([]), null);
});

test("sorting puts what has no value last, either way", () => {
  const values = [3, NaN, Infinity, -Infinity, null, 1];
  assert.deepEqual([...values].sort((a, b) => compareValues(a, b, false)), [-Infinity, 1, 3, Infinity, NaN, null]);
  assert.deepEqual([...values].sort((a, b) => compareValues(a, b, true)), [Infinity, 3, 1, -Infinity, NaN, null]);
  assert.deepEqual(["b10", "b9", "a"].sort((a, b) => compareValues(a, b, false)), ["a", "b9", "b10"]);
});

test("neighbours of one kind share a run, and only they do", () => {
  assert.deepEqual(runs(["a", "a", "b", "a"], (c) => c), [["a", 2], ["b", 1], ["a", 1]]);
  assert.deepEqual(runs([], (c) => c), []);
});

test("mean ranks share the places of equal means and put missing ones last", () => {
  assert.deepEqual(
    meanRanks([{ means: [3, 1, 3, NaN], better: "higher" }, { means: [3, 1, 2, 0], better: "lower" }]),
    [(1.5 + 4) / 2, (3 + 2) / 2, (1.5 + 3) / 2, (4 + 1) / 2]);
});
