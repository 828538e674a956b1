// Writes ONNX models (opset 13, float32, fixed sizes) and safetensors files with the same weights.
// Numbers of fields: onnx/onnx.proto.

const bytes = (text) => Buffer.from(text, 'utf8');
function varint(n) {
  const out = [];
  for (n = BigInt(n); n >= 128n; n >>= 7n) out.push(Number(n & 127n) | 128);
  return Buffer.from([...out, Number(n)]);
}
const number = (field, n) => Buffer.concat([varint(field << 3), varint(n)]);
const message = (field, ...parts) => {
  const content = Buffer.concat(parts);
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
};
const text = (field, s) => message(field, bytes(s));
function float(field, value) {
  const out = Buffer.alloc(4);
  out.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | 5), out]);
}

function attribute(name, value) {
  if (typeof value === 'string') return message(5, text(1, name), text(4, value), number(20, 3));
  if (Array.isArray(value)) return message(5, text(1, name), ...value.map((v) => number(8, v)), number(20, 7));
  if (Number.isInteger(value)) return message(5, text(1, name), number(3, value), number(20, 2));
  return message(5, text(1, name), float(2, value), number(20, 1));
}

const FLOAT = 1, INT64 = 7;
const tensor = (field, name, dims, type, raw) =>
  message(field, ...dims.map((d) => number(1, d)), number(2, type), text(8, name), message(9, raw));

// One network under construction. Every method takes and gives names of values.
export class Graph {
  #nodes = [];
  #constants = [];
  #inputs = [];
  #weights = new Map();
  #state = 1;
  #count = 0;

  constructor(height, width) {
    this.height = height;
    this.width = width;
  }

  input(name) {
    this.#inputs.push(this.#value(11, name));
    return name;
  }

  op(type, inputs, attributes = {}) {
    const output = `v${++this.#count}`;
    this.#nodes.push(message(1, ...inputs.map((i) => text(1, i)), text(2, output), text(4, type),
      ...Object.entries(attributes).map(([name, value]) => attribute(name, value))));
    return output;
  }

  constant(values, dims, type = FLOAT) {
    const name = `c${++this.#count}`;
    const raw = type === FLOAT ? Float32Array.from(values) : BigInt64Array.from(values, BigInt);
    this.#constants.push(tensor(5, name, dims, type, Buffer.from(raw.buffer)));
    return name;
  }

  // Seeded, uniform, of a size that keeps what goes through a layer about as large as it is. Networks
  // that are run on both pictures ask for theirs twice. `used` false: of the file of weights alone.
  weight(name, dims, fixed, used = true) {
    if (this.#weights.has(name)) return name;
    const scale = dims.length === 4 ? Math.sqrt(3 / (dims[1] * dims[2] * dims[3])) : 0.05;
    const values = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => {
      this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
      return fixed ?? ((this.#state / 2 ** 32) * 2 - 1) * scale;
    });
    this.#weights.set(name, { dims, values });
    if (used) this.#constants.push(tensor(5, name, dims, FLOAT, Buffer.from(values.buffer)));
    return name;
  }

  // Of the size of `x` unless `mode` is 'none'.
  convolve(x, [weight, bias], [out, inputs, kernel], mode) {
    const pad = Math.floor(kernel / 2);
    if (pad > 0 && (mode === 'reflect' || mode === 'edge')) x = this.pad(x, pad, mode);
    const zeros = mode === 'zero' ? pad : 0;
    const names = [x, this.weight(weight, [out, inputs, kernel, kernel])];
    if (bias) names.push(this.weight(bias, [out]));
    return this.op('Conv', names, { kernel_shape: [kernel, kernel], pads: [zeros, zeros, zeros, zeros] });
  }

  pad(x, by, mode) {
    return this.op('Pad', [x, this.constant([0, 0, by, by, 0, 0, by, by], [8], INT64)], { mode });
  }

  concatenate(values) {
    return this.op('Concat', values, { axis: 1 });
  }

  scale(x, factor, offset = 0) {
    const scaled = this.op('Mul', [x, this.constant([factor], [1])]);
    return offset === 0 ? scaled : this.op('Add', [scaled, this.constant([offset], [1])]);
  }

  #value(field, name) {
    const sides = [1, 1, this.height, this.width].map((d) => message(1, number(1, d)));
    return message(field, text(1, name), message(2, message(1, number(1, FLOAT), message(2, ...sides))));
  }

  // `output`: (1, 1, height, width).
  onnx(output) {
    this.#nodes.push(message(1, text(1, output), text(2, 'fused'), text(4, 'Identity')));
    const graph = message(7, ...this.#nodes, text(2, 'method'), ...this.#constants, ...this.#inputs,
      this.#value(12, 'fused'));
    return Buffer.concat([number(1, 8), graph, message(8, text(1, ''), number(2, 13))]);
  }

  safetensors(metadata) {
    const header = { __metadata__: metadata };
    const parts = [];
    let offset = 0;
    for (const [name, { dims, values }] of [...this.#weights].sort(([a], [b]) => (a < b ? -1 : 1))) {
      header[name] = { dtype: 'F32', shape: dims, data_offsets: [offset, offset + 4 * values.length] };
      offset += 4 * values.length;
      parts.push(Buffer.from(values.buffer));
    }
    let head = JSON.stringify(header);
    head += ' '.repeat((8 - (head.length % 8)) % 8);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(head.length));
    return Buffer.concat([length, bytes(head), ...parts]);
  }
}
