// Edges of the infrared picture, to be laid over another one.

// Pixels whose gradient (Sobel) is among the strongest tenth, orange.
export function drawEdges(canvas, bitmap) {
  const width = canvas.width = bitmap.width, height = canvas.height = bitmap.height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.filter = "grayscale(1) blur(1px)";
  context.drawImage(bitmap, 0, 0);
  context.filter = "none";
  const picture = context.getImageData(0, 0, width, height);
  const from = picture.data;
  const strength = new Uint16Array(width * height), counts = new Uint32Array(2048);
  for (let y = 1; y + 1 < height; ++y) {
    for (let x = 1; x + 1 < width; ++x) {
      const i = 4 * (y * width + x), up = i - 4 * width, down = i + 4 * width;
      const gx = from[up + 4] + 2 * from[i + 4] + from[down + 4] - from[up - 4] - 2 * from[i - 4] - from[down - 4];
      const gy = from[down - 4] + 2 * from[down] + from[down + 4] - from[up - 4] - 2 * from[up] - from[up + 4];
      const g = Math.min(2047, Math.abs(gx) + Math.abs(gy));
      strength[y * width + x] = g;
      ++counts[g];
    }
  }
  let threshold = 2047;
  for (let seen = 0; threshold > 40 && seen + counts[threshold] < 0.08 * width * height; --threshold) seen += counts[threshold];
  for (let k = 0; k < strength.length; ++k) {
    const on = strength[k] > threshold;
    from[4 * k] = 255;
    from[4 * k + 1] = 120;
    from[4 * k + 2] = 0;
    from[4 * k + 3] = on ? 230 : 0;
  }
  context.putImageData(picture, 0, 0);
}
