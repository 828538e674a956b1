// Colours that stay apart for most kinds of colour vision (after Okabe and Ito), then darker ones.
const COLORS = ["#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5d3a9b", "#8c564b", "#7a7a00", "#444444"];
const DASHES = ["solid", "dashed", "dotted"];
export const paletteColor = (i) => COLORS[i % COLORS.length];
export const paletteDash = (i) => DASHES[Math.floor(i / COLORS.length) % DASHES.length];
