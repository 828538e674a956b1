// What the tables mark and the charts draw.

// Means of methods -> "best", "second" or "" for each. Equal means share a mark; a method without a
// finite mean has none, and a single method is not compared.
export function rank(means, better) {
  const finite = [...new Set(means.filter(Number.isFinite))].sort((a, b) => (better === "higher" ? b - a : a - b));
  if (means.filter(Number.isFinite).length < 2) return means.map(() => "");
  return means.map((mean) => (!Number.isFinite(mean) ? "" : mean === finite[0] ? "best" : mean === finite[1] ? "second" : ""));
}

// For each method its mean place, 1 the best, over columns of means: [{ means, better }]. Equal means
// share the mean of their places; a mean that is not finite is last.
export function meanRanks(columns) {
  const count = columns[0]?.means.length ?? 0;
  const sums = new Array(count).fill(0);
  for (const { means, better } of columns) {
    const keys = means.map((m) => (!Number.isFinite(m) ? Infinity : better === "higher" ? -m : m));
    keys.forEach((key, i) => {
      sums[i] += keys.filter((k) => k < key).length + (keys.filter((k) => k === key).length + 1) / 2;
    });
  }
  return sums.map((sum) => sum / columns.length);
}

// Points (x, y): the share x of the pairs has a value of at most y.
export function cumulative(values) {
  const sorted = Float64Array.from(values).sort();
  return Array.from(sorted, (value, i) => [(i + 1) / sorted.length, value]);
}

function quantile(sorted, q) {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

// Quartiles (linear between order statistics), whiskers at the outermost values within 1.5
// interquartile ranges of the box, and the values beyond; null without values.
export function boxOf(values) {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((q) => quantile(sorted, q));
  const reach = 1.5 * (q3 - q1);
  const inside = sorted.filter((v) => v >= q1 - reach && v <= q3 + reach);
  const outliers = Array.from(sorted.filter((v) => v < q1 - reach || v > q3 + reach));
  return { low: inside[0], q1, median, q3, high: inside[inside.length - 1], outliers };
}

// Ascending or descending; NaN, infinities by size, and missing values last either way.
export function compareValues(a, b, descending) {
  const lastA = a === null || a === undefined || Number.isNaN(a);
  const lastB = b === null || b === undefined || Number.isNaN(b);
  if (lastA || lastB) return lastA - lastB;
  const order = typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a < b ? -1 : a > b ? 1 : 0;
  return descending ? -order : order;
}

// Runs of neighbours that share what `of` gives: [value, length].
export function runs(items, of) {
  const found = [];
  for (const item of items) {
    const last = found.at(-1);
    if (last && last[0] === of(item)) last[1] += 1;
    else found.push([of(item), 1]);
  }
  return found;
}
